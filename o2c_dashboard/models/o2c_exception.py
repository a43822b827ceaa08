from datetime import datetime, time, timedelta

import pytz

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from odoo.addons.o2c_base.models.o2c_exception import ESCALATE_PARAMETER

#: reason -> (field here that mends it, model of the mapping, its field)
FIXES = {
    "unknown_product": ("fix_product_id", None, None),
    "unknown_tax": ("fix_tax_id", "shopify.tax", "tax_id"),
    "unknown_gateway": ("fix_journal_id", "shopify.payment.gateway", "journal_id"),
    "unknown_shipping_method": (
        "fix_carrier_id",
        "shopify.shipping.method",
        "carrier_id",
    ),
}


class O2CException(models.Model):
    """The inbox: mend it here, try again, hand it on, or look at it later."""

    _inherit = "o2c.exception"

    snoozed_until = fields.Datetime(tracking=True, readonly=True, copy=False)
    same_kind_count = fields.Integer("Of This Kind", compute="_compute_same_kind_count")
    fix_field = fields.Char(compute="_compute_fix")
    fix_product_id = fields.Many2one(
        "product.product",
        "Product",
        compute="_compute_fix",
        inverse="_inverse_fix_product_id",
        help="Gets the number that the shop uses; all orders that wait for it go on.",
    )
    fix_tax_id = fields.Many2one(
        "account.tax",
        "Tax in Odoo",
        compute="_compute_fix",
        inverse="_inverse_fix_mapping",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
    )
    fix_journal_id = fields.Many2one(
        "account.journal",
        "Journal",
        compute="_compute_fix",
        inverse="_inverse_fix_mapping",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    fix_carrier_id = fields.Many2one(
        "delivery.carrier",
        "Shipping Method",
        compute="_compute_fix",
        inverse="_inverse_fix_mapping",
    )

    @api.model
    def _reason_labels(self):
        return {
            **super()._reason_labels(),
            "watch": _("Takes too long"),
            "reminder": _("Reminder cannot be sent"),
        }

    @api.depends("reason", "state")
    def _compute_same_kind_count(self):
        domain = [("state", "=", "open"), ("reason", "in", self.mapped("reason"))]
        counts = dict(self._read_group(domain, ["reason"], ["__count"]))
        for exception in self:
            exception.same_kind_count = counts.get(exception.reason, 0)

    @api.depends("reason", "state", "subject")
    def _compute_fix(self):
        names = [name for name, _model, _field in FIXES.values()]
        for exception in self:
            fix = FIXES.get(exception.reason) if exception.subject else None
            exception.fix_field = fix and exception.state == "open" and fix[0]
            exception.update(dict.fromkeys(names, False))

    # === Mending in place === #

    def _inverse_fix_product_id(self):
        """Give the product the shop's number: its orders go on by themselves."""
        for exception in self.filtered("fix_product_id"):
            product, code = exception.fix_product_id, exception._subject_value()
            if product.default_code and product.default_code != code:
                raise UserError(
                    _(
                        "%(product)s has the reference %(reference)s already.",
                        product=product.display_name,
                        reference=product.default_code,
                    )
                )
            product.default_code = code

    def _subject_value(self):
        return self.subject.partition(":")[2]

    def _inverse_fix_mapping(self):
        """Fill in the mapping that the document waits for: saving it lets it go on."""
        for exception in self:
            here, model, there = FIXES.get(exception.reason, (None, None, None))
            if model and exception[here]:
                exception._mapping(model)[there] = exception[here]

    def _mapping(self, model):
        """Return the row of a mapping that this exception waits for.

        :raise UserError: it was removed meanwhile
        """
        rows = self.env[model].search(
            [("company_id", "in", (self.company_id.id, False))]
        )
        row = rows.filtered(
            lambda row: row._subject() == self.subject and not row._is_complete()
        )[:1]
        if not row:
            raise UserError(_("Try again first: what it waits for has changed."))
        return row

    # === Trying again, handing on, later === #

    def action_retry_kind(self):
        """Try all open ones of this kind again that the user may see."""
        domain = [("state", "=", "open"), ("reason", "in", self.mapped("reason"))]
        self.search(domain).action_retry()

    def action_take(self):
        """Make the user responsible, with the activity."""
        self._assign(self.env.user)

    def _assign(self, user):
        self.check_access_rights("write")
        self.check_access_rule("write")
        self.user_id = user
        self.sudo().activity_ids.user_id = user

    def action_snooze_hour(self):
        """Leave it alone for an hour of work."""
        return self._snooze(hours=1)

    def action_snooze_day(self):
        """Leave it alone until the same time of the next working day."""
        return self._snooze(hours=0, days=1)

    def action_snooze_week(self):
        """Leave it alone for five working days."""
        return self._snooze(hours=0, days=5)

    def _snooze(self, hours, days=0):
        for exception in self:
            until = exception._working_time_from_now(hours, days)
            exception.snoozed_until = until
            zone_day = fields.Datetime.context_timestamp(exception, until).date()
            exception.sudo().activity_ids.date_deadline = zone_day
        return self._say_put_off()

    def _say_put_off(self):
        """Return an action that says until when, and shows the list anew."""
        moment = format_datetime(
            self.env, max(self.mapped("snoozed_until")), dt_format="EEE d MMM HH:mm"
        )
        shown = {
            "message": _("Put off until %s.", moment),
            "type": "success",
            "next": {"type": "ir.actions.act_window_close"},
        }
        act = "ir.actions.client"
        return {"type": act, "tag": "display_notification", "params": shown}

    def action_wake(self):
        """Put it back into the inbox."""
        self.snoozed_until = False

    def _working_time_from_now(self, hours, days=0):
        """Return the moment after so much working time of the company.

        :return: naive UTC; without working hours, plain hours and days
        """
        now = fields.Datetime.now()
        calendar = (self.company_id or self.env.company).resource_calendar_id
        until = now
        if days:
            end = calendar and calendar.plan_days(days, _tomorrow(calendar, now))
            until = end and end.replace(hour=now.hour, minute=now.minute, second=0)
            until = until or now + timedelta(days=days)
        if hours:
            until = calendar.plan_hours(hours, now) if calendar else None
            until = until or now + timedelta(hours=hours)
        return until.replace(microsecond=0)

    @api.model
    def _open(self, record, reason, message, advice=None, subject=None):
        """Wake an exception whose story has changed since it was put off."""
        before = self._find_open(record, reason)
        told = before.message
        telling = super(O2CException, self.with_context(o2c_reason=reason))
        exception = telling._open(record, reason, message, advice, subject)
        if exception.snoozed_until and told != message:
            exception.snoozed_until = False
        return exception

    # === Telling === #

    def _rule(self):
        """Return the rule for this kind of exception, empty when there is none."""
        rules = self.env["o2c.exception.rule"].sudo()
        return rules._find(self.reason, self.company_id)

    @api.model
    def _responsible(self, record):
        """Let a rule say who is told, before the connection's responsible.

        A watch that names somebody itself means just that.
        """
        if record._name == "o2c.watch" and record.responsible_id:
            return record.responsible_id
        company = record.company_id if "company_id" in record else self.env.company
        rules = self.env["o2c.exception.rule"].sudo()
        rule = rules._find(self.env.context.get("o2c_reason"), company)
        return rule.user_id or super()._responsible(record)

    @api.model
    def _cron_escalate(self):
        """Pass on what nobody solved in the working time that is allowed for it."""
        domain = [("state", "=", "open"), ("escalated", "=", False)]
        now = fields.Datetime.now()
        awake = ["|", ("snoozed_until", "=", False), ("snoozed_until", "<=", now)]
        for exception in self.search([*domain, *awake]):
            if exception._worked_hours() >= exception._allowed_hours():
                exception._tell_managers()

    def _allowed_hours(self):
        rule = self._rule()
        usual = self.env["ir.config_parameter"].get_param(ESCALATE_PARAMETER, 24)
        return rule.escalate_hours if rule else float(usual)

    def _worked_hours(self):
        """Return the company's working hours since it was opened, or put to sleep."""
        start = max(filter(None, (self.opened_at, self.snoozed_until)))
        now = fields.Datetime.now()
        calendar = (self.company_id or self.env.company).resource_calendar_id
        if not calendar:
            return (now - start).total_seconds() / 3600
        start, end = (pytz.utc.localize(moment) for moment in (start, now))
        return calendar.get_work_hours_count(start, end)

    def _tell_managers(self):
        """Give it to the person of the rule, as activity and by e-mail; else to all."""
        user = self._rule().escalate_user_id
        if not user:
            return super()._tell_managers()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=_("Still open: %s", self.reason_label),
            note=self.advice,
            user_id=user.id,
        )
        self.message_notify(
            partner_ids=user.partner_id.ids,
            subject=_("Still open: %s", self.reason_label),
            body=self.message,
        )
        self.escalated = True
        return None

    def _set_closed(self):
        res = super()._set_closed()
        self.filtered("snoozed_until").write({"snoozed_until": False})
        return res


def _tomorrow(calendar, now):
    """Return when the next day begins where the calendar is, naive in UTC.

    From there days are counted in full, whether today is a day of work or not.
    """
    zone = pytz.timezone(calendar.tz)
    day = pytz.utc.localize(now).astimezone(zone).date() + timedelta(days=1)
    begin = zone.localize(datetime.combine(day, time.min))
    return begin.astimezone(pytz.utc).replace(tzinfo=None)
