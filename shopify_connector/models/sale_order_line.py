from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    shopify_line_gid = fields.Char(
        "Shopify Line",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Two lines share it when its units do not all cost the same.",
    )
    shopify_credited_qty = fields.Float(
        "Refunded at Shopify",
        digits="Product Unit of Measure",
        copy=False,
        readonly=True,
        help="Credited although it stays ordered; it is not invoiced a second time.",
    )

    @api.depends("shopify_credited_qty")
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        for line in self.filtered("shopify_credited_qty"):
            # A credit note makes Odoo believe that the units wait for an invoice.
            left = line.qty_to_invoice - line.shopify_credited_qty
            line.qty_to_invoice = max(left, min(line.qty_to_invoice, 0))
        return res

    @api.depends("shopify_credited_qty")
    def _compute_invoice_status(self):
        res = super()._compute_invoice_status()
        for line in self.filtered("shopify_credited_qty"):
            invoiced = line.qty_invoiced + line.shopify_credited_qty
            if line.invoice_status == "no" and invoiced >= line.product_uom_qty:
                line.invoice_status = "invoiced"
        return res
