import base64
import json

from psycopg2 import IntegrityError

from odoo import _, api, fields, models
from odoo.tools import mute_logger

STATES = [("received", "Waiting"), ("done", "Done"), ("blocked", "Needs Attention")]


class O2CWebhookEvent(models.Model):
    """What a service told us, kept as it came and worked on afterwards.

    It is a hint, never the truth: working on it reads the object again.
    """

    _name = "o2c.webhook.event"
    _description = "Message from a Service"
    _inherit = ["o2c.exception.mixin"]
    _order = "id desc"
    _rec_name = "topic"

    connection_model = fields.Char(required=True, readonly=True)
    connection_id = fields.Many2oneReference(
        model_field="connection_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    delivery_id = fields.Char(required=True, readonly=True)
    topic = fields.Char("Subject", readonly=True)
    body = fields.Binary(
        attachment=False,
        readonly=True,
        groups="base.group_system",
        help="The bytes as they came. They can hold personal data.",
    )
    state = fields.Selection(
        STATES, default="received", required=True, readonly=True, index=True
    )

    _sql_constraints = [
        (
            "delivery_unique",
            "unique(connection_model, connection_id, delivery_id)",
            "This message was received before.",
        ),
    ]

    @property
    def raw(self):
        """The body's bytes, exactly as they were signed."""
        return base64.b64decode(self.sudo().body or b"")

    def _json(self):
        """Return the body read as JSON."""
        return json.loads(self.raw)

    def _o2c_connection(self):
        return self.env[self.connection_model].browse(self.connection_id)

    @api.model
    def _receive(self, connection, delivery_id, topic, raw):
        """Store a message once and have it worked on.

        :param bytes raw: the body as it came
        :return: the event, empty when this delivery is known already
        """
        values = {
            "connection_model": connection._name,
            "connection_id": connection.id,
            "company_id": connection.company_id.id,
            "delivery_id": delivery_id,
            "topic": topic,
            "body": base64.b64encode(raw),
        }
        try:
            # The constraint decides, not a search: two workers may hold the same.
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                event = self.sudo().create(values)
        except IntegrityError:
            return self.browse()
        event._enqueue()
        return event

    def _enqueue(self):
        for event in self:
            event.with_delay(
                identity_key=f"o2c-webhook-{event.id}",
                description=_("Message: %s", event.topic),
            )._attempt("_work")

    def _work(self):
        if self.state != "done":
            self._o2c_connection()._process_webhook(self)

    def _on_done(self, method):
        self.state = "done"

    def _on_blocked(self, reason):
        self.state = "blocked"

    def _retry_after_exception(self, reason):
        self.write({"state": "received"})
        self._enqueue()

    def action_replay(self):
        """Work on the message again, for example after mending its cause."""
        self.check_access_rights("read")
        self.sudo()._retry_after_exception(None)
