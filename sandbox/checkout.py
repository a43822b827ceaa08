"""How a purchase joins the services, as in a shop that takes Mollie's payments.

Shopify opens a payment session before there is an order; its id is all that Mollie
learns (as the payment's description) and all that the order keeps of the payment
(as ``paymentId`` of its transaction). Mollie's own ``tr_`` id never reaches Shopify.
"""

import hashlib
import string
from decimal import Decimal

from .catalogue import BY_SKU
from .shopify import orders as shopify_orders

SHIPPING = {
    "standard": {"title": "Standard", "price": "4.95", "days": "1 to 2 working days"},
    "express": {"title": "Express", "price": "12.50", "days": "the next working day"},
    "service_point": {
        "title": "Service Point",
        "price": "3.95",
        "days": "1 to 2 working days, to fetch near you",
    },
}
FREE_FROM = Decimal("75")
DISCOUNTS = {"GARDEN10": "10"}
#: Mollie's word -> the shop's word; Shopify calls the gateway "Mollie - iDEAL"
METHODS = {
    "ideal": "iDEAL",
    "creditcard": "Card",
    "bancontact": "Bancontact",
    "klarna": "Klarna",
    "paypal": "PayPal",
}
OUTCOMES = ("paid", "failed", "expired", "canceled")
COUNTRIES = {
    "NL": "Netherlands",
    "BE": "Belgium",
    "DE": "Germany",
    "FR": "France",
    "LU": "Luxembourg",
    "AT": "Austria",
    "DK": "Denmark",
    "ES": "Spain",
    "SE": "Sweden",
    "CH": "Switzerland",
    "GB": "United Kingdom",
}
#: so that a purchase needs nothing but a cart
CUSTOMER = {
    "email": "sanne.devries@example.com",
    "address": {
        "first_name": "Sanne",
        "last_name": "de Vries",
        "company": "",
        "address1": "Oudegracht 158",
        "address2": "",
        "zip": "3511 AZ",
        "city": "Utrecht",
        "country_code": "NL",
        "phone": "+31612345678",
    },
}


#: what a customer need not say, and what holds then
DETAILS = {
    "billing": None,  # an address of its own for the invoice
    "shipping": "standard",
    "discount": None,
    "vat_id": None,
    "service_point": None,  # Sendcloud's number of the point to fetch it at
}


class CheckoutError(ValueError):
    """The purchase cannot be made; the message is for the customer."""


def payment_session_id(number):
    """Return the id Shopify gives a payment session: 25 characters, first an r."""
    alphabet = string.ascii_letters + string.digits
    digest = hashlib.sha256(f"payment session {number}".encode()).digest()
    return "r" + "".join(alphabet[byte % len(alphabet)] for byte in digest[:24])


class Checkout:
    """Purchases from the cart to the paid order."""

    def __init__(self, world, shopify, mollie):
        self.world = world
        self.shopify = shopify
        self.mollie = mollie

    @property
    def purchases(self):
        """Purchases by Mollie payment id, also the ended ones."""
        return self.world.section("checkout", purchases={})["purchases"]

    def quote(self, cart, country="NL", shipping="standard", discount=None):
        """Return what a cart costs, computed as Shopify will compute the order.

        :param cart: ``[{"sku", "quantity"}]``
        :returns: dict of Decimals: subtotal, discount, shipping, tax, total
        """
        check(cart, shipping, discount)
        store = self.shopify.store
        items = [shopify_orders.cart_item(store, row, {}) for row in cart]
        options = {
            **shopify_orders.OPTIONS,
            "shipping": shipping_line(cart, shipping, discount),
            "discounts": discounts(discount),
        }
        sums = shopify_orders.price_sides(items, country, options)[0]
        return {
            "subtotal": sum(line.gross for line in sums.lines),
            "discount": sums.discount,
            "shipping": sums.shipping_net,
            "tax": sums.tax,
            "total": sums.total,
        }

    def begin(self, cart, address, *, email, method="ideal", **details):
        """Open the payment of a purchase and return it; there is no order yet.

        :param details: what else a customer can say, see :data:`DETAILS`
        """
        if method not in METHODS:
            raise CheckoutError(f"There is no payment method {method!r}.")
        details = chosen_details(details)
        check_address(address)
        check_address(details["billing"] or address)
        country = address.get("country_code", "NL")
        sums = self.quote(cart, country, details["shipping"], details["discount"])
        number = self.world.next_number("payment-session")
        session = payment_session_id(number)
        payment = self.mollie.create_payment(sums["total"], "EUR", session, method)
        self.purchases[payment["id"]] = {
            **details,
            "session": session,
            "cart": cart,
            "address": address,
            "email": email,
            "method": method,
            "total": f"{sums['total']:.2f}",
            "outcome": None,
            "order": None,
        }
        return payment

    def finish(self, payment_id, outcome="paid"):
        """End a payment; return the order when it was paid, else None.

        Asking again about a payment that has ended changes nothing.
        """
        check_outcome(outcome)
        purchase = self.purchases[payment_id]
        if purchase["order"]:
            return self.shopify.order(purchase["order"])
        if purchase["outcome"]:
            return None
        purchase["outcome"] = outcome
        if outcome != "paid":
            self.mollie.fail(payment_id, outcome)
            return None
        self.mollie.pay(payment_id)
        order = self._place(purchase)
        purchase["order"] = order["name"]
        return order

    def _place(self, purchase):
        address, billing = purchase["address"], purchase["billing"]
        buyer = billing or address
        return self.shopify.place_order(
            purchase["cart"],
            {
                "email": purchase["email"],
                "phone": address.get("phone"),
                "first_name": buyer.get("first_name"),
                "last_name": buyer.get("last_name"),
            },
            with_point(address, purchase["service_point"]),
            billing_address=billing or address,
            payment={
                "gateway": f"Mollie - {METHODS[purchase['method']]}",
                "payment_id": purchase["session"],
                "method": purchase["method"],
                "amount": purchase["total"],
            },
            shipping=shipping_line(
                purchase["cart"], purchase["shipping"], purchase["discount"]
            ),
            discount=discounts(purchase["discount"]),
            attributes=attributes(purchase),
            checkout_token=purchase["session"],
        )


