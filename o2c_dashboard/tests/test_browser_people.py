"""The board before other eyes: narrow screens, each role, two companies."""

from unittest.mock import patch

from odoo import release
from odoo.tests import new_test_user, tagged
from odoo.tests.common import ChromeBrowser

from .test_browser import BrowserCase

#: width and height of a phone, in pixels
PHONE_SIZE = (390, 844)
NARROW = """
    await until("the tile", () => one("[name=waiting] [data-key=stock]"));
    must(innerWidth === %(width)s, "the page is wide: " + innerWidth);
    await until("a chart", () => one("[name=sales] canvas"));
    const page = one(".o2c_board .o_content");
    must(
        page.scrollWidth <= page.clientWidth,
        "too wide: " + page.scrollWidth + " of " + page.clientWidth
    );
    const wide = all(".o2c_board_card, .o2c_board_tile").filter(
        (card) => card.scrollWidth > card.clientWidth
    );
    must(!wide.length, "cut off: " + wide.map((card) => card.textContent).join());
    const figures = all("[name] [data-key]");
    for (const figure of figures) {
        figure.scrollIntoView({block: "center"});
        const box = figure.getBoundingClientRect();
        const inside = box.left >= 0 && box.right <= innerWidth;
        must(inside, "outside: " + figure.textContent);
        must(box.height >= 28, "too low for a finger: " + figure.textContent);
        const middle = [box.left + box.width / 2, box.top + box.height / 2];
        const there = document.elementFromPoint(...middle);
        must(figure.contains(there), "covered: " + figure.textContent);
    }
    must(figures.length > 15, "figures: " + figures.length);
"""
#: what a finger does: from a figure to cards, from a kind of exception to its cards
PHONE = """
    const fits = (what) => must(
        document.documentElement.scrollWidth <= innerWidth
        && !all(".o_kanban_record").some((card) => card.scrollWidth > card.clientWidth),
        what + " is too wide"
    );
    const cards = () => all(".o_kanban_record:not(.o_kanban_ghost)");
    await until("the tile", () => one("[name=waiting] [data-key=stock]"));
    const pages = history.length;
    await press("the tile", "[name=waiting] [data-key=stock]");
    await until("the orders as cards", () => cards().length);
    // Their address comes a moment later: before, the way back leads elsewhere.
    await until("their address", () => history.length > pages);
    must(cards()[0].textContent.includes("Garden Centre"), "no customer on the card");
    must(cards()[0].textContent.includes("Stock"), "not what it waits for");
    fits("orders");
    history.back();
    await press("the kind of exception", "[name=exceptions] [data-key=rejected]");
    await until("its card", () => text(".o_kanban_record").includes("%(message)s"));
    fits("inbox");
    await press("the card", ".o_kanban_record");
    await until("the exception", () => text(".o_form_view [name=message]"));
    must(text(".o_form_view [name=message]") === "%(message)s", "no sentence");
    fits("exception");
"""
#: a role's own part: its panels, and none of another's
LANDS = """
    await until("the board", () => one(".o2c_board [data-part]"));
    const part = text("[data-part].active");
    must(part === "%(part)s", "it lands on " + part);
    await until("an own panel", () => one(".o2c_board [name=%(own)s]"));
    must(!one(".o2c_board [name=%(foreign)s]"), "%(foreign)s is shown, too");
"""
#: what needs somebody, by whose work it is; sales answers for all of it
WORKERS = """
    const kinds = () => all("[name=exceptions] [data-key]").map(
        (kind) => kind.dataset.key
    );
    const shown = async (part, key, other) => {
        await press(part, `[data-part=${part}]`);
        // Of all kinds, the other one goes a moment after the click.
        await until("no " + other + " for " + part, () => !kinds().includes(other));
        must(kinds().includes(key), key + " is not shown to " + part);
    };
    await until("the board", () => one(".o2c_board [data-part]"));
    await shown("warehouse", "label_refused", "proof_differs");
    await shown("accounting", "proof_differs", "label_refused");
    await press("sales", "[data-part=sales]");
    await until("both kinds for sales", () =>
        kinds().includes("label_refused") && kinds().includes("proof_differs")
    );
"""
#: the figure and the list behind it, for the companies that are chosen
COMPANIES = """
    const tile = "[name=waiting] [data-key=stock]";
    await until("the tile", () => one(tile));
    const count = text(tile + " .o2c_board_count");
    must(count === "%(count)s", "the tile says " + count);
    await press("the tile", tile);
    await until("the list", () => one(".o_list_view .o_data_row"));
    must(all(".o_data_row").length === %(count)s, "rows: " + all(".o_data_row").length);
    must(text(".o_list_view").includes("%(mine)s"), "not %(mine)s");
    must(text(".o_list_view").includes("%(other)s") === %(both)s, "%(other)s");
"""
#: an order is confirmed elsewhere while somebody looks at the board
MEANWHILE = """
    const count = () => Number(text("[name=funnel] [data-key=ordered_at] "
        + ".o2c_board_number"));
    await until("the board", () => one("[name=funnel] [data-key=ordered_at]"));
    const before = count();
    const answer = await fetch("/web/dataset/call_kw/sale.order/action_confirm", {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({
            jsonrpc: "2.0",
            method: "call",
            params: {
                model: "sale.order",
                method: "action_confirm",
                args: [[%(quotation)s]],
                kwargs: {},
            },
        }),
    });
    must(!(await answer.json()).error, "the order was not confirmed");
    await until("the order on the board", () => count() === before + 1);
"""


