from datetime import timedelta

from odoo import _, api, fields, models

#: after how many hours managers hear of an exception that nobody solved
ESCALATE_PARAMETER = "o2c_base.escalate_after_hours"
STATES = [("open", "Open"), ("closed", "Solved")]


class O2CException(models.Model):
    """Something that stopped, told in plain words, with the way to go on."""

    _name = "o2c.exception"
    _description = "Exception"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "opened_at desc, id desc"
    _rec_name = "message"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", required=True, readonly=True
    )
    document = fields.Char(compute="_compute_document")
    reason = fields.Char("Reason Code", required=True, readonly=True)
    reason_label = fields.Char("Reason", compute="_compute_reason_label", store=True)
    message = fields.Char("What Happened", required=True, readonly=True)
    advice = fields.Char("What to Do", readonly=True)
    subject = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="What frees the document once it is mended, such as sku:TW-1.",
    )
    state = fields.Selection(
        STATES, default="open", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", "Responsible", tracking=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    opened_at = fields.Datetime("Since", default=fields.Datetime.now, readonly=True)
    closed_at = fields.Datetime("Solved On", readonly=True)
    escalated = fields.Boolean("Managers Told", readonly=True)

    def init(self):
        """One open exception per document and reason, also with two workers."""
        query = """CREATE UNIQUE INDEX IF NOT EXISTS o2c_exception_one_open
                      ON o2c_exception (res_model, res_id, reason) WHERE state='open'"""
        self.env.cr.execute(query)

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        for model_name, exceptions in self.grouped("res_model").items():
            ids = exceptions.mapped("res_id") if model_name in self.env else []
            records = self.env[model_name].browse(ids).exists() if ids else ()
            names = {record.id: record.display_name for record in records}
            for exception in exceptions:
                exception.document = names.get(exception.res_id, "")

    @api.depends("reason")
    def _compute_reason_label(self):
        labels = self._reason_labels()
        for exception in self:
            exception.reason_label = labels.get(exception.reason, exception.reason)

    @api.model
    def _reason_labels(self):
        """Return ``{reason code: words for the screen}``; addons add theirs."""
        return {
            "failed": _("Stopped unexpectedly"),
            "not_possible": _("Not possible in Odoo"),
            "rejected": _("Refused by the service"),
            "service_down": _("Service not answering"),
            "unauthorized": _("Key refused"),
        }

    @api.model
    def _open(self, record, reason, message, advice=None, subject=None):
        """Open an exception on ``record``, or renew the open one of this reason.

        :param str reason: short code, see :meth:`_reason_labels`
        :param str message: what happened, one sentence without personal data
        :param str advice: what to do about it
        :param str subject: what frees the record once mended
        """
        values = {"message": message, "advice": advice, "subject": subject}
        if exception := self._find_open(record, reason):
            changed = {k: v for k, v in values.items() if (exception[k] or None) != v}
            exception.write(changed)
            return exception
        values.update(self._owner_values(record), reason=reason)
        exception = self.sudo().create(values)
        exception._schedule_activity()
        return exception

    @api.model
    def _find_open(self, record, reason):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        domain += [("reason", "=", reason), ("state", "=", "open")]
        return self.sudo().search(domain, limit=1)

    @api.model
    def _owner_values(self, record):
        company = record.company_id if "company_id" in record else self.env.company
        return {
            "res_model": record._name,
            "res_id": record.id,
            "company_id": company.id,
            "user_id": self._responsible(record).id,
        }

    @api.model
    def _responsible(self, record):
        """Return the user who is told: the connection's responsible, or an admin."""
        connection = record._o2c_connection()
        return connection.responsible_id or self.env.ref("base.user_admin")

    def _schedule_activity(self):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.reason_label,
            note=self.advice,
            user_id=self.user_id.id,
        )

    @api.model
    def _close(self, records, reason=None):
        """Close the open exceptions of ``records``: their cause is gone."""
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        domain += [("state", "=", "open")]
        domain += [("reason", "=", reason)] if reason else []
        self.sudo().search(domain)._set_closed()

    def _set_closed(self):
        if not self:
            return
        self.activity_ids.action_feedback(feedback=_("Solved"))
        self.write({"state": "closed", "closed_at": fields.Datetime.now()})

    def action_close(self):
        """Close by hand: the person says that nothing is left to do."""
        self._set_closed()

    def action_retry(self):
        """Let each document try again; its success closes the exception."""
        for exception in self.filtered(lambda e: e.state == "open"):
            record = self.env[exception.res_model].browse(exception.res_id).exists()
            if not record:
                exception.sudo()._set_closed()
            else:
                record.check_access_rule("read")
                record.sudo()._retry_after_exception(exception.reason)

    @api.model
    def _retry_blocked(self, reason, subject):
        """Let all documents try again that waited for ``subject`` to be mended."""
        domain = [("state", "=", "open"), ("reason", "=", reason)]
        self.sudo().search(domain + [("subject", "=", subject)]).action_retry()

    def action_open_document(self):
        """Show the document that stopped."""
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    @api.model
    def _cron_escalate(self):
        """Tell the managers once about exceptions open for too long."""
        hours = int(self.env["ir.config_parameter"].get_param(ESCALATE_PARAMETER, 24))
        before = fields.Datetime.now() - timedelta(hours=hours)
        domain = [("state", "=", "open"), ("escalated", "=", False)]
        for exception in self.search(domain + [("opened_at", "<=", before)]):
            exception._tell_managers()

    def _tell_managers(self):
        self.ensure_one()
        self = self.with_context(lang=self.user_id.lang)
        managers, company = (
            self.env.ref("o2c_base.group_manager").users,
            self.company_id,
        )
        allowed = managers.filtered(lambda u: not company or company in u.company_ids)
        self.message_notify(
            partner_ids=allowed.partner_id.ids,
            subject=_("Still open: %s", self.reason_label),
            body=self.message,
        )
        self.escalated = True
