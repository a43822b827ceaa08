/** @odoo-module **/

import {useService} from "@web/core/utils/hooks";

/**
 * Keep values in the address of the page, so that a reload or a link shows the same.
 *
 * @returns {{read: Function, write: Function}}
 */
export function useBoardUrl() {
    const router = useService("router");
    return {
        read: () => router.current.hash,
        write: (values) => router.pushState(values, {replace: false}),
    };
}
