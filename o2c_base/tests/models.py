"""A made-up service, to try the abstract models without any connector."""

from odoo import fields, models


class AcmeAccount(models.Model):
    _name = "acme.account"
    _description = "Acme account"
    _inherit = ["o2c.connection"]
    _service_name = "Acme"

    #: what the next check and the next piece of work raise; None is success
    trouble = None

    def _check_connection(self):
        if AcmeAccount.trouble:
            raise AcmeAccount.trouble
        return "Acme says hello."

    def _webhook_path(self):
        return "acme/webhook"

    def _process_webhook(self, event):
        self.env["acme.thing"].create(
            {"name": event._json()["thing"], "account_id": self.id}
        )


class AcmeThing(models.Model):
    _name = "acme.thing"
    _description = "Acme thing"
    _inherit = ["o2c.exception.mixin"]

    name = fields.Char()
    account_id = fields.Many2one("acme.account")
    company_id = fields.Many2one(related="account_id.company_id")
    sent = fields.Integer()

    #: raised by the work after it has written; None is success
    trouble = None

    def _o2c_connection(self):
        return self.account_id

    def _retry_after_exception(self, reason):
        self._enqueue()

    def _enqueue(self):
        self.with_delay(identity_key=f"acme-{self.id}")._attempt("_send")

    def _send(self):
        self.sent += 1
        if AcmeThing.trouble:
            raise AcmeThing.trouble
