from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from .common import DashboardCase

OPEN = "/web#action=o2c_dashboard.o2c_board_action"
#: seconds that a busy computer may take for a test
PATIENCE = 240
#: each step waits for what it needs, and says what it waited for when it never came
SCRIPT = """
(async () => {
    const until = async (what, condition) => {
        const end = Date.now() + %(milliseconds)s;
        while (Date.now() < end) {
            const found = condition();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("never seen: " + what);
    };
    const one = (selector) => document.querySelector(selector);
    const all = (selector) => [...document.querySelectorAll(selector)];
    const text = (selector) => (one(selector) || {textContent: ""}).textContent.trim();
    const press = async (what, selector) =>
        (await until(what, () => one(selector + ":not([disabled])"))).click();
    const choose = (selector, value) => {
        one(selector).value = value;
        one(selector).dispatchEvent(new Event("change"));
    };
    const must = (right, message) => {
        if (!right) {
            throw new Error(message);
        }
    };
    %(steps)s
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
BOARD = """
    const tile = "[name=waiting] [data-key=stock]";
    await until("the tile", () => one(tile));
    const count = text(tile + " .o2c_board_count");
    must(count === "%(count)s", "the tile says " + count);
    must(text("[name=funnel] [data-key=ordered_at]").includes("Ordered"), "no funnel");
    await until("a chart", () => one("[name=sales] canvas"));
    await press("the tile", tile);
    await until("the list", () => one(".o_list_view .o_data_row"));
    const rows = all(".o_data_row").length;
    must(rows === %(count)s, "the list has " + rows);
"""
FILTERS = """
    await until("the board", () => one("[name=waiting]"));
    choose("select[name=period]", "7");
    await until("the period in the address", () => location.href.includes("period=7"));
    choose("select[name=shop]", "odoo");
    await until("the shop in the address", () => location.href.includes("shop=odoo"));
    await press("the warehouse's part", "[data-part=warehouse]");
    await until("no sales for it", () => !one("[name=sales]"));
    await until("its address", () => location.href.includes("part=warehouse"));
"""
LINK = """
    await until("the labels", () => one("[name=labels]"));
    must(!one("[name=sales]"), "sales are shown to the warehouse");
    must(one("select[name=period]").value === "7", "another period");
    must(one("select[name=shop]").value === "odoo", "another shop");
    must(one("[data-part=warehouse]").classList.contains("active"), "another part");
"""
EMPTY = """
    await until("words for an empty board", () => one("[name=empty] h3"));
    must(text("[name=empty] h3") === "No orders in this period", "other words");
    await press("the way to the shops", "[name=empty] button");
    await until("the shops", () => one(".o_list_view, .o_kanban_view"));
"""
MEND = """
    await press("the kind", "[name=exceptions] [data-key=unknown_product]");
    await press("its row", ".o_data_row .o_data_cell");
    const input = ".o_form_view [name=fix_product_id] input";
    const field = await until("the field to mend", () => one(input));
    field.focus();
    field.value = "%(product)s";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const named = () => all(".o-autocomplete--dropdown-item a").find(
        (item) => item.textContent.trim() === "%(product)s"
    );
    (await until("the product", named)).click();
    await until("the choice", () => one(input).value.includes("%(product)s"));
    // The form shows Save only once it knows of the choice.
    const buttons = ".o_form_status_indicator_buttons";
    await press("Save", `${buttons}:not(.invisible) .o_form_button_save`);
    await until("saved", () => one(`${buttons}.invisible`));
    await until("it leaves", () => !one("button[name=action_retry]"));
"""
LATER = """
    const mine = () => all(".o_data_row").filter(
        (row) => row.textContent.includes("%(message)s")
    );
    await press("the kind of exception", "[name=exceptions] [data-key=rejected]");
    (await until("its row", () => mine()[0])).querySelector("input").click();
    await press("Tomorrow", "button[name=action_snooze_day]");
    // Only the server's answer says it; a list that is drawn anew has no tick either.
    await until("put off", () => text(".o_notification").includes("Put off until"));
    await until("the list anew", () => !all(".o_data_row input:checked").length);
"""
REMIND = """
    await until("the customer", () => text(".o_list_view").includes("Garden Centre"));
    await press("the reminder", ".o_data_row .o_data_cell");
    await until("the mail", () => text("[name=preview]").includes("See and pay"));
    await press("Send", "button[name=action_send]");
    await until("sent", () => !one("button[name=action_send]"));
    must(text("[name=sent_on]"), "no day on which it was sent");
