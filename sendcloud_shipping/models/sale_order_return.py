from datetime import timedelta

from odoo import _, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

#: longest reason that is kept
REASON_LENGTH = 200


class SaleOrder(models.Model):
    """Goods that a customer sends back, from the order's page in the portal."""

    # The file of the model itself would be too long.
    _inherit = "sale.order"

    def _sendcloud_deliveries_to_return(self):
        """Return the deliveries whose goods the customer may still send back."""
        now = fields.Datetime.now()
        found = self.picking_ids.browse()
        for picking in self.picking_ids.filtered(lambda p: p.state == "done"):
            carrier = picking.carrier_id
            if picking.picking_type_code != "outgoing" or (
                carrier.delivery_type != "sendcloud"
                or not carrier.sendcloud_return_option_code
            ):
                continue
            days = carrier.sendcloud_account_id.return_days
            # It counts from the customer's door, where the carrier told us of it.
            since = picking.sendcloud_shipment_id.delivered_at or picking.date_done
            if days and now <= since + timedelta(days=days):
                found |= picking
        return found

    def _sendcloud_returnable(self):
        """Return ``{move: quantity}``, in the product's unit, that may come back."""
        moves = self._sendcloud_deliveries_to_return().move_ids
        left = {move: move._sendcloud_not_returned() for move in moves}
        return {move: quantity for move, quantity in left.items() if quantity > 0}

    def _sendcloud_return(self, quantities, reason, our_fault=False):
        """Make return transfers, each with a label that is on its way; return them.

        :param quantities: ``{move id: quantity}``, in the products' units
        :param our_fault: then we pay the label, whoever pays other ones
        :raise UserError: more than was sent, too late, or nothing chosen
        """
        self.ensure_one()
        # Clicked twice, the second waits here and then finds nothing left.
        self.env.cr.execute(
            "SELECT 1 FROM sale_order WHERE id = %s FOR UPDATE", self.ids
        )
        returnable = {
            move.id: (move, q) for move, q in self._sendcloud_returnable().items()
        }
        wanted = {}
        for move_id, quantity in quantities.items():
            if quantity <= 0:
                continue
            move, left = returnable.get(move_id, (None, 0))
            if not move or float_compare(quantity, left, precision_digits=6) > 0:
                raise UserError(_("These goods cannot be returned any more."))
            wanted[move] = quantity
        if not wanted:
            raise UserError(_("Choose what you send back."))
        return self._sendcloud_make_returns(wanted, reason[:REASON_LENGTH], our_fault)

    def _sendcloud_make_returns(self, wanted, reason, our_fault):
        made = self.picking_ids.browse()
        for delivery in self.env["stock.move"].union(*wanted).picking_id:
            known = delivery.return_ids
            wizard = self.env["stock.return.picking"].create(
                {"picking_id": delivery.id}
            )
            for line in wizard.product_return_moves:
                quantity = wanted.get(line.move_id, 0)
                line.write({"quantity": quantity, "to_refund": True})
            wizard._create_returns()
            back = delivery.return_ids - known
            back.message_post(body=_("The customer returns this: %s", reason))
            payer = delivery.carrier_id.sendcloud_account_id.return_payer
            self.env["sendcloud.return"]._request_label(
                back,
                is_from_customer=True,
                reason=reason,
                paid_by="us" if our_fault else payer,
            )
            made |= back
        return made
