from odoo import http
from odoo.http import request

from ..lib.formats import EXTENSIONS


class LabelsController(http.Controller):
    @http.route(
        "/sendcloud/labels/<string:ids>", type="http", auth="user", methods=["GET"]
    )
    def labels(self, ids):
        """Return several labels as one file; it is made for the moment, not kept."""
        shipments = _shipments(ids)
        content, kind = shipments._labels_file()
        name = f"labels.{EXTENSIONS[kind]}"
        headers = [
            ("Content-Type", kind),
            ("Content-Disposition", f"inline; filename={name}"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)

    @http.route(
        "/sendcloud/papers/<string:ids>", type="http", auth="user", methods=["GET"]
    )
    def papers(self, ids):
        """Return the customs papers of several labels as one PDF."""
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", "inline; filename=customs.pdf"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(_shipments(ids)._papers_file(), headers)


def _shipments(ids):
    """Return the labels that an address names; what the user may not see is refused."""
    numbers = ids.split("-")
    if not all(number.isdecimal() for number in numbers):
        raise request.not_found()
    return request.env["sendcloud.shipment"].browse(map(int, numbers)).exists()
