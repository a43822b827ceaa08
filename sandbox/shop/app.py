"""The WSGI application of the shop: which page answers which address."""

from werkzeug.exceptions import HTTPException
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from ..checkout import Checkout
from . import control, front, purchase, rendering
from .carts import Carts


def _rules(methods, *pairs):
    return [Rule(path, endpoint=view, methods=methods) for path, view in pairs]


ROUTES = Map(
    _rules(
        ["GET"],
        ("/", front.home),
        ("/products/<sku>", front.product),
        ("/cart", front.cart),
        ("/checkout", purchase.form),
        ("/pay/<payment_id>", purchase.till),
        ("/orders/<number>", purchase.order),
        ("/track", purchase.find_parcel),
        ("/track/<number>", purchase.track),
        ("/healthz", front.health),
        ("/control", control.page),
        ("/control/api/summary", control.summary),
    )
    + _rules(
        ["POST"],
        ("/cart", front.change_cart),
        ("/cart/add", front.add_to_cart),
        ("/checkout", purchase.send_form),
        ("/pay/<payment_id>", purchase.end_payment),
        ("/control/do/<action>", control.press),
        ("/control/api/<action>", control.call),
    )
)


class ShopApp:
    """The shop "Trade Wins", the payment page, and the control page of the sandbox.

    A view is a function ``(shop, request, ...) -> Response``.
    """

    def __init__(self, world, shopify, mollie, sendcloud):
        self.world = world
        self.shopify = shopify
        self.mollie = mollie
        self.sendcloud = sendcloud
        self.checkout = Checkout(world, shopify, mollie)
        self.carts = Carts(world)
        self.templates = rendering.environment()
        static = {"/static": str(rendering.FOLDER / "static")}
        self.wsgi = SharedDataMiddleware(
            world.served(self._answer), static, cache_timeout=3600
        )

    def __call__(self, environ, start_response):
        return self.wsgi(environ, start_response)

    def _answer(self, request):
        try:
            view, values = ROUTES.bind_to_environ(request.environ).match()
            return view(self, request, **values)
        except HTTPException as error:
            if error.response or error.code < 400:
                return error.get_response(request.environ)
            return self.page(request, "missing.html", status=error.code, error=error)

    def page(self, request, template, status=200, **values):
        """Return a page made of a template."""
        html = self.templates.get_template(template).render(
            in_cart=self.carts.of(request).count, path=request.path, **values
        )
        return Response(html, status, mimetype="text/html")
