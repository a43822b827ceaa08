"""The pages from the checkout to the parcel at the door."""

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from ..catalogue import BY_SKU
from ..checkout import COUNTRIES, METHODS, OUTCOMES, SHIPPING
from . import forms, online, parcels
from .front import cart_lines


def form(shop, request):
    """The checkout form, filled in for a demo customer."""
    person = request.args.get("as", "Utrecht")
    return _show_form(shop, request, forms.start(person), {}, person)


def _show_form(shop, request, values, errors, person=None):
    own = shop.carts.of(request)
    if not own.count:
        return redirect("/cart", 303)
    country = values["country_code"]
    country = country if country in COUNTRIES else "NL"
    sums = {
        code: shop.checkout.quote(own.rows, country, code, own.discount)
        for code in SHIPPING
    }
    return shop.page(
        request,
        "checkout.html",
        status=422 if errors else 200,
        values=values,
        errors=errors,
        people=list(forms.PEOPLE),
        person=person,
        lines=cart_lines(own.rows),
        sums=sums,
        shipping=SHIPPING,
        methods=METHODS,
        countries=COUNTRIES,
        points=forms.points(shop.world.state["settings"]),
    )


def send_form(shop, request):
    """Take the form and send the customer to the payment page."""
    values = forms.read(request.form)
    errors = forms.errors(values)
    own = shop.carts.of(request)
    if errors or not own.count:
        return _show_form(shop, request, values, errors)
    address, billing = forms.addresses(values)
    payment = shop.checkout.begin(
        own.rows,
        address,
        email=values["email"],
        method=values["method"],
        billing=billing,
        shipping=values["shipping"],
        discount=own.discount,
        vat_id=forms.vat_id(values) or None,
        service_point=forms.service_point(values),
    )
    return redirect(f"/pay/{payment['id']}", 303)


def till(shop, request, payment_id):
    """The payment page, or where the customer belongs once it has ended."""
    purchase = shop.checkout.purchases.get(payment_id)
    if not purchase:
        return online.till(shop, request, payment_id)
    if purchase["order"]:
        return redirect(f"/orders/{purchase['order'].lstrip('#')}", 303)
    return shop.page(
        request,
        "pay.html",
        purchase=purchase,
        payment_id=payment_id,
        method=METHODS[purchase["method"]],
    )


def end_payment(shop, request, payment_id):
    """The customer pressed a button of the payment page."""
    if payment_id not in shop.checkout.purchases:
        return online.end_payment(shop, request, payment_id)
    outcome = request.form.get("outcome")
    if outcome not in OUTCOMES:
        raise NotFound("A payment cannot end like this.")
    order = shop.checkout.finish(payment_id, outcome)
    if order is None:
        return redirect(f"/pay/{payment_id}", 303)
    own = shop.carts.of(request)
    own.empty()
    answer = redirect(f"/orders/{order['name'].lstrip('#')}?thanks", 303)
    return shop.carts.keep(own, answer)


def order(shop, request, number):
    """What was ordered, and how far it is."""
    found = shop.shopify.order(number)
    if found is None:
        raise NotFound("We do not know this order.")
    sent = parcels.of_order(shop, found)
    return shop.page(
        request,
        "order.html",
        order=found,
        lines=_order_lines(shop, found),
        parcels=sent,
        progress=_progress(found, sent),
        thanks="thanks" in request.args,
        countries=COUNTRIES,
        payment=next(iter(found["paymentGatewayNames"]), ""),
    )


def _order_lines(shop, found):
    """Return the lines as :func:`.front.cart_lines`, at the prices of the order."""
    lines = []
    for line in shop.shopify.lines(found):
        # what is no longer sold, or never was in the catalogue, has no picture
        known = BY_SKU.get(line["sku"], {"picture": None})
        price = line["originalUnitPriceSet"]["presentmentMoney"]["amount"]
        lines.append(
            {
                "product": {**known, "title": line["title"], "price": price},
                "quantity": line["quantity"],
                "amount": line["originalTotalSet"]["presentmentMoney"]["amount"],
            }
        )
    return lines


def _progress(found, sent):
    """Return ``[(step, reached)]`` of an order."""
    arrived = bool(sent) and all(parcel["arrived"] for parcel in sent)
    return [
        ("Ordered", True),
        ("Paid", found["displayFinancialStatus"] not in ("PENDING", "VOIDED")),
        ("Sent", found["displayFulfillmentStatus"] == "FULFILLED"),
        ("Delivered", arrived),
    ]


def find_parcel(shop, request):
    """Ask for a tracking number."""
    number = request.args.get("number", "").strip()
    if number:
        return redirect(f"/track/{number}", 303)
    return shop.page(request, "track.html", number="", parcel=None)


def track(shop, request, number):
    """Where a parcel is."""
    parcel = parcels.by_tracking_number(shop, number)
    status = 200 if parcel else 404
    return shop.page(request, "track.html", status, number=number, parcel=parcel)
