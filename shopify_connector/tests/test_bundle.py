"""Bundles sold as one line: to the cent, sent as components, refunded and edited."""

from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib.bundles import gather, spread

from .common import SANNE, UTRECHT
from .test_edit import EditCase
from .test_kinds import KindsCase

SHEARS, TWINE, BOOK = "TW-SHEARS-01", "TW-TWINE-01", "TW-BOOK-01"
SET, TITLE = "TW-SET-01", "Starter Set"
#: what one set costs: a pair of shears and two rolls of twine
PRICE = Decimal("48.85")


def cart(count=2, **more):
    """Return the rows of so many sets."""
    bundle = {"bundle": TITLE, "bundle_quantity": count, "bundle_sku": SET}
    return (
        {"sku": SHEARS, "quantity": count, **bundle, **more},
        {"sku": TWINE, "quantity": 2 * count, **bundle, **more},
    )


@tagged("standard", "post_install", "-at_install")
class TestSpreading(BaseCase):
    BUNDLES = {"set": {"title": "", "parts": {"a": [1, "", 2], "b": [2, "", 4]}}}

    def test_there_and_back(self):
        lines = spread({"set": 2, "other": 3}, self.BUNDLES)
        self.assertEqual(lines, {"a": 2, "b": 4, "other": 3})
        self.assertEqual(gather(lines, self.BUNDLES), {"set": 2, "other": 3})

    def test_part_of_a_bundle_is_none(self):
        for lines in ({"a": 1}, {"a": 1, "b": 1}, {"b": 2}, {"a": 2, "b": 2}):
            self.assertIsNone(gather(lines, self.BUNDLES), lines)

    def test_bundle_that_is_no_line_stays_its_components(self):
        bundles = {"set": {"title": "", "because": "taxes"}}
        self.assertEqual(gather({"a": 1, "other": 2}, bundles), {"a": 1, "other": 2})


class BundleMixin:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.bundle_policy = "one"
        cls.products[TWINE] = cls.product(TWINE)
        cls.set = cls.product(SET)

    def set_lines(self, order):
        return order.sale_order_id.order_line.filtered(
            lambda line: line.product_id == self.set
        )

    def count(self, order):
        return sum(self.set_lines(order).mapped("product_uom_qty"))

    def told(self, theirs):
        """Return ``{sku: units}`` of each fulfilment at Shopify."""
        found = []
        for sent in self.shopify.fulfillments(theirs):
            units = {}
            for row in sent["fulfillmentLineItems"]:
                sku = self.shopify.store.get(row["lineItem"])["sku"]
                units[sku] = units.get(sku, 0) + row["quantity"]
            found.append(units)
        return found

    def send(self, order, units):
        """Deliver so many sets; the rest becomes a delivery of its own."""
        picking = order.sale_order_id.picking_ids.filtered(
            lambda row: row.state in ("assigned", "confirmed")
        )
        moves = picking.move_ids.filtered(lambda move: move.product_id == self.set)
        moves.write({"quantity": units, "picked": True})
        picking.carrier_tracking_ref = f"3S{len(order.sale_order_id.picking_ids)}"
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.run_jobs()
        return picking


