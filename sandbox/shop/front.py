"""The pages before the checkout: shelves, one product, the cart."""

from decimal import Decimal

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..catalogue import BY_SKU, PRODUCTS
from ..checkout import FREE_FROM, CheckoutError, check

ORIGINS = {
    "BD": "Bangladesh",
    "DE": "Germany",
    "ES": "Spain",
    "GB": "United Kingdom",
    "IN": "India",
    "IT": "Italy",
    "NL": "Netherlands",
    "PL": "Poland",
}


def health(shop, request):
    """Tell a start script that the shop answers."""
    return Response("ok\n", mimetype="text/plain")


def home(shop, request):
    """All products."""
    return shop.page(request, "home.html", products=PRODUCTS)


def product(shop, request, sku):
    """One product and three others."""
    if sku not in BY_SKU:
        raise NotFound("We do not have this product.")
    shown = BY_SKU[sku]
    return shop.page(
        request,
        "product.html",
        product=shown,
        origin=ORIGINS.get(shown["origin"], shown["origin"]),
        stock=shop.shopify.stock(sku),
        others=_others(shown),
    )


def _others(shown):
    place = PRODUCTS.index(shown)
    return [PRODUCTS[(place + step) % len(PRODUCTS)] for step in (1, 2, 3, 4)]


def cart_lines(rows):
    """Return cart rows with their product and what they cost, for templates."""
    lines = []
    for row in rows:
        shown = BY_SKU[row["sku"]]
        amount = Decimal(shown["price"]) * row["quantity"]
        lines.append({"product": shown, "amount": amount, **row})
    return lines


def cart(shop, request, error=None):
    """The cart."""
    own = shop.carts.of(request)
    sums = shop.checkout.quote(own.rows, discount=own.discount) if own.count else None
    return shop.page(
        request,
        "cart.html",
        status=422 if error else 200,
        lines=cart_lines(own.rows),
        sums=sums,
        free_from=FREE_FROM,
        discount=own.discount,
        error=error,
    )


def add_to_cart(shop, request):
    """Put a product in the cart; ``next`` says where to go on."""
    own = shop.carts.of(request)
    try:
        own.add(request.form["sku"], _number(request.form.get("quantity", "1")))
    except KeyError as error:
        raise NotFound("We do not have this product.") from error
    goal = "/checkout" if request.form.get("next") == "checkout" else "/cart"
    return shop.carts.keep(own, redirect(goal, 303))


def change_cart(shop, request):
    """Change quantities and the discount code."""
    own = shop.carts.of(request)
    for row in own.rows:
        field = f"quantity-{row['sku']}"
        if field in request.form:
            own.put(row["sku"], _number(request.form[field]))
    if "remove" in request.form:
        own.data["lines"].pop(request.form["remove"], None)
    error = _take_code(own, request.form.get("discount"))
    answer = cart(shop, request, error) if error else redirect("/cart", 303)
    return shop.carts.keep(own, answer)


def _take_code(own, typed):
    if typed is None or not own.count:
        return None
    code = typed.strip().upper() or None
    try:
        check(own.rows, "standard", code)
    except CheckoutError as error:
        return str(error)
    own.data["discount"] = code
    return None


def _number(text):
    if not text.strip().isdecimal():
        raise BadRequest("A quantity is a whole number.")
    return int(text)
