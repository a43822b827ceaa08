from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..lib import points


class StockPicking(models.Model):
    """Deliveries to a service point."""

    # The file of the model itself would be too long.
    _inherit = "stock.picking"

    sendcloud_point_id = fields.Many2one(
        "sendcloud.service.point",
        "Service Point",
        compute="_compute_sendcloud_point_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        copy=False,
    )
    sendcloud_point_closed = fields.Boolean(compute="_compute_sendcloud_point_closed")
    sendcloud_wants_point = fields.Boolean(
        related="carrier_id.sendcloud_wants_point", string="Goes to a Service Point"
    )

    @api.depends("sale_id.sendcloud_point_id")
    def _compute_sendcloud_point_id(self):
        for picking in self:
            has_left = picking.state in ("done", "cancel")
            chosen = not has_left and picking.sale_id.sendcloud_point_id
            picking.sendcloud_point_id = chosen or picking.sendcloud_point_id

    @api.depends("sendcloud_point_id.state", "state")
    def _compute_sendcloud_point_closed(self):
        for picking in self:
            closed = picking.sendcloud_point_id.state == "closed"
            picking.sendcloud_point_closed = closed and picking.state != "cancel"

    def write(self, vals):
        """Take the order's service point when the new way of shipping wants one."""
        res = super().write(vals)
        if "carrier_id" in vals:
            for picking in self.filtered("sendcloud_wants_point"):
                picking.sudo().sale_id._sendcloud_take_point(picking.carrier_id)
        return res

    def _sendcloud_point_reference(self):
        """Return the point to name on the label, empty where none is wanted."""
        option = self.carrier_id.sendcloud_option_id
        if option and not option.needs_service_point:
            return ""
        return self.sendcloud_point_id.reference or ""

    def action_sendcloud_choose_point(self):
        """Look for service points near the delivery address."""
        self.ensure_one()
        return self.env["sendcloud.point.choose"]._open(picking_id=self.id)

    def action_sendcloud_nearest_point(self):
        """Send it to the open service point that is nearest to the customer.

        :raise UserError: there is none near, or Sendcloud does not answer
        """
        self.ensure_one()
        self.check_access_rights("write")
        self.check_access_rule("write")
        account = self.carrier_id.sendcloud_account_id
        with account._service_errors():
            found = self._sendcloud_points_near()
        if not found:
            raise UserError(_("There is no open service point near this address."))
        point = self.env["sendcloud.service.point"].sudo()._take(account, found[0])
        self._sendcloud_set_point(point)
        message = _("It goes to %s now.", point.display_name)
        return account._notification(message, "success")

    def _sendcloud_points_near(self, postal_code=None):
        """Return the open :class:`points.ServicePoint`, the nearest first."""
        partner = self.partner_id
        return self.carrier_id.sudo()._sendcloud_points(
            partner.country_id.code,
            postal_code or partner.zip,
            None if postal_code else partner.city,
        )

    def _sendcloud_set_point(self, point):
        order = self.sale_id
        if order:
            order.sudo()._sendcloud_set_point(point)
        self.sendcloud_point_id = point
        self._sendcloud_recheck([("id", "in", self.ids)])

    def _sendcloud_words_of_carrier(self):
        return {
            **super()._sendcloud_words_of_carrier(),
            "no_service_point": _("No service point is chosen."),
            "closed_service_point": _(
                "The service point %s has closed.",
                self.sendcloud_point_id.display_name,
            ),
        }

    def _sendcloud_carrier_findings(self):
        yield from super()._sendcloud_carrier_findings()
        if self.sendcloud_wants_point and not self.sendcloud_point_id:
            yield self._sendcloud_finding("no_service_point")
        elif self.sendcloud_wants_point and self.sendcloud_point_id.state == "closed":
            yield self._sendcloud_finding("closed_service_point")


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    sendcloud_wants_point = fields.Boolean(
        "Goes to a Service Point", compute="_compute_sendcloud_wants_point"
    )

    @api.depends("delivery_type", "sendcloud_option_id.needs_service_point")
    def _compute_sendcloud_wants_point(self):
        for carrier in self:
            option = carrier.sendcloud_option_id
            is_ours = carrier.delivery_type == "sendcloud"
            wants = is_ours and carrier.sendcloud_choice == "option"
            carrier.sendcloud_wants_point = wants and option.needs_service_point

    def _sendcloud_points(self, country_code, postal_code, city=None):
        """Return the open :class:`points.ServicePoint` near an address, nearest first.

        :raise ServiceError: Sendcloud does not answer
        """
        self.ensure_one()
        rows = self.sendcloud_account_id._client().service_points(
            country_code,
            carrier_code=self.sendcloud_option_id.carrier_code,
            address_postal_code=postal_code,
            address_city=city,
            limit=20,
        )
        return [points.point_from_answer(row) for row in rows]
