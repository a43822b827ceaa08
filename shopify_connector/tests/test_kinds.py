"""Orders that are not simply goods, sent and paid, each to the cent."""

from decimal import Decimal
from unittest.mock import patch

from odoo import _
from odoo.exceptions import UserError, ValidationError

from .common import UTRECHT
from .test_import import ImportCase

SHEARS, TROWEL = "TW-SHEARS-01", "TW-TROWEL-01"
CASH = {"gateway": "cash"}
CUSTOM = {"title": "Engraving", "price": "12.50", "quantity": 1}


class KindsCase(ImportCase):
    def setUp(self):
        super().setUp()
        # As Shopify does; over the whole order the tax can be a cent another.
        self.env.company.tax_calculation_rounding_method = "round_per_line"

    def assert_exact(self, *cart, **options):
        """Fetch an order; its total and tax are Shopify's and nothing was rounded."""
        theirs = self.buy(*cart, **options)
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assert_equal(order, theirs)
        self.assert_nets(order, theirs)
        rounding = order.sale_order_id.order_line.filtered(
            lambda line: line.product_id == self.shop.rounding_product_id
        )
        self.assertFalse(rounding, "nothing is left to round")
        return order

    def assert_equal(self, order, theirs, side="presentmentMoney"):
        sale_order = order.sale_order_id
        for name, field in (("Price", "amount_total"), ("Tax", "amount_tax")):
            money = Decimal(theirs[f"total{name}Set"][side]["amount"])
            self.assertEqual(Decimal(f"{sale_order[field]:.2f}"), money, field)

    def assert_nets(self, order, theirs):
        """What each line costs without its taxes is Shopify's, to the cent."""
        nets = {}
        for line in order.sale_order_id.order_line.filtered("shopify_line_gid"):
            gid = line.shopify_line_gid
            nets[gid] = nets.get(gid, 0) + line.price_subtotal
        for gid, title, net in self.charges(theirs):
            self.assertEqual(Decimal(f"{nets.get(gid, 0):.2f}"), net, title)

    def charges(self, theirs):
        """Yield gid, title and net of all that an order charges for."""

        def amount(bag):
            return Decimal(bag["presentmentMoney"]["amount"])

        def net(part, price):
            taxes = sum(amount(row["priceSet"]) for row in part["taxLines"])
            return price - taxes * theirs["taxesIncluded"]

        for line in self.shopify.lines(theirs):
            off = sum(
                amount(row["allocatedAmountSet"]) for row in line["discountAllocations"]
            )
            price = amount(line["originalUnitPriceSet"]) * line["quantity"] - off
            yield line["id"], line["title"], net(line, price)
            for duty in line["duties"]:
                yield duty["id"], "duty", net(duty, amount(duty["price"]))
        for line in self.shopify.store.refs(theirs["shippingLines"]):
            price = amount(line["discountedPriceSet"])
            yield line["id"], line["title"], net(line, price)
        for fee in theirs["additionalFees"]:
            yield fee["id"], fee["name"], net(fee, amount(fee["price"]))

    def line(self, order, product):
        return order.sale_order_id.order_line.filtered(
            lambda row: row.product_id == product
        )


