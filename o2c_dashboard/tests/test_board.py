from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.tests import new_test_user

from ..lib import board_sql
from ..models import o2c_board, o2c_board_orders
from .common import DashboardCase


def figures(panel):
    """Yield every figure of a panel, however deep: what can be clicked."""
    if isinstance(panel, dict):
        if panel.get("open"):
            yield panel
        for value in panel.values():
            yield from figures(value)
    elif isinstance(panel, list):
        for value in panel:
            yield from figures(value)


class BoardCase(DashboardCase):
    def board(self, **filters):
        self.env.flush_all()
        return self.env["o2c.board"].get_board(filters)

    def panel(self, name, **filters):
        return self.board(**filters)["panels"][name]

    def by_key(self, name, **filters):
        return {figure["key"]: figure for figure in self.panel(name, **filters)}

    def busy_shop(self):
        """Leave something of every kind: packed, paid, overdue, lacking, in trouble."""
        self.put_on_shelf(6)
        paid, overdue, packed = (self.order(2) for _number in range(3))
        for order in (paid, overdue, packed):
            self.pack(order.picking_ids)
        self.pay(self.invoice(paid))
        today = fields.Date.today()
        bill = overdue._create_invoices()
        bill.write(
            {
                "invoice_date": today - timedelta(days=60),
                "invoice_date_due": today - timedelta(days=40),
                "invoice_payment_term_id": False,
            }
        )
        bill.action_post()
        lacking = self.order(5)
        self.env["o2c.exception"].create(
            {
                "res_model": "sale.order",
                "res_id": lacking.id,
                "reason": "rejected",
                "message": "It stopped.",
                "company_id": self.company.id,
            }
        )
        return paid | overdue | packed | lacking