def chosen_details(given):
    """Return all details of a purchase."""
    unknown = set(given) - set(DETAILS)
    if unknown:
        raise TypeError(f"a purchase has no {', '.join(sorted(unknown))}")
    return {**DETAILS, **given}


def attributes(purchase):
    """Return what a checkout's apps note on the order, None for nothing."""
    noted = {
        "VAT ID": purchase["vat_id"],
        "sendcloud_service_point_id": purchase["service_point"],
    }
    return {name: str(value) for name, value in noted.items() if value} or None


def with_point(address, service_point):
    """Return the delivery address as an app for pick-up points leaves it."""
    if not service_point:
        return address
    lines = [address.get("address2"), f"Service point {service_point}"]
    return {**address, "address2": ", ".join(filter(None, lines))}


def check(cart, shipping, discount):
    """Refuse a cart that the shop cannot sell."""
    if not cart:
        raise CheckoutError("The cart is empty.")
    for row in cart:
        if not isinstance(row, dict) or row.get("sku") not in BY_SKU:
            raise CheckoutError(f"This is not sold here: {row}.")
        if not isinstance(row.get("quantity"), int) or row["quantity"] < 1:
            raise CheckoutError("Order at least one piece of each product.")
    if shipping not in SHIPPING:
        raise CheckoutError(f"There is no delivery {shipping!r}.")
    if discount and str(discount).upper() not in DISCOUNTS:
        raise CheckoutError(f"The code {discount} is not valid.")


def check_address(address):
    """Refuse an address with a field that orders do not have."""
    unknown = set(address) - set(CUSTOMER["address"])
    if unknown:
        raise CheckoutError(f"An address has no {', '.join(sorted(unknown))}.")


def check_outcome(outcome):
    """Refuse an end that payments do not have."""
    if outcome not in OUTCOMES:
        raise CheckoutError(f"A payment cannot end as {outcome!r}.")


def shipping_line(cart, shipping, discount=None):
    """Return title and price of the delivery: standard is free for large orders."""
    goods = sum(Decimal(BY_SKU[row["sku"]]["price"]) * row["quantity"] for row in cart)
    goods *= 1 - Decimal(DISCOUNTS.get((discount or "").upper(), 0)) / 100
    free = shipping == "standard" and goods >= FREE_FROM
    chosen = SHIPPING[shipping]
    return {"title": chosen["title"], "price": "0.00" if free else chosen["price"]}


def discounts(code):
    """Return the discounts of an order as Shopify's builder takes them."""
    if not code:
        return []
    return [{"code": code.upper(), "percent": DISCOUNTS[code.upper()]}]


def checkout(
    world,
    shopify,
    mollie,
    cart,
    address=None,
    method="ideal",
    outcome="paid",
    *,
    email=None,
    **details,
):
    """Buy a cart in one call, as a customer would who never hesitates.

    :param address: fields that differ from the demo customer's address
    :param details: billing, shipping, discount, vat_id; see :meth:`Checkout.begin`
    :returns: ``{"payment_id", "order"}``; order is None when it was not paid
    """
    check_outcome(outcome)
    desk = Checkout(world, shopify, mollie)
    address = {**CUSTOMER["address"], **(address or {})}
    email = email or CUSTOMER["email"]
    with world.lock:
        payment = desk.begin(cart, address, email=email, method=method, **details)
        order = desk.finish(payment["id"], outcome)
    return {"payment_id": payment["id"], "order": order}
