from odoo import http
from odoo.http import request

from ..lib.formats import EXTENSIONS


class LabelsController(http.Controller):
    @http.route(
        "/sendcloud/labels/<string:ids>", type="http", auth="user", methods=["GET"]
    )
    def labels(self, ids):
        """Return several labels as one file; it is made for the moment, not kept."""
        numbers = ids.split("-")
        if not all(number.isdecimal() for number in numbers):
            raise request.not_found()
        shipments = request.env["sendcloud.shipment"].browse(map(int, numbers))
        content, kind = shipments.exists()._labels_file()
        name = f"labels.{EXTENSIONS[kind]}"
        headers = [
            ("Content-Type", kind),
            ("Content-Disposition", f"inline; filename={name}"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)