class TestOneLine(BundleMixin, KindsCase):
    def test_costs_what_its_components_cost(self):
        for options in (
            {},
            {"taxes_included": False},
            {"discount": {"code": "TEN", "percent": "10"}},
            {"discount": {"code": "ODD", "percent": "33"}, "taxes_included": False},
        ):
            with self.subTest(options=options):
                theirs = self.buy(*cart(3), SHEARS, **options)
                self.fetch()
                order = self.find(theirs)
                self.assert_imported(order)
                self.assert_bundle_is_exact(order, theirs)
                self.assertEqual(self.count(order), 3)
                self.assertFalse(
                    order.sale_order_id.order_line.filtered("display_type")
                )
                sold = order.sale_order_id.order_line.product_id
                self.assertNotIn(self.products[TWINE], sold)

    def assert_bundle_is_exact(self, order, theirs):
        """Total and the bundle's net are Shopify's; its tax but for the rounding.

        Shopify rounds the tax of each component, Odoo that of the one line.
        """
        sale_order = order.sale_order_id
        for name, field, limit in (
            ("Price", "amount_total", 0),
            ("Tax", "amount_tax", 1),
        ):
            money = Decimal(theirs[f"total{name}Set"]["presentmentMoney"]["amount"])
            ours = Decimal(f"{sale_order[field]:.2f}")
            self.assertLessEqual(abs(ours - money) * 100, limit, field)
        parts = [line for line in self.shopify.lines(theirs) if line["lineItemGroup"]]
        included = theirs["taxesIncluded"]
        price = sum(self.gross(line) for line in parts)
        field = "price_total" if included else "price_subtotal"
        self.assertEqual(
            Decimal(f"{sum(self.set_lines(order).mapped(field)):.2f}"), price
        )

    def gross(self, line):
        """Return what a line costs after its discounts, as the shop writes prices."""
        off = sum(
            Decimal(row["allocatedAmountSet"]["presentmentMoney"]["amount"])
            for row in line["discountAllocations"]
        )
        unit = line["originalUnitPriceSet"]["presentmentMoney"]["amount"]
        return Decimal(unit) * line["quantity"] - off

    def test_says_what_is_in_it_and_that_it_is_one_line(self):
        order = self.bought(*cart(1))
        line = self.set_lines(order)
        self.assertEqual(line.price_total, float(PRICE))
        self.assertTrue(line.name.startswith(TITLE))
        self.assertIn("2 × ", line.name)
        self.assertIn("The bundle “Starter Set” is one line.", str(order.decisions))

    def test_different_taxes_stay_components(self):
        self.product(BOOK)
        book = {**cart(1)[0], "sku": BOOK}
        theirs = self.buy(cart(1)[0], book)
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assert_equal(order, theirs)
        section = order.sale_order_id.order_line.filtered("display_type")
        self.assertEqual(section.name, "1 × Starter Set")
        self.assertIn("they differ in taxes", str(order.decisions))

    def test_broken_before_the_import_stays_components(self):
        theirs = self.buy(*cart(2))
        self.shopify.edit(theirs, set_quantity={TWINE: 3})
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assertFalse(self.set_lines(order))
        self.assertIn("no whole bundles", str(order.decisions))
        total = theirs["currentTotalPriceSet"]["presentmentMoney"]["amount"]
        self.assertEqual(f"{order.sale_order_id.amount_total:.2f}", total)

    def test_components_where_the_shop_wants_them(self):
        self.shop.bundle_policy = "parts"
        order = self.bought(*cart(2))
        self.assertFalse(self.set_lines(order))
        self.assertFalse(order.bundles)

    def test_unknown_product_waits_and_goes_on(self):
        self.stops_are_expected()
        self.set.default_code = "OTHER"
        theirs = self.buy(*cart(1))
        self.fetch()
        order = self.find(theirs)
        self.assert_blocked(order, "unknown_product")
        exception = self.open_exceptions(order)
        self.assertIn("bundle “Starter Set” has no product", exception.message)
        self.assertIn(SET, exception.message)
        self.set.default_code = SET
        self.run_jobs()
        self.assert_imported(order)
        self.assertEqual(self.count(order), 1)

    def test_unknown_product_is_not_needed_for_components(self):
        self.stops_are_expected()
        self.set.default_code = "OTHER"
        waits = self.bought(*cart(1))
        hose = self.bought("TW-HOSE-01")
        self.shop.bundle_policy = "parts"
        self.run_jobs()
        self.assert_imported(waits)
        self.assert_blocked(hose, "unknown_product")

    def test_order_keeps_its_lines_whatever_the_shop_wants_later(self):
        one = self.buy(*cart(2))
        self.fetch()
        self.shop.bundle_policy = "parts"
        several = self.buy(*cart(2))
        self.fetch()
        self.shop.bundle_policy = "one"
        self.world.clock.advance(hours=1)
        for theirs in (one, several):
            self.shopify.touch(theirs, note="x")
        self.fetch()
        for theirs in (one, several):
            self.assert_imported(self.find(theirs))
        self.assertEqual(self.count(self.find(one)), 2)
        self.assertFalse(self.set_lines(self.find(several)))

    def test_draft_and_the_order_that_it_becomes(self):
        self.shop.import_drafts = True
        buyer = {"customer": SANNE, "shipping_address": UTRECHT}
        draft = self.shopify.draft(list(cart(2)), **buyer)
        self.fetch()
        quotation = self.find(draft).sale_order_id
        line = quotation.order_line.filtered(lambda row: row.product_id == self.set)
        self.assertEqual((line.product_uom_qty, line.price_total), (2, 97.7))
        self.world.clock.advance(minutes=20)
        theirs = self.shopify.complete_draft(draft, self.ideal())
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id, quotation)
        self.assertEqual(self.count(order), 2)

    def test_trial_shows_one_line(self):
        self.buy(*cart(2))
        trial = self.env["shopify.trial"].create({"shop_id": self.shop.id, "count": 5})
        trial.action_try()
        self.assertEqual(trial.line_ids.verdict, "ready")
        self.assertIn(SET, trial.line_ids.sale_lines)
        self.assertIn("is one line", trial.line_ids.decisions)