class TestLines(KindsCase):
    def test_custom_lines_without_sku(self):
        for included in (True, False):
            order = self.assert_exact(
                SHEARS,
                CUSTOM,
                {**CUSTOM, "title": "Advice", "requires_shipping": False},
                taxes_included=included,
            )
            sent = self.line(order, self.shop.custom_product_id)
            self.assertEqual(sent.name, "Engraving")
            self.assertEqual(sent.qty_to_deliver, 1)
            service = self.line(order, self.shop.service_product_id)
            self.assertEqual(service.name, "Advice")

    def test_tip_is_untaxed(self):
        order = self.assert_exact(SHEARS, tip="2.50")
        tip = self.line(order, self.shop.tip_product_id)
        self.assertEqual((tip.price_total, tip.price_tax), (2.5, 0))

    def test_tip_that_is_a_line_is_not_counted_twice(self):
        row = {"title": "Tip", "price": "2.50", "quantity": 1, "taxable": False}
        theirs = self.buy(SHEARS, {**row, "requires_shipping": False})
        theirs["totalTipReceivedSet"] = {
            side: {"amount": "2.50", "currencyCode": "EUR"}
            for side in ("shopMoney", "presentmentMoney")
        }
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assert_equal(order, theirs)
        self.assertEqual(self.line(order, self.shop.tip_product_id).price_total, 2.5)

    def test_duties_and_fees_with_their_taxes(self):
        for included in (True, False):
            order = self.assert_exact(
                {"sku": SHEARS, "quantity": 2, "duty": {"price": "6.10"}},
                {"sku": TROWEL, "quantity": 1, "duty": {"price": "1", "taxed": True}},
                fees=[{"name": "Import fee", "price": "3.33", "taxed": True}],
                taxes_included=included,
            )
            duties = self.line(order, self.shop.duty_product_id)
            self.assertEqual(sorted(duties.mapped("price_unit")), [1, 6.1])
            fee = self.line(order, self.shop.fee_product_id)
            self.assertEqual((fee.name, fee.price_unit), ("Import fee", 3.33))
            self.assertGreater(fee.price_tax, 0)
            self.assertEqual(order._figures().gross, Decimal(f"{order.total:.2f}"))

    def test_bundle_is_a_section_with_its_parts(self):
        order = self.assert_exact(
            {"sku": SHEARS, "quantity": 2, "bundle": "Starter", "bundle_quantity": 2},
            {"sku": TROWEL, "quantity": 2, "bundle": "Starter"},
            {"sku": SHEARS, "quantity": 1},
            discount={"code": "TEN", "percent": "10"},
        )
        lines = order.sale_order_id.order_line
        section = lines.filtered(lambda row: row.display_type == "line_section")
        self.assertEqual(section.name, "2 × Starter")
        after = lines[list(lines).index(section) + 1 :]
        self.assertEqual(set(after.mapped("product_id.default_code")), {SHEARS, TROWEL})
        self.assertEqual(sum(after.mapped("product_uom_qty")), 4)
        self.assertTrue(order.sale_order_id.picking_ids)

    def test_three_hundred_lines(self):
        rows = [{**CUSTOM, "title": f"Label {n}"} for n in range(300)]
        order = self.assert_exact(*rows)
        goods = self.line(order, self.shop.custom_product_id)
        self.assertEqual(len(goods), 300)
        self.assertEqual(goods[-1].name, "Label 299")

    def test_removed_before_the_import(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 3}, TROWEL)
        self.shopify.edit(theirs, set_quantity={SHEARS: 2, TROWEL: 0})
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        goods = self.line(order, self.products[SHEARS])
        self.assertEqual((goods.product_uom_qty, goods.price_total), (2, 69.9))
        self.assertFalse(self.line(order, self.products[TROWEL]))
        self.assertEqual(order.sale_order_id.amount_total, 74.85)

    def test_completed_draft_order(self):
        order = self.assert_exact(
            {"sku": SHEARS, "quantity": 2},
            CUSTOM,
            source_name="shopify_draft_order",
            discount={"code": "TEN", "percent": "10"},
        )
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertTrue(order.sale_order_id.picking_ids)

    def test_free_order(self):
        order = self.assert_exact(
            SHEARS, discount={"code": "ALL", "percent": "100"}, shipping=None
        )
        self.assertEqual(order.sale_order_id.amount_total, 0)
        self.assertEqual(order.sale_order_id.state, "sale")


class TestGiftCards(KindsCase):
    CARD = {"title": "Gift card", "price": "50", "quantity": 1, "gift_card": True}

    def buy_card(self):
        return self.buy(
            {**self.CARD, "requires_shipping": False, "taxable": False}, shipping=None
        )

    def test_sold_card_waits_for_its_account_then_is_a_debt(self):
        theirs = self.buy_card()
        self.fetch()
        order = self.find(theirs)
        self.assert_blocked(order, "no_gift_card_account")
        self.shop.action_prepare_gift_cards()
        self.run_jobs()
        self.env.invalidate_all()
        self.assert_imported(order)
        invoice = order.sale_order_id.invoice_ids
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (50, 0))
        account = invoice.invoice_line_ids.account_id
        self.assertEqual(account.account_type, "liability_current")
        self.assertEqual(account, self.shop._gift_card_account())

    def test_redeemed_card_lowers_the_debt(self):
        self.shop.action_prepare_gift_cards()
        payments = [{"gateway": "gift_card", "amount": "50.00"}, self.ideal()]
        order = self.assert_exact({"sku": SHEARS, "quantity": 2}, payment=payments)
        card = order.payment_ids.filtered(lambda p: p.journal_id.type == "cash")
        self.assertEqual(card.amount, 50)
        debt = card.move_id.line_ids.filtered(
            lambda line: line.account_id == self.shop._gift_card_account()
        )
        self.assertEqual(debt.balance, 50)
        self.assertFalse(order.sale_order_id.invoice_ids.amount_residual)

    def test_preparing_twice_makes_one_journal(self):
        for _n in range(2):
            self.shop.action_prepare_gift_cards()
        rows = self.shop.gateway_ids.filtered(lambda row: row.name == "gift_card")
        self.assertEqual(len(rows.journal_id), 1)


