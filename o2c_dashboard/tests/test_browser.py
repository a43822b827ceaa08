from odoo.tests import HttpCase, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from .common import DashboardCase

OPEN = "/web#action=o2c_dashboard.o2c_board_action"
#: waits for a condition, then goes on; says what it waited for when it never came
HELPERS = """
    const until = async (what, condition) => {
        for (let tries = 0; tries < 200; tries++) {
            const found = condition();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("never seen: " + what);
    };
    const one = (selector) => document.querySelector(selector);
    const text = (selector) => (one(selector) || {}).textContent;
"""
BOARD = """
(async () => {
    %(helpers)s
    const tile = "[name=waiting] [data-key=stock]";
    await until("the tile", () => one(tile));
    const count = text(tile + " .o2c_board_count").trim();
    if (count !== "%(count)s") {
        throw new Error("the tile says " + count);
    }
    await until("a chart", () => one("[name=sales] canvas"));
    one("select[name=period]").value = "7";
    one("select[name=period]").dispatchEvent(new Event("change"));
    await until("the period in the address", () => location.href.includes("period=7"));
    one("[data-part=warehouse]").click();
    await until("the warehouse's part", () => !one("[name=sales]"));
    one(tile).click();
    await until("the list", () => one(".o_list_view .o_data_row"));
    const rows = document.querySelectorAll(".o_data_row").length;
    if (rows !== %(count)s) {
        throw new Error("the list has " + rows);
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
MEND = """
(async () => {
    %(helpers)s
    const kind = "[name=exceptions] [data-key=unknown_product]";
    (await until("the kind of exception", () => one(kind))).click();
    (await until("its row", () => one(".o_data_row .o_data_cell"))).click();
    const field = await until(
        "the field to mend",
        () => one(".o_form_view [name=fix_product_id] input")
    );
    field.focus();
    field.value = "%(product)s";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    (await until("the product", () =>
        [...document.querySelectorAll(".o-autocomplete--dropdown-item a")].find((a) =>
            a.textContent.includes("%(product)s")
        )
    )).click();
    (await until("Save", () => one(".o_form_button_save"))).click();
    await until("it leaves", () => !one("button[name=action_retry]"));
    await until("saved", () => !one(".o_form_dirty"));
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestBrowser(O2CMixin, HttpCase):
    """The board in a browser: read it, click through, mend what stopped."""

    order = DashboardCase.order
    row = DashboardCase.row

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.customer = cls.env["res.partner"].create({"name": "Garden Centre"})
        cls.product = cls.env["product.product"].create(
            {"name": "Browser Spade", "detailed_type": "product", "list_price": 10}
        )

    def test_board_is_read_and_a_figure_opens_its_records(self):
        for _number in range(3):
            self.order()
        self.env.flush_all()
        count = self.env["o2c.order.flow"].search_count(
            [("is_open", "=", True), ("waits_for", "=", "stock")]
        )
        self.browser_js(
            OPEN, BOARD % {"helpers": HELPERS, "count": count}, login="admin"
        )

    def test_product_is_chosen_in_the_inbox_and_the_order_goes_on(self):
        shop = self.env["shopify.shop"].create(
            {"name": "Shop", "domain": "browser.myshopify.com"}
        )
        document = self.env["shopify.order"].create(
            {"shop_id": shop.id, "gid": "gid://shopify/Order/77"}
        )
        exception = self.env["o2c.exception"]._open(
            document, "unknown_product", "SP-77 is not known.", subject="sku:SP-77"
        )
        retried = []
        self.patch(
            type(document),
            "_retry_after_exception",
            lambda records, reason: (
                retried.append(reason)
                or records.env["o2c.exception"]._close(records, reason)
            ),
        )
        names = {"helpers": HELPERS, "product": self.product.name}
        self.browser_js(OPEN, MEND % names, login="admin")
        self.env.invalidate_all()
        self.assertEqual(self.product.default_code, "SP-77")
        self.assertEqual(retried, ["unknown_product"])
        self.assertEqual(exception.state, "closed")
        board = self.env["o2c.board"].get_board()
        kinds = [kind["key"] for kind in board["panels"]["exceptions"]]
        self.assertNotIn("unknown_product", kinds)
