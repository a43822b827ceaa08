from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MollieProofController(http.Controller):
    @http.route("/mollie/proof/<string:ids>/xlsx", type="http", auth="user")
    def download(self, ids):
        """Answer with these proofs as a workbook, as far as the user may see them."""
        if not all(part.isdigit() for part in ids.split(",")):
            raise request.not_found()
        proofs = request.env["mollie.proof"].browse(map(int, ids.split(",")))
        proofs = proofs.exists()
        proofs.check_access_rights("read")
        proofs.check_access_rule("read")
        return request.make_response(
            proofs._xlsx(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition("mollie-proof.xlsx")),
            ],
        )
