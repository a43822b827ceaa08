from markupsafe import Markup

from odoo import _, api, models
from odoo.exceptions import UserError

from odoo.addons.o2c_base.lib.errors import BlockedError
from odoo.addons.o2c_base.words import said

from ..lib.payload import order_from_payload
from .shopify_order import QUIET


class UndoError(Exception):
    """Nothing of what was done shall stay."""


class ShopifyOrder(models.Model):
    """What an order would become, said before anything is written."""

    _inherit = "shopify.order"

    @api.model
    def _try_out(self, shop, payload):
        """Return what an order would become; nothing of it stays.

        The sales order is really made and then undone, so it is no second opinion on
        the rules but the import itself. It takes no number and sends nothing.

        :param payload: the order as ``AdminClient.order`` gives it
        :return: values of a ``shopify.trial.line``
        """
        found = {}
        try:
            with self.env.cr.savepoint():
                orders = self.with_context(**QUIET, shopify_trial=True)
                order = order_from_payload(payload, **shop._reading())
                found.update(orders._tried(shop, order))
                raise UndoError
        except UndoError:
            return found

    def _tried(self, shop, order):
        row = self.search([("shop_id", "=", shop.id), ("gid", "=", order.gid)], limit=1)
        row = row or self.create({"shop_id": shop.id, "gid": order.gid})
        order = row._folded(order)
        row._keep(order)
        return {
            "name": order.name,
            "gid": order.gid,
            "ordered_at": row.ordered_at,
            "currency_id": row.currency_id.id,
            "their_total": float(order.total),
            "their_tax": float(order.tax),
            **row._verdict(order),
        }

    def _verdict(self, order):
        if self.sale_order_id:
            name = self.sale_order_id.name
            return {"verdict": "known", "because": _("It is %s here already.", name)}
        left_out = self._why_leave_out(order)
        if left_out:
            return {"verdict": "left_out", "because": left_out}
        try:
            with self.env.cr.savepoint():
                self._create_sale_orders({self: order})
                self.env.flush_all()
        except BlockedError as error:
            because = " ".join(filter(None, [said(self.env, error), error.advice]))
            return {"verdict": "stopped", "because": because}
        except UserError as error:
            return {"verdict": "stopped", "because": said(self.env, error)}
        return {
            "verdict": "ready",
            "because": self._said_next(order),
            "our_total": self.sale_order_id.amount_total,
            "our_tax": self.sale_order_id.amount_tax,
            "decisions": self._decisions(
                [self._said_transaction(t) for t in order.received],
                len(order.refunds),
            ),
            "sale_lines": self._sale_lines_table(),
        }

    # === In words === #

    def _said_next(self, order):
        if self._is_confirm_due():
            return _("Confirmed, because it is paid.") if order.is_paid else _("Sold.")
        if self._policy("confirm_policy") == "manual":
            return _("A quotation: you confirm orders by hand.")
        return _("A quotation until it is paid.")

    def _said_transaction(self, transaction):
        return _(
            "%(amount)s by %(method)s is booked in %(journal)s.",
            amount=self._said(transaction.amount),
            method=transaction.gateway,
            journal=self._gateway(transaction).journal_id.name,
        )

    def _sale_lines_table(self):
        row = Markup("<tr><td>%s</td><td>%g</td><td>%s</td><td>%s</td><td>%s</td></tr>")
        rows = [
            row
            % (
                order_line.product_id.display_name or order_line.name,
                order_line.product_uom_qty,
                self._said(order_line.price_unit),
                ", ".join(order_line.tax_id.mapped("name")),
                self._said(order_line.price_total),
            )
            for order_line in self.sale_order_id.order_line
        ]
        heads = (_("Product"), _("Quantity"), _("Price"), _("Taxes"), _("Total"))
        head = Markup("").join(Markup("<th>%s</th>") % title for title in heads)
        table = Markup(
            '<table class="table table-sm"><thead><tr>%s</tr></thead>'
            "<tbody>%s</tbody></table>"
        )
        return table % (head, Markup("").join(rows))
