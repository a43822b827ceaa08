/** @odoo-module **/

import {Component, xml} from "@odoo/owl";
import {formatDate, formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The day of a moment: in a list of many moments the hour is for who asks for it. */
export class DayField extends Component {
    static template = xml`<span t-att-title="moment" t-esc="day" />`;
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name];
    }

    get day() {
        return this.value ? formatDate(this.value) : "";
    }

    get moment() {
        return this.value ? formatDateTime(this.value) : "";
    }
}

/** How long ago a moment was, without judging whether that is long. */
export class AgoField extends DayField {
    get day() {
        return this.value ? this.value.toRelative({style: "short"}) : "";
    }
}

registry.category("fields").add("o2c_day", {
    component: DayField,
    supportedTypes: ["datetime"],
});
registry.category("fields").add("o2c_ago", {
    component: AgoField,
    supportedTypes: ["datetime"],
});