class TestSent(BundleMixin, EditCase):
    def setUp(self):
        super().setUp()
        self.theirs = self.buy(*cart(3))
        self.fetch()
        self.order = self.find(self.theirs)

    def test_components_are_told_with_each_delivery(self):
        self.send(self.order, 1)
        self.assertEqual(self.told(self.theirs), [{SHEARS: 1, TWINE: 2}])
        self.send(self.order, 2)
        self.assertEqual(self.told(self.theirs)[1:], [{SHEARS: 2, TWINE: 4}])
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")
        self.assert_clean(self.order)

    def sent_there(self, shears, twine):
        client = self.shop._client()
        state = client.fulfillment_state(self.theirs["id"])
        (order,) = state["fulfillmentOrders"]["nodes"]
        items = order["lineItems"]["nodes"]
        part = {
            "fulfillmentOrderId": order["id"],
            "fulfillmentOrderLineItems": [
                {"id": item["id"], "quantity": units}
                for item, units in zip(items, (shears, twine), strict=True)
            ],
        }
        self.world.clock.advance(minutes=20)
        client.fulfill({"lineItemsByFulfillmentOrder": [part]})
        self.fetch()
        self.run_jobs(later=True)

    def test_what_others_sent_is_delivered_in_whole_sets(self):
        self.shop.foreign_fulfillment = "deliver"
        self.sent_there(2, 4)
        self.assertEqual(sum(self.set_lines(self.order).mapped("qty_delivered")), 2)
        self.send(self.order, 1)
        self.assertEqual(self.told(self.theirs)[1:], [{SHEARS: 1, TWINE: 2}])

    def test_part_of_a_set_that_others_sent_is_for_a_person(self):
        self.stops_are_expected()
        self.shop.foreign_fulfillment = "deliver"
        self.sent_there(1, 1)
        row = self.order.fulfillment_ids
        self.assertIn("part of a bundle", self.open_exceptions(row).message)
        self.assertFalse(sum(self.set_lines(self.order).mapped("qty_delivered")))


class TestRefunded(BundleMixin, EditCase):
    def sold(self, count=2, **options):
        theirs = self.buy(*cart(count), **options)
        self.fetch()
        return theirs, self.find(theirs)

    def test_one_set_that_was_not_sent(self):
        theirs, order = self.sold()
        self.refund(theirs, {SHEARS: 1, TWINE: 2}, amount=PRICE, restock="CANCEL")
        self.assert_clean(order)
        self.assertEqual(self.count(order), 1)
        note = order.refund_ids.credit_note_id
        self.assertEqual(note.amount_total, float(PRICE))
        self.assertEqual(note.invoice_line_ids.product_id, self.set)
        self.assert_balanced(order, theirs)
        self.send(order, 1)
        self.assertEqual(self.told(theirs), [{SHEARS: 1, TWINE: 2}])

    def test_one_set_of_three_that_comes_back_to_the_cent(self):
        off = {"discount": {"code": "TEN", "percent": "10"}}
        for options in (off, {**off, "taxes_included": False}):
            theirs, order = self.sold(3, **options)
            self.send(order, 3)
            self.world.clock.advance(hours=1)
            refund = self.shopify.refund(
                theirs, {SHEARS: 1, TWINE: 2}, amount=0, restock="RETURN"
            )
            self.fetch()
            self.assertTrue(refund)
            self.assert_clean(order)
            back = order.sale_order_id.picking_ids.filtered("return_id")
            self.assertEqual(back.move_ids.product_id, self.set)
            self.assertEqual(back.move_ids.product_uom_qty, 1)
            row = order.refund_ids
            self.assertEqual(row.credit_note_id.amount_total, row.amount)
            self.assertEqual(
                f"{order._figures().gross:.2f}",
                theirs["currentTotalPriceSet"]["presentmentMoney"]["amount"],
            )

    def test_one_component_is_exact_money_and_a_persons_goods(self):
        self.stops_are_expected()
        theirs, order = self.sold()
        self.refund(theirs, {TWINE: 1}, amount="6.95", restock="CANCEL")
        note = order.refund_ids.credit_note_id
        self.assertEqual(note.amount_total, 6.95)
        self.assertEqual(self.count(order), 2)
        self.assert_balanced(order, theirs)
        self.assertIn("out of the bundle “Starter Set”", order.left_to_do)
        order.action_changes_handled()
        self.send(order, 2)
        self.assertEqual(self.told(theirs), [{SHEARS: 2, TWINE: 3}])
        self.assertEqual(theirs["displayFulfillmentStatus"], "FULFILLED")

    def test_one_component_that_comes_back_is_received_by_hand(self):
        self.stops_are_expected()
        theirs, order = self.sold()
        self.send(order, 2)
        self.refund(theirs, {TWINE: 1}, amount="6.95", restock="RETURN")
        self.assertEqual(order.refund_ids.credit_note_id.amount_total, 6.95)
        self.assertIn("comes back: receive it by hand", order.left_to_do)
        self.assertFalse(order.sale_order_id.picking_ids.filtered("return_id"))
        self.assert_balanced(order, theirs)

    def test_credit_note_made_here_is_refunded_by_component(self):
        self.shop.send_refunds = True
        theirs, order = self.sold()
        self.send(order, 2)
        invoice = order._customer_moves(("out_invoice",))
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [(6, 0, invoice.ids)],
                "journal_id": invoice.journal_id.id,
                "date": invoice.date,
            }
        )
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        (note.invoice_line_ids - self.of_set(note)).unlink()
        self.of_set(note).quantity = 1
        note.action_post()
        self.run_jobs()
        (refund,) = self.shopify.store.refs(theirs["refunds"])
        rows = self.shopify.store.refs(refund["refundLineItems"])
        units = {
            self.shopify.store.get(row["lineItem"])["sku"]: row["quantity"]
            for row in rows
        }
        self.assertEqual(units, {SHEARS: 1, TWINE: 2})
        back = refund["totalRefundedSet"]["presentmentMoney"]["amount"]
        self.assertEqual(Decimal(back), PRICE)
        self.fetch()
        self.assert_clean(order)
        self.assert_balanced(order, theirs)

    def of_set(self, note):
        return note.invoice_line_ids.filtered(lambda row: row.product_id == self.set)

    def test_cancelled_order_is_credited_as_a_whole(self):
        theirs, order = self.sold()
        self.cancel(theirs)
        self.assert_clean(order)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assert_balanced(order, theirs)


