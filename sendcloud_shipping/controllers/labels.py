from odoo import http
from odoo.http import request


class LabelsController(http.Controller):
    @http.route(
        "/sendcloud/labels/<string:ids>", type="http", auth="user", methods=["GET"]
    )
    def labels(self, ids):
        """Return several labels as one PDF; it is made for the moment, not kept."""
        numbers = ids.split("-")
        if not all(number.isdecimal() for number in numbers):
            raise request.not_found()
        shipments = request.env["sendcloud.shipment"].browse(map(int, numbers))
        pdf = shipments.exists()._labels_pdf()
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", "inline; filename=labels.pdf"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(pdf, headers)
