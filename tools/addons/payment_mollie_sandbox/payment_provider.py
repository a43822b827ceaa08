import requests

from odoo import models
from odoo.exceptions import ValidationError

#: a system parameter: the sandbox's Mollie, such as ``http://127.0.0.1:8103``
ADDRESS = "payment_mollie_sandbox.address"
SECONDS = 60


class PaymentProvider(models.Model):
    """Core knows one address of Mollie; the demo's money must never go there."""

    _inherit = "payment.provider"

    def _mollie_make_request(self, endpoint, data=None, method="POST"):
        """Ask the sandbox what Odoo 17 would ask Mollie; parameters are core's.

        :raise ValidationError: the sandbox refuses, as core does when Mollie does
        """
        self.ensure_one()
        answer = requests.request(
            method,
            self._mollie_sandbox_url(endpoint),
            json=data,
            headers={"Authorization": f"Bearer {self.mollie_api_key}"},
            timeout=SECONDS,
        )
        if not answer.ok:
            raise ValidationError(answer.json().get("detail", ""))
        return answer.json()

    def _build_request_url(self, endpoint, **kwargs):
        """Odoo 19 makes the requests of all providers itself and asks for addresses."""
        if self.code != "mollie":
            return super()._build_request_url(endpoint, **kwargs)
        return self._mollie_sandbox_url(endpoint)

    def _mollie_sandbox_url(self, endpoint):
        address = self.env["ir.config_parameter"].sudo().get_param(ADDRESS)
        if not address:
            raise ValidationError(f"Set the system parameter {ADDRESS}.")
        return f"{address}/v2/{endpoint.strip('/')}"