class TestBoard(BoardCase):
    def test_every_figure_opens_exactly_the_records_it_counts(self):
        self.busy_shop()
        seen = set()
        for name, panel in self.board()["panels"].items():
            for figure in figures(panel):
                if "count" not in figure:
                    continue
                opens = figure["open"]
                found = self.env[opens["model"]].search_count(opens["domain"])
                self.assertEqual(found, figure["count"], f"{name}: {figure}")
                if found:
                    seen.add(name)
        self.assertLessEqual(
            {"waiting", "funnel", "sales", "overdue", "exceptions", "stock"}, seen
        )

    def test_amounts_are_those_of_the_records(self):
        self.busy_shop()
        for name, model_field in {
            "waiting": "amount_company",
            "funnel": "amount_company",
            "overdue": "amount_residual_signed",
        }.items():
            for figure in self.panel(name):
                records = self.env[figure["open"]["model"]].search(
                    figure["open"]["domain"]
                )
                total = sum(records.mapped(model_field))
                self.assertAlmostEqual(figure["amount"], total, 2, figure["label"])

    def test_funnel_narrows_from_order_to_cash(self):
        before = {key: f["count"] for key, f in self.by_key("funnel").items()}
        self.busy_shop()
        after = self.by_key("funnel")
        grown = {key: f["count"] - before[key] for key, f in after.items()}
        self.assertEqual(
            (grown["ordered_at"], grown["packed_at"], grown["invoiced_on"]), (4, 3, 2)
        )
        self.assertEqual((grown["paid_on"], grown["reconciled_at"]), (1, 1))

    def test_cancelled_orders_are_no_sales(self):
        before = self.by_key("funnel")["ordered_at"]["count"]
        order = self.order()
        self.assertEqual(self.by_key("funnel")["ordered_at"]["count"], before + 1)
        order._action_cancel()
        self.assertEqual(self.by_key("funnel")["ordered_at"]["count"], before)

    def test_period_ends_where_the_users_day_begins(self):
        self.env.user.tz = "Pacific/Auckland"
        before = self.by_key("funnel", period="1")["ordered_at"]["count"]
        board = self.env["o2c.board"]
        midnight = board._start_of(board._today())
        self.order().date_order = midnight - timedelta(seconds=1)
        self.order().date_order = midnight
        after = self.by_key("funnel", period="1")["ordered_at"]["count"]
        self.assertEqual(after, before + 1)

    def test_days_of_sales_add_up_to_the_period(self):
        self.busy_shop()
        panels = self.board(period="7")["panels"]
        total = panels["funnel"][0]
        for parts in (
            panels["sales"]["days"]["points"],
            panels["sales"]["channels"],
            panels["sales"]["countries"],
        ):
            self.assertEqual(sum(part["count"] for part in parts), total["count"])
            amount = sum(part["amount"] for part in parts)
            self.assertAlmostEqual(amount, total["amount"], 2)

    def test_small_countries_are_summed_up_and_open_together(self):
        self.busy_shop()
        self.customer = self.customer.copy({"country_id": self.env.ref("base.fr").id})
        self.order()
        with patch.object(o2c_board_orders, "COUNTRIES", 1):
            countries = self.panel("sales")["countries"]
        self.assertEqual(countries[-1]["label"], "Other Countries")
        opens = countries[-1]["open"]
        found = self.env["o2c.order.flow"].search_count(opens["domain"])
        self.assertEqual(found, countries[-1]["count"])

    def test_durations_are_median_and_slowest_tenth(self):
        orders = [self.order() for _number in range(11)]
        self.row(orders[0])
        now = fields.Datetime.now()
        for hours, order in enumerate(orders):
            self.env.cr.execute(
                "UPDATE o2c_order_flow SET ordered_at = %s, packed_at = %s,"
                " pack_hours = %s, company_id = %s WHERE id = %s",
                (now - timedelta(hours=hours), now, hours, self.other().id, order.id),
            )
        board = self.env["o2c.board"].with_context(allowed_company_ids=self.other().ids)
        steps = {s["key"]: s for s in board.get_board()["panels"]["lead"]["steps"]}
        step = steps["pack_hours"]
        self.assertEqual((step["median"], step["p90"]), (5, 9))
        self.assertTrue(step["points"])

    def other(self):
        company = self.env["res.company"].search([("name", "=", "Elsewhere")])
        if not company:
            company = self.env["res.company"].create(
                {"name": "Elsewhere", "currency_id": self.company.currency_id.id}
            )
            self.env.user.company_ids |= company
        return company

    def test_companies_of_other_currencies_are_added_at_todays_rate(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        other = self.other()
        other.currency_id = dollar
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "name": "2020-01-01",
                "rate": 2,
                "company_id": False,
            }
        )
        order = self.order()
        self.row(order)
        board = self.env["o2c.board"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        before = board.get_board()["panels"]["funnel"][0]["amount"]
        self.env.cr.execute(
            "UPDATE o2c_order_flow SET company_id = %s WHERE id = %s",
            (other.id, order.id),
        )
        after = board.get_board()["panels"]["funnel"][0]["amount"]
        self.assertEqual(before - after, 50)

    def test_filters_of_the_address_are_checked(self):
        filters = self.board(period="7; DROP", shop="99999999")["filters"]
        self.assertEqual(filters, {"period": "30", "shop": False})
        self.assertEqual(self.board(shop="odoo")["filters"]["shop"], "odoo")

    def test_typed_orders_can_be_looked_at_alone(self):
        self.busy_shop()
        all_orders = self.by_key("funnel")["ordered_at"]["count"]
        typed = self.by_key("funnel", shop="odoo")["ordered_at"]["count"]
        self.assertEqual(typed, all_orders)

    def test_every_so_many_order_is_measured_beyond_the_limit(self):
        orders = [self.order() for _number in range(9)]
        self.row(orders[0])
        with patch.object(board_sql, "SAMPLE", 5):
            lead = self.panel("lead")
        self.assertGreaterEqual(lead["every"], 7)
        self.assertEqual(self.panel("lead")["every"], 1)

    def test_orders_dated_ahead_are_in_the_last_bar_and_open_with_it(self):
        self.order().date_order = fields.Datetime.now() + timedelta(days=3)
        last = self.panel("sales", period="7")["days"]["points"][-1]
        found = self.env["o2c.order.flow"].search_count(last["open"]["domain"])
        self.assertEqual(found, last["count"])

    def test_light_is_grey_until_every_shop_was_proved_lately(self):
        proved = self.shop("Proved", "differs")
        light = self.light("shopify")
        self.assertEqual((light["colour"], light["count"]), ("red", 1))
        proved.state = "equal"
        self.assertEqual(self.light("shopify")["colour"], "green")
        late = self.shop("Late", "equal")
        late.proved_at -= timedelta(days=2)
        self.assertEqual(self.light("shopify")["colour"], "grey")
        late.shop_id.state = "draft"
        self.assertEqual(self.light("shopify")["colour"], "green")

    def shop(self, name, state):
        """Return the proof of yesterday of a connected shop."""
        shop = self.env["shopify.shop"].create(
            {
                "name": name,
                "domain": f"{name.lower()}.myshopify.com",
                "state": "connected",
            }
        )
        return self.env["shopify.day"].create(
            {
                "shop_id": shop.id,
                "day": fields.Date.today() - timedelta(days=1),
                "currency_id": self.company.currency_id.id,
                "state": state,
                "proved_at": fields.Datetime.now(),
            }
        )

    def light(self, key):
        return self.by_key("proofs")[key]

    def test_light_of_the_money_is_that_of_the_days_proofs(self):
        account = self.env["mollie.account"].create({"name": "M", "state": "connected"})
        balance = self.env["mollie.balance"].create(
            {
                "account_id": account.id,
                "external_id": "bal_light",
                "currency_id": self.company.currency_id.id,
            }
        )
        self.assertEqual(self.light("mollie")["colour"], "grey")
        today = fields.Date.today()
        proofs = self.env["mollie.proof"]
        proof = proofs.create(
            {
                **proofs._prepare_period(balance, "day", today - timedelta(days=1)),
                "proved_at": fields.Datetime.now(),
                "state": "equal",
            }
        )
        self.assertEqual(self.light("mollie")["colour"], "green")
        proof.state = "differs"
        light = self.light("mollie")
        self.assertEqual((light["colour"], light["count"]), ("red", 1))
        self.assertEqual(
            self.env[light["open"]["model"]].search(light["open"]["domain"]), proof
        )

    def test_labels_that_wait_name_the_job_runner(self):
        job = self.env["sendcloud.account"].with_delay(channel="root.o2c")
        job = job._attempt("x")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s, channel = 'root.o2c'"
            " WHERE uuid = %s",
            (fields.Datetime.now() - timedelta(minutes=12), job.uuid),
        )
        self.env.invalidate_all()
        told = next(x for x in self.panel("health") if x["key"] == "runner")["text"]
        self.assertEqual(
            told, "Labels wait for 12 minutes: the job runner does not run."
        )

    def test_late_scheduled_actions_are_told_in_a_sentence(self):
        def crons():
            return self.by_key("health")["crons"]

        ours = self.env["ir.cron"].search(self.env["ir.cron"]._o2c_domain())
        now = fields.Datetime.now()
        ours.nextcall = now
        self.assertEqual((crons()["colour"], crons()["text"]), ("green", "On time"))
        ours[0].nextcall = now - timedelta(hours=2)
        self.assertEqual(crons()["text"], f"“{ours[0].name}” is late")
        ours[1].nextcall = now - timedelta(hours=3)
        self.assertEqual(crons()["text"], f"2 are late, “{ours[1].name}” the most")
        ours.nextcall = now - timedelta(hours=2)
        self.assertIn("None of them runs", crons()["text"])
        self.assertEqual(crons()["count"], len(ours))

    def test_runner_that_does_not_run_is_told_in_minutes(self):
        def runner():
            return next(x for x in self.panel("health") if x["key"] == "runner")

        self.assertEqual(runner()["colour"], "green")
        job = self.env["o2c.webhook.event"].with_delay(channel="root.o2c")._attempt("x")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s, channel = 'root.o2c'"
            " WHERE uuid = %s",
            (fields.Datetime.now() - timedelta(minutes=12), job.uuid),
        )
        self.env.invalidate_all()
        self.assertEqual(runner()["colour"], "red")
        self.assertIn("12 minutes", runner()["text"])