"""
TIMELINE = """
    await press("the page", "a[name=o2c_timeline]");
    await until("what it waits for", () => text(".o2c_timeline [name=next]"));
    const words = text(".o2c_timeline [name=next]");
    must(words.includes("Stock"), "it says " + words);
    const answer = text("[name=o2c_answer]");
    must(answer.includes("waits for goods"), "the answer is " + answer);
    await until("how to copy it", () => one(".o_field_CopyClipboardButton button"));
"""


class BrowserCase(O2CMixin, HttpCase):
    order = DashboardCase.order
    row = DashboardCase.row
    #: what the browser knows of earlier visits
    cookies = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Building scripts and styles takes longer than all tests: once, and before
        # the time of a test runs. A page that waits for them is just white.
        bundle = cls.env["ir.qweb"]._get_asset_bundle("web.assets_web")
        bundle.js()
        bundle.css()
        cls.company = cls.env.company
        cls.customer = cls.env["res.partner"].create(
            {"name": "Garden Centre", "is_company": True, "email": "g@example.com"}
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Browser Spade",
                "detailed_type": "product",
                "list_price": 10,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )

    def play(self, steps, url=OPEN, login="admin", **values):
        """Play the steps in a browser, as a person does."""
        self.env.flush_all()
        script = SCRIPT % {
            "milliseconds": PATIENCE * 900,
            "steps": steps % values if values else steps,
        }
        options = {"timeout": PATIENCE, "cookies": self.cookies}
        self.browser_js(url, script, login=login, **options)
        self.env.invalidate_all()

    def stopped(self, reason, message, subject=None):
        """Return the exception of a shop's order that stopped."""
        shop = self.env["shopify.shop"].create(
            {"name": "Shop", "domain": "browser.myshopify.com"}
        )
        document = self.env["shopify.order"].create(
            {"shop_id": shop.id, "gid": "gid://shopify/Order/77"}
        )
        exceptions = self.env["o2c.exception"]
        return exceptions._open(document, reason, message, subject=subject)

    def kinds(self):
        """Return the kinds of exceptions that the board shows now."""
        panels = self.env["o2c.board"].get_board()["panels"]
        return [kind["key"] for kind in panels["exceptions"]]


@tagged("post_install", "-at_install")
class TestBrowser(BrowserCase):
    """The screens in a browser: read, click through, mend, put off, remind."""

    def test_board_is_read_and_a_figure_opens_its_records(self):
        for _number in range(3):
            self.order()
        self.env.flush_all()
        count = self.env["o2c.order.flow"].search_count(
            [("is_open", "=", True), ("waits_for", "=", "stock")]
        )
        self.play(BOARD, count=count)

    def test_filters_stay_in_the_address_and_a_link_shows_the_same(self):
        self.order()
        self.play(FILTERS)
        self.play(LINK, f"{OPEN}&period=7&shop=odoo&part=warehouse")

    def test_empty_board_says_what_to_do(self):
        company = self.env["res.company"].create({"name": "New Shop"})
        new_test_user(
            self.env,
            "newcomer",
            password="newcomer",
            groups="o2c_base.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.play(EMPTY, login="newcomer")

    def test_product_is_chosen_in_the_inbox_and_the_order_goes_on(self):
        exception = self.stopped(
            "unknown_product", "SP-77 is not known.", subject="sku:SP-77"
        )
        retried = []
        self.patch(
            type(self.env["shopify.order"]),
            "_retry_after_exception",
            lambda records, reason: (
                retried.append(reason)
                or records.env["o2c.exception"]._close(records, reason)
            ),
        )
        self.play(MEND, product=self.product.name)
        self.assertEqual(self.product.default_code, "SP-77")
        self.assertEqual(retried, ["unknown_product"])
        self.assertEqual(exception.state, "closed")
        self.assertNotIn("unknown_product", self.kinds())

    def test_exception_is_put_off_from_the_list(self):
        exception = self.stopped("rejected", "The service says no.")
        self.play(LATER, message=exception.message)
        self.assertTrue(exception.snoozed_until)

    def test_reminder_is_read_and_sent(self):
        due = fields.Date.today() - timedelta(days=10)
        bill = self.order()._create_invoices()
        bill.write({"invoice_date": due, "invoice_payment_term_id": False})
        bill.invoice_date_due = due
        bill.action_post()
        self.env["account.move"].search(
            [("payment_state", "=", "not_paid"), ("id", "!=", bill.id)]
        ).o2c_disputed = True
        self.env["o2c.reminder.letter"]._prepare(self.company)
        url = "/web#action=o2c_dashboard.o2c_reminder_letter_action"
        self.play(REMIND, url)
        self.assertEqual(bill.o2c_reminder_ids.state, "sent")

    def test_way_to_cash_is_read_on_the_sales_order(self):
        order = self.order()
        url = f"/web#id={order.id}&model=sale.order&view_type=form"
        self.play(TIMELINE, url)
