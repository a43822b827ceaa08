from odoo import http
from odoo.http import Response, request
from odoo.tools import consteq

from ..models.o2c_health import ADDRESS

#: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class HealthController(http.Controller):
    @http.route(
        ADDRESS, type="http", auth="public", methods=["GET"], save_session=False
    )
    def health(self):
        """Answer a monitoring system that shows the key with the suite's figures.

        :return: 200 the figures, 401 another key or none, 404 no key is set
        """
        key = request.env["o2c.health"].sudo()._key()
        if not key:
            return Response(status=404)
        given = request.httprequest.headers.get("Authorization", "")
        # In constant time: how long a wrong key takes tells nothing of the right one.
        if not consteq(given.encode(), f"Bearer {key}".encode()):
            return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        text = request.env["o2c.health"].sudo()._exposition()
        return Response(text, content_type=TEXT, headers={"Cache-Control": "no-store"})
