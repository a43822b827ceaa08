/** @odoo-module **/

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The steps of an order with their times and documents, and what comes next. */
export class TimelineField extends Component {
    static template = "o2c_dashboard.Timeline";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get timeline() {
        return this.props.record.data[this.props.name] || {steps: []};
    }

    open(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

registry.category("fields").add("o2c_timeline", {component: TimelineField});
