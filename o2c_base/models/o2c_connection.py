import secrets
from contextlib import contextmanager

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import UserError

from ..lib.errors import RetryableError, ServiceError
from ..words import said

STATES = [
    ("draft", "Not Connected"),
    ("connected", "Connected"),
    ("paused", "Paused"),
    ("error", "Key Refused"),
]


class O2CConnection(models.AbstractModel):
    """An account at a service: its keys, its health and its webhook address.

    A connector inherits it, says in :attr:`_service_name` whom it talks to and
    implements the hooks that raise ``NotImplementedError`` here.
    """

    _name = "o2c.connection"
    _description = "Connection"
    _inherit = ["mail.thread"]

    #: name of the service on screens and in messages
    _service_name = ""

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        help="Is told when something needs a person.",
    )
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True
    )
    base_url = fields.Char(
        "Other Address",
        copy=False,
        groups="base.group_system",
        help="Only for a sandbox or a proxy. Empty: the service's own address.",
    )
    last_error = fields.Char("Last Trouble", readonly=True, copy=False)
    last_error_at = fields.Datetime("Trouble Since", readonly=True, copy=False)
    webhook_token = fields.Char(
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
        copy=False,
        index="btree_not_null",
    )
    webhook_url = fields.Char(
        "Webhook Address", compute="_compute_webhook_url", groups="base.group_system"
    )

    _sql_constraints = [
        ("webhook_token_unique", "unique(webhook_token)", "This address is taken."),
    ]

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        for connection in self:
            parts = (connection.get_base_url(), self._webhook_path())
            connection.webhook_url = "/".join((*parts, connection.webhook_token or ""))

    # === Hooks of the connectors === #

    def _client(self):
        """Return the service's client, made from this record's values."""
        raise NotImplementedError

    def _check_connection(self):
        """Make a harmless call; return a sentence that says who answered.

        :raise ServiceError: when the keys do not work
        """
        raise NotImplementedError

    def _on_connected(self):
        """Do what a connection needs once, such as ordering webhooks."""

    @api.model
    def _webhook_path(self):
        """Return the path of the webhook route, without slashes around it."""
        raise NotImplementedError

    def _webhook_is_authentic(self, raw, headers):
        """Tell whether the bytes ``raw`` were signed by the service."""
        raise NotImplementedError

    def _webhook_identity(self, raw, headers):
        """Return ``(delivery id, topic)``; the id is the same in a repetition.

        :raise ValueError: the body cannot be read
        """
        raise NotImplementedError

    def _process_webhook(self, event):
        """Act on an ``o2c.webhook.event``: a hint to read the object again."""
        raise NotImplementedError

    # === Health === #

    def action_test_connection(self):
        """Check the keys, connect, and say who answered."""
        self.ensure_one()
        with self._service_errors():
            answer = self._check_connection()
            first_time = self.state != "connected"
            self.write({"state": "connected", "last_error": False})
            if first_time:
                self._on_connected()
        return self._notification(answer, "success")

    def action_pause(self):
        """Stop all calls; what is to be sent waits."""
        self.write({"state": "paused"})

    def action_resume(self):
        """Go on; what waited is sent at its next try."""
        self.write({"state": "connected"})

    def _is_open(self):
        """Tell whether calls may be made now."""
        self.ensure_one()
        return self.active and self.state == "connected"

    def _closed_error(self):
        """Return why calls may not be made, as an error that asks for a later try."""
        paused = _("%s is paused.", self.display_name)
        closed = _("%s is not connected.", self.display_name)
        message = paused if self.state == "paused" else closed
        return RetryableError(message, seconds=300, service=self._service_name)

    def _mark_unauthorized(self, error):
        """Stop calling: the key was refused. A person is told."""
        if self.state == "error":
            return
        now, words = fields.Datetime.now(), said(self.env, error)
        self.write({"state": "error", "last_error": words, "last_error_at": now})
        self.message_post(body=words)

    def _mark_answering(self):
        if self.last_error:
            self.write({"last_error": False, "last_error_at": False})

    def _at_work(self):
        """Return this record as its jobs see it; they speak to who is told of them."""
        system = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        return system.with_context(lang=system.responsible_id.lang)

    @contextmanager
    def _service_errors(self):
        """For buttons: show a service's error to the user who clicked."""
        try:
            yield
        except ServiceError as error:
            raise UserError(said(self.env, error)) from error

    def _notification(self, message, kind="info"):
        act = "ir.actions.client"
        reload = {"type": act, "tag": "soft_reload"}
        shown = {"message": message, "type": kind, "next": reload}
        return {"type": act, "tag": "display_notification", "params": shown}

    @api.model
    def _find_by_webhook_token(self, token):
        """Return the active connection that a webhook address belongs to."""
        # PostgreSQL takes no NUL, and an address has no letter that is not shown.
        tokens = [token] if token.isprintable() else []
        return self.sudo().search([("webhook_token", "in", tokens)], limit=1)
