from odoo import _, models
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import BlockedError

#: lines booked in one job: one commit, and few enough for other work to get a turn
BATCH = 50
#: exceptions that end as soon as a job gets through; others are about the books
TROUBLES = ("failed", "not_possible", "rejected", "service_down")


class MollieBalance(models.Model):
    """Booking what was read, and whether the books then show what Mollie has."""

    _inherit = "mollie.balance"

    def _enqueue_booking(self, after=0):
        self.sudo().with_delay(
            identity_key=f"mollie-book-{self.id}-{after}",
            description=_("Book lines: %s", self.display_name),
        )._attempt("_book", after)

    def _book(self, after=0):
        """Book the next waiting lines, oldest first; the rest is another job's.

        :param int after: the last line that was looked at, so that one which cannot
            be booked does not keep the others waiting
        """
        self._lock()
        waiting = self._waiting(after)
        if waiting and not self.journal_id:
            raise BlockedError(
                "no_journal",
                _("%s has no journal to be booked in.", self.display_name),
                advice=_("Open the balance and create its journal, or choose one."),
            )
        batch = waiting._identified()
        if batch:
            batch.with_company(self.company_id)._book()
            self._enqueue_booking(batch[-1].id)

    def _waiting(self, after=0):
        domain = [("balance_id", "=", self.id), ("state", "=", "new")]
        return self.env["mollie.balance.transaction"].search(
            domain + [("id", ">", after)], order="id", limit=BATCH
        )

    # === Proof === #

    def _succeeded(self, connection, method):
        # What booking found stands until booking is through again.
        through = method == "_book" and not self._waiting()
        if through and not self._differs():
            return super()._succeeded(connection, method)
        connection._mark_answering()
        self.failed_tries = 0
        for reason in TROUBLES:
            self.env["o2c.exception"]._close(self, reason)
        if through:
            self._open_difference()

    def _open_difference(self):
        exceptions = self.env["o2c.exception"]
        exceptions._close(self, "no_journal")
        exceptions._open(
            self,
            "ledger_difference",
            _(
                "The books show %(books)s, Mollie has %(mollie)s available.",
                books=self._money(self.ledger_balance),
                mollie=self._money(self.available_amount),
            ),
            advice=_("Look for entries in the journal that did not come from Mollie."),
        )

    def _differs(self):
        """Tell whether the books differ from Mollie, as far as that is known."""
        self.invalidate_recordset(["ledger_balance", "ledger_difference"])
        judged = self.stood_still and self.journal_id
        return judged and not self.currency_id.is_zero(self.ledger_difference)

    def _money(self, amount):
        figure = float_repr(amount, self.currency_id.decimal_places)
        return f"{figure} {self.currency_id.name}"
