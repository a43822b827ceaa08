"""Every figure of the board, whichever panel it is on: what a click opens is it."""

from datetime import timedelta
from math import floor
from unittest.mock import patch

from odoo import fields

from ..models import o2c_board_orders
from .test_board import BoardCase

#: what a figure's amount adds up: model -> field of its records
AMOUNTS = {
    "o2c.order.flow": "amount_company",
    "account.move": "amount_residual_signed",
    "balance": "available_amount",
    "pending": "pending_amount",
    "payouts": "gross_amount",
}


def dictionaries(panel):
    """Yield every dictionary in a panel, however deep."""
    if isinstance(panel, dict):
        yield panel
    if isinstance(panel, dict | list):
        for value in panel.values() if isinstance(panel, dict) else panel:
            yield from dictionaries(value)


def percentile(values, part):
    """Return the value below which a part of all lies, as PostgreSQL reckons it."""
    values = sorted(values)
    place = part * (len(values) - 1)
    below = floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


class TestEveryFigure(BoardCase):
    """A panel that is added later is here without a line of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.own_shop = cls.env["shopify.shop"].create(
            {
                "name": "Shop",
                "domain": "figures.myshopify.com",
                "state": "connected",
            }
        )
        cls.labels = cls.env["sendcloud.account"].create(
            {"name": "Labels", "state": "connected"}
        )
        cls.money = cls.env["mollie.account"].create(
            {"name": "Money", "state": "connected"}
        )

    def leave_everything(self):
        """Leave something that counts on every panel."""
        orders = self.busy_shop()
        self.customer = self.customer.copy({"country_id": self.env.ref("base.fr").id})
        orders |= self.order()
        self.leave_labels(orders)
        self.leave_money()
        self.leave_red_proofs()
        self.leave_late_work()
        self.leave_old_exceptions(orders[-1])
        self.leave_orders_in_payment(orders)
        self.env.invalidate_all()

    def leave_labels(self, orders):
        carrier = self.env["delivery.carrier"].create(
            {"name": "Van", "product_id": self.product.id}
        )
        states = ("waiting", "attention", "label")
        for state, order in zip(states, orders, strict=False):
            self.env["sendcloud.shipment"].create(
                {
                    "account_id": self.labels.id,
                    "picking_id": order.picking_ids[0].id,
                    "carrier_id": carrier.id,
                    "attempt": 1,
                    "external_reference": f"figure {order.id}",
                    "state": state,
                }
            )

    def leave_money(self):
        self.balance = self.env["mollie.balance"].create(
            {
                "account_id": self.money.id,
                "external_id": "bal_figures",
                "currency_id": self.company.currency_id.id,
                "available_amount": 12.34,
                "pending_amount": 56.78,
            }
        )
        self.env["mollie.balance.transaction"].create(
            {
                "balance_id": self.balance.id,
                "external_id": "baltr_figures",
                "kind": "outgoing-transfer",
                "gross_amount": -80,
                "result_amount": -80,
                "created_at": self.now,
            }
        )

    def leave_red_proofs(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        proofs = self.env["mollie.proof"]
        day = proofs._prepare_period(self.balance, "day", yesterday)
        proofs.create({**day, "proved_at": self.now, "state": "differs"})
        self.env["shopify.day"].create(
            {
                "shop_id": self.own_shop.id,
                "day": yesterday,
                "currency_id": self.company.currency_id.id,
                "state": "differs",
                "proved_at": self.now,
            }
        )
        self.env["sendcloud.orphan"].create(
            {"account_id": self.labels.id, "external_id": "9", "kind": "panel"}
        )

    def leave_late_work(self):
        job = self.labels.with_delay(channel="root.o2c")._attempt("x")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s, channel = 'root.o2c'"
            " WHERE uuid = %s",
            (self.now - timedelta(minutes=12), job.uuid),
        )
        crons = self.env["ir.cron"]
        cron = crons.search(crons._o2c_domain(), limit=1)
        cron.nextcall = self.now - timedelta(hours=2)

    def leave_old_exceptions(self, order):
        for days in (1.5, 9):
            self.env["o2c.exception"].create(
                {
                    "res_model": "sale.order",
                    "res_id": order.id,
                    "reason": f"old_{days}",
                    "message": "It stopped long ago.",
                    "company_id": self.company.id,
                    "opened_at": self.now - timedelta(days=days),
                }
            )

    def leave_orders_in_payment(self, orders):
        """Note payments under way on rows, as a shop with Mollie has them."""
        self.row(orders[0])
        self.env.cr.execute(
            "UPDATE o2c_order_flow SET payment_state = 'in_payment', is_open = TRUE,"
            " in_payment_at = %s WHERE id IN %s",
            (self.now - timedelta(days=1), tuple(orders[2:4].ids)),
        )

    def records(self, figure):
        opens = figure["open"]
        return self.env[opens["model"]].search(opens["domain"])

    def test_every_figure_counts_and_adds_up_what_it_opens(self):
        self.leave_everything()
        with patch.object(o2c_board_orders, "COUNTRIES", 1):
            panels = self.board()["panels"]
        self.assertEqual(set(panels), set(self.env["o2c.board"]._panels()))
        counted = set()
        for name, panel in panels.items():
            for figure in dictionaries(panel):
                if "count" not in figure:
                    continue
                self.assertTrue(figure.get("open"), f"{name} opens nothing: {figure}")
                records = self.records(figure)
                self.assertEqual(len(records), figure["count"], f"{name}: {figure}")
                self.check_amount(name, figure, records)
                if records:
                    counted.add(name)
        durations = {"lead"}
        self.assertEqual(counted, set(panels) - durations)

    def check_amount(self, name, figure, records):
        if "amount" not in figure:
            return
        field = AMOUNTS.get(records._name) or AMOUNTS[figure["key"]]
        total = abs(sum(records.mapped(field)))
        self.assertAlmostEqual(figure["amount"], total, 2, f"{name}: {figure}")

    def test_every_duration_is_that_of_the_orders_it_opens(self):
        self.leave_everything()
        steps = self.panel("lead")["steps"]
        for step in steps:
            records = self.records(step).filtered(lambda row: row.ordered_at)
            values = [row[step["key"]] for row in records]
            found = (step["median"], step["p90"])
            if not values:
                self.assertEqual(found, (None, None), step["label"])
                continue
            self.assertAlmostEqual(found[0], percentile(values, 0.5), 4, step["label"])
            self.assertAlmostEqual(found[1], percentile(values, 0.9), 4, step["label"])
        measured = [step["key"] for step in steps if step["median"] is not None]
        self.assertGreaterEqual(len(measured), 3)

    def test_quantity_that_lacks_is_that_of_the_moves_it_opens(self):
        self.leave_everything()
        products = self.panel("stock")["products"]
        self.assertTrue(products)
        for product in products:
            wanted = sum(self.records(product).mapped("product_qty"))
            self.assertEqual(product["quantity"], wanted, product["label"])
