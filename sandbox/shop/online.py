"""Payments that somebody else than this shop began, such as Odoo's own portal.

Mollie's page is the same for all merchants' software; it sends the customer back to
the address that came with the payment, however the payment ended.
"""

from decimal import Decimal

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from ..checkout import METHODS, OUTCOMES
from ..mollie.errors import Refused


def till(shop, request, payment_id):
    """The payment page, or the way back once the payment has ended."""
    payment = _payment(shop, payment_id)
    if payment["status"] != "open":
        return redirect(payment["redirectUrl"], 303)
    method = payment.get("method") or "ideal"
    purchase = {"total": Decimal(payment["amount"]["value"]), "method": method}
    return shop.page(
        request,
        "pay.html",
        purchase={**purchase, "outcome": None},
        payment_id=payment_id,
        method=METHODS.get(method, method.capitalize()),
    )


def end_payment(shop, request, payment_id):
    """The customer pressed a button: back to where the payment was begun."""
    payment = _payment(shop, payment_id)
    outcome = request.form.get("outcome")
    if outcome not in OUTCOMES:
        raise NotFound("A payment cannot end like this.")
    if payment["status"] == "open" and outcome == "paid":
        shop.mollie.pay(payment_id)
    elif payment["status"] == "open":
        shop.mollie.fail(payment_id, outcome)
    return redirect(payment["redirectUrl"], 303)


def _payment(shop, payment_id):
    """Return a payment with a way back; the shop's own and Mollie's links have none."""
    try:
        payment = shop.mollie.payment(payment_id)
    except Refused as error:
        raise NotFound("We do not know this payment.") from error
    if not payment["redirectUrl"]:
        raise NotFound("We do not know this payment.")
    return payment
