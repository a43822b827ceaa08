"""The control page and its JSON interface: what the world does when nobody buys."""

import json
from datetime import timedelta

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect

from ..catalogue import BY_SKU
from ..checkout import CheckoutError, checkout
from ..faults import KINDS, json_response
from ..mollie.errors import Refused as MollieRefused
from ..sendcloud.errors import Refused as SendcloudRefused
from . import parcels

SERVICES = {"shopify": "Shopify", "sendcloud": "Sendcloud", "mollie": "Mollie"}
SETTINGS = ("sendcloud_webhook_url", "mollie_webhook_url")
STOCK = ("available", "committed")
SHOWN = 25  # rows of each table


# === What can be done: ``(shop, data) -> (sentence, result)`` ===


def buy(shop, data):
    """Order a cart as the demo customer, or as ``address`` and ``email`` say."""
    details = {name: data[name] for name in _PURCHASE if data.get(name)}
    result = checkout(shop.world, shop.shopify, shop.mollie, data["cart"], **details)
    order = result["order"]
    shown = order and order_summary(shop, order)
    said = f"Ordered {order['name']}." if order else "No order: the payment ended."
    return said, {"payment_id": result["payment_id"], "order": shown}


_PURCHASE = """
    address email method outcome discount billing shipping vat_id
""".split()


def settle(shop, data):
    """Let Mollie's pending money become available."""
    lines = shop.mollie.settle()
    return f"{len(lines)} payments and refunds settled.", {"settled": len(lines)}


def payout(shop, data):
    """Let Mollie send what is available to the bank."""
    made = shop.mollie.payout()
    if not made:
        return "There is nothing to pay out.", {"settlement": None}
    said = f"Paid out € {made['amount']['value']} as {made['reference']}."
    return said, {"settlement": made}


def next_status(shop, data):
    """Let the carrier do its next step with one parcel or with all."""
    parcel_id = _number(data, "parcel_id")
    parcels.note(shop)
    moved = shop.sendcloud.next_status(parcel_id, data.get("branch") or None)
    parcels.note(shop)
    return f"{len(moved)} parcels moved.", {"moved": moved}


def break_service(shop, data):
    """Make a service fail: for some requests, or until it is mended."""
    service, kind = data["service"], data["kind"]
    if service not in SERVICES:
        raise BadRequest(f"There is no service {service}.")
    seconds = _number(data, "seconds", 35)
    shop.world.faults.break_(service, kind, _number(data, "times"), seconds)
    return f"{SERVICES[service]}: {KINDS[kind].lower()}.", {"service": service}


def mend(shop, data):
    """Make a service, or all, answer normally again."""
    for service in [data["service"]] if data.get("service") else SERVICES:
        shop.world.faults.mend(service)
    if not data.get("service"):
        shop.world.outbox.mischief.stop()
    return "Working again.", {}


def webhooks(shop, data):
    """Let a share of the webhooks be lost, doubled, late, out of order or forged."""
    shop.world.outbox.mischief.switch(data["kind"], _number(data, "percent", 0))
    return "The post changed.", {"shares": shop.world.outbox.mischief.shares}


def advance(shop, data):
    """Move the clock forward."""
    hours = _number(data, "days", 0) * 24 + _number(data, "hours", 0)
    if hours <= 0:
        raise BadRequest("The clock only moves forward.")
    shop.world.clock.advance(hours=hours)
    moved = timedelta(hours=hours).total_seconds()
    shop.world.state["clock_offset"] = shop.world.state.get("clock_offset", 0) + moved
    return "The clock moved.", {"now": shop.world.timestamp()}


def refund(shop, data):
    """Refund a payment at Mollie, wholly or in part."""
    made = shop.mollie.refund(data["payment_id"], data.get("amount") or None)
    return f"Refunded € {made['amount']['value']}.", {"refund": made}


def chargeback(shop, data):
    """Let the customer's bank take a payment back."""
    made = shop.mollie.chargeback(data["payment_id"], data.get("amount") or None)
    return f"Charged back € {made['amount']['value']}.", {"chargeback": made}


def payment(shop, data):
    """Let somebody pay at Mollie who has no order, neither here nor in Odoo."""
    words = data.get("description", "")
    made = shop.mollie.create_payment(data["amount"], description=words)
    paid = shop.mollie.pay(made["id"])
    return f"Paid € {paid['amount']['value']} without an order.", {"payment": paid}


def stock(shop, data):
    """Let somebody change what Shopify shows of a product."""
    if data["sku"] not in BY_SKU:
        raise BadRequest(f"There is no product {data['sku']}.")
    shop.shopify.count_stock(data["sku"], _number(data, "available", 0))
    return "Counted.", {"available": shop.shopify.level(data["sku"])["available"]}


