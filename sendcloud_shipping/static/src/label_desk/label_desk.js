/** @odoo-module **/
import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {ListRenderer} from "@web/views/list/list_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useAutofocus, useService} from "@web/core/utils/hooks";

const REFRESH_MS = 30000;

/** What stands above the labels: how far they are, an outage, and the scanner. */
export class LabelDesk extends Component {
    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({code: "", progress: "", outages: []});
        useAutofocus();
        onWillStart(() => this.refresh());
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), REFRESH_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async refresh() {
        const status = await this.orm.call("sendcloud.shipment", "board_status", []);
        Object.assign(this.state, status);
    }

    /** A scanner types the code and ends with Enter. */
    async onKeydown(ev) {
        const code = this.state.code.trim();
        if (ev.key !== "Enter" || !code) {
            return;
        }
        this.state.code = "";
        const action = await this.orm.call("sendcloud.shipment", "scan_label", [code]);
        await this.action.doAction(action);
        await this.refresh();
    }
}
LabelDesk.template = "sendcloud_shipping.LabelDesk";
LabelDesk.props = {};

class LabelKanbanRenderer extends KanbanRenderer {}
LabelKanbanRenderer.template = "sendcloud_shipping.LabelKanbanRenderer";
LabelKanbanRenderer.components = {...KanbanRenderer.components, LabelDesk};

class LabelListRenderer extends ListRenderer {}
LabelListRenderer.template = "sendcloud_shipping.LabelListRenderer";
LabelListRenderer.components = {...ListRenderer.components, LabelDesk};

registry.category("views").add("sendcloud_labels_kanban", {
    ...kanbanView,
    Renderer: LabelKanbanRenderer,
});
registry.category("views").add("sendcloud_labels_list", {
    ...listView,
    Renderer: LabelListRenderer,
});