class TestCounter(KindsCase):
    def sell(self, *cart, **options):
        self.env["shopify.payment.gateway"].create(
            {"shop_id": self.shop.id, "name": "cash", "journal_id": self.journal.id}
        )
        options.setdefault("payment", CASH)
        return self.buy(
            *cart, source_name="pos", shipping=None, shipping_address=None, **options
        )

    def test_handed_over_is_delivered_and_shopify_is_not_told(self):
        theirs = self.sell(SHEARS)
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.picking_ids.state, "done")
        self.assertFalse(order.fulfillment_ids)
        self.assertFalse(order.sale_order_id.invoice_ids.amount_residual)

    def test_like_online_orders(self):
        self.shop.pos_policy = "import"
        theirs = self.sell(SHEARS)
        self.fetch()
        self.assertEqual(self.find(theirs).sale_order_id.picking_ids.state, "assigned")

    def test_counter_without_warehouse_is_told_where_there_is_a_choice(self):
        theirs = self.sell(SHEARS)
        self.env["stock.warehouse"].create({"name": "Delft", "code": "DEL"})
        self.fetch()
        self.assert_blocked(self.find(theirs), "unknown_location")

    def test_left_out_and_said_so(self):
        self.shop.pos_policy = "skip"
        theirs = self.sell(SHEARS)
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.state, "skipped")
        self.assertIn("counter", order.left_out_because)

    def test_cash_is_rounded_and_settles_everything(self):
        row = {**CUSTOM, "price": "10.02", "requires_shipping": False}
        theirs = self.sell(row, payment={**CASH, "rounding": "-0.02"})
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.amount_total, 10.02)
        self.assertEqual(order.payment_ids.amount, 10)
        self.assertFalse(order.sale_order_id.invoice_ids.amount_residual)
        self.assertEqual(order._figures().paid, Decimal("10.02"))

    def test_sold_at_the_counter_leaves_its_warehouse(self):
        counter = self.env["stock.warehouse"].create({"name": "Shop", "code": "SHOP"})
        theirs = self.sell(SHEARS)
        place = self.shop.location_ids.filtered(
            lambda row: row.gid == theirs["retailLocation"]
        )
        place.write({"warehouse_id": counter.id, "without_stock": False})
        self.fetch()
        self.assertEqual(self.find(theirs).sale_order_id.warehouse_id, counter)


class TestMoney(KindsCase):
    def test_authorized_then_captured(self):
        promise = self.ideal(kind="AUTHORIZATION", payment_id="r-auth")
        theirs = self.buy(SHEARS, payment=promise)
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.financial_status, "AUTHORIZED")
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertFalse(order.payment_ids)
        self.world.clock.advance(hours=1)
        parent = self.shopify.transactions(theirs)[0]["id"]
        self.shopify.record_payment(
            theirs, "Mollie - iDEAL", "r-cap", kind="CAPTURE", parent=parent
        )
        self.fetch()
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertEqual(order.payment_ids.amount, 39.9)
        self.assertFalse(order.sale_order_id.invoice_ids.amount_residual)

    def test_authorized_is_enough_when_the_shop_says_so(self):
        self.shop.confirm_policy = "authorized"
        theirs = self.buy(SHEARS, payment=self.ideal(kind="AUTHORIZATION"))
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertFalse(order.sale_order_id.invoice_ids, "it is not paid")

    def test_amounts_in_the_shops_currency(self):
        self.shop.amounts_in = "shop"
        options = {"presentment_currency": "USD", "exchange_rate": "1.10"}
        theirs = self.buy({"sku": SHEARS, "quantity": 3}, **options)
        self.fetch()
        order = self.find(theirs)
        self.assert_imported(order)
        self.assert_equal(order, theirs, "shopMoney")
        self.assertEqual(order.currency_id.name, "EUR")
        self.assertEqual(order.payment_ids.amount, 109.8)
        self.shop.amounts_in = "customer"
        order.action_import()
        self.run_jobs()
        self.assert_imported(order)
        self.assertEqual(order.currency_id.name, "EUR", "it keeps its currency")

    def test_same_rate_in_two_countries_is_two_taxes(self):
        belgian = self.env["account.tax"].create(
            {"name": "BE 21", "amount": 21, "type_tax_use": "sale"}
        )
        self.env["shopify.tax"].create(
            {
                "shop_id": self.shop.id,
                "country_id": self.env.ref("base.be").id,
                "rate": 21,
                "tax_id": belgian.id,
            }
        )
        ghent = {**UTRECHT, "city": "Gent", "zip": "9000", "country_code": "BE"}
        there = self.assert_exact(SHEARS, shipping_address=ghent)
        here = self.assert_exact(SHEARS)
        self.assertTrue(there.sale_order_id.order_line.tax_id.name.startswith("BE 21"))
        self.assertFalse(
            there.sale_order_id.order_line.tax_id & here.sale_order_id.order_line.tax_id
        )


