from dataclasses import replace

from odoo import fields, models

from ..lib import customs, insurance
from .stock_picking import decimal


class StockPicking(models.Model):
    """What customs and the insurer are told of a delivery."""

    # The file of the model itself would be too long.
    _inherit = "stock.picking"

    sendcloud_is_urgent = fields.Boolean(readonly=True, copy=False)

    def _action_done(self):
        """Remember the star: core takes it away with the validation."""
        self.filtered(lambda p: p.priority == "1").sendcloud_is_urgent = True
        return super()._action_done()

    def _sendcloud_passes_customs(self):
        partner = self.partner_id
        return customs.needs_customs(
            self._sendcloud_from_country(), partner.country_id.code, partner.zip
        )

    def _sendcloud_has_eori(self):
        """Tell whether the sender can export; not known counts as yes."""
        sender = self._sendcloud_sender_record()
        return not sender or "EORI" in (sender.tax_numbers or "")

    def _sendcloud_sender_record(self):
        account = self.carrier_id.sendcloud_account_id
        own = self.picking_type_id.warehouse_id.sendcloud_sender_id
        return own or account.sender_id

    def _sendcloud_goods_in_euros(self):
        """Return what the goods that leave are sold for, without VAT, in euros."""
        return self._sendcloud_in_euros(
            self._sendcloud_value_of(self._sendcloud_lines())
        )

    def _sendcloud_declaration(self):
        """Return the :class:`customs.Declaration`, None where no customs are passed.

        Its number is the invoice's; before there is one it is the order's.
        """
        if not self._sendcloud_passes_customs():
            return None
        told = self._sendcloud_told()
        sender = self._sendcloud_sender_record()
        place = (self.partner_id.country_id.code, self.partner_id.zip)
        numbers = customs.numbers_that_hold(
            sender._tax_numbers(),
            self._sendcloud_from_country(),
            place,
            self._sendcloud_goods_in_euros(),
            told,
        )
        return replace(told, sender_numbers=numbers)

    def _sendcloud_told(self):
        """Return the declaration without our own tax numbers."""
        order, buyer = self.sale_id, self.partner_id.commercial_partner_id
        posted = order.invoice_ids.filtered(lambda move: move.state == "posted")[:1]
        delivery = order.order_line.filtered("is_delivery")
        return customs.Declaration(
            invoice_number=posted.name or order.name or self.name,
            reason=self.carrier_id.sendcloud_export_reason or customs.COMMERCIAL,
            invoice_date=posted.invoice_date or fields.Date.context_today(self),
            is_business=bool(buyer.is_company),
            freight=decimal(sum(delivery.mapped("price_subtotal"))),
            currency=order.currency_id.name or "",
            vat=(buyer.vat or "") if buyer.is_company else "",
            country_code=buyer.country_id.code or "",
        )

    # === Insurance === #

    def _sendcloud_insured(self, parcels):
        """Return the parcels, insured as the shipping method says."""
        return insurance.insured(tuple(parcels), self._sendcloud_insured_value())

    def _sendcloud_insured_value(self):
        """Return the euros to insure, 0 for none."""
        carrier = self.carrier_id
        if carrier.sendcloud_insurance == "amount":
            return decimal(carrier.sendcloud_insured_amount)
        if carrier.sendcloud_insurance != "value":
            return decimal(0)
        worth = sum(move._sendcloud_worth() for move in self.move_ids)
        return self._sendcloud_in_euros(worth)

    def _sendcloud_in_euros(self, amount):
        """Return an amount of the order's currency as a decimal, at today's rate."""
        ours = self.sale_id.currency_id or self.company_id.currency_id
        euro = self.env.ref("base.EUR")
        date = fields.Date.context_today(self)
        return decimal(ours._convert(amount, euro, self.company_id, date))

    def _sendcloud_is_insured_in_part(self):
        return self._sendcloud_insured_value() > insurance.MOST
