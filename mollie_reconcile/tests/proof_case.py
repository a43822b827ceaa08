"""Two days with money at Mollie, proved on the third."""

from freezegun import freeze_time

from .common import MollieMixin

ONE = "rProofOneProofOneProofOne1"
TWO = "rProofTwoProofTwoProofTwo2"
THREE = "rProofThreeProofThreeProof"


class ProofMixin(MollieMixin):
    """Two days with money on them, the third just begun."""

    def setUp(self):
        super().setUp()
        self.clock = freeze_time("2026-11-04 06:00:00", tick=True)
        self.clock.start()
        self.addCleanup(self.clock.stop)
        self.paid_invoice(ONE, 121.0)
        self.pay(ONE, "121.00")
        self.day_after()
        self.paid_invoice(TWO, 50.0)
        self.pay(TWO, "50.00")
        self.mollie.payout()
        self.fetch()

    def day_after(self):
        self.world.clock.advance(days=1)

    def prove(self):
        self.env["mollie.balance"]._cron_prove()
        self.run_jobs()
        self.assertEqual(self.failed_jobs().mapped("exc_info"), [])

    def proofs(self, period="day"):
        domain = [("balance_id", "=", self.balance.id), ("period", "=", period)]
        return self.env["mollie.proof"].search(domain, order="date_from")

    def row(self, proof, category):
        return proof.row_ids.filtered(lambda row: row.category == category)

    def bank_lines(self, code):
        payment = next(p for p in self.mollie.payments() if p["description"] == code)
        line = self.lines().filtered(lambda ln: ln.mollie_payment == payment["id"])
        return line.line_ids

    def remove(self, lines):
        """Remove bank lines as a person does: match and statement first."""
        lines.action_undo_reconciliation()
        lines.statement_id.unlink()
        lines.unlink()
