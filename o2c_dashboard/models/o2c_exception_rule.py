from odoo import _, api, fields, models


class O2CExceptionRule(models.Model):
    """Who is told of a kind of exception, and who when it stays open."""

    _name = "o2c.exception.rule"
    _description = "Who Is Told"
    _order = "reason, id"
    _rec_name = "reason"

    reason = fields.Selection(
        selection="_selection_reason", string="Kind", help="Empty: all other kinds."
    )
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    user_id = fields.Many2one("res.users", "Tell")
    escalate_hours = fields.Float(
        "After Working Hours",
        default=8,
        help="Working hours of the company that it may stay open.",
    )
    escalate_user_id = fields.Many2one(
        "res.users", "Pass On To", help="Gets an activity and an e-mail."
    )

    _sql_constraints = [
        (
            "reason_unique",
            "unique(reason, company_id)",
            "There is a rule for this kind already.",
        ),
        (
            "hours_positive",
            "CHECK(escalate_hours >= 0)",
            "Working hours cannot be below zero.",
        ),
    ]

    @api.model
    def _selection_reason(self):
        labels = self.env["o2c.exception"]._reason_labels()
        return sorted(labels.items(), key=lambda item: item[1])

    @api.depends("reason")
    def _compute_display_name(self):
        labels = self.env["o2c.exception"]._reason_labels()
        for rule in self:
            rule.display_name = labels.get(rule.reason) or _("All other kinds")

    @api.model
    def _find(self, reason, company):
        """Return the rule that fits best: its own kind first, then its own company."""
        rules = self.search(
            [
                ("reason", "in", (reason, False)),
                ("company_id", "in", (company.id, False)),
            ]
        )
        return rules.sorted(lambda rule: (not rule.reason, not rule.company_id))[:1]