def change_settings(shop, data):
    """Keep where the services send their webhooks."""
    unknown = set(data) - set(SETTINGS)
    if unknown:
        raise BadRequest(f"There is no setting {', '.join(sorted(unknown))}.")
    shop.world.state["settings"].update(data)
    return "Kept.", {name: shop.world.state["settings"].get(name) for name in SETTINGS}


ACTIONS = {
    "checkout": buy,
    "settle": settle,
    "payout": payout,
    "next-status": next_status,
    "break": break_service,
    "mend": mend,
    "webhooks": webhooks,
    "advance": advance,
    "payment": payment,
    "refund": refund,
    "chargeback": chargeback,
    "stock": stock,
    "settings": change_settings,
}


def _number(data, name, default=None):
    value = data.get(name)
    if value in (None, ""):
        return default
    if not str(value).isdecimal():
        raise BadRequest(f"{name} is a whole number.")
    return int(value)


def act(shop, action, data):
    """Do an action; whatever is wrong with the data is a BadRequest."""
    if action not in ACTIONS:
        raise NotFound(f"There is no action {action}.")
    try:
        return ACTIONS[action](shop, data)
    except KeyError as error:
        raise BadRequest(f"{error.args[0]} is missing or unknown.") from error
    except (SendcloudRefused, MollieRefused) as error:
        raise BadRequest("The service refuses this.") from error
    except (CheckoutError, ValueError, TypeError) as error:
        raise BadRequest(str(error)) from error


# === The two doors: buttons and JSON ===


def press(shop, request, action):
    """A button of the control page."""
    try:
        said, _result = act(shop, action, request.form.to_dict())
    except BadRequest as error:
        said = error.description
    shop.world.section("shop")["said"] = said
    return redirect("/control", 303)


def call(shop, request, action):
    """A call of the JSON interface."""
    try:
        data = json.loads(request.get_data() or b"{}")
        if not isinstance(data, dict):
            raise BadRequest("The body is a JSON object.")
        return json_response(act(shop, action, data)[1])
    except ValueError:
        return json_response({"error": "The body is not JSON."}, 400)
    except (BadRequest, NotFound) as error:
        return json_response({"error": error.description}, error.code)


def summary(shop, request):
    """All that a test wants to compare, as JSON."""
    sendcloud, balance = shop.sendcloud, shop.mollie.balance()
    return json_response(
        {
            "now": shop.world.timestamp(),
            "orders": [order_summary(shop, order) for order in shop.shopify.orders()],
            "stock": {
                sku: {name: shop.shopify.level(sku)[name] for name in STOCK}
                for sku in BY_SKU
            },
            "sendcloud": {
                "charged": sendcloud.charged_count(),
                "cancelled": sendcloud.cancelled_count(),
                "euros": sendcloud.balance(),
            },
            "mollie": {
                key: balance[key] for key in ("available", "pending", "paid_out")
            },
            "faults": shop.world.faults.active,
        }
    )


def order_summary(shop, order):
    """Return what a test wants to know of an order."""
    payments = shop.shopify.transactions(order)
    total = order["totalPriceSet"]["presentmentMoney"]
    return {
        "id": order["id"],
        "name": order["name"],
        "total": total["amount"],
        "currency": total["currencyCode"],
        "financial_status": order["displayFinancialStatus"],
        "fulfillment_status": order["displayFulfillmentStatus"],
        "fulfillments": len(order["fulfillments"]),
        "payment_id": next((p["paymentId"] for p in payments if p["paymentId"]), None),
    }


def page(shop, request):
    """The control page."""
    every_parcel = parcels.every(shop)
    orders = shop.shopify.orders()
    return shop.page(
        request,
        "control.html",
        said=shop.world.section("shop").pop("said", None),
        now=shop.world.timestamp(),
        services=SERVICES,
        kinds=KINDS,
        faults=shop.world.faults.active,
        orders=orders[: -SHOWN - 1 : -1],
        order_count=len(orders),
        unsent=[o for o in orders if o["displayFulfillmentStatus"] != "FULFILLED"],
        parcels=every_parcel[:SHOWN],
        charged=shop.sendcloud.charged_count(),
        cancelled=shop.sendcloud.cancelled_count(),
        euros=shop.sendcloud.balance(),
        balance=shop.mollie.balance(),
        payments=shop.mollie.payments()[: -SHOWN - 1 : -1],
        settings=shop.world.state["settings"],
        webhooks=shop.world.outbox.delivered[:-11:-1],
        webhooks_waiting=len(shop.world.outbox.waiting),
    )
