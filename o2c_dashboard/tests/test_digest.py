from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import new_test_user

from .common import DashboardCase


class TestDigest(DashboardCase):
    """The mail of the day and of the week, by core's digest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weekly = cls.env.ref("o2c_dashboard.digest_weekly")
        cls.other = cls.env["res.company"].create(
            {"name": "Elsewhere", "currency_id": cls.company.currency_id.id}
        )
        cls.reader = cls.user_of(cls.other, "reader")

    @classmethod
    def user_of(cls, company, login, groups="o2c_base.group_user"):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            email=f"{login}@example.com",
        )

    def rows(self, *hours, company=None, **values):
        """Leave orders of the other company, ordered so many hours ago."""
        found = self.env["o2c.order.flow"]
        for number in hours:
            order = self.order()
            found |= self.row(order)
            moment = fields.Datetime.now() - timedelta(hours=number)
            told = {"ordered_at": moment, **values}
            columns = ", ".join(f"{name} = %s" for name in told)
            self.env.cr.execute(
                f"UPDATE o2c_order_flow SET company_id = %s, {columns} WHERE id = %s",
                ((company or self.other).id, *told.values(), order.id),
            )
        self.env.invalidate_all()
        return found

    def shown(self, user, digest=None):
        """Return ``{figure: (last day, last seven days, last thirty days)}``."""
        digest = digest or self.weekly
        kpis = digest._compute_kpis(user.company_id, user)
        return {
            kpi["kpi_name"]: tuple(kpi[f"kpi_col{n}"]["value"] for n in (1, 2, 3))
            for kpi in kpis
        }

    def test_orders_and_their_worth_of_the_readers_company(self):
        self.rows(2, 50, 400)
        self.rows(3, 4, company=self.company)
        shown = self.shown(self.reader)
        self.assertEqual(shown["kpi_o2c_orders"], (1, 2, 3))
        symbol = self.other.currency_id.symbol
        worth = [value.replace(symbol, "") for value in shown["kpi_o2c_sales"]]
        self.assertEqual(worth, ["100", "200", "300"])

    def test_digest_of_a_company_shows_none_of_it_to_others(self):
        self.rows(2)
        digest = self.weekly.copy({"company_id": self.other.id})
        self.assertEqual(self.shown(self.reader, digest)["kpi_o2c_orders"], (1, 1, 1))
        stranger = self.user_of(self.company, "stranger")
        self.assertEqual(self.shown(stranger, digest)["kpi_o2c_orders"], (0, 0, 0))

    def test_paid_money_on_its_way_and_days_to_cash(self):
        now = fields.Datetime.now()
        yesterday = now - timedelta(days=1)
        paid = {"paid_on": yesterday.date(), "in_payment_at": yesterday}
        self.rows(30, **paid)
        there = {"reconciled_at": now - timedelta(hours=1)}
        for days in (2, 4, 9):
            self.rows(30, **paid, **there, cash_days=days)
        shown = self.shown(self.reader)
        symbol = self.other.currency_id.symbol
        for name, amount in (("paid", "400"), ("on_its_way", "100")):
            value = shown[f"kpi_o2c_{name}"][0].replace(symbol, "")
            self.assertEqual(value, amount, name)
        self.assertEqual(shown["kpi_o2c_cash_days"], ("4.00", "4.00", "4.00"))

    def test_exceptions_are_those_open_at_the_end(self):
        self.env["o2c.exception"].create(
            [
                {
                    "res_model": "sale.order",
                    "res_id": number,
                    "reason": "rejected",
                    "message": "It stopped.",
                    "company_id": self.other.id,
                    "state": state,
                    "opened_at": fields.Datetime.now() - timedelta(hours=30),
                    "closed_at": closed,
                }
                for number, state, closed in (
                    (1, "open", False),
                    (2, "closed", fields.Datetime.now() - timedelta(hours=2)),
                )
            ]
        )
        self.assertEqual(self.shown(self.reader)["kpi_o2c_exceptions"], (1, 1, 1))

    def test_reader_without_the_right_gets_none_of_it(self):
        plain = self.user_of(self.other, "plain", "base.group_user")
        self.assertFalse([n for n in self.shown(plain) if n.startswith("kpi_o2c")])

    def test_mail_shows_the_figures_with_their_links_and_a_tip(self):
        self.rows(2, 3)
        self.weekly.user_ids = self.reader
        self.weekly.action_send_manual()
        mail = self.env["mail.mail"].search(
            [("email_to", "ilike", "reader@example.com")]
        )
        self.assertEqual(mail.subject, "Elsewhere: Order to Cash: Your Week")
        page = html.fromstring(mail.body_html)
        links = page.xpath("//a/@href")
        self.assertTrue([x for x in links if "o2c_dashboard.o2c_order_flow_acti" in x])
        self.assertTrue([x for x in links if "o2c_dashboard.o2c_board_action" in x])
        words = " ".join(page.text_content().split())
        self.assertIn("Order to Cash (Days, Median)", words)
        self.assertIn("Every figure on the board opens its records", words)

    def test_growth_of_what_should_shrink_is_not_painted_green(self):
        self.rows(2, 3)
        kpis = self.weekly.with_user(self.reader)._compute_kpis(self.other, self.reader)
        grown = {
            kpi["kpi_name"]
            for kpi in kpis
            if any("margin" in kpi.get(f"kpi_col{number}", {}) for number in (1, 2, 3))
        }
        self.assertIn("kpi_o2c_orders", grown)
        self.assertFalse(grown & {"kpi_o2c_exceptions", "kpi_o2c_cash_days"})

    def test_daily_one_waits_for_readers_and_keeps_its_rhythm(self):
        daily = self.env.ref("o2c_dashboard.digest_daily")
        self.assertFalse(daily.user_ids)
        daily.action_send()
        self.assertEqual(daily.periodicity, "daily")
        daily.with_user(self.reader).action_subscribe()
        self.assertEqual(daily.user_ids, self.reader)
        daily.with_user(self.reader).action_unsubscribe()
        self.assertFalse(daily.user_ids)
