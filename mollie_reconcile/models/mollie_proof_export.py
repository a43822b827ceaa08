import pytz

from odoo import _, models

from ..lib.mapping import local_date
from ..lib.sheet import workbook


class MollieProof(models.Model):
    """A proof as a workbook. Its PDF is ``report/mollie_proof_report.xml``."""

    _inherit = "mollie.proof"

    def _xlsx(self):
        """Return these proofs as the bytes of a workbook, in the user's language."""
        proofs = self.sorted(lambda proof: (proof.date_to, proof.period, proof.id))
        return workbook([(proof.display_name, proof._sheet()) for proof in proofs])

    def _sheet(self):
        """Return the rows of one sheet: what the form shows, from top to bottom."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            [_("Proof of %s", self.balance_id.display_name)],
            [self.display_name],
            [_("Currency"), self.currency_id.name],
            [_("Result"), states[self.state]],
            [],
            *self._rows_of_movements(),
            [],
            *self._rows_of_findings(),
            *self._rows_of_payouts(),
            *self._rows_of_accounts(),
        ]

    def _rows_of_movements(self):
        yield [_("Movement"), _("At Mollie"), _("In the Books"), _("Difference")]
        start = [self.their_opening, self.our_opening, self.opening_difference]
        yield [_("Start"), *start]
        names = dict(self.row_ids._fields["category"]._description_selection(self.env))
        for row in self.row_ids:
            name = names[row.category]
            yield [name, row.their_amount, row.our_amount, row.difference]
        yield [_("End"), self.their_closing, self.our_closing, self.difference]
        if self.shifted_amount:
            yield [_("Booked on a later day"), 0.0, -self.shifted_amount]
            yield [_("In the trial balance"), 0.0, self.trial_closing]
        yield [_("On its way at Mollie"), self.pending_amount]

    def _rows_of_findings(self):
        if not self.finding_ids:
            return
        yield [
            _("What is wrong"),
            _("Line"),
            _("Day"),
            _("At Mollie"),
            _("In the Books"),
        ]
        kinds = dict(self.finding_ids._fields["kind"]._description_selection(self.env))
        for finding in self.finding_ids:
            amounts = [finding.their_amount, finding.our_amount]
            yield [kinds[finding.kind], finding.reference, finding.day, *amounts]
        yield []

    def _rows_of_payouts(self):
        if not self.payout_ids:
            return
        yield [_("Payout"), _("Day"), _("Amount"), _("Line at the Bank")]
        for payout in self.payout_ids:
            bank = payout.bank_line_id.payment_ref or _("not yet")
            name = payout.settlement_reference or payout.external_id
            day = local_date(pytz.utc.localize(payout.created_at))
            yield [name, day, payout.result_amount, bank]
        yield []

    def _rows_of_accounts(self):
        yield [_("Account"), _("Start"), _("Debit"), _("Credit"), _("End")]
        for row in self.account_ids:
            amounts = [row.opening, row.debit, row.credit, row.closing]
            yield [row.account_id.display_name, *amounts]
