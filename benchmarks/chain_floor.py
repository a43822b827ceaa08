"""The floor of :mod:`benchmarks.chain`: the same documents by Odoo's ORM alone."""

from odoo.addons.shopify_connector.models.shopify_order import QUIET

PACKED = {"skip_sms": True, "skip_backorder": True}


def read_orders(orders):
    """Return what ours made of some orders, as values for the floor to write.

    :param orders: sales orders that came to their end
    """
    return [
        {
            "partner": _partner(order.partner_shipping_id),
            "order": _order(order),
            "label": order.picking_ids.message_ids.attachment_ids[:1].raw,
            "number": order.picking_ids.carrier_tracking_ref,
            "total": order.invoice_ids.amount_total,
            "fee": -0.29,
        }
        for order in orders
    ]


def _partner(partner):
    names = ("name", "street", "zip", "city", "phone", "email")
    values = {name: partner[name] for name in names}
    return {**values, "country_id": partner.country_id.id, "customer_rank": 1}


def _order(order):
    lines = [
        {
            "product_id": line.product_id.id,
            "name": line.name,
            "product_uom_qty": line.product_uom_qty,
            "price_unit": line.price_unit,
            "discount": line.discount,
            "tax_id": [(6, 0, line.tax_id.ids)],
            "is_delivery": line.is_delivery,
        }
        for line in order.order_line
    ]
    return {
        "client_order_ref": f"FLOOR {order.client_order_ref}",
        "warehouse_id": order.warehouse_id.id,
        "pricelist_id": False,
        "payment_term_id": False,
        "team_id": False,
        "user_id": False,
        "order_line": [(0, 0, line) for line in lines],
    }


def journal(env):
    """Return a bank's journal, made once, with an account for payments on their way."""
    found = env["account.journal"].search([("code", "=", "BNCH")])
    if found:
        return found
    journal = env["account.journal"].create(
        {"name": "Benchmark bank", "code": "BNCH", "type": "bank"}
    )
    mollie = env["mollie.balance"].search([], limit=1).journal_id
    waiting = mollie.inbound_payment_method_line_ids.payment_account_id[:1]
    account = waiting.copy({"name": "Benchmark in transit"})
    journal.inbound_payment_method_line_ids.payment_account_id = account
    return journal


class Floor:
    """A batch of orders from the customer to the reconciled bank line.

    :param rows: from :func:`read_orders`
    """

    def __init__(self, env, rows):
        self.env = env(context=QUIET)
        self.rows = rows
        self.journal = journal(env)
        self.cost = env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        self.orders = self.invoices = self.payments = None

    def steps(self):
        """Yield ``(name, work)`` of each step, in the order in which it is done."""
        yield "import", self.order
        yield "deliver", self.deliver
        yield "invoice", self.invoice
        yield "reconcile", self.reconcile

    def order(self):
        """Write customers and orders, and confirm them, which reserves."""
        partners = self.env["res.partner"].create([row["partner"] for row in self.rows])
        orders = [
            {**row["order"], "partner_id": partner.id}
            for row, partner in zip(self.rows, partners, strict=True)
        ]
        self.orders = self.env["sale.order"].create(orders)
        self.orders.action_confirm()

    def deliver(self):
        """Validate the deliveries in one go; file the label and its number."""
        pickings = self.orders.picking_ids
        assert pickings.with_context(**PACKED).button_validate() is True
        files = []
        for order, row in zip(self.orders, self.rows, strict=True):
            order.picking_ids.carrier_tracking_ref = row["number"]
            place = {"res_model": "stock.picking", "res_id": order.picking_ids.id}
            files.append({"name": "Label.pdf", "raw": row["label"], **place})
        self.env["ir.attachment"].create(files)

    def invoice(self):
        """Write and post invoices and payments, and let each pay its own."""
        invoices = [order._create_invoices() for order in self.orders]
        self.invoices = self.env["account.move"].union(*invoices)
        self.invoices.action_post()
        self.payments = self.env["account.payment"].create(
            [self._payment(invoice) for invoice in self.invoices]
        )
        self.payments.action_post()
        for invoice, payment in zip(self.invoices, self.payments, strict=True):
            due = invoice.line_ids + payment.line_ids
            due.filtered(
                lambda line: line.account_type == "asset_receivable"
            ).reconcile()

    def _payment(self, invoice):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": invoice.partner_id.id,
            "amount": invoice.amount_total,
            "journal_id": self.journal.id,
        }

    def reconcile(self):
        """Write two bank lines a payment, amount and fee; reconcile the first."""
        waiting = self.journal.inbound_payment_method_line_ids.payment_account_id
        lines = self.env["account.bank.statement.line"]
        amounts = lines.create(
            [self._bank(row, row["total"], waiting) for row in self.rows]
        )
        lines.create([self._bank(row, row["fee"], self.cost) for row in self.rows])
        for line, payment in zip(amounts, self.payments, strict=True):
            both = line.move_id.line_ids + payment.line_ids
            both.filtered(lambda one: one.account_id == waiting).reconcile()

    def _bank(self, row, amount, account):
        return {
            "journal_id": self.journal.id,
            "payment_ref": row["number"],
            "amount": amount,
            "counterpart_account_id": account.id,
        }

    def left(self):
        """Return how many of its invoices are not paid, by the bank's own line."""
        return len(self.invoices.filtered(lambda one: one.payment_state != "paid"))
