from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SendcloudReturn(models.Model):
    """Who pays a return label: what the customer pays is kept back from the refund."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.return"

    paid_by = fields.Selection(
        [("us", "Us"), ("customer", "The customer")],
        required=True,
        readonly=True,
        default="us",
    )
    credit_line_id = fields.Many2one(
        "account.move.line", "Kept Back In", readonly=True, copy=False
    )

    def _is_to_keep_back(self):
        """Tell whether the customer owes this label and no credit note has it."""
        line = self.credit_line_id
        is_kept = line and line.parent_state != "cancel"
        is_used = self.state in ("label", "arrived") and self.price > 0
        return self.paid_by == "customer" and is_used and not is_kept

    def _prepare_credit_line(self, move):
        """Return the line that keeps the label's price back from a credit note.

        In the note's currency, before taxes or with them, as the product of the
        shipping method is priced; its taxes are the product's.
        """
        carrier = self.carrier_id
        price = carrier._sendcloud_as_priced(
            self.price, self.currency_id, move.company_id
        )
        date = move.invoice_date or fields.Date.context_today(self)
        price = self.currency_id._convert(
            price, move.currency_id, move.company_id, date
        )
        return {
            "product_id": carrier.product_id.id,
            "name": _("Return label %s", self.tracking_number or self.picking_id.name),
            "quantity": 1,
            "price_unit": -price,
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    sendcloud_has_to_keep_back = fields.Boolean(
        compute="_compute_sendcloud_has_to_keep_back", compute_sudo=True
    )

    @api.depends("state", "move_type", "invoice_line_ids.sale_line_ids")
    def _compute_sendcloud_has_to_keep_back(self):
        for move in self:
            move.sendcloud_has_to_keep_back = bool(
                move._sendcloud_labels_to_keep_back()
            )

    def _sendcloud_labels_to_keep_back(self):
        """Return the return labels that this draft credit note could keep back."""
        self.ensure_one()
        if self.state != "draft" or self.move_type != "out_refund":
            return self.env["sendcloud.return"]
        orders = self.sudo().invoice_line_ids.sale_line_ids.order_id
        returns = orders.picking_ids.sendcloud_return_ids
        return returns.filtered(lambda record: record._is_to_keep_back())

    def action_sendcloud_keep_back(self):
        """Keep the price of the customer's return labels back from this credit note.

        :raise UserError: it would be less than nothing
        """
        for move in self:
            move._sendcloud_keep_back()
            if move.amount_total < 0:
                raise UserError(_("The label costs more than is credited here."))

    def _sendcloud_keep_back(self):
        for record in self._sendcloud_labels_to_keep_back():
            known = self.invoice_line_ids
            values = record._prepare_credit_line(self)
            self.write({"invoice_line_ids": [Command.create(values)]})
            record.credit_line_id = (self.invoice_line_ids - known)[:1]

    def _sendcloud_keep_back_if_enough(self):
        """Keep labels back from new drafts; one that is too small stays as it is."""
        for move in self:
            labels = move._sendcloud_labels_to_keep_back()
            if not labels:
                continue
            move._sendcloud_keep_back()
            if move.amount_total < 0:
                labels.credit_line_id.unlink()