class TestBusiness(KindsCase):
    NET_30 = {"name": "Net 30", "type": "NET", "days": 30}
    COMPANY = {"name": "Bakkerij Smit BV", "location": "Utrecht"}

    def test_payment_terms_are_delivered_and_invoiced_before_they_are_paid(self):
        order = self.assert_exact(
            SHEARS,
            company=self.COMPANY,
            payment_terms=self.NET_30,
            payment=[],
            po_number="PO-4711",
        )
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(sale_order.payment_term_id.line_ids.nb_days, 30)
        invoice = sale_order.invoice_ids
        self.assertEqual((invoice.invoice_date_due - invoice.invoice_date).days, 30)
        self.assertEqual(invoice.ref, f"PO-4711, {order.name}")
        self.assertEqual(sale_order.client_order_ref, order.name)
        self.assertEqual(invoice.amount_residual, 39.9)

    def test_fixed_day_is_the_due_day_of_the_invoice(self):
        fixed = {"name": "Fixed", "type": "FIXED", "days": 45}
        order = self.assert_exact(SHEARS, payment_terms=fixed, payment=[])
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertFalse(order.sale_order_id.payment_term_id)
        invoice = order.sale_order_id.invoice_ids
        ordered = order.ordered_at.date()
        self.assertEqual((invoice.invoice_date_due - ordered).days, 45)
        due = invoice.line_ids.filtered("date_maturity")
        self.assertEqual(due.date_maturity, invoice.invoice_date_due)

    def test_due_when_sent_is_invoiced_when_sent(self):
        terms = {"name": "Due on fulfillment", "type": "FULFILLMENT"}
        order = self.assert_exact(SHEARS, payment_terms=terms, payment=[])
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.deliver(order.sale_order_id)
        self.run_jobs()
        invoice = order.sale_order_id.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_date_due, invoice.invoice_date)

    def test_one_company_is_looked_for_once_in_a_batch(self):
        for _n in range(3):
            self.buy(SHEARS, company=self.COMPANY, payment_terms=self.NET_30)
        partners = type(self.env["res.partner"])
        orders = type(self.env["shopify.order"])
        find, terms = partners._shopify_company, orders._resolve_payment_term
        with (
            patch.object(partners, "_shopify_company", autospec=True) as company,
            patch.object(orders, "_resolve_payment_term", autospec=True) as term,
        ):
            company.side_effect, term.side_effect = find, terms
            self.fetch()
        self.assertEqual((company.call_count, term.call_count), (1, 1))

    def test_terms_that_are_there_are_taken(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Thirty days",
                "company_id": self.env.company.id,
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        orders = [
            self.assert_exact(SHEARS, payment_terms=self.NET_30, payment=[])
            for _n in range(2)
        ]
        found = [order.sale_order_id.payment_term_id for order in orders]
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0].line_ids.nb_days, term.line_ids.nb_days)

    def test_tax_exempt_is_a_decision_then_exact(self):
        theirs = self.buy(SHEARS, tax_exempt=True)
        self.fetch()
        order = self.find(theirs)
        self.assert_blocked(order, "unknown_tax")
        zero = self.env["account.tax"].create(
            {"name": "Exempt", "amount": 0, "type_tax_use": "sale"}
        )
        self.shop.tax_ids.filtered(lambda row: not row.rate).tax_id = zero
        self.run_jobs()
        self.env.invalidate_all()
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.amount_tax, 0)
        self.assertEqual(order.sale_order_id.order_line.tax_id, zero)

    def test_company_of_shopify_is_the_customer_with_its_vat_number(self):
        company = {**self.COMPANY, "vat": "NL123456782B90"}
        orders = [self.assert_exact(SHEARS, company=company) for _n in range(2)]
        partner = orders[0].sale_order_id.partner_id
        self.assertEqual(partner, orders[1].sale_order_id.partner_id)
        self.assertTrue(partner.is_company)
        self.assertEqual((partner.name, partner.vat), (company["name"], company["vat"]))
        delivery = orders[0].sale_order_id.partner_shipping_id
        self.assertEqual((delivery.parent_id, delivery.city), (partner, "Utrecht"))

    def test_company_that_is_known_here_is_taken(self):
        known = self.env["res.partner"].create(
            {"name": "Smit", "is_company": True, "vat": "NL123456782B90"}
        )
        order = self.assert_exact(
            SHEARS, company={**self.COMPANY, "vat": "NL123456782B90"}
        )
        self.assertEqual(order.sale_order_id.partner_id, known)
        self.assertEqual(known.name, "Smit")

    def test_vat_number_of_the_checkout(self):
        order = self.assert_exact(
            SHEARS,
            billing_address={**UTRECHT, "company": "Tuin BV"},
            attributes={"vat id": "NL123456782B90"},
        )
        partner = order.sale_order_id.partner_id
        self.assertEqual((partner.name, partner.vat), ("Tuin BV", "NL123456782B90"))

    def test_wrong_vat_number_is_named(self):
        theirs = self.buy(SHEARS, company={**self.COMPANY, "vat": "NL12"})
        create = type(self.env["res.partner"]).create

        def check(partners, vals_list):
            if "NL12" in str(vals_list):
                raise ValidationError(_("no VAT number"))
            return create(partners, vals_list)

        with patch.object(type(self.env["res.partner"]), "create", check):
            self.fetch()
        order = self.find(theirs)
        self.assert_blocked(order, "invalid_vat")
        self.assertIn("NL12", self.open_exceptions(order).message)
        self.env["res.partner"].create(
            {"name": self.COMPANY["name"], "is_company": True, "vat": "NL123456782B90"}
        )
        self.open_exceptions(order).action_retry()
        self.run_jobs()
        self.assert_imported(order)


