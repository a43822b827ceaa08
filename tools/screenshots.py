"""``make screenshots``: the pictures in ``docs/pictures``, of a suite with orders."""

import subprocess
from datetime import date, datetime, timedelta, timezone

from sandbox.catalogue import PRODUCTS

from . import flow, last_weeks
from .common import ROOT, Problem, say
from .odoo_rpc import OdooRpc
from .runtime import running
from .sandbox_rpc import SandboxRpc

#: went all the way / wait to be packed
FINISHED, FRESH = 8, 3
#: stop on their way
STOPPED = 2
#: days since invoices of a business were due
OVERDUE = (40, 12)
#: what keeps a label from being made -> part of an address
TROUBLES = ({"city": "Failtown"}, {"address1": "Dorpsplein"})


def main(_command, _arguments):
    """Run a suite beside the demo, let some orders happen, take the pictures."""
    with running("pictures", fresh=True, days_ago=last_weeks.DAYS) as place:
        odoo = OdooRpc(place.odoo_url, place.database, "admin", "admin")
        sandbox = SandboxRpc(place.shop_url)
        last_weeks.live_through(odoo, sandbox)
        flow.Flow(odoo, sandbox, FINISHED).run()
        waiting = flow.Flow(odoo, sandbox, FRESH)
        waiting.names = flow.place_orders(sandbox, FRESH)
        waiting.wait("new orders in Odoo", waiting.sale_orders)
        spread(odoo)
        leave_bad_addresses(odoo, sandbox)
        leave_trouble(odoo, sandbox)
        leave_overdue(odoo)
        leave_stray_payment(odoo, sandbox)
        say("Taking the pictures")
        take(place, "all")
        last_weeks.spoil(odoo)
        take(place, "proofs")


def take(place, which):
    """Take the pictures, or those of the proofs alone."""
    command = [place.odoo.python, "-m", "tools.pictures"]
    command += [place.shop_url, place.odoo_url, which]
    environment = place.odoo.environment()
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise Problem("The pictures could not be taken.")


def spread(odoo):
    """Let the finished orders be of the last weeks, not all of this minute."""
    orders = odoo.call("sale.order", "search", [], 0, FINISHED, "id")
    for ago, order in enumerate(reversed(orders), 1):
        moment = datetime.now(timezone.utc) - timedelta(days=2 * ago, hours=3 * ago)
        values = {"date_order": f"{moment:%Y-%m-%d %H:%M:%S}"}
        odoo.call("sale.order", "write", [order], values)


def leave_trouble(odoo, sandbox):
    """Let two orders stop: nobody says any more how their parcels are sent."""
    methods = odoo.call("shopify.shipping.method", "search", [])
    odoo.call("shopify.shipping.method", "write", methods, {"carrier_id": False})
    stopped = flow.Flow(odoo, sandbox, STOPPED)
    flow.place_orders(sandbox, STOPPED)
    stopped_orders = [("state", "=", "open"), ("res_model", "=", "shopify.order")]
    stopped.wait(
        "orders that stopped",
        lambda: odoo.call("o2c.exception", "search_count", stopped_orders),
    )


def leave_overdue(odoo):
    """Let a business owe for invoices that were due some weeks ago."""
    customer = odoo.call(
        "res.partner",
        "create",
        {"name": "Garden Centre", "is_company": True, "email": "garden@example.com"},
    )
    invoices = [
        odoo.call(
            "account.move",
            "create",
            {
                "move_type": "out_invoice",
                "partner_id": customer,
                "invoice_date": str(date.today() - timedelta(days=days + 14)),
                "invoice_date_due": str(date.today() - timedelta(days=days)),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "Garden tools", "price_unit": 10.0 * days})
                ],
            },
        )
        for days in OVERDUE
    ]
    odoo.call("account.move", "action_post", invoices)
    odoo.call("o2c.reminder.letter", "action_prepare", [])


def leave_stray_payment(odoo, sandbox):
    """Let somebody pay at Mollie who ordered by phone: the bookkeeper has to decide."""
    sandbox.post("/control/api/payment", {"amount": "56.25", "description": "By phone"})
    sandbox.post("/control/api/settle")
    flow.wait_for(
        "a line that nobody knows",
        lambda: odoo.count("mollie.balance.transaction", [("state", "=", "open")]),
        1,
        flow.LEAST_SECONDS,
    )


def leave_bad_addresses(odoo, sandbox):
    """Order to where carriers do not go; the first is packed all the same."""
    names = [place_troubled(sandbox, trouble) for trouble in TROUBLES]
    orders = flow.Flow(odoo, sandbox, len(names))
    orders.names = names
    orders.wait("orders with a bad address in Odoo", orders.sale_orders)
    orders.names = names[:1]
    orders.pack()
    refused = [("state", "=", "attention")]
    flow.wait_for(
        "refused labels",
        lambda: odoo.count("sendcloud.shipment", refused),
        1,
        flow.LEAST_SECONDS,
    )


def place_troubled(sandbox, trouble):
    """Buy something for an address of which ``trouble`` is a part."""
    answer = sandbox.post(
        "/control/api/checkout",
        {
            "cart": [{"sku": PRODUCTS[0]["sku"], "quantity": 1}],
            "email": "trouble@example.com",
            "address": {**flow.address(1), **trouble},
            "method": "ideal",
            "outcome": "paid",
        },
    )
    return answer["order"]["name"]
