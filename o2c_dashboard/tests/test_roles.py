from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .test_board import BoardCase, figures

USER = "o2c_base.group_user"
#: who works with it: login -> groups besides the suite's own
ROLES = {
    "seller": "sales_team.group_sale_salesman_all_leads",
    "packer": "stock.group_stock_user",
    "bookkeeper": "account.group_account_invoice",
    "service": "base.group_user",
}
#: role -> panels that others may not see
OWN_PANELS = {
    "seller": set(),
    "packer": {"stock"},
    "bookkeeper": {"overdue"},
    "service": set(),
}


class TestRoles(BoardCase):
    """Real users of each role, in two companies that must not see each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Elsewhere", "currency_id": cls.company.currency_id.id}
        )
        cls.users = {
            (role, company): new_test_user(
                cls.env,
                f"{role}_{company.id}",
                groups=f"{USER},{groups}",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for role, groups in ROLES.items()
            for company in (cls.company, cls.other)
        }

    def each(self, company):
        """Yield ``(role, environment of that role in a company)``."""
        for role in ROLES:
            user = self.users[role, company]
            yield role, self.env(user=user, context={"lang": "en_US"})

    def busy(self):
        """Return orders of every kind; the last one lacks goods and has stopped."""
        orders = self.busy_shop()
        self.stopped = self.env["o2c.exception"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", orders[-1].id)]
        )
        self.row(orders[-1])
        self.env.invalidate_all()
        return orders

    def test_each_sees_the_orders_of_the_own_company_only(self):
        orders = self.busy()
        for role, env in self.each(self.company):
            found = env["o2c.order.flow"].search([("id", "in", orders.ids)])
            self.assertEqual(found.ids, orders[::-1].ids, role)
            self.assertTrue(env["o2c.exception"].search([("id", "=", self.stopped.id)]))
        self.env.invalidate_all()
        for role, env in self.each(self.other):
            flow = env["o2c.order.flow"]
            self.assertFalse(flow.search([("id", "in", orders.ids)]), role)
            groups = flow._read_group([], ["waits_for"], ["__count"])
            self.assertFalse(groups, role)
            self.assertFalse(
                env["o2c.exception"].search([("res_id", "in", orders.ids)])
            )
            with self.assertRaises(AccessError):
                self.stopped.with_env(env).message  # noqa: B018

    def test_each_opens_every_figure_of_the_board(self):
        self.busy()
        for role, env in self.each(self.company):
            panels = env["o2c.board"].get_board()["panels"]
            self.assertLessEqual(OWN_PANELS[role], panels.keys(), role)
            for name, panel in panels.items():
                for figure in figures(panel):
                    opens = figure["open"]
                    found = env[opens["model"]].search_count(opens["domain"])
                    if "count" in figure:
                        self.assertEqual(found, figure["count"], f"{role} {name}")

    def test_money_of_invoices_is_for_those_who_may_see_invoices(self):
        self.busy()
        for role, env in self.each(self.company):
            panels = env["o2c.board"].get_board()["panels"]
            # Core lets sellers see the invoices of their orders.
            self.assertEqual("overdue" in panels, role in ("bookkeeper", "seller"))
        env = self.env(user=self.users["bookkeeper", self.company])
        self.assertTrue(sum(f["count"] for f in _panel(env, "overdue")))

    def test_nobody_elsewhere_has_a_figure(self):
        self.busy()
        for role, env in self.each(self.other):
            panels = env["o2c.board"].get_board()["panels"]
            for name in ("waiting", "exceptions"):
                self.assertFalse(panels[name], f"{role} {name}")
            self.assertFalse([f for f in panels["funnel"] if f["count"]], role)

    def test_each_can_take_and_put_off_but_not_change_what_it_says(self):
        self.busy()
        for role, env in self.each(self.company):
            mine = self.stopped.with_env(env)
            mine.action_take()
            self.assertEqual(mine.user_id, env.user, role)
            mine.action_snooze_day()
            self.assertTrue(mine.snoozed_until)
            mine.action_wake()
        for role, env in self.each(self.other):
            for action in ("action_take", "action_snooze_day", "action_retry"):
                self.env.invalidate_all()
                with self.assertRaises(AccessError, msg=f"{role} {action}"):
                    getattr(self.stopped.with_env(env), action)()

    def test_screens_open_for_each_and_settings_for_managers(self):
        manager = new_test_user(self.env, "manager", groups="o2c_base.group_manager")
        row = self.row(self.order())
        people = [env for _role, env in self.each(self.company)]
        for env in (*people, self.env(user=manager)):
            for model in ("o2c.order.flow", "o2c.exception", "o2c.watch"):
                views = env[model].get_views([(False, "form"), (False, "search")])
                self.assertTrue(views["views"]["form"]["arch"])
        for env in people:
            self.assertFalse(env["o2c.watch"].check_access_rights("write", False))
            with self.assertRaises(AccessError):
                row.with_env(env).name = "Mine"
        watches = self.env["o2c.watch"].with_user(manager)
        self.assertTrue(watches.check_access_rights("write", False))

    def test_menus_are_those_of_the_role(self):
        seen = {
            role: env["ir.ui.menu"]._visible_menu_ids()
            for role, env in self.each(self.company)
        }
        board = self.env.ref("o2c_dashboard.menu_board").id
        reminders = self.env.ref("o2c_dashboard.menu_reminders").id
        for role, menus in seen.items():
            self.assertIn(board, menus, role)
            self.assertEqual(reminders in menus, role == "bookkeeper", role)

    def test_who_sees_an_order_sees_its_way_and_the_answer(self):
        order = self.busy()[-1]
        seller = self.users["seller", self.company]
        shown = order.with_user(seller)
        self.assertEqual(shown.o2c_timeline["next"]["label"], "Stock")
        self.assertIn("waits for goods", shown.o2c_answer)
        self.env.invalidate_all()
        for role in ("bookkeeper", "packer"):
            # Who may open the order gets the page, whatever else is closed to them.
            reader = self.users[role, self.company]
            if order.with_user(reader).check_access_rights("read", False):
                self.assertIn("waits for goods", order.with_user(reader).o2c_answer)
        self.env.invalidate_all()
        elsewhere = order.with_user(self.users["seller", self.other])
        with self.assertRaises(AccessError):
            elsewhere.read(["o2c_timeline"])


def _panel(env, name):
    return env["o2c.board"].get_board()["panels"][name]
