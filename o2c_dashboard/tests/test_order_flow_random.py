"""Whatever happens to orders: the rows say what the documents say."""

from random import Random

from .common import DashboardCase

#: what happens to orders in one run, one thing after the other
STEPS = 30
SEEDS = (1, 2, 3)


class TestAnything(DashboardCase):
    """Rows kept up by triggers, against rows made anew and against the documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dollar = cls.env.ref("base.USD")
        dollar.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "name": "2020-01-01",
                "rate": 1.25,
                "company_id": cls.company.id,
            }
        )
        cls.pricelists = cls.env["product.pricelist"].create(
            [
                {"name": "Dollars", "currency_id": dollar.id},
                {"name": "Own", "currency_id": cls.company.currency_id.id},
            ]
        )
        # It has no accounts: its orders are packed and cancelled, never invoiced.
        cls.elsewhere = cls.env["res.company"].create(
            {"name": "Elsewhere", "currency_id": cls.company.currency_id.id}
        )

    def test_rows_are_what_the_documents_say(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.random = Random(seed)
                self.orders = self.env["sale.order"]
                self.happened = []
                for _number in range(STEPS):
                    self.something_happens()
                self.check_against_rows_made_anew()
                self.check_against_documents()

    # === What happens === #

    def something_happens(self):
        """Do one thing that can be done now; sometimes somebody looks in between."""
        names = ["order", "shelf"]
        if self.orders:
            names += ["reserve", "give_back", "pack", "pack", "pack_some", "rename"]
            names += ["bill", "bill", "pay", "pay", "pay_some", "refund"]
            names += ["cancel", "trouble", "trouble_over", "look"]
        name = self.random.choice(names)
        done = getattr(self, f"do_{name}")()
        if done:
            self.happened.append((name, done))
        self.env.flush_all()

    def any_of(self, records):
        return self.random.choice(records) if records else records

    def do_order(self):
        values = {"pricelist_id": self.any_of(self.pricelists).id}
        if self.random.random() < 0.25:
            values = {"company_id": self.elsewhere.id}
            values["warehouse_id"] = (
                self.env["stock.warehouse"]
                .search([("company_id", "=", self.elsewhere.id)], limit=1)
                .id
            )
        self.orders |= self.order(self.random.randint(1, 4), **values)
        return self.orders[-1]

    def do_shelf(self):
        self.put_on_shelf(self.random.randint(1, 5))

    def open_deliveries(self):
        return self.orders.picking_ids.filtered(
            lambda each: each.state not in ("done", "cancel")
        )

    def do_reserve(self):
        delivery = self.any_of(self.open_deliveries())
        if delivery:
            delivery.action_assign()
        return delivery

    def do_give_back(self):
        delivery = self.any_of(self.open_deliveries())
        delivery.do_unreserve()
        return delivery

    def do_pack(self):
        self.do_shelf()
        delivery = self.any_of(self.open_deliveries())
        if delivery and delivery.company_id == self.company:
            needed = sum(delivery.move_ids.mapped("product_uom_qty"))
            self.put_on_shelf(needed)
            self.pack(delivery)
        return delivery

    def do_pack_some(self):
        several = self.open_deliveries().filtered(
            lambda each: sum(each.move_ids.mapped("product_uom_qty")) > 1
        )
        delivery = self.any_of(several)
        if delivery and delivery.company_id == self.company:
            self.put_on_shelf(1)
            self.pack(delivery, 1)
        return delivery

    def do_rename(self):
        order = self.any_of(self.orders)
        order.client_order_ref = f"#{self.random.randint(1, 99)}"
        return order

    def do_bill(self):
        to_bill = self.orders.filtered(
            lambda order: (
                order.invoice_status == "to invoice"
                and order.company_id == self.company
            )
        )
        order = self.any_of(to_bill)
        if order:
            bill = order._create_invoices()
            line = bill.invoice_line_ids[:1]
            if self.random.random() < 0.5 and line.quantity > 1:
                line.quantity -= 1
            if self.random.random() < 0.8:
                bill.action_post()
        return order

    def bills(self, *states):
        return self.orders.invoice_ids.filtered(
            lambda bill: (
                bill.move_type == "out_invoice"
                and bill.state == "posted"
                and bill.payment_state in states
            )
        )

    def do_pay(self):
        bill = self.any_of(self.bills("not_paid", "partial"))
        if bill:
            self.pay(bill)
        return bill

    def do_pay_some(self):
        bill = self.any_of(self.bills("not_paid"))
        if bill:
            self.pay(bill, round(bill.amount_residual / 3, 2))
        return bill

    def do_refund(self):
        bill = self.any_of(self.bills("not_paid", "paid", "in_payment"))
        if bill:
            wizard = self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=bill.ids
            )
            wizard.create({"journal_id": bill.journal_id.id}).refund_moves()
            domain = [("reversed_entry_id", "=", bill.id), ("state", "=", "draft")]
            self.env["account.move"].search(domain).action_post()
        return bill

    def do_cancel(self):
        order = self.any_of(self.orders.filtered(lambda o: o.state == "sale"))
        if order and self.random.random() < 0.4:
            order._action_cancel()
        return order

    def do_trouble(self):
        order = self.any_of(self.orders)
        document = self.any_of(order.picking_ids) or order
        domain = [("res_model", "=", document._name), ("res_id", "=", document.id)]
        if not self.env["o2c.exception"].search_count(
            [*domain, ("state", "=", "open")]
        ):
            self.env["o2c.exception"].create(
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "reason": "rejected",
                    "message": "It stopped.",
                    "company_id": order.company_id.id,
                }
            )
        return document

    def do_trouble_over(self):
        found = self.env["o2c.exception"].search(
            [("state", "=", "open"), ("reason", "=", "rejected")]
        )
        self.any_of(found).state = "closed"
        return found

    def do_look(self):
        return self.row(self.orders)

    def row(self, order):
        self.env.flush_all()
        return self.env["o2c.order.flow"].search([("order_id", "in", order.ids)])

    # === What the rows must say === #

    def check_against_rows_made_anew(self):
        rows = self.row(self.orders)
        kept = {row["id"]: row for row in rows.read()}
        rows._write_rows(dict.fromkeys(self.orders.ids))
        anew = {row["id"]: row for row in self.row(self.orders).read()}
        self.assertEqual(kept, anew, self.happened)

    def check_against_documents(self):
        rows = {row.order_id: row for row in self.row(self.orders)}
        for order in self.orders.filtered(lambda o: o.state == "sale"):
            row = rows[order]
            said = (row.amount_open, row.amount_refunded, bool(row.packed_at))
            self.assertEqual(said, self.facts(order), (order.name, self.happened))
            self.assertEqual(row.is_open, row.waits_for != "nothing")
            worth = order.amount_total / order.currency_rate
            self.assertAlmostEqual(row.amount_company, worth, 2)
            self.assertEqual(row.exception_count, len(order._o2c_exceptions()))
        for order in self.orders.filtered(lambda o: o.state == "cancel"):
            self.assertIn(rows[order].waits_for, ("nothing", "refund"), self.happened)

    def facts(self, order):
        """Return what is open, what was given back, and whether all is packed."""
        posted = order.invoice_ids.filtered(lambda bill: bill.state == "posted")
        bills = posted.filtered(lambda bill: bill.move_type == "out_invoice")
        deliveries = order.picking_ids.filtered(lambda each: each.state != "cancel")
        return (
            order.currency_id.round(sum(bills.mapped("amount_residual"))),
            order.currency_id.round(sum((posted - bills).mapped("amount_total"))),
            bool(deliveries) and set(deliveries.mapped("state")) == {"done"},
        )
