from odoo import _, api, fields, models
from odoo.tools import format_date

from odoo.addons.o2c_base.lib.errors import BlockedError
from odoo.addons.o2c_base.words import said


class OpenLineError(BlockedError):
    """Why a line at Mollie stays open, and what it might have been.

    :param candidates: ``account.move.line`` records a person can choose from
    """

    def __init__(self, reason, message, *, candidates=None, **kwargs):
        super().__init__(reason, message, **kwargs)
        self.candidates = candidates


class MollieObstacle(models.AbstractModel):
    """What keeps a line at Mollie open, in words for the person who decides."""

    _name = "mollie.obstacle"
    _description = "Why a Line at Mollie Is Open"

    reason = fields.Char("Why Open", readonly=True)
    open_reason = fields.Char("Reason Code", readonly=True, index="btree_not_null")
    advice = fields.Char("What to Do", readonly=True)
    candidate_line_ids = fields.Many2many(
        "account.move.line",
        "mollie_transaction_candidate_rel",
        string="Might Be",
        readonly=True,
        groups="account.group_account_readonly,account.group_account_invoice",
        help="Entries that were found and not taken: a person can choose one.",
    )
    candidates = fields.Text(
        compute="_compute_candidates",
        groups="account.group_account_readonly,account.group_account_invoice",
        help="The entries that were found and not taken, in words, one a line.",
    )

    @api.depends("candidate_line_ids")
    def _compute_candidates(self):
        for transaction in self:
            entries = transaction.sudo().candidate_line_ids
            # Another line may have taken one since.
            words = map(_in_words, entries.filtered(lambda entry: not entry.reconciled))
            transaction.candidates = "\n".join(words) or False

    def _block(self, reason, error):
        if reason != self.open_reason:
            self.env["o2c.exception"]._close(self)
        entries = getattr(error, "candidates", None)
        self.write(
            {
                "reason": said(self.env, error),
                "open_reason": reason,
                "advice": getattr(error, "advice", None),
                "candidate_line_ids": [(6, 0, entries.ids if entries else [])],
            }
        )
        return super()._block(reason, error)

    def _forget_obstacle(self):
        """Empty what was said about these lines: nothing keeps them open."""
        said = self.filtered(lambda line: line.reason or line.open_reason)
        said.write(
            {
                "reason": False,
                "open_reason": False,
                "advice": False,
                "candidate_line_ids": [(5,)],
            }
        )


def _in_words(entry):
    """Return an entry as a person reads it: what, who, when, how much is open."""
    left = entry.amount_residual_currency if not entry.reconciled else 0.0
    parts = (
        entry.move_id.name,
        entry.partner_id.display_name,
        format_date(entry.env, entry.date),
        _("open: %s", entry.currency_id.format(abs(left))),
    )
    return ", ".join(filter(None, parts))
