"""The go-live check: what orders would become, and that nothing of it stays."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import SANNE, ShopifyCase

TABLES = (
    "sale_order",
    "sale_order_line",
    "res_partner",
    "account_move",
    "stock_picking",
    "mail_message",
    "mail_mail",
    "shopify_order",
    "shopify_order_news",
    "shopify_tax",
    "shopify_shipping_method",
    "o2c_exception",
    "queue_job",
    "account_tax",
)


def _cents(amount):
    return round(amount * 100)


class TestTrial(ShopifyCase):
    def try_out(self, count=10):
        trial = self.env["shopify.trial"].create(
            {"shop_id": self.shop.id, "count": count}
        )
        trial.action_try()
        return trial

    def counts(self):
        self.env.flush_all()
        found = {}
        for table in TABLES:
            self.env.cr.execute(f"SELECT count(*) FROM {table}")
            found[table] = self.env.cr.fetchone()[0]
        return found

    def next_number(self):
        """Return the number that the next sales order gets, without taking it."""
        sequence = self.env["ir.sequence"].search([("code", "=", "sale.order")])
        sequence.invalidate_recordset()
        return sequence[:1].number_next_actual

    def test_order_is_shown_as_it_would_be_and_nothing_stays(self):
        theirs = self.buy()
        before, number = self.counts(), self.next_number()
        trial = self.try_out()
        self.assertEqual(self.counts(), before)
        self.assertEqual(self.next_number(), number)
        (line,) = trial.line_ids
        self.assertEqual((line.name, line.verdict), (theirs["name"], "ready"))
        self.assertEqual(
            (_cents(line.their_total), _cents(line.our_total)), (7485,) * 2
        )
        self.assertEqual(_cents(line.our_tax), _cents(line.their_tax))
        self.assertIn("TW-SHEARS-01", line.sale_lines)
        self.assertEqual(trial.ready_count, 1)

    def test_every_decision_has_its_reason(self):
        self.buy()
        decisions = str(self.try_out().line_ids.decisions)
        self.assertIn("Sanne de Vries becomes a new customer.", decisions)
        self.assertIn("Oudegracht 158, Utrecht by Standard", decisions)
        self.assertIn("delivered to Netherlands", decisions)
        self.assertIn("Mollie - iDEAL is booked in Mollie", decisions)
        self.assertIn("Invoiced at once", decisions)

    def test_sales_order_says_why_it_is_as_it_is(self):
        sale_order = self.bought().sale_order_id
        with Form(sale_order) as form:
            self.assertEqual(_cents(form.shopify_total), 7485)
            self.assertEqual(form.shopify_financial_status, "PAID")
        decisions = str(sale_order.shopify_decisions)
        self.assertIn("Sanne de Vries becomes a new customer.", decisions)
        self.assertIn("was paid on 2026-11-02 into Mollie", decisions)
        self.assertIn("Invoiced at once", decisions)
        other = self.env["sale.order"].create(
            {"partner_id": self.env.user.partner_id.id}
        )
        self.assertFalse(other.shopify_decisions)

    def test_known_customer_is_said(self):
        partner = self.env["res.partner"].create({"name": "S", "email": SANNE["email"]})
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2026-01-01' WHERE id = %s",
            [partner.id],
        )
        partner.invalidate_recordset()
        self.buy()
        self.assertIn("S is known by", str(self.try_out().line_ids.decisions))

    def test_what_is_missing_is_named_and_nothing_stays(self):
        self.buy("TW-HOSE-01")
        before = self.counts()
        trial = self.try_out()
        self.assertEqual(self.counts(), before)
        (line,) = trial.line_ids
        self.assertEqual(line.verdict, "stopped")
        self.assertIn("TW-HOSE-01", line.because)
        self.assertEqual(trial.stopped_count, 1)

    def test_trial_leads_to_the_start(self):
        self.shop.import_paused = True
        theirs = self.buy()
        action = self.try_out().action_start()
        self.run_jobs()
        self.assertEqual(action["res_id"], self.shop.id)
        self.assertEqual(self.find(theirs).state, "imported")

    def test_left_out_and_imported_orders_are_said(self):
        order = self.bought()
        self.buy(test=True)
        lines = self.try_out().line_ids
        verdicts = {line.name: line.verdict for line in lines}
        self.assertEqual(verdicts, {"#1001": "known", "#1002": "left_out"})
        known = lines.filtered(lambda line: line.verdict == "known")
        self.assertIn(order.sale_order_id.name, known.because)

    def test_unpaid_order_stays_a_quotation(self):
        self.buy(payment=self.ideal(status="pending"))
        self.assertIn("until it is paid", self.try_out().line_ids.because)

    def test_only_the_latest_are_tried(self):
        for _number in range(3):
            self.buy()
            self.world.clock.advance(minutes=1)
        names = self.try_out(count=2).line_ids.mapped("name")
        self.assertEqual(set(names), {"#1002", "#1003"})
        with self.assertRaises(UserError):
            self.try_out(count=1000)

    def test_button_of_the_shop_is_for_managers(self):
        self.buy()
        manager = new_test_user(self.env, "o2c-manager", "o2c_base.group_manager")
        action = self.shop.with_user(manager).action_try_out()
        trial = self.env["shopify.trial"].browse(action["res_id"])
        self.assertEqual(trial.line_ids.mapped("verdict"), ["ready"])
        user = new_test_user(self.env, "o2c-user", "o2c_base.group_user")
        with self.assertRaises(AccessError):
            self.shop.with_user(user).action_try_out()


class TestHealth(ShopifyCase):
    def rows(self):
        self.shop.invalidate_recordset(["health"])
        return dict((said, how) for how, said in self.shop._health_rows())

    def test_healthy_shop_says_so(self):
        self.shop._on_connected()
        self.shop.action_check_api()
        self.bought()
        self.assertEqual(set(self.rows().values()), {"good"})
        self.assertIn("fa-check-circle", self.shop.health)

    def test_plan_that_hides_customers_is_named(self):
        self.shop.plan_name = "Basic"
        self.assertTrue(self.shop._hides_customers())
        self.assertIn("bad", self.rows().values())
        self.shop.is_development = True
        self.assertFalse(self.shop._hides_customers())

    def test_connecting_reads_the_plan(self):
        self.shop.plan_name = False
        self.shop.action_test_connection()
        self.assertEqual(self.shop.plan_name, "Shopify Plus")

    def test_missing_permission_is_kept(self):
        answer = self.shop._client().shop()
        self.shop._keep_health(answer, {"read_orders", "read_customers"})
        said = [text for text, how in self.rows().items() if how == "bad"]
        self.assertIn("read_customers, read_orders", " ".join(said))
