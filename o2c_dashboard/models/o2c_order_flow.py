from odoo import fields, models


class O2COrderFlow(models.Model):
    """One row per confirmed order, however it came: what happened to it, and when.

    It is a view over the documents themselves, so it cannot lag behind them.
    """

    _name = "o2c.order.flow"
    _description = "Order on Its Way"
    _auto = False
    _order = "ordered_at desc, id desc"
    _rec_name = "name"

    order_id = fields.Many2one("sale.order", "Sales Order", readonly=True)
    name = fields.Char("Order", readonly=True)
    shop_reference = fields.Char("Shop Number", readonly=True)
    channel = fields.Selection(
        [("shop", "Shop"), ("odoo", "Odoo")], "Came From", readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    ordered_at = fields.Datetime("Ordered", readonly=True)
    packed_at = fields.Datetime("Packed", readonly=True)
    label_at = fields.Datetime("Label", readonly=True)
    delivered_at = fields.Datetime("Delivered", readonly=True)
    invoiced_on = fields.Date("Invoiced", readonly=True)
    paid_on = fields.Date("Paid", readonly=True)
    payment_state = fields.Selection(
        [
            ("not_paid", "Not Paid"),
            ("partial", "Partially Paid"),
            ("in_payment", "In Payment"),
            ("paid", "Paid"),
        ],
        "Payment",
        readonly=True,
    )
    waits_for = fields.Selection(
        [
            ("packing", "Packing"),
            ("label", "Label"),
            ("invoice", "Invoice"),
            ("payment", "Payment"),
            ("payout", "Money on Its Way"),
            ("nothing", "Done"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        return f"""
            SELECT o.id AS id,
                   o.id AS order_id,
                   o.name,
                   o.client_order_ref AS shop_reference,
                   CASE WHEN EXISTS ({self._shop_query()})
                        THEN 'shop' ELSE 'odoo' END AS channel,
                   o.partner_id,
                   o.company_id,
                   o.currency_id,
                   o.amount_total,
                   o.date_order AS ordered_at,
                   CASE WHEN goods.unpacked = 0 THEN goods.packed_at END AS packed_at,
                   goods.label_at,
                   CASE WHEN goods.undelivered = 0
                        THEN goods.delivered_at END AS delivered_at,
                   money.invoiced_on,
                   money.paid_on,
                   money.payment_state,
                   {self._waits_for_case()} AS waits_for
              FROM sale_order o
             CROSS JOIN LATERAL ({self._goods_query()}) goods
             CROSS JOIN LATERAL ({self._money_query()}) money
             WHERE o.state = 'sale'
        """

    def _shop_query(self):
        return "SELECT 1 FROM shopify_order shop WHERE shop.sale_order_id = o.id"

    def _goods_query(self):
        """Sum up the order's outgoing deliveries and their labels."""
        return """
            SELECT COUNT(*) FILTER (WHERE picking.state != 'done') AS unpacked,
                   MAX(picking.date_done) AS packed_at,
                   COUNT(*) FILTER (
                       WHERE carrier.delivery_type = 'sendcloud'
                         AND picking.carrier_tracking_ref IS NULL
                   ) AS unlabelled,
                   MAX(label.create_date) AS label_at,
                   COUNT(*) FILTER (WHERE shipment.delivered_at IS NULL) AS undelivered,
                   MAX(shipment.delivered_at) AS delivered_at
              FROM stock_picking picking
              JOIN stock_picking_type kind
                ON kind.id = picking.picking_type_id AND kind.code = 'outgoing'
              LEFT JOIN delivery_carrier carrier ON carrier.id = picking.carrier_id
              LEFT JOIN sendcloud_shipment shipment
                ON shipment.picking_id = picking.id AND shipment.state = 'label'
              LEFT JOIN ir_attachment label ON label.id = shipment.label_id
             WHERE picking.sale_id = o.id
               AND picking.state != 'cancel'
        """

    def _money_query(self):
        """Sum up the order's posted invoices and their payments."""
        return """
            SELECT MIN(invoice.invoice_date) AS invoiced_on,
                   CASE
                       WHEN COUNT(*) = 0 THEN 'not_paid'
                       WHEN BOOL_AND(invoice.payment_state IN ('paid', 'reversed'))
                           THEN 'paid'
                       WHEN BOOL_AND(
                           invoice.payment_state IN ('in_payment', 'paid', 'reversed')
                       ) THEN 'in_payment'
                       WHEN BOOL_AND(invoice.payment_state = 'not_paid')
                           THEN 'not_paid'
                       ELSE 'partial'
                   END AS payment_state,
                   MAX(payment.paid_on) AS paid_on
              FROM account_move invoice
              LEFT JOIN LATERAL (
                    SELECT MAX(part.max_date) AS paid_on
                      FROM account_move_line line
                      JOIN account_partial_reconcile part
                        ON part.debit_move_id = line.id
                     WHERE line.move_id = invoice.id
                   ) payment ON TRUE
             WHERE invoice.state = 'posted'
               AND invoice.move_type = 'out_invoice'
               AND invoice.id IN (
                    SELECT invoice_line.move_id
                      FROM sale_order_line order_line
                      JOIN sale_order_line_invoice_rel rel
                        ON rel.order_line_id = order_line.id
                      JOIN account_move_line invoice_line
                        ON invoice_line.id = rel.invoice_line_id
                     WHERE order_line.order_id = o.id
                   )
        """

    def _waits_for_case(self):
        """Name the first step that has not happened yet."""
        return """
            CASE
                WHEN goods.unpacked > 0 THEN 'packing'
                WHEN goods.unlabelled > 0 THEN 'label'
                WHEN money.invoiced_on IS NULL THEN 'invoice'
                WHEN money.payment_state IN ('not_paid', 'partial') THEN 'payment'
                WHEN money.payment_state = 'in_payment' THEN 'payout'
                ELSE 'nothing'
            END
        """

    def action_open_order(self):
        """Show the sales order of this row."""
        self.ensure_one()
        return self.order_id.get_formview_action()
