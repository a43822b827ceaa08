"""`make flow`: orders from the shop's checkout to reconciled invoices, counted.

Everything runs in real processes: the sandbox's servers, Odoo with its workers and
its job runner. This module is the customer, the packer and the clock; it writes
nothing into Odoo that a person would not click.
"""

import json
import time
from decimal import Decimal

from sandbox.catalogue import PRODUCTS

from . import runtime
from .odoo_rpc import OdooRpc
from .sandbox_rpc import SandboxRpc

#: seconds that one step may take for each order, and at least
SECONDS_PER_ORDER, LEAST_SECONDS = 12, 180

#: what there has to be once for each order
ONCE_EACH = (
    "sale_orders",
    "totals_equal",
    "labels",
    "labels_charged",
    "fulfilments_pushed",
    "invoices_paid",
)

METHODS = ("ideal", "creditcard", "klarna")
STREETS = ("Keizersgracht 241", "Oudegracht 12 bis", "Coolsingel 40-2", "Markt 5a")


def place_orders(sandbox, count):
    """Buy ``count`` times in the shop and return the order names."""
    return [place_order(sandbox, number) for number in range(count)]


def place_order(sandbox, number):
    """Buy one cart, different from order to order, and return the order's name."""
    skus = [product["sku"] for product in PRODUCTS]
    cart = [
        {"sku": skus[(number + step) % len(skus)], "quantity": 1 + (number + step) % 3}
        for step in range(1 + number % 3)
    ]
    answer = sandbox.post(
        "/control/api/checkout",
        {
            "cart": cart,
            "email": f"customer{number}@example.com",
            "address": address(number),
            "method": METHODS[number % len(METHODS)],
            "outcome": "paid",
            "discount": "GARDEN10" if number % 4 == 3 else "",
        },
    )
    return answer["order"]["name"]


def address(number):
    """Return a Dutch address; the names are made up."""
    return {
        "first_name": "Test",
        "last_name": f"Customer {number}",
        "address1": STREETS[number % len(STREETS)],
        "zip": "1016 EA",
        "city": "Amsterdam",
        "country_code": "NL",
        "phone": f"+316{10000000 + number}",
    }


def wait_for(what, read, wanted, seconds):
    """Wait until ``read()`` gives ``wanted``; say how far it is.

    :return: what was read last, which is less than ``wanted`` when time ran out
    """
    deadline, shown = time.monotonic() + seconds, None
    while True:
        value = read()
        if value != shown:
            print(f"  {what}: {value} of {wanted}", flush=True)
            shown = value
        if value >= wanted or time.monotonic() > deadline:
            return value
        time.sleep(1)


