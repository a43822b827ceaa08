from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import quotes


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("sendcloud", "Sendcloud")],
        ondelete={"sendcloud": lambda carriers: carriers._sendcloud_to_fixed()},
    )
    sendcloud_account_id = fields.Many2one("sendcloud.account", "Sendcloud Account")
    sendcloud_option_code = fields.Char(
        "Shipping Option",
        help="Sendcloud's code of the way of shipping, such as postnl:standard.",
    )
    sendcloud_contract_id = fields.Integer(
        "Contract No.", help="0: Sendcloud's default contract of the carrier."
    )
    sendcloud_minimum_weight = fields.Float(
        "Minimum Parcel Weight (kg)",
        digits="Stock Weight",
        help="0: the account's minimum.",
    )

    @api.constrains(
        "delivery_type",
        "sendcloud_account_id",
        "sendcloud_option_code",
        "company_id",
    )
    def _check_sendcloud(self):
        for carrier in self.filtered(lambda c: c.delivery_type == "sendcloud"):
            account = carrier.sendcloud_account_id
            if not account or not carrier.sendcloud_option_code:
                raise ValidationError(
                    _(
                        "%s needs a Sendcloud account and a shipping option.",
                        carrier.name,
                    )
                )
            if carrier.company_id and carrier.company_id != account.company_id:
                raise ValidationError(
                    _(
                        "%(carrier)s and %(account)s belong to different companies.",
                        carrier=carrier.name,
                        account=account.name,
                    )
                )

    def write(self, vals):
        """Check again what is to be shipped this way."""
        res = super().write(vals)
        if {"delivery_type", "sendcloud_account_id"} & set(vals):
            domain = [("carrier_id", "in", self.ids)]
            self.env["stock.picking"]._sendcloud_recheck(domain)
        return res

    def _sendcloud_to_fixed(self):
        """Keep the shipping methods of old orders when this addon goes."""
        self.write({"delivery_type": "fixed", "active": False})

    def sendcloud_rate_shipment(self, order):
        """Return the price of the delivery product, as a fixed price carrier does."""
        return self.fixed_rate_shipment(order)

    def sendcloud_send_shipping(self, pickings):
        """Return cost and tracking of the labels that were bought; buy nothing.

        Core asks inside its transaction, where a purchase could be undone by Odoo
        but not at Sendcloud. See :meth:`stock.picking.send_to_shipper`.
        """
        return [
            {
                "exact_price": shipment._cost(),
                "tracking_number": shipment.tracking_number,
            }
            for shipment in pickings.mapped("sendcloud_shipment_id")
        ]

    def sendcloud_get_tracking_link(self, picking):
        """Return the carrier's page for each tracking number of ``picking``."""
        numbers = (picking.carrier_tracking_ref or "").split(",")
        return self.env["sendcloud.parcel"].sudo()._tracking_link(numbers)

    def sendcloud_cancel_shipment(self, pickings):
        """Cancel the labels of ``pickings`` at Sendcloud.

        :raise UserError: Sendcloud says no; core then keeps the tracking number
        """
        # Core calls this once per picking and passes all of them each time.
        shipments = pickings.sudo().sendcloud_shipment_ids
        if not shipments:
            raise UserError(_("There is no Sendcloud label to cancel."))
        shipments.filtered(lambda s: s.state == "label")._cancel_label()

    def action_sendcloud_check_option(self):
        """Ask Sendcloud whether the chosen way of shipping exists."""
        self.ensure_one()
        account = self.sendcloud_account_id
        criteria = quotes.option_criteria(
            self.sendcloud_option_code, self.sendcloud_contract_id
        )
        with account._service_errors():
            options = account._client().shipping_options(criteria)
        if not options:
            raise UserError(
                _("Sendcloud does not know %s.", self.sendcloud_option_code)
            )
        names = ", ".join(sorted({option["name"] for option in options}))
        return account._notification(_("Sendcloud has it: %s", names), "success")
