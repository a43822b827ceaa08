"""Draft orders: quotations that follow them, and never a second sales order."""

from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.shopify_connector.lib.drafts import _spread

from .common import SANNE, UTRECHT
from .test_import import ImportCase

SHEARS, TROWEL = "TW-SHEARS-01", "TW-TROWEL-01"
CART = ({"sku": SHEARS, "quantity": 2}, {"sku": TROWEL, "quantity": 1})


class DraftCase(ImportCase):
    def setUp(self):
        super().setUp()
        # As Shopify does; over the whole order the tax can be a cent another.
        self.env.company.tax_calculation_rounding_method = "round_per_line"
        self.shop.import_drafts = True
        self.run_jobs()

    def write_down(self, cart=CART, **options):
        """Make a draft at Shopify and fetch it; return its record there."""
        options = {"shipping_address": UTRECHT, "customer": SANNE, **options}
        draft = self.shopify.draft(list(cart), **options)
        self.fetch()
        return draft

    def later(self):
        self.world.clock.advance(minutes=20)

    def quotation(self, draft):
        return self.find(draft).sale_order_id

    def assert_total(self, sale_order, theirs):
        for name, field in (("Price", "amount_total"), ("Tax", "amount_tax")):
            money = theirs[f"total{name}Set"]["presentmentMoney"]["amount"]
            self.assertEqual(Decimal(f"{sale_order[field]:.2f}"), Decimal(money), field)

    def sale_orders(self):
        """Return all sales orders of the shop that are not cancelled."""
        domain = [("client_order_ref", "=like", "#%"), ("state", "!=", "cancel")]
        return self.env["sale.order"].search(domain)

    def hear(self, topic, body):
        """Let a message come in as the web server keeps it."""
        events = self.env["o2c.webhook.event"]
        delivery = f"{topic}-{len(body)}"
        events._receive(self.shop, delivery, topic, body.encode())
        self.run_jobs()
        self.env.invalidate_all()


