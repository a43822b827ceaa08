from odoo import _, models

from .mollie_proof_finding import REPAIRABLE


class MollieProof(models.Model):
    """Putting right what a proof has found."""

    _inherit = "mollie.proof"

    def action_repair(self):
        """Read, book and correct what can be put right from what Mollie says."""
        self.env["account.move"].check_access_rights("write")
        self.check_access_rule("read")
        days = self.sudo()._wrong_days()
        for day in days:
            day.with_delay(
                identity_key=f"mollie-repair-{day.id}",
                description=_("Repair %s", day.display_name),
            )._attempt("_repair")
        words = _("The lines of %s days are being put right.", len(days))
        return self.balance_id.account_id[:1]._notification(words)

    def _wrong_days(self):
        days = self.browse()
        for proof in self:
            domain = [*proof._within("date_from"), ("period", "=", "day")]
            days |= self.search([*domain, ("state", "=", "differs")])
        return days

    def _repair(self):
        """Bring the lines of this day to what Mollie has, then compare again."""
        self.balance_id._lock()
        client = self.balance_id.account_id._client()
        findings = self.env["mollie.proof.finding"]
        findings._renew(self, client)
        found = {kind: [] for kind in REPAIRABLE}
        for finding in self.finding_ids.filtered("can_repair"):
            found[finding.kind].append(finding.reference)
        if found["missing"]:
            self._store_missing(findings._at_mollie(self, client), found["missing"])
        self._lines_named(found["changed"])._put_right()
        waiting = self._lines_named([*found["missing"], *found["unbooked"]])
        ready = waiting.with_company(self.company_id)._identified()
        ready._book()
        self._prove()
        # What Mollie asked to wait for, and the days after this one.
        self.balance_id._enqueue_booking()
        self.balance_id._enqueue_proofs()

    def _lines_named(self, names):
        domain = [("balance_id", "=", self.balance_id.id)]
        domain += [("external_id", "in", names)]
        return self.env["mollie.balance.transaction"].search(domain, order="id")

    def _store_missing(self, theirs, names):
        # The cursor of fetching stays: what is newer was read already.
        lines = self.env["mollie.balance.transaction"]
        payloads = sorted((theirs[n] for n in names), key=lambda p: p["createdAt"])
        lines.create([lines._prepare_vals(self.balance_id, p) for p in payloads])
