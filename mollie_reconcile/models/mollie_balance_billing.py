from odoo import _, api, fields, models

from ..lib.mapping import parse_bill


class MollieBalance(models.Model):
    """Fetching the bills for the fees that Mollie has kept from a balance."""

    _inherit = "mollie.balance"

    bill_ids = fields.One2many("mollie.bill", "balance_id", "Bills")

    @api.model
    def _cron_fetch_bills(self):
        self.search([("account_id.state", "=", "connected")])._enqueue_fetch_bills()

    def _enqueue_fetch_bills(self):
        # Bills are for fees that are in the books and wait for them.
        waits = self.sudo().filtered(lambda b: b.account_id.fee_mode == "bill")
        for balance in waits.filtered("last_synced"):
            balance.with_delay(
                identity_key=f"mollie-bills-{balance.id}",
                description=_("Fetch bills: %s", balance.display_name),
            )._attempt("_fetch_bills")

    def _fetch_bills(self):
        """Make the bills that are new at Mollie; settle what can be settled."""
        known = set(self.bill_ids.mapped("external_id"))
        payloads = self.account_id._client().bills()
        new = [payload for payload in payloads if payload["id"] not in known]
        values = [
            self.env["mollie.bill"]._prepare_vals(self, payload)
            for payload in reversed(new)
            if self._is_concerned(parse_bill(payload))
        ]
        self.env["mollie.bill"].create(values)
        self.bill_ids.filtered(lambda bill: bill.state == "new")._enqueue_make()
        self.bill_ids._enqueue_settle()

    def _is_concerned(self, bill):
        """Tell whether ``bill`` is about fees that were kept from this balance."""
        first = self.transaction_ids.sorted("created_at")[:1].created_at
        since = self.start_date or (first and first.date())
        periods = [line.period for line in bill.lines]
        same = bill.currency == self.currency_id.name
        return bool(since and same and max(periods, default="") >= f"{since:%Y-%m}")

    def action_show_bills(self):
        """Show Mollie's bills for this balance."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mollie_reconcile.mollie_bill_action"
        )
        action["domain"] = [("balance_id", "in", self.ids)]
        return action
