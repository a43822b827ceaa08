"""Customers who pay in Odoo's portal, by core's own Mollie provider."""

from urllib.parse import urlsplit

from .common import ADDRESS, MollieMixin

#: core's provider knows no other address
REAL_ADDRESS = "https://api.mollie.com"


class OnlineMixin(MollieMixin):
    """Odoo's portal takes payments for the journal of the balance."""

    @classmethod
    def new_sandbox(cls):
        res = super().new_sandbox()
        cls.services = {ADDRESS: cls.mollie, REAL_ADDRESS: cls.mollie}
        return res

    @classmethod
    def set_up_provider(cls):
        cls.provider = cls.env.ref("payment.payment_provider_mollie")
        cls.ideal = cls.env.ref("payment.payment_method_ideal")
        cls.provider.write(
            {
                "mollie_api_key": "live_sandbox0123456789abcdefghijklmn",
                "state": "enabled",
                "is_published": True,
            }
        )
        cls.ideal.active = True
        cls.provider.journal_id = cls.journal
        cls.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "True"
        )

    def start_payment(self, route, token, **values):
        """Choose iDEAL in the portal; return the transaction, open at Mollie."""
        answer = self.make_jsonrpc_request(
            route,
            {
                "access_token": token,
                "provider_id": self.provider.id,
                "payment_method_id": self.ideal.id,
                "token_id": None,
                "amount": None,
                "flow": "redirect",
                "tokenization_requested": False,
                "landing_route": "/my",
                **values,
            },
        )
        domain = [("reference", "=", answer["reference"])]
        return self.env["payment.transaction"].search(domain)

    def deliver(self, times=1):
        """Bring what Mollie tells Odoo's own webhook to it; it is not signed."""
        waiting, self.world.outbox.waiting = self.world.outbox.waiting, []
        for message in waiting * times:
            parts = urlsplit(message["url"])
            answer = self.url_open(f"{parts.path}?{parts.query}", message["body"])
            self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()

    def finish(self, transaction):
        """Do what core's scheduled action does with a transaction that is done."""
        transaction._finalize_post_processing()
