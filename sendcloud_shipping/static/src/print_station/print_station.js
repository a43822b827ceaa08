/** @odoo-module **/
import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

const READY = "sendcloud_label_ready";
const SCOPE_KEY = "sendcloud_print_station_scope";
/** The bus tells at once; this finds what was told while the tab was asleep. */
const LOOK_MS = 30000;
const MOST_SHOWN = 30;
/** A browser that never says "loaded" must not stop the labels behind it. */
const LOAD_MS = 20000;

/** Loads a label into a hidden frame and prints it; tests put their own in place. */
export const printer = {
    print(url) {
        return new Promise((resolve, reject) => {
            const frame = document.createElement("iframe");
            const timer = setTimeout(() => reject(new Error(url)), LOAD_MS);
            frame.className = "d-none";
            frame.onload = () => {
                clearTimeout(timer);
                frame.contentWindow.focus();
                frame.contentWindow.print();
                resolve(frame);
            };
            frame.src = url;
            document.body.append(frame);
        });
    },
    download(url, name) {
        const link = document.createElement("a");
        link.href = url;
        link.download = name;
        link.click();
    },
};

/** One tab at the packing table: prints the labels as they come. */
export class PrintStation extends Component {
    setup() {
        this.orm = useService("orm");
        this.bus = this.env.services.bus_service;
        this.state = useState({
            isOn: false,
            isBusy: false,
            scope: browser.localStorage.getItem(SCOPE_KEY) || "mine",
            scopes: [],
            progress: "",
            outages: [],
            toPrint: 0,
            lines: [],
            trouble: "",
            saved: "",
        });
        this.onReady = () => this.look();
        onWillStart(async () => {
            const {scopes, now} = await this.orm.call(
                "sendcloud.shipment",
                "station_open",
                []
            );
            this.since = now;
            this.state.scopes = scopes;
            if (!scopes.some(([code]) => code === this.state.scope)) {
                this.state.scope = "mine";
            }
            await this.refresh();
        });
        onMounted(() => {
            this.isHere = true;
            this.bus.subscribe(READY, () => this.isHere && this.onReady());
            this.bus.start();
            this.timer = setInterval(() => this.look(), LOOK_MS);
        });
        onWillUnmount(() => {
            this.isHere = false;
            clearInterval(this.timer);
        });
    }

    async refresh() {
        const status = await this.orm.call("sendcloud.shipment", "station_status", [
            this.state.scope,
        ]);
        this.state.progress = status.progress;
        this.state.outages = status.outages;
        this.state.toPrint = status.to_print;
    }

    async look() {
        if (this.state.isOn) {
            await this.take(this.since);
        } else {
            await this.refresh();
        }
    }

    /** Takes and prints until nothing is left; one round at a time. */
    async take(since) {
        if (this.state.isBusy) {
            this.again = true;
            return;
        }
        this.state.isBusy = true;
        try {
            let labels = [];
            do {
                this.again = false;
                labels = await this.orm.call("sendcloud.shipment", "station_take", [
                    this.state.scope,
                    since,
                ]);
                for (const label of labels) {
                    await this.print(label);
                }
            } while (labels.length || this.again);
        } finally {
            this.state.isBusy = false;
        }
        await this.refresh();
    }

    async print(label) {
        this.state.lines.unshift(label);
        this.state.lines.splice(MOST_SHOWN);
        if (label.is_zpl) {
            printer.download(label.url, label.file);
            this.state.saved = label.file;
            return;
        }
        this.lastFrame?.remove();
        try {
            this.lastFrame = await printer.print(label.url);
        } catch {
            this.state.trouble = label.name;
        }
    }

    onSwitch() {
        this.state.isOn = !this.state.isOn;
        this.state.trouble = "";
        return this.look();
    }

    onScope(ev) {
        this.state.scope = ev.target.value;
        browser.localStorage.setItem(SCOPE_KEY, this.state.scope);
        return this.look();
    }

    onPrintWaiting() {
        return this.take(false);
    }

    async onReprint(label) {
        const again = await this.orm.call("sendcloud.shipment", "station_reprint", [
            [label.id],
        ]);
        this.state.trouble = "";
        await this.print(again);
    }
}
PrintStation.template = "sendcloud_shipping.PrintStation";
PrintStation.props = ["*"];

registry.category("actions").add("sendcloud_print_station", PrintStation);
