"""A shop counter of its own: orders typed in Odoo, goods on the shelf, invoices."""

from odoo.addons.o2c_base.tests.common import O2CCase


class DashboardCase(O2CCase):
    """Products, a customer, and short words for what happens to an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Garden Centre",
                "email": "buyer@garden.example",
                "country_id": cls.env.ref("base.be").id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Spade",
                "detailed_type": "product",
                "list_price": 100,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def put_on_shelf(self, quantity, product=None):
        location = self.warehouse.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(
            product or self.product, location, quantity
        )

    def order(self, quantity=1, confirm=True, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    (
                        0,
                        0,
                        {"product_id": self.product.id, "product_uom_qty": quantity},
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def row(self, order):
        """Return the order's row as whoever looks now sees it."""
        self.env.flush_all()
        return self.env["o2c.order.flow"].search([("order_id", "=", order.id)])

    def pack(self, picking, quantity=None):
        """Validate a delivery; of less than all of it, the rest is a backorder."""
        picking.action_assign()
        if quantity is not None:
            picking.move_ids.quantity = quantity
            picking.move_ids.picked = True
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    def invoice(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def pay(self, invoice, amount=None):
        """Register a payment, as the bookkeeper does."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {} if amount is None else {"amount": amount}
        return wizard.create(values)._create_payments()
