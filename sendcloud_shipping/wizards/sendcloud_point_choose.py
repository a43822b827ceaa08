from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SendcloudPointChoose(models.TransientModel):
    """Service points near an address, one click to take one."""

    _name = "sendcloud.point.choose"
    _description = "Choose a Service Point"

    order_id = fields.Many2one("sale.order", ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", ondelete="cascade")
    carrier_id = fields.Many2one("delivery.carrier", "Shipping Method", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    country_id = fields.Many2one("res.country", required=True)
    postal_code = fields.Char("Near Postal Code", required=True)
    line_ids = fields.One2many("sendcloud.point.choose.line", "choose_id")
    not_found = fields.Boolean()

    @api.model
    def _open(self, **document):
        """Return the action that shows the points near a document's address."""
        order = self.env["sale.order"].browse(document.get("order_id"))
        picking = self.env["stock.picking"].browse(document.get("picking_id"))
        source = order or picking
        partner = order.partner_shipping_id or picking.partner_id
        if not (partner.country_id and partner.zip):
            raise UserError(_("The delivery address needs a country and postal code."))
        chooser = self.create(
            {
                **document,
                "carrier_id": source.carrier_id.id,
                "company_id": source.company_id.id,
                "country_id": partner.country_id.id,
                "postal_code": partner.zip,
            }
        )
        return chooser.action_search()

    def action_search(self):
        """Ask Sendcloud again and show what is near.

        :raise AccessError: the shipping method is another company's
        """
        self.ensure_one()
        self.carrier_id.check_access_rights("read")
        self.carrier_id.check_access_rule("read")
        account = self.carrier_id.sudo().sendcloud_account_id
        with account._service_errors():
            found = self.carrier_id.sudo()._sendcloud_points(
                self.country_id.code, self.postal_code
            )
        rows = [Command.create(self._prepare_line(account, p)) for p in found]
        self.line_ids = [Command.clear(), *rows]
        self.not_found = not found
        return self._show()

    def _prepare_line(self, account, found):
        point = self.env["sendcloud.service.point"].sudo()._take(account, found)
        return {"point_id": point.id, "distance": (found.distance or 0) / 1000}

    def _show(self):
        return {
            "name": _("Service Points"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class SendcloudPointChooseLine(models.TransientModel):
    """One service point and how far it is."""

    _name = "sendcloud.point.choose.line"
    _description = "Service Point Nearby"
    _order = "distance, id"

    choose_id = fields.Many2one(
        "sendcloud.point.choose", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="choose_id.company_id")
    point_id = fields.Many2one("sendcloud.service.point", required=True, readonly=True)
    name = fields.Char(related="point_id.name")
    address = fields.Char(related="point_id.address")
    hours = fields.Char(related="point_id.hours")
    distance = fields.Float("Distance (km)", digits=(8, 1), readonly=True)

    def action_choose(self):
        """Take this service point.

        :raise AccessError: the point or the document is another company's
        """
        self.ensure_one()
        self.point_id.check_access_rights("read")
        self.point_id.check_access_rule("read")
        document = self.choose_id.picking_id or self.choose_id.order_id
        document._sendcloud_set_point(self.point_id)
        return {"type": "ir.actions.act_window_close"}