class Flow:
    """One run: the steps in the order in which a shop lives them."""

    def __init__(self, odoo, sandbox, count):
        self.odoo = odoo
        self.sandbox = sandbox
        self.count = count
        self.seconds = max(LEAST_SECONDS, SECONDS_PER_ORDER * count)

    def run(self):
        """Do all steps and return the counts."""
        started = time.monotonic()
        self.names = place_orders(self.sandbox, self.count)
        self.wait("orders in Odoo", self.sale_orders)
        self.pack()
        self.wait("labels", self.labels)
        self.wait("tracking numbers at the shop", self.fulfilments)
        self.sandbox.post("/control/api/settle")
        self.wait("invoices paid", self.invoices_paid)
        self.sandbox.post("/control/api/payout")
        self.fetch_ledger()
        wait_for("ledger equals Mollie", self.ledger_equal, 1, self.seconds)
        return {**self.counts(), "seconds": round(time.monotonic() - started)}

    def wait(self, what, read):
        wait_for(what, read, self.count, self.seconds)

    def order_domain(self):
        return [("client_order_ref", "in", self.names), ("state", "=", "sale")]

    def sale_orders(self):
        return self.odoo.count("sale.order", self.order_domain())

    def reserved_domain(self):
        names = ("sale_id.client_order_ref", "in", self.names)
        return [names, ("state", "=", "assigned")]

    def reserved(self):
        return self.odoo.count("stock.picking", self.reserved_domain())

    def pack(self):
        """Validate the deliveries in one go, as a packer with a batch does."""
        # An import confirms; a job of its own reserves a moment later.
        wait_for("deliveries reserved", self.reserved, len(self.names), self.seconds)
        pickings = self.odoo.call("stock.picking", "search", self.reserved_domain())
        print(f"  packing {len(pickings)} deliveries", flush=True)
        context = {"skip_sms": True, "skip_backorder": True}
        if pickings:
            self.odoo.call(
                "stock.picking", "button_validate", pickings, context=context
            )

    def labels(self):
        domain = [("picking_id.sale_id.client_order_ref", "in", self.names)]
        return self.odoo.count("sendcloud.shipment", [*domain, ("state", "=", "label")])

    def fulfilments(self):
        orders = self.sandbox.get("/control/api/summary")["orders"]
        return sum(
            order["fulfillment_status"] == "FULFILLED"
            for order in orders
            if order["name"] in self.names
        )

    def invoices(self):
        orders = self.odoo.read("sale.order", self.order_domain(), ["invoice_ids"])
        return [invoice for order in orders for invoice in order["invoice_ids"]]

    def invoices_paid(self):
        domain = [("id", "in", self.invoices()), ("payment_state", "=", "paid")]
        return self.odoo.count("account.move", domain)

    def ledger_difference(self):
        """Return the books of the Mollie account less what Mollie itself says."""
        balances = self.odoo.read("mollie.balance", [], ["ledger_balance"])
        books = sum(Decimal(f"{row['ledger_balance']:.2f}") for row in balances)
        summary = self.sandbox.get("/control/api/summary")
        return books - Decimal(summary["mollie"]["available"])

    def fetch_ledger(self):
        """Click "Fetch now", as Mollie sends no message about payouts."""
        balances = self.odoo.call("mollie.balance", "search", [])
        self.odoo.call("mollie.balance", "action_fetch", balances)

    def ledger_equal(self):
        return int(not self.ledger_difference() and not self.pending_jobs())

    def pending_jobs(self):
        states = ["pending", "enqueued", "started", "wait_dependencies"]
        return self.odoo.count("queue.job", [("state", "in", states)])

    def totals_equal(self):
        shop = self.sandbox.get("/control/api/summary")["orders"]
        totals = {order["name"]: Decimal(order["total"]) for order in shop}
        rows = self.odoo.read(
            "sale.order", self.order_domain(), ["client_order_ref", "amount_total"]
        )
        return sum(
            totals[row["client_order_ref"]] == Decimal(f"{row['amount_total']:.2f}")
            for row in rows
        )

    def counts(self):
        """Count everything once more, on both sides."""
        return {
            "orders": self.count,
            "sale_orders": self.sale_orders(),
            "totals_equal": self.totals_equal(),
            "labels": self.labels(),
            "labels_charged": self.sandbox.get("/control/api/summary")["sendcloud"][
                "charged"
            ],
            "fulfilments_pushed": self.fulfilments(),
            "invoices_paid": self.invoices_paid(),
            "ledger_difference": f"{abs(self.ledger_difference()):.2f}",
            "open_exceptions": self.odoo.count(
                "o2c.exception", [("state", "=", "open")]
            ),
            "failed_jobs": self.odoo.count("queue.job", [("state", "=", "failed")]),
        }


def agrees(counts):
    """Tell whether every count is what ``orders`` says it must be."""
    return (
        all(counts[name] == counts["orders"] for name in ONCE_EACH)
        and counts["ledger_difference"] == "0.00"
        and counts["open_exceptions"] == 0
        and counts["failed_jobs"] == 0
    )


def main(count=20):
    """Run the flow on a database of its own; return the exit code."""
    with runtime.running("flow", fresh=True) as place:
        odoo = OdooRpc(place.odoo_url, place.database, "admin", "admin")
        counts = Flow(odoo, SandboxRpc(place.shop_url), count).run()
    print(json.dumps(counts, separators=(",", ":")), flush=True)
    return 0 if agrees(counts) else 1
