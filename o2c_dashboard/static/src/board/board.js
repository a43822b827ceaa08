/** @odoo-module **/

import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {_t} from "@web/core/l10n/translation";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {BoardChart} from "./board_chart";
import {ago, duration, money, shortDay} from "./board_format";
import {useBoardUrl} from "./board_url";

/** Milliseconds between two looks at the server while the page is seen. */
const REFRESH = 30000;
/** A colour means one thing: goods and orders, money that is here, waits, wrong. */
const COLOURS = {
    orders: "#71639e",
    good: "#28a745",
    waits: "#e99d00",
    wrong: "#d9534f",
};
const CHANNELS = [COLOURS.orders, "#5b8a72", "#b5a7d6", "#9bbfb0", "#cfc6e6"];

/** Which parts of the work a panel belongs to. */
const PARTS = {
    waiting: ["sales", "warehouse", "accounting"],
    funnel: ["sales"],
    exceptions: ["sales", "warehouse", "accounting"],
    lead: ["sales", "warehouse"],
    sales: ["sales"],
    mollie: ["accounting"],
    expected: ["accounting"],
    overdue: ["accounting"],
    stock: ["sales", "warehouse"],
    labels: ["warehouse"],
    proofs: ["accounting"],
    health: ["warehouse"],
};

/** Whose turn it is on a part of the board; sales answers for all of them. */
const ACTORS = {
    warehouse: ["warehouse", "purchase", "carrier"],
    accounting: ["accounting", "customer", "provider"],
};

/** Models that a phone shows as cards: a list is too wide for it. */
const CARDS = [
    "account.move",
    "o2c.exception",
    "o2c.order.flow",
    "product.product",
    "sendcloud.shipment",
    "stock.move",
];

/** Label a scale with durations, each of them once. */
function once(unit) {
    return (value, index, ticks) => {
        const text = duration(value, unit);
        return index && text === duration(ticks[index - 1].value, unit) ? "" : text;
    };
}

