"""Carts of the shop's visitors, kept in the world by the visitor's cookie."""

import secrets

from ..catalogue import BY_SKU

COOKIE = "trade_wins"
KEPT = 300  # carts; the oldest goes when another visitor comes
MOST = 99  # pieces of one product


class Cart:
    """What one visitor wants: ``{"lines": {sku: quantity}, "discount": code}``."""

    def __init__(self, token, data):
        self.token = token
        self.data = data

    @property
    def rows(self):
        """The cart as ``[{"sku", "quantity"}]``."""
        return [{"sku": s, "quantity": n} for s, n in self.data["lines"].items()]

    @property
    def count(self):
        """How many pieces there are."""
        return sum(self.data["lines"].values())

    @property
    def discount(self):
        """The discount code that was accepted, or None."""
        return self.data["discount"]

    def add(self, sku, quantity=1):
        """Put more of a product in."""
        self.put(sku, self.data["lines"].get(sku, 0) + quantity)

    def put(self, sku, quantity):
        """Say how many of a product there are; none takes it out."""
        if sku not in BY_SKU:
            raise KeyError(sku)
        if quantity > 0:
            self.data["lines"][sku] = min(quantity, MOST)
        else:
            self.data["lines"].pop(sku, None)

    def empty(self):
        """Begin again."""
        self.data["lines"].clear()
        self.data["discount"] = None


class Carts:
    """The carts in the world's state."""

    def __init__(self, world):
        self.world = world

    def of(self, request):
        """Return the cart of a visitor; a new one lasts when :meth:`keep` is called."""
        carts = self.world.section("shop", carts={})["carts"]
        token = request.cookies.get(COOKIE)
        if token in carts:
            return Cart(token, carts[token])
        return Cart(secrets.token_urlsafe(18), {"lines": {}, "discount": None})

    def keep(self, cart, response):
        """Keep a cart and give the visitor its cookie."""
        carts = self.world.section("shop", carts={})["carts"]
        carts[cart.token] = cart.data
        while len(carts) > KEPT:
            del carts[next(iter(carts))]
        response.set_cookie(COOKIE, cart.token, httponly=True, samesite="Lax")
        return response
