/** @odoo-module **/
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

/**
 * A list whose totals never read "-0.00": the browser adds up binary fractions, and
 * lines that cancel out may leave the smallest negative one.
 */
export class MollieLinesRenderer extends ListRenderer {
    get aggregates() {
        const aggregates = super.aggregates;
        for (const aggregate of Object.values(aggregates)) {
            if (typeof aggregate.value === "string") {
                aggregate.value = aggregate.value.replace(/-(?=[^1-9]*$)/, "");
            }
        }
        return aggregates;
    }
}

registry.category("views").add("mollie_lines", {
    ...listView,
    Renderer: MollieLinesRenderer,
});
