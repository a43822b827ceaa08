/** @odoo-module **/

import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";

/**
 * A chart of Chart.js, drawn when it is first seen and told of new data afterwards.
 * A click on a point or bar calls `onClick` with its number.
 */
export class BoardChart extends Component {
    static template = "o2c_dashboard.BoardChart";
    static props = {
        type: String,
        data: Object,
        options: {type: Object, optional: true},
        onClick: {type: Function, optional: true},
        label: String,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.props.data), this.props.type]
        );
        onWillUnmount(() => this.chart && this.chart.destroy());
    }

    draw() {
        if (this.chart) {
            this.chart.destroy();
        }
        this.chart = new window.Chart(this.canvas.el, {
            type: this.props.type,
            data: JSON.parse(JSON.stringify(this.props.data)),
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (_event, elements) => {
                    if (elements.length && this.props.onClick) {
                        this.props.onClick(elements[0].index);
                    }
                },
                onHover: (event, elements) => {
                    const pointer = elements.length && this.props.onClick;
                    event.native.target.style.cursor = pointer ? "pointer" : "default";
                },
                ...this.props.options,
            },
        });
    }
}
