from datetime import timezone
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError
from odoo.addons.o2c_base.words import said

from ..lib.mapping import amount_line_vals, naive, rounded, split_amount
from ..lib.refunds import fitting_tax, share
from .shopify_order_edit import as_json
from .shopify_order_import import CENT, ROUNDING_LIMIT


class Claim(NamedTuple):
    """What a customer gets back for units of a line; without line an adjustment.

    ``is_ordered``: the units stay in the sales order although they are credited.
    """

    sale_line: Any
    units: int
    net: Decimal
    tax: Decimal
    is_ordered: bool


class ShopifyRefund(models.Model):
    """A refund at Shopify and the credit note it became, once."""

    _name = "shopify.refund"
    _description = "Shopify Refund"
    _inherit = ["o2c.exception.mixin"]
    _order = "refunded_at desc, id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "shopify.order", required=True, readonly=True, ondelete="restrict", index=True
    )
    shop_id = fields.Many2one(related="order_id.shop_id", store=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    refunded_at = fields.Datetime("Refunded On", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    state = fields.Selection(
        [
            ("waiting", "Waiting for the Invoice"),
            ("by_hand", "By Hand"),
            ("done", "Booked"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    credit_note_id = fields.Many2one("account.move", readonly=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("refund", "Refund"),
            ("edit", "Edited Order"),
            ("sent", "Refunded from Here"),
        ],
        default="refund",
        required=True,
        readonly=True,
    )
    parts = fields.Json(
        readonly=True, help="Of what Shopify does not keep as a refund."
    )
    plan = fields.Json(readonly=True, help="Which order lines are credited.")

    _sql_constraints = [
        ("gid_unique", "unique(order_id, gid)", "This refund is known already."),
    ]

    # === Goods === #

    @api.model
    def _take_in(self, order, refund):
        """Keep a refund, and send less when goods are not sent any more.

        What comes back is the order's to expect: returns tell of it, too.

        :param order: ``shopify.order``
        :param refund: ``lib.refunds.Refund``
        """
        if self._adopt(order, refund):
            return
        row = self.create(
            {
                "order_id": order.id,
                "gid": refund.gid,
                "refunded_at": naive(refund.processed_at),
                "amount": float(refund.total),
            }
        )
        before = order._amount("amount_total")
        row.plan = [row._plan_line(line) for line in refund.lines]
        row._settle_lowered(refund, before)

    @api.model
    def _take_in_edit(self, order, lowered):
        """Treat what an edit took off like a refund without money.

        :param lowered: ``lib.refunds.Refund``
        """
        self._take_in(order, lowered)
        row = order.refund_ids.filtered(lambda row: row.gid == lowered.gid)
        row.write({"kind": "edit", "parts": as_json(lowered)})

    def _plan_line(self, line):
        """Return ``[[sale line id, units to credit, is it still ordered], …]``.

        What is never sent and not invoiced yet needs no credit: less is ordered.
        """
        plan, left = [], line.quantity
        price = float(line.net / line.quantity)
        sale_lines = self.order_id._lines_of(line.line_gid).sorted(
            lambda sale_line: abs(sale_line.price_unit - price)
        )
        if line.restock == "CANCEL":
            for sale_line in sale_lines:
                units = min(left, sale_line.product_uom_qty - sale_line.qty_delivered)
                if units > 0:
                    plan.append([sale_line.id, self._cancel(sale_line, units), False])
                    left -= units
            if left and not self.order_id.cancelled:
                self._leave_goods_to_do(sale_lines, left)
        for sale_line in sale_lines:
            units = sale_line.product_uom_qty - sale_line.shopify_credited_qty
            planned = sum(part[1] for part in plan if part[0] == sale_line.id)
            units = min(left, units - planned * (sale_line.state == "cancel"))
            if units > 0:
                plan.append([sale_line.id, units, True])
                left -= units
        return plan

    def _cancel(self, sale_line, units):
        """Order ``units`` less and return how many of them were invoiced already."""
        uninvoiced = max(sale_line.product_uom_qty - sale_line.qty_invoiced, 0)
        if sale_line.state != "cancel":
            self.order_id._send_less(sale_line, units)
        return max(units - uninvoiced, 0)

    def _leave_goods_to_do(self, sale_lines, units):
        self.order_id._leave_to_do(
            _(
                "Shopify took %(units)g × “%(product)s” off the order, but it has left"
                " the warehouse: ask for it back.",
                units=units,
                product=sale_lines[:1].product_id.display_name,
            )
        )

    def _settle_lowered(self, refund, before):
        """Let the lowered order cost exactly what the refund leaves of it."""
        order = self.order_id
        if order.sale_order_id.state == "cancel":
            return
        if any(part[1] for plan in self.plan or [] for part in plan):
            # Odoo's own credit note will tell the exact amount.
            return
        wanted = before - sum(refund.gross(line) for line in refund.lines)
        difference = wanted - order._amount("amount_total")
        if abs(difference) > ROUNDING_LIMIT:
            error = order._total_differs(
                _("total"), wanted, order._amount("amount_total")
            )
            order._leave_to_do(said(self.env, error))
        elif difference:
            product = order.shop_id.rounding_product_id
            vals = amount_line_vals(product.id, False, difference)
            order.sale_order_id.order_line = [fields.Command.create(vals)]

    # === Credit note === #

    def _book(self, refund, paid_back):
        """Credit what was invoiced; wait when an invoice must come first.

        :param refund: ``lib.refunds.Refund``
        :param paid_back: money that went back by it, ``None`` when none did
        """
        claims = self._claims(refund)
        open_claims = [claim for claim in claims if not self._is_invoiced(claim)]
        if open_claims and self.order_id.sale_order_id.state != "cancel":
            return
        # What a cancelled order did not invoice needs no credit.
        claims = [claim for claim in claims if claim not in open_claims]
        try:
            with self.env.cr.savepoint():
                if not self._adds_up(refund, paid_back):
                    raise self._does_not_add_up()
                credit_note = self._create_credit_note(refund, claims)
        except BlockedError as error:
            self.state = "by_hand"
            self.order_id._leave_to_do(said(self.env, error))
            return
        self.write({"credit_note_id": credit_note.id, "state": "done"})

    def _adds_up(self, refund, paid_back):
        """Tell whether the money that went back is explained.

        An edit or an exchange leaves what the customer was owed before to a later
        refund, or sets it off against new goods.
        """
        if paid_back in (None, refund.total):
            return True
        order = self.order_id
        if paid_back < refund.total:
            set_off = order._decimal(order.added_amount)
            return refund.total - paid_back <= set_off
        others = order.refund_ids - self
        back = order.payment_ids.filtered(lambda row: row.payment_type == "outbound")
        owed = order._decimal(sum(others.mapped("amount")))
        return order._decimal(sum(back.mapped("amount"))) <= owed + refund.total

    def _claims(self, refund):
        """Return what has to be credited, goods first."""
        claims = []
        for line, plan in zip(refund.lines, self.plan or [], strict=True):
            upto = 0
            for sale_line_id, units, is_ordered in plan:
                if units:
                    net = share(line.net, upto, upto + units, line.quantity)
                    tax = share(line.tax, upto, upto + units, line.quantity)
                    sale_line = self.env["sale.order.line"].browse(sale_line_id)
                    claims.append(Claim(sale_line, int(units), net, tax, is_ordered))
                    upto += units
        for part in refund.shipping:
            sale_line = self._shipping_line(part)
            claims.append(Claim(sale_line, 1, part.net, part.tax, True))
        for part in refund.duties:
            sale_line = self.order_id._lines_of(part.gid)[:1]
            claims.append(Claim(sale_line, 1, part.net, part.tax, True))
        nothing = self.env["sale.order.line"]
        return claims + [
            Claim(nothing, 1, part.net, part.tax, True) for part in refund.adjustments
        ]

    def _shipping_line(self, part):
        named = part.gid and self.order_id._lines_of(part.gid)
        lines = self.order_id.sale_order_id.order_line
        return (named or lines.filtered("is_delivery"))[:1]

    def _invoice_lines(self, sale_line):
        invoices = self.order_id._customer_moves(("out_invoice",))
        return sale_line.invoice_lines.filtered(lambda line: line.move_id in invoices)

    def _is_invoiced(self, claim):
        if not claim.sale_line:
            return bool(self.order_id._customer_moves(("out_invoice",)))
        invoiced = sum(self._invoice_lines(claim.sale_line).mapped("quantity"))
        return invoiced >= claim.units

    def _create_credit_note(self, refund, claims):
        """Return the posted credit note, empty when there is nothing to credit.

        What is kept of goods that were never invoiced is invoiced instead.

        :raise BlockedError: Odoo cannot make it as Shopify has it
        """
        credit_note = self.env["account.move"]
        if not claims:
            return credit_note
        is_kept = sum(refund.gross(claim) for claim in claims) < 0
        if is_kept:
            claims = self._as_charges(claims)
        lines = [vals for claim in claims for vals in self._line_vals(refund, claim)]
        credit_note = credit_note.create(self._move_vals(lines, is_kept))
        total = sum(refund.gross(claim) for claim in claims)
        self._make_exact(credit_note, total, sum(claim.tax for claim in claims))
        credit_note.with_context(shopify_has_refund=True).action_post()
        for claim in claims:
            if claim.sale_line and claim.is_ordered:
                claim.sale_line.shopify_credited_qty += claim.units
        return credit_note

    def _as_charges(self, claims):
        """Return the same claims from the shop's side.

        :raise BlockedError: goods are credited, too
        """
        if any(claim.sale_line for claim in claims):
            raise self._does_not_add_up()
        return [
            claim._replace(net=-claim.net, tax=-claim.tax, is_ordered=False)
            for claim in claims
        ]

    def _move_vals(self, lines, is_kept=False):
        order = self.order_id
        invoice = order._customer_moves(("out_invoice",))[-1:]
        refunded_at = self.refunded_at.replace(tzinfo=timezone.utc)
        return {
            "move_type": "out_invoice" if is_kept else "out_refund",
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": order.currency_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_payment_term_id": False,
            "invoice_date": refunded_at.astimezone(order._zone()).date(),
            "invoice_origin": order.sale_order_id.name,
            "ref": order.name,
            "reversed_entry_id": False if is_kept else invoice.id,
            "invoice_line_ids": [fields.Command.create(vals) for vals in lines],
        }

    def _line_vals(self, refund, claim):
        """Return the credit note's lines that are worth exactly ``claim.net``."""
        if not claim.sale_line:
            return [self._adjustment_vals(refund, claim)]
        invoiced = self._invoice_lines(claim.sale_line)[:1]
        digits = self.env["decimal.precision"].precision_get("Product Price")
        decimals = self.currency_id.decimal_places
        return [
            {
                "product_id": invoiced.product_id.id,
                "name": invoiced.name,
                "quantity": units,
                "product_uom_id": invoiced.product_uom_id.id,
                "price_unit": float(price),
                "discount": 0,
                "account_id": invoiced.account_id.id,
                "analytic_distribution": invoiced.analytic_distribution,
                "tax_ids": [fields.Command.set(invoiced.tax_ids.ids)],
                "sale_line_ids": [fields.Command.link(claim.sale_line.id)],
            }
            for units, price in split_amount(claim.net, claim.units, digits, decimals)
        ]

    def _adjustment_vals(self, refund, claim):
        taxes = self.env["account.tax"]
        if claim.tax:
            sold = self.order_id.sale_order_id.order_line.tax_id
            rates = {tax: Decimal(str(tax.amount)) for tax in sold}
            taxes = fitting_tax(claim, rates, refund.taxes_included)
            if not taxes:
                raise self._does_not_add_up()
        return {
            "product_id": self.shop_id.adjustment_product_id.id,
            "quantity": 1,
            "price_unit": float(claim.net),
            "tax_ids": [fields.Command.set(taxes.ids)],
        }

    def _make_exact(self, credit_note, total, tax):
        """Make the draft's total Shopify's, or stop.

        :raise BlockedError: it is not a matter of rounding
        """
        decimals = self.currency_id.decimal_places
        ours = rounded(Decimal(str(credit_note.amount_total)), decimals)
        our_tax = rounded(Decimal(str(credit_note.amount_tax)), decimals)
        tax_limit = max(ROUNDING_LIMIT, CENT * len(credit_note.invoice_line_ids))
        if abs(total - ours) > ROUNDING_LIMIT or abs(tax - our_tax) > tax_limit:
            raise self._does_not_add_up()
        if total != ours:
            vals = {
                "product_id": self.shop_id.rounding_product_id.id,
                "quantity": 1,
                "price_unit": float(total - ours),
                "tax_ids": [fields.Command.clear()],
            }
            credit_note.invoice_line_ids = [fields.Command.create(vals)]

    def _does_not_add_up(self):
        return BlockedError(
            "left_to_do",
            _(
                "The parts of the refund of %s at Shopify do not add up to it here:"
                " make its credit note by hand.",
                self.order_id._said(self.amount),
            ),
        )

    def action_open_credit_note(self):
        """Show the credit note."""
        return self.credit_note_id.get_formview_action()