/** The board of Order to Cash: every figure opens the records that it counts. */
export class Board extends Component {
    static template = "o2c_dashboard.Board";
    static components = {BoardChart, ControlPanel};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.url = useBoardUrl();
        this.display = {layoutActions: true};
        const {period, shop, part, step} = this.url.read();
        this.state = useState({filters: {period, shop}, part, step, board: null});
        onWillStart(() => this.load());
        this.timer = browser.setInterval(() => this.refresh(), REFRESH);
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    async load() {
        const board = await this.orm.silent.call("o2c.board", "get_board", [
            this.state.filters,
        ]);
        this.state.board = board;
        this.state.filters = board.filters;
        this.state.part = this.state.part || board.part;
        this.state.at = luxon.DateTime.now().toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    /** Look again, unless nobody is looking or a look is under way. */
    async refresh() {
        if (document.hidden || this.looking) {
            return;
        }
        this.looking = true;
        try {
            await this.load();
            this.state.stale = false;
        } catch {
            // The line is down for a moment: what is shown gets old, and says so.
            this.state.stale = true;
        } finally {
            this.looking = false;
        }
    }

    // === Filters === //

    get periods() {
        return [
            {key: "1", label: _t("Today")},
            {key: "7", label: _t("7 days")},
            {key: "30", label: _t("30 days")},
            {key: "90", label: _t("90 days")},
            {key: "365", label: _t("A year")},
        ];
    }

    get parts() {
        return [
            {key: "all", label: _t("All")},
            {key: "sales", label: _t("Sales")},
            {key: "warehouse", label: _t("Warehouse")},
            {key: "accounting", label: _t("Accounting")},
        ];
    }

    async filter(values) {
        Object.assign(this.state.filters, values);
        this.remember();
        await this.load();
    }

    choose(values) {
        Object.assign(this.state, values);
        this.remember();
    }

    remember() {
        const {filters, part, step} = this.state;
        this.url.write({...filters, shop: filters.shop || undefined, part, step});
    }

    /** Tell whether a panel belongs to the chosen part and the user may see it. */
    shows(panel) {
        const {part, board} = this.state;
        return panel in board.panels && (part === "all" || PARTS[panel].includes(part));
    }

    /** What waits, of those who work on the chosen part. */
    get tiles() {
        const actors = ACTORS[this.state.part];
        return this.panels.waiting.filter(
            (tile) => !actors || actors.includes(tile.actor)
        );
    }

    /** What needs somebody, of the chosen part; sales answers for all of them. */
    get exceptions() {
        const {part} = this.state;
        return this.panels.exceptions.filter(
            ({parts}) =>
                !parts.length || ["all", "sales"].includes(part) || parts.includes(part)
        );
    }

    get panels() {
        return this.state.board.panels;
    }

    get isEmpty() {
        const {waiting, funnel} = this.panels;
        return !(waiting || []).length && !(funnel || []).some((stage) => stage.count);
    }

    // === Words === //

    money(amount) {
        return money(amount, this.state.board.currency_id);
    }

    duration(value, unit) {
        return duration(value, unit);
    }

    ago(moment) {
        return ago(moment);
    }

    shortDay(day) {
        return shortDay(day);
    }

    share(stage) {
        const [first] = this.panels.funnel;
        return first.count ? Math.round((100 * stage.count) / first.count) : 0;
    }

    // === Charts === //

    /** The steps that the chosen part works on: the warehouse's end with delivery. */
    get steps() {
        const goods = this.state.part === "warehouse";
        return this.panels.lead.steps.filter((step) => !goods || step.unit === "hour");
    }

    get step() {
        const chosen = this.steps.find((step) => step.key === this.state.step);
        return chosen || this.steps.at(-1);
    }

    get leadData() {
        const {points} = this.step;
        const line = (label, key, colour) => ({
            label,
            data: points.map((point) => point[key]),
            borderColor: colour,
            backgroundColor: colour,
            borderWidth: 2,
            pointRadius: points.length > 20 ? 0 : 3,
            tension: 0.3,
        });
        return {
            labels: points.map((point) => shortDay(point.day)),
            datasets: [
                line(_t("Median"), "median", COLOURS.orders),
                line(_t("Slowest tenth starts at"), "p90", COLOURS.waits),
            ],
        };
    }

    get leadOptions() {
        const {unit} = this.step;
        return {
            interaction: {mode: "index", intersect: false},
            scales: {
                x: {grid: {display: false}},
                y: {beginAtZero: true, ticks: {callback: once(unit)}},
            },
            plugins: {
                legend: {position: "bottom", labels: {boxWidth: 12}},
                tooltip: {
                    callbacks: {
                        label: (item) =>
                            `${item.dataset.label}: ${duration(item.parsed.y, unit)}`,
                    },
                },
            },
        };
    }

    bars(points, colour) {
        return {
            labels: points.map((point) => shortDay(point.day)),
            datasets: [
                {
                    data: points.map((point) => point.amount),
                    backgroundColor: points.map((p) =>
                        p.late ? COLOURS.wrong : colour
                    ),
                    borderRadius: 3,
                    maxBarThickness: 36,
                },
            ],
        };
    }

    get salesData() {
        return this.bars(this.panels.sales.days.points, COLOURS.orders);
    }

    get expectedData() {
        return this.bars(this.panels.expected.days, COLOURS.good);
    }

    get barOptions() {
        return {
            scales: {
                x: {grid: {display: false}},
                y: {beginAtZero: true, ticks: {callback: (v) => this.money(v)}},
            },
            plugins: {
                legend: {display: false},
                tooltip: {callbacks: {label: (item) => this.money(item.parsed.y)}},
            },
        };
    }

    get channelData() {
        const {channels} = this.panels.sales;
        return {
            labels: channels.map((channel) => channel.label),
            datasets: [
                {
                    data: channels.map((channel) => channel.amount),
                    backgroundColor: CHANNELS,
                    borderWidth: 1,
                },
            ],
        };
    }

    get channelOptions() {
        return {
            cutout: "62%",
            plugins: {
                legend: {position: "bottom", labels: {boxWidth: 12}},
                tooltip: {
                    callbacks: {label: (item) => ` ${this.money(item.parsed)}`},
                },
            },
        };
    }

    // === Opening === //

    /** Show the records that a figure counts. */
    open(figure) {
        if (!figure.open) {
            return;
        }
        const {model, domain, name} = figure.open;
        const views = [[false, "list"]];
        if (CARDS.includes(model)) {
            views.push([false, "kanban"]);
        }
        if (model === "o2c.order.flow") {
            views.push([false, "pivot"], [false, "graph"]);
        } else {
            views.push([false, "form"]);
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            domain,
            views,
            mobile_view_mode: CARDS.includes(model) ? "kanban" : "list",
            target: "current",
        });
    }

    openConnections() {
        this.action.doAction("shopify_connector.shopify_shop_action");
    }
}

registry.category("actions").add("o2c_dashboard.board", Board);