class TestParts(BoardCase):
    def user(self, *groups):
        return new_test_user(
            self.env,
            f"user_{uuid4().hex}",
            groups=",".join(("o2c_base.group_user", *groups)),
        )

    def test_each_role_lands_on_its_part_and_sees_no_other_money(self):
        roles = {
            "sales": "sales_team.group_sale_salesman_all_leads",
            "warehouse": "stock.group_stock_user",
            "accounting": "account.group_account_invoice",
        }
        for part, group in roles.items():
            board = self.env["o2c.board"].with_user(self.user(group)).get_board()
            self.assertEqual(board["part"], part)
            self.assertIn("funnel", board["panels"])
        packer = self.env["o2c.board"].with_user(self.user(roles["warehouse"]))
        self.assertNotIn("overdue", packer.get_board()["panels"])
        plain = self.env["o2c.board"].with_user(self.user("base.group_user"))
        self.assertNotIn("stock", plain.get_board()["panels"])

    def test_figures_are_of_the_companies_of_the_user(self):
        self.busy_shop()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.user("sales_team.group_sale_manager")
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        board = self.env["o2c.board"].with_user(user).with_company(other).get_board()
        self.assertFalse([f for f in board["panels"]["funnel"] if f["count"]])
        self.assertFalse(board["panels"]["waiting"])
        self.assertEqual(o2c_board.PERIODS[0], board["filters"]["period"])