@tagged("post_install", "-at_install")
class TestPeople(BrowserCase):
    """Who logs in sees the own part, and the companies that are chosen."""

    def person(self, login, *groups, companies=None):
        companies = companies or self.company
        return new_test_user(
            self.env,
            login,
            password=login,
            groups=",".join(("o2c_base.group_user", *groups)),
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
        )

    def test_seller_lands_on_sales(self):
        self.order()
        self.person("seller", "sales_team.group_sale_salesman_all_leads")
        self.play(LANDS, login="seller", part="Sales", own="sales", foreign="labels")

    def test_packer_lands_on_the_warehouse(self):
        self.order()
        self.person("packer", "stock.group_stock_user")
        values = {"part": "Warehouse", "own": "labels", "foreign": "sales"}
        self.play(LANDS, login="packer", **values)

    def test_bookkeeper_lands_on_accounting(self):
        self.order()
        self.person("bookkeeper", "account.group_account_invoice")
        values = {"part": "Accounting", "own": "overdue", "foreign": "labels"}
        self.play(LANDS, login="bookkeeper", **values)

    def test_each_part_shows_what_its_people_can_mend(self):
        for number, (model, reason) in enumerate(
            (("sendcloud.shipment", "label_refused"), ("mollie.proof", "proof_differs"))
        ):
            self.env["o2c.exception"].create(
                {
                    "res_model": model,
                    "res_id": -1 - number,
                    "reason": reason,
                    "message": "It stopped.",
                    "company_id": self.company.id,
                }
            )
        self.play(WORKERS)

    def test_figures_and_lists_are_of_the_chosen_companies(self):
        here = self.env["res.company"].create({"name": "Shop Here"})
        there = self.env["res.company"].create({"name": "Shop There"})
        group = "sales_team.group_sale_salesman_all_leads"
        self.person("both", group, "base.group_multi_company", companies=here | there)
        for company in (here, here, there):
            self.order(company_id=company.id)
        words = {"mine": here.name, "other": there.name}
        self.choose(here)
        self.play(COMPANIES, login="both", count=2, both="false", **words)
        self.choose(here | there)
        self.play(COMPANIES, login="both", count=3, both="true", **words)

    def test_board_updates_itself(self):
        self.order()
        quotation = self.order(confirm=False)
        self.play(MEANWHILE, quotation=quotation.id)
        self.assertEqual(quotation.state, "sale")

    def choose(self, companies):
        """Choose companies as the menu at the top right does, by a cookie."""
        between = "," if release.version_info[0] == 17 else "-"
        self.cookies = {"cids": between.join(map(str, companies.ids))}


@tagged("post_install", "-at_install")
class TestNarrow(BrowserCase):
    """Board and inbox on a tablet and on a phone."""

    def play(self, steps, size, **values):
        """Play the steps on a screen of this width and height.

        The window of a headless Chromium is never narrower than 500 pixels: the page
        is told another size before it is loaded, as the tools of developers do.
        """
        screen = {"width": size[0], "height": size[1]}
        screen |= {"deviceScaleFactor": 1, "mobile": False}
        navigate_to = ChromeBrowser.navigate_to

        def navigate(browser, *arguments, **options):
            method = "Emulation.setDeviceMetricsOverride"
            browser._websocket_request(method, params=screen)
            return navigate_to(browser, *arguments, **options)

        with patch.object(ChromeBrowser, "navigate_to", navigate):
            return super().play(steps, **values)

    def test_board_fits_a_tablet(self):
        self.order()
        self.play(NARROW, (800, 900), width=800)

    def test_board_fits_a_phone_and_every_figure_can_be_touched(self):
        self.order()
        self.stopped("rejected", "The service says no.")
        self.play(NARROW, PHONE_SIZE, width=PHONE_SIZE[0])

    def test_figures_open_cards_on_a_phone(self):
        self.order()
        exception = self.stopped("rejected", "The service says no.")
        self.play(PHONE, PHONE_SIZE, message=exception.message)
