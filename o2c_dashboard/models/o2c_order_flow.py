from odoo import _, fields, models

WAITS_FOR = [
    ("stock", "Stock"),
    ("picking", "Picking"),
    ("packing", "Packing"),
    ("label", "Label"),
    ("invoice", "Invoice"),
    ("payment", "Payment"),
    ("carrier", "Carrier Pickup"),
    ("delivery", "Delivery"),
    ("payout", "Money on Its Way"),
    ("refund", "Refund"),
    ("nothing", "Nothing"),
]


class O2COrderFlow(models.Model):
    """One row per confirmed order, however it came: what happened to it, and when.

    The row has the id of its order. It is written by the database from the documents
    themselves (``lib/flow_sql.py``), never by hand.
    """

    _name = "o2c.order.flow"
    _description = "Order on Its Way"
    _log_access = False
    _order = "ordered_at desc, id desc"
    _rec_name = "name"

    order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Order", readonly=True, index="trigram")
    shop_reference = fields.Char("Shop Number", readonly=True, index="trigram")
    channel = fields.Selection(
        [("shop", "Shop"), ("odoo", "Odoo")], "Came From", readonly=True
    )
    shop_id = fields.Many2one("shopify.shop", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [("confirmed", "Confirmed"), ("cancelled", "Cancelled")],
        "Order Is",
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index=True)
    country_id = fields.Many2one("res.country", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(
        "res.currency", "Own Currency", related="company_id.currency_id"
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    amount_company = fields.Monetary(
        "Total in Own Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, at the rate of the order.",
    )
    amount_open = fields.Monetary("Invoiced, Not Paid", readonly=True)
    amount_refunded = fields.Monetary("Refunded", readonly=True)

    ordered_at = fields.Datetime("Ordered", readonly=True)
    paid_on = fields.Date("Paid", readonly=True, help="By the customer.")
    reserved_at = fields.Datetime(
        "Reserved", readonly=True, help="All of its stock was set aside."
    )
    picked_at = fields.Datetime("Picked", readonly=True)
    packed_at = fields.Datetime("Packed", readonly=True)
    label_at = fields.Datetime("Label", readonly=True)
    shipped_at = fields.Datetime(
        "Shipped", readonly=True, help="The carrier has every parcel."
    )
    delivered_at = fields.Datetime("Delivered", readonly=True)
    invoiced_on = fields.Date("Invoiced", readonly=True)
    due_on = fields.Date("Due", readonly=True, help="The first invoice still open.")
    in_payment_at = fields.Datetime(
        "In Payment", readonly=True, help="A payment was matched with every invoice."
    )
    reconciled_at = fields.Datetime(
        "Reconciled", readonly=True, help="The bank has the money of every invoice."
    )
    payment_state = fields.Selection(
        [
            ("not_paid", "Not Paid"),
            ("partial", "Partially Paid"),
            ("received", "Paid, Not Invoiced"),
            ("in_payment", "In Payment"),
            ("paid", "Paid"),
            ("refunded", "Refunded"),
        ],
        "Payment",
        readonly=True,
    )
    waits_for = fields.Selection(WAITS_FOR, readonly=True)
    is_open = fields.Boolean("Under Way", readonly=True)
    waits_since = fields.Datetime("Since", readonly=True)
    who = fields.Selection(
        [
            ("warehouse", "Warehouse"),
            ("purchase", "Purchasing"),
            ("accounting", "Accounting"),
            ("customer", "Customer"),
            ("carrier", "Carrier"),
            ("provider", "Payment Provider"),
        ],
        "Who Can Act",
        readonly=True,
    )
    exception_count = fields.Integer("Exceptions", readonly=True, group_operator="sum")

    reserve_hours = fields.Float(
        "Ordered to Reserved (Hours)", readonly=True, group_operator="avg"
    )
    pack_hours = fields.Float(
        "Ordered to Packed (Hours)", readonly=True, group_operator="avg"
    )
    label_hours = fields.Float(
        "Packed to Label (Hours)", readonly=True, group_operator="avg"
    )
    ship_hours = fields.Float(
        "Label to Shipped (Hours)", readonly=True, group_operator="avg"
    )
    deliver_hours = fields.Float(
        "Shipped to Delivered (Hours)", readonly=True, group_operator="avg"
    )
    payment_days = fields.Float(
        "Invoiced to Paid (Days)", readonly=True, group_operator="avg"
    )
    payout_days = fields.Float(
        "Paid to Bank (Days)", readonly=True, group_operator="avg"
    )
    cash_days = fields.Float(
        "Order to Cash (Days)", readonly=True, group_operator="avg"
    )

    def action_open_order(self):
        """Show the sales order of this row."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_show_exceptions(self):
        """Show what is open on the documents of these orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_base.o2c_exception_action"
        )
        return {
            **action,
            "name": _("Exceptions of %s", ", ".join(self.mapped("name"))),
            "domain": [("id", "in", self.order_id._o2c_exceptions().ids)],
        }
