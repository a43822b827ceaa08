from odoo import api, fields, models


class O2CReminderLevel(models.Model):
    """A step of asking for money: how long after the due day, and in which words."""

    _name = "o2c.reminder.level"
    _description = "Reminder Level"
    _order = "days, id"

    name = fields.Char(required=True, translate=True)
    days = fields.Integer("Days After Due", required=True)
    template_id = fields.Many2one(
        "mail.template",
        "Mail",
        required=True,
        ondelete="restrict",
        domain="[('model', '=', 'o2c.reminder.letter')]",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: every company that has no levels of its own."
    )
    responsible_id = fields.Many2one(
        "res.users", "Tell", help="Who is told when a reminder cannot be sent."
    )

    _sql_constraints = [
        ("days_positive", "CHECK(days > 0)", "A reminder comes after the due day."),
        (
            "days_unique",
            "unique(days, company_id)",
            "There is a reminder for this day already.",
        ),
    ]

    @api.model
    def _of_company(self, company):
        """Return the levels a company goes through, the mildest first."""
        return self.search([("company_id", "=", company.id)]) or self.search(
            [("company_id", "=", False)]
        )

    def _next(self, last, days_late, today):
        """Return the level an invoice has come to, if it has come to a new one.

        Nobody begins with the last warning: levels follow each other with the days
        that lie between them, even where reminders are switched on late.

        :param last: the reminder that was sent last, perhaps none
        :param int days_late: days since the invoice was due
        """
        after = last.level_id.days
        level = self.filtered(lambda each: each.days > after)[:1]
        if not level or days_late < level.days:
            return self.browse()
        if last and (today - last.letter_id.sent_on).days < level.days - after:
            return self.browse()
        return level