class TestEdited(BundleMixin, EditCase):
    def sold_two(self):
        theirs = self.buy(*cart(2))
        self.fetch()
        return theirs, self.find(theirs)

    def test_whole_set_taken_off(self):
        for policy in ("delivery", "payment"):
            with self.subTest(policy=policy):
                self.shop.invoice_policy = policy
                theirs, order = self.sold_two()
                self.edit(theirs, set_quantity={SHEARS: 1, TWINE: 2})
                self.assert_total(order, theirs)
                self.assertEqual(self.count(order), 1)
                self.assertEqual(self.to_send(order, SET), 1)

    def test_component_taken_off_changes_the_price_and_asks_a_person(self):
        self.stops_are_expected()
        for policy in ("delivery", "payment"):
            with self.subTest(policy=policy):
                self.shop.invoice_policy = policy
                theirs, order = self.sold_two()
                self.edit(theirs, set_quantity={TWINE: 3})
                self.assertEqual(self.count(order), 2)
                money = theirs["currentTotalPriceSet"]["presentmentMoney"]["amount"]
                self.assertEqual(order._figures().gross, Decimal(money))
                self.assertIn("It now has 2 × ", order.left_to_do)
                order.action_changes_handled()
                self.send(order, 2)
                self.assertEqual(self.told(theirs), [{SHEARS: 2, TWINE: 3}])

    def test_another_set_is_lines_of_its_own(self):
        theirs, order = self.sold_two()
        self.edit(theirs, add=list(cart(1, bundle="Second Set")))
        self.assert_total(order, theirs)
        self.assertEqual(self.count(order), 2)
        self.assertEqual(self.sold(order, TWINE), 2)


class TestStockOfComponents(BundleMixin, EditCase):
    def test_components_that_wait_are_known_to_be_sold(self):
        self.shop.sync_products = True
        self.shop.action_fetch_products()
        self.run_jobs()
        theirs = self.buy(*cart(2))
        self.fetch()
        order = self.find(theirs)
        twine = self.products[TWINE]
        promised = dict(
            (product, units)
            for product, _warehouse, units in self.shop._read_promised(twine)
        )
        self.assertEqual(promised, {twine.id: 4})
        self.send(order, 1)
        promised = self.shop._read_promised(twine)
        self.assertEqual([row[2] for row in promised], [2])