class TestHeld(KindsCase):
    def test_risky_order_waits_until_it_is_accepted(self):
        theirs = self.buy(SHEARS, risk="INVESTIGATE")
        self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertEqual(order.payment_ids.amount, 39.9, "the money came anyway")
        self.assertEqual(self.open_exceptions(order).reason, "risky_order")
        self.assertFalse(order.sale_order_id.picking_ids)
        self.assertTrue(order.waits_for_risk)
        order.action_accept_risk()
        self.run_jobs()
        self.assertFalse(order.waits_for_risk)
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertTrue(order.sale_order_id.invoice_ids)

    def test_risk_that_shopify_takes_back_frees_the_order(self):
        theirs = self.buy(SHEARS, risk="CANCEL")
        self.fetch()
        order = self.find(theirs)
        self.assertIn("fraud", self.open_exceptions(order).message)
        self.world.clock.advance(hours=1)
        theirs["risk"] = {"recommendation": "ACCEPT", "assessments": []}
        self.shopify.touch(theirs)
        self.fetch()
        self.assert_imported(order)
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_risks_are_the_shops_choice(self):
        self.shop.hold_risky = False
        order = self.assert_exact(SHEARS, risk="CANCEL")
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_held_delivery_cannot_be_sent_until_it_is_released(self):
        theirs = self.buy(SHEARS)
        self.fetch()
        order = self.find(theirs)
        self.world.clock.advance(hours=1)
        self.shopify.hold(theirs, reason="AWAITING_PAYMENT")
        self.shopify.touch(theirs)
        self.fetch()
        self.assertTrue(order.held_because)
        with self.assertRaisesRegex(UserError, "on hold at Shopify"):
            order.sale_order_id.picking_ids.button_validate()
        self.world.clock.advance(hours=1)
        self.shopify.release(theirs)
        self.shopify.touch(theirs)
        self.fetch()
        self.deliver(order.sale_order_id)
        self.assertEqual(order.sale_order_id.picking_ids.state, "done")
