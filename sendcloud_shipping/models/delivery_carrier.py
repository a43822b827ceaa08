from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import customs, quotes


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("sendcloud", "Sendcloud")],
        ondelete={"sendcloud": lambda carriers: carriers._sendcloud_to_fixed()},
    )
    sendcloud_account_id = fields.Many2one("sendcloud.account", "Sendcloud Account")
    sendcloud_choice = fields.Selection(
        [
            ("option", "This shipping option"),
            ("rules", "Sendcloud chooses by its rules"),
        ],
        "Goes By",
        default="option",
        help="Rules and defaults are those in Sendcloud's panel.",
    )
    sendcloud_option_code = fields.Char(
        "Option Code",
        help="Sendcloud's code of the way of shipping, such as postnl:standard.",
    )
    sendcloud_option_id = fields.Many2one(
        "sendcloud.option",
        "Shipping Option",
        compute="_compute_sendcloud_option_id",
        compute_sudo=True,
        inverse="_inverse_sendcloud_option_id",
        domain="[('account_id', '=', sendcloud_account_id), ('is_listed', '=', True)]",
    )
    sendcloud_contract_id = fields.Integer(
        "Contract No.", help="0: Sendcloud's default contract of the carrier."
    )
    sendcloud_contract = fields.Many2one(
        "sendcloud.contract",
        "Contract",
        compute="_compute_sendcloud_contract",
        compute_sudo=True,
        inverse="_inverse_sendcloud_contract",
        domain="[('account_id', '=', sendcloud_account_id), ('is_listed', '=', True)]",
        help="Empty: Sendcloud's default contract of the carrier.",
    )
    sendcloud_gone = fields.Boolean(
        compute="_compute_sendcloud_option_id", compute_sudo=True
    )
    sendcloud_package_type_id = fields.Many2one(
        "stock.package.type",
        "Usual Box",
        help="Its size and weight count where the packer chose no package.",
    )
    sendcloud_insurance = fields.Selection(
        [
            ("none", "No insurance"),
            ("value", "What the goods sell for"),
            ("amount", "A fixed amount"),
        ],
        "Insure Above the Carrier",
        default="none",
        help="From 2 to 5,000 euros; Sendcloud charges a premium.",
    )
    sendcloud_insured_amount = fields.Float("Insured Amount (EUR)", digits=(16, 2))
    sendcloud_export_reason = fields.Selection(
        [
            (customs.COMMERCIAL, "Sale"),
            (customs.GIFT, "Gift"),
            (customs.SAMPLE, "Sample"),
            (customs.DOCUMENTS, "Documents"),
        ],
        "Customs: Reason",
        default=customs.COMMERCIAL,
    )
    sendcloud_minimum_weight = fields.Float(
        "Minimum Parcel Weight (kg)",
        digits="Stock Weight",
        help="0: the account's minimum.",
    )

    @api.depends(
        "delivery_type",
        "sendcloud_choice",
        "sendcloud_option_code",
        "sendcloud_contract_id",
        "sendcloud_account_id.option_ids.is_listed",
        "sendcloud_account_id.contract_ids.is_listed",
        "sendcloud_account_id.listed_at",
    )
    def _compute_sendcloud_option_id(self):
        options = self.env["sendcloud.option"].search(
            [
                ("account_id", "in", self.sendcloud_account_id.ids),
                ("code", "in", self.mapped("sendcloud_option_code")),
            ]
        )
        by_code = {(option.account_id, option.code): option for option in options}
        for carrier in self:
            key = (carrier.sendcloud_account_id, carrier.sendcloud_option_code)
            carrier.sendcloud_option_id = by_code.get(key)
            carrier.sendcloud_gone = carrier._sendcloud_is_gone()

    def _inverse_sendcloud_option_id(self):
        for carrier in self:
            carrier.sendcloud_option_code = carrier.sendcloud_option_id.code

    @api.depends("sendcloud_account_id.contract_ids", "sendcloud_contract_id")
    def _compute_sendcloud_contract(self):
        for carrier in self:
            number = carrier.sendcloud_contract_id
            contracts = carrier.sendcloud_account_id.contract_ids
            carrier.sendcloud_contract = contracts.filtered(
                lambda contract, number=number: contract.external_id == number
            )[:1]

    def _inverse_sendcloud_contract(self):
        for carrier in self:
            carrier.sendcloud_contract_id = carrier.sendcloud_contract.external_id

    def _sendcloud_code(self):
        """Return the option to ship with, empty where Sendcloud's rules choose."""
        return self.sendcloud_option_code if self.sendcloud_choice == "option" else ""

    def _sendcloud_is_gone(self):
        """Tell whether Sendcloud stopped offering what this method ships with."""
        self.ensure_one()
        account = self.sendcloud_account_id
        if self.delivery_type != "sendcloud" or not account.listed_at:
            return False
        gone = self.sendcloud_choice == "option" and not (
            self.sendcloud_option_id.is_listed
        )
        number = self.sendcloud_contract_id
        return gone or bool(number and not self.sendcloud_contract.is_listed)

    @api.constrains(
        "delivery_type",
        "sendcloud_account_id",
        "sendcloud_choice",
        "sendcloud_option_code",
        "company_id",
    )
    def _check_sendcloud(self):
        for carrier in self.filtered(lambda c: c.delivery_type == "sendcloud"):
            account = carrier.sendcloud_account_id
            needs_option = carrier.sendcloud_choice == "option"
            if not account or (needs_option and not carrier.sendcloud_option_code):
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
        if {name for name in vals if name.startswith("sendcloud_")} or (
            "delivery_type" in vals
        ):
            domain = [("carrier_id", "in", self.ids)]
            self.env["stock.picking"]._sendcloud_recheck(domain)
            self.sudo().sendcloud_account_id._renew_gone_notice()
        return res

    def _sendcloud_to_fixed(self):
        """Keep the shipping methods of old orders when this addon goes."""
        self.write({"delivery_type": "fixed", "active": False})

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
        # Core writes after this: who may not would be told when the label is gone.
        pickings.check_access_rights("write")
        pickings.check_access_rule("write")
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
