from odoo import fields, models


class O2CReminder(models.Model):
    """One invoice in one reminder; it can never be reminded twice of one level."""

    _name = "o2c.reminder"
    _description = "Reminded Invoice"
    _order = "letter_id desc, due_on, id"
    _rec_name = "move_id"

    letter_id = fields.Many2one(
        "o2c.reminder.letter",
        "Reminder",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    level_id = fields.Many2one(
        "o2c.reminder.level",
        "Level",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="letter_id.company_id", store=True)
    currency_id = fields.Many2one(related="letter_id.currency_id")
    state = fields.Selection(related="letter_id.state", store=True)
    due_on = fields.Date(related="move_id.invoice_date_due", store=True)
    amount = fields.Monetary("Open", readonly=True, help="When it was reminded.")

    _sql_constraints = [
        (
            "level_unique",
            "unique(move_id, level_id)",
            "This invoice was reminded of this level already.",
        ),
    ]
