from odoo import http
from odoo.http import Response, request


class BareDoor(http.Controller):
    @http.route(
        "/bench/bare",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def bare(self):
        """Read the body and insert one row: the least that keeps a message."""
        raw = request.httprequest.get_data()
        request.env.cr.execute("INSERT INTO bench_door (body) VALUES (%s)", [raw])
        return Response(status=200)
