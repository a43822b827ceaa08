/** @odoo-module **/

import {deserializeDateTime} from "@web/core/l10n/dates";
import {formatFloat, formatMonetary} from "@web/views/fields/formatters";
import {_t} from "@web/core/l10n/translation";

/** Say an amount in whole units of money: cents are for the records behind it. */
export function money(amount, currencyId) {
    return formatMonetary(amount, {currencyId, digits: [16, 0]});
}

/**
 * Say a duration in the unit that fits it.
 *
 * @param {number|null} value
 * @param {"hour"|"day"} unit unit of the value
 */
export function duration(value, unit) {
    if (value === null || value === undefined || value === false) {
        return "–";
    }
    const hours = unit === "day" ? value * 24 : value;
    if (hours < 1) {
        return _t("%s min", Math.round(hours * 60));
    }
    if (hours < 48) {
        return _t("%s h", formatFloat(hours, {digits: [16, hours < 10 ? 1 : 0]}));
    }
    return _t("%s days", formatFloat(hours / 24, {digits: [16, hours < 240 ? 1 : 0]}));
}

/** Say how long ago a moment was, such as "3 hours ago". */
export function ago(moment) {
    return moment ? deserializeDateTime(moment).toRelative() : "";
}

/** Say a day briefly, such as "22 Nov". */
export function shortDay(day) {
    return luxon.DateTime.fromISO(day).toLocaleString({day: "numeric", month: "short"});
}
