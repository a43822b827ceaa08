from odoo import _, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib import mapping, returns
from ..lib.customs import needs_customs
from .stock_picking import decimal


class StockPicking(models.Model):
    """A return transfer and the label that its goods come back with."""

    # The file of the model itself would be too long.
    _inherit = "stock.picking"

    sendcloud_return_ids = fields.One2many(
        "sendcloud.return", "picking_id", "Return Labels"
    )
    sendcloud_return_id = fields.Many2one(
        "sendcloud.return",
        "Newest Return Label",
        compute="_compute_sendcloud_return_id",
        store=True,
    )
    sendcloud_return_state = fields.Selection(
        related="sendcloud_return_id.state", string="Return Label State"
    )
    sendcloud_return_problem = fields.Char(related="sendcloud_return_id.problem")
    sendcloud_return_status = fields.Char(
        related="sendcloud_return_id.status", string="Return Parcel"
    )
    sendcloud_can_return = fields.Boolean(compute="_compute_sendcloud_can_return")

    @api.depends("sendcloud_return_ids")
    def _compute_sendcloud_return_id(self):
        for picking in self:
            attempts = picking.sendcloud_return_ids.sorted("attempt")
            picking.sendcloud_return_id = attempts[-1:]

    @api.depends("state", "move_ids.origin_returned_move_id", "location_id.usage")
    def _compute_sendcloud_can_return(self):
        for picking in self:
            is_open = picking.state not in ("done", "cancel")
            comes_back = picking.location_id.usage == "customer"
            picking.sendcloud_can_return = bool(
                is_open and comes_back and picking._sendcloud_return_carrier()
            )

    def _sendcloud_return_carrier(self):
        """Return the method whose return label brings these goods back."""
        delivered = self.move_ids.origin_returned_move_id.picking_id
        carriers = (self.carrier_id | delivered.carrier_id).sudo()
        return carriers.filtered(
            lambda carrier: (
                carrier.delivery_type == "sendcloud"
                and carrier.sendcloud_return_option_code
            )
        )[:1]

    def action_sendcloud_return_label(self):
        """Ask for a return label, or open the one that is there.

        :raise UserError: no shipping method offers one for these goods
        """
        self.ensure_one()
        if self.sendcloud_return_id.label_id and self.sendcloud_return_state in (
            "label",
            "arrived",
        ):
            return self.sendcloud_return_id.action_open_label()
        self.check_access_rights("write")
        self.check_access_rule("write")
        if not self.sendcloud_can_return:
            raise UserError(
                _("The shipping method of these goods has no return option.")
            )
        self.env["sendcloud.return"].sudo()._request_label(self.sudo())
        return None

    def action_cancel(self):
        """Give back the label of a return that will not come."""
        res = super().action_cancel()
        self.sudo().sendcloud_return_ids._cancel_soon()
        return res

    def _action_done(self):
        """What asked people to receive the return is done with it."""
        res = super()._action_done()
        arrived = self.filtered(lambda p: p.sendcloud_return_state == "arrived")
        summary = _("Returned parcel arrived")
        arrived.activity_ids.filtered(lambda a: a.summary == summary).action_done()
        return res

    # === Facts for Sendcloud === #

    def _sendcloud_return_request(self, record, client):
        """Return the :class:`returns.ReturnRequest` of this return.

        :raise BlockedError: Sendcloud has no address for it to go to
        """
        account, carrier = record.account_id, record.carrier_id
        number = account.return_address_id or self._sendcloud_sender(account)
        address = [a for a in client.sender_addresses() if a["id"] == number]
        if not address:
            raise BlockedError(
                "no_sender",
                _("%s has no address that returns go to.", account.name),
                advice=_("Choose one on the account."),
            )
        items = tuple(self._sendcloud_return_items())
        weight = sum((item.weight * item.quantity for item in items), decimal(0))
        # The customer is where the goods went to: the address of the delivery.
        return returns.ReturnRequest(
            reference=record.reference,
            from_address=self._sendcloud_address(),
            to_address=address[0],
            option_code=carrier.sendcloud_return_option_code,
            contract_id=carrier.sendcloud_contract_id or None,
            weight=max(weight, decimal(account.minimum_weight)),
            items=items,
            customs_invoice=self._sendcloud_return_invoice(address[0]["country_code"]),
        )

    def _sendcloud_return_invoice(self, country):
        """Return the invoice that customs see; empty where they are not passed."""
        partner = self.partner_id
        if not needs_customs(country, partner.country_id.code, partner.zip):
            return ""
        posted = self.sale_id.invoice_ids.filtered(lambda move: move.state == "posted")
        return posted[:1].name or self.sale_id.name or self.name

    def _sendcloud_return_items(self):
        kilograms = self._sendcloud_kilograms()
        currency = self.sale_id.currency_id or self.company_id.currency_id
        for move in self.move_ids.filtered(lambda m: m.state != "cancel"):
            product, line = move.product_id, move.sale_line_id
            price = line.price_reduce_taxinc if line else product.lst_price
            item = mapping.ParcelItem(
                description=product._customs_description(),
                quantity=decimal(move.product_qty),
                weight=decimal(product.weight) * kilograms,
                price=decimal(price),
                currency=currency.name,
                hs_code=product.hs_code or "",
                origin_country=product.country_of_origin.code or "",
                sku=product.default_code or "",
            )
            yield from mapping.packed([item], decimal(0), decimal(0)).items