class TestDraft(DraftCase):
    def test_open_draft_is_a_quotation(self):
        draft = self.write_down()
        row = self.find(draft)
        self.assert_imported(row)
        quotation = row.sale_order_id
        self.assertEqual(quotation.state, "draft")
        self.assertEqual(quotation.client_order_ref, draft["name"])
        self.assertEqual(quotation.partner_id.email, SANNE["email"])
        self.assertEqual(quotation.partner_shipping_id.city, "Utrecht")
        self.assertEqual(quotation.carrier_id, self.carrier)
        self.assert_total(quotation, draft)
        self.assertFalse(quotation.picking_ids)
        self.assertIn("/draft_orders/", row.action_open_at_shopify()["url"])

    def test_totals_of_all_kinds(self):
        off = {"title": "Friends", "amount": "10.00"}
        for options in (
            {"discount": off},
            {"discount": {"title": "Friends", "percent": "10"}},
            {"taxes_included": False, "discount": off},
            {"shipping": None},
        ):
            with self.subTest(options=options):
                custom = {"title": "Engraving", "price": "12.50", "quantity": 3}
                draft = self.write_down([*CART, custom], **options)
                self.assert_imported(self.find(draft))
                self.assert_total(self.quotation(draft), draft)

    def test_set_is_a_section_with_its_parts(self):
        rows = [{**row, "bundle": "Starter Set"} for row in CART]
        quotation = self.quotation(self.write_down(rows))
        section = quotation.order_line.filtered("display_type")
        self.assertIn("Starter Set", section.name)
        self.assertEqual(
            set(self.products.values()) - set(quotation.order_line.product_id), set()
        )

    def test_quotation_follows_the_draft(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        self.later()
        self.shopify.change_draft(draft, cart=[{"sku": SHEARS, "quantity": 5}])
        self.fetch()
        self.assertEqual(self.quotation(draft), quotation)
        goods = quotation.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(goods.mapped("product_uom_qty"), [5])
        self.assert_total(quotation, draft)
        self.assertFalse(self.open_exceptions())

    def test_draft_with_more_lines_than_a_page(self):
        rows = [
            {"title": f"Part {n}", "price": "1.00", "quantity": 1} for n in range(45)
        ]
        quotation = self.quotation(self.write_down(rows))
        self.assertEqual(len(quotation.order_line), 46)

    def test_read_twice_is_written_once(self):
        draft = self.write_down()
        before = self.quotation(draft).order_line
        self.find(draft).action_import()
        self.run_jobs()
        self.assertEqual(self.quotation(draft).order_line, before)

    def test_unknown_product_waits_and_goes_on(self):
        draft = self.write_down([{"sku": "TW-HOSE-01", "quantity": 1}])
        row = self.find(draft)
        self.assert_blocked(row, "unknown_product")
        self.product("TW-HOSE-01")
        self.run_jobs()
        self.assert_imported(row)

    def test_nobody_confirms_it_here(self):
        quotation = self.quotation(self.write_down())
        with self.assertRaisesRegex(UserError, "Complete it there"):
            quotation.action_confirm()

    def test_off_by_default(self):
        self.shop.import_drafts = False
        draft = self.write_down()
        self.assertFalse(self.find(draft))
        self.assertNotIn("DRAFT_ORDERS_CREATE", self.shop._topics())
        self.assertNotIn("read_draft_orders", self.shop._needed_scopes())

    def test_turning_it_on_orders_the_messages(self):
        topics = {row["topic"] for row in self.shopify.subscriptions()}
        self.shop._subscribe()
        topics = {row["topic"] for row in self.shopify.subscriptions()}
        self.assertLessEqual(set(self.shop._topics()), topics)
        self.assertIn("DRAFT_ORDERS_DELETE", topics)

    def test_day_does_not_count_drafts(self):
        self.write_down()
        day = self.env["shopify.day"]
        row = day._row(self.shop, self.world.now().date(), self.shop.currency_id)
        row._attempt("_prove")
        self.assertEqual((row.our_count, row.state), (0, "equal"))

    def test_odd_cents_are_spread_to_the_last(self):
        weights = [Decimal(w) for w in ("10.00", "10.00", "10.00")]
        parts = _spread(Decimal("10.00"), weights)
        self.assertEqual(sum(parts), Decimal("10.00"))
        self.assertEqual(
            sorted(parts), [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
        )


class TestCompleted(DraftCase):
    def complete(self, draft):
        self.later()
        return self.shopify.complete_draft(draft, self.ideal())

    def assert_one(self, quotation, theirs):
        """The quotation is the order now, and there is no second one."""
        order = self.find(theirs)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id, quotation)
        self.assertEqual(self.sale_orders(), quotation)
        self.assertEqual(quotation.shopify_order_id, order)
        self.assertEqual(quotation.state, "sale")
        self.assertEqual(quotation.client_order_ref, theirs["name"])
        self.assert_total(quotation, theirs)
        self.assertTrue(all(quotation.order_line.mapped("shopify_line_gid")))
        self.assertFalse(quotation.invoice_ids.amount_residual)

    def test_quotation_becomes_the_order(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        number = quotation.name
        order = self.complete(draft)
        self.fetch()
        self.assert_one(quotation, order)
        self.assertEqual(quotation.name, number)
        row = self.find(draft)
        self.assertEqual(row.state, "skipped")
        self.assertIn(order["name"], row.left_out_because)

    def test_order_that_is_heard_of_first(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        order = self.complete(draft)
        with patch.object(type(self.shop), "_enqueue_drafts"):
            self.fetch()
        self.assert_one(quotation, order)
        self.fetch()
        self.assert_one(quotation, order)

    def test_draft_that_is_heard_of_first(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        order = self.complete(draft)
        self.find(draft).action_import()
        self.run_jobs()
        self.env.invalidate_all()
        self.assert_one(quotation, order)

    def test_draft_changed_while_it_was_completed(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        self.later()
        self.shopify.change_draft(draft, cart=[{"sku": TROWEL, "quantity": 4}])
        order = self.complete(draft)
        self.fetch()
        self.assert_one(quotation, order)

    def test_draft_of_an_order_that_is_here_already(self):
        with patch.object(type(self.shop), "_enqueue_drafts"):
            draft = self.write_down()
            order = self.complete(draft)
            self.fetch()
        imported = self.find(order).sale_order_id
        self.assertFalse(self.find(draft))
        self.fetch()
        self.assertFalse(self.find(draft), "completed drafts are no news")
        self.assertEqual(self.sale_orders(), imported)

    def test_two_workers_at_once_leave_one_order(self):
        # The draft is read as open, the order imported, then the quotation written.
        draft = self.write_down()
        orders = type(self.find(draft))
        order = self.complete(draft)
        with patch.object(orders, "_drafts_of", lambda self: {}):
            self.fetch()
        self.find(draft).action_import()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.sale_orders(), self.find(order).sale_order_id)
        self.assertEqual(self.find(draft).sale_order_id.state, "cancel")

    def test_quotation_cancelled_here_comes_back_with_the_order(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        quotation._action_cancel()
        order = self.complete(draft)
        self.fetch()
        self.assert_one(quotation, order)

    def test_other_orders_leave_the_quotation_alone(self):
        draft = self.write_down()
        quotation = self.quotation(draft)
        self.later()
        other = self.bought()
        self.assertNotEqual(other.sale_order_id, quotation)
        self.assertEqual(quotation.state, "draft")


class TestDeleted(DraftCase):
    def test_sweep_finds_it_and_cancels_the_quotation(self):
        draft = self.write_down()
        row = self.find(draft)
        self.shopify.delete_draft(draft)
        self.fetch()
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertEqual(row.state, "skipped")
        self.assertIn("deleted", row.left_out_because)

    def test_messages_are_enough(self):
        draft = self.shopify.draft(list(CART), SANNE, UTRECHT)
        number = draft["id"].rpartition("/")[2]
        body = '{"id": %s, "name": "%s"}' % (number, draft["name"])
        self.hear("draft_orders/create", body)
        row = self.find(draft)
        self.assert_imported(row)
        self.shopify.delete_draft(draft)
        self.hear("draft_orders/delete", '{"id": %s}' % number)
        self.assertEqual(row.sale_order_id.state, "cancel")

    def test_unknown_draft_that_is_deleted_is_no_news(self):
        self.hear("draft_orders/delete", '{"id": 4711}')
        domain = [("gid", "=", "gid://shopify/DraftOrder/4711")]
        self.assertFalse(self.env["shopify.order"].search(domain))

    def test_message_that_is_no_draft_is_refused(self):
        headers = {"X-Shopify-Topic": "draft_orders/update"}
        headers["X-Shopify-Webhook-Id"] = "w1"
        for raw in ('{"id": "x"}', "[]"):
            with self.assertRaises(ValueError):
                self.shop._webhook_identity(raw, headers)
