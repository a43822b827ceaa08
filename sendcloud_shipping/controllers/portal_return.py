from werkzeug.exceptions import Forbidden

from odoo import _, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.o2c_base.words import said
from odoo.addons.portal.controllers.portal import CustomerPortal

REASONS = {
    "fit": lambda: _("It does not fit"),
    "other": lambda: _("It is not what I expected"),
    "broken": lambda: _("It is broken or does not work"),
    "wrong": lambda: _("I got something else"),
    "late": lambda: _("It came too late"),
    "mind": lambda: _("I changed my mind"),
}
#: for these the customer never pays the way back
OUR_FAULT = {"broken", "wrong"}


class PortalReturn(CustomerPortal):
    """What a customer sends back, asked on the order's page."""

    def _sendcloud_order(self, order_id, access_token):
        """Return the order in sudo, ``None`` for who may not see it."""
        try:
            return self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return None

    def _sendcloud_customers_order(self, order_id, access_token):
        """Return the order in sudo if its customer asks, ``None`` for all others."""
        order = self._sendcloud_order(order_id, access_token)
        return order if order and _is_customer(order, access_token) else None

    def _sendcloud_page(self, order, access_token, error=None):
        values = {
            "order": order,
            "returnable": order._sendcloud_returnable(),
            "returns": order.picking_ids.sendcloud_return_ids,
            "reasons": {code: words() for code, words in REASONS.items()},
            "is_customer": _is_customer(order, access_token),
            "error": error,
            "access_token": access_token,
            "page_name": "order",
            "sale_order": order,
        }
        return request.render("sendcloud_shipping.portal_return", values)

    @http.route(
        "/my/orders/<int:order_id>/return", type="http", auth="public", website=True
    )
    def sendcloud_return(self, order_id, access_token=None, **_kw):
        """Show what may be sent back, and the labels of what is."""
        order = self._sendcloud_order(order_id, access_token)
        if not order:
            return request.redirect("/my")
        return self._sendcloud_page(order, access_token)

    @http.route(
        "/my/orders/<int:order_id>/return/new",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def sendcloud_return_new(self, order_id, access_token=None, reason="", **post):
        """Make the return and ask for its label; only for the customer."""
        order = self._sendcloud_customers_order(order_id, access_token)
        if not order:
            raise Forbidden()
        try:
            words = REASONS.get(reason, REASONS["mind"])()
            order._sendcloud_return(
                _quantities(post), words, our_fault=reason in OUR_FAULT
            )
        except (UserError, ValueError) as error:
            return self._sendcloud_page(order, access_token, said(request.env, error))
        query = {"access_token": access_token or ""}
        return request.redirect_query(f"/my/orders/{order_id}/return", query)

    @http.route(
        "/my/orders/<int:order_id>/return/<int:return_id>/label",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def sendcloud_return_label(self, order_id, return_id, access_token=None, **_kw):
        """Return the label of one of this order's returns; only for the customer."""
        order = self._sendcloud_customers_order(order_id, access_token)
        records = order.picking_ids.sendcloud_return_ids if order else ()
        label = next((r.label_id for r in records if r.id == return_id), None)
        if not label:
            raise request.not_found()
        name = f"inline; filename={label.name}"
        headers = [("Content-Type", label.mimetype), ("Content-Disposition", name)]
        return request.make_response(
            label.raw, headers + [("Cache-Control", "no-store")]
        )


def _is_customer(order, access_token):
    """Tell whether the customer asks: logged in, or by the link we sent.

    Staff who may read the order can read its token as well, so for them it opens
    nothing: a return that they make is Odoo's own, from the delivery.
    """
    user, bought = request.env.user, order.partner_id.commercial_partner_id
    if not user._is_public() and user.partner_id.commercial_partner_id == bought:
        return True
    token = order.access_token
    knows = bool(token and access_token) and consteq(token, access_token)
    return knows and not user._is_internal()


def _quantities(post):
    """Return ``{move id: quantity}`` of the form's fields ``move-<id>``."""
    return {
        int(name.removeprefix("move-")): float(value or 0)
        for name, value in post.items()
        if name.startswith("move-")
    }
