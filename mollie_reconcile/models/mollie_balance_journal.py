from odoo import Command, _, models


class MollieBalance(models.Model):
    """Making the journal that shows a balance in the books, with its accounts."""

    _inherit = "mollie.balance"

    def _account_of(self, group):
        """Return the account that was chosen for what is booked as ``group``."""
        self.ensure_one()
        suspense = self.journal_id.suspense_account_id
        accounts = {
            "opening": self.opening_account_id - suspense,
            "reserve": self.reserve_account_id,
            "capital": self.capital_account_id,
            "commission": self.commission_account_id,
        }
        return accounts.get(group, self.env["account.account"])

    def _create_journal(self):
        """Make the bank journal of this balance.

        Payments wait on accounts of their own until Mollie's line arrives: an
        account that can be reconciled is what makes an invoice read "in payment".
        """
        self.ensure_one()
        company = self.company_id
        foreign = self.currency_id != company.currency_id
        # Nothing can be posted in a currency that is out of use.
        self.currency_id.sudo().active = True
        suffix = f" {self.currency_id.name}" if foreign else ""
        journal = self.env["account.journal"].create(
            {
                "name": f"Mollie {self.currency_id.name}",
                "code": self._free_journal_code(),
                "type": "bank",
                "company_id": company.id,
                "currency_id": self.currency_id.id if foreign else False,
            }
        )
        receipts = self._create_transit_account(
            journal, _("Mollie in transit (receipts)") + suffix
        )
        refunds = self._create_transit_account(
            journal, _("Mollie in transit (refunds)") + suffix
        )
        journal.inbound_payment_method_line_ids.payment_account_id = receipts
        journal.outbound_payment_method_line_ids.payment_account_id = refunds
        self.journal_id = journal
        if not self.reserve_account_id:
            name = _("Mollie reserve") + suffix
            self.reserve_account_id = self._create_transit_account(journal, name)
        self._create_rules(journal)
        return journal

    def _create_rules(self, journal):
        """Make the buttons with which a person assigns what stays open.

        They do nothing by themselves, and are shown for this journal only.
        """
        rules = self.env["account.reconcile.model"].with_company(self.company_id)
        for name, account in self._accounts_of_rules(journal):
            name = f"{journal.name}: {name}"
            domain = [("company_id", "=", self.company_id.id), ("name", "=", name)]
            if account and not rules.search_count(domain):
                rules.create(self._prepare_rule_vals(name, account, journal))

    def _accounts_of_rules(self, journal):
        account = self.account_id
        supplier = account.fee_partner_id.with_company(self.company_id)
        fees = supplier.property_account_payable_id
        if account.fee_mode == "direct":
            fees = account.fee_account_id
        return (
            (_("Fee"), fees),
            (_("Payout"), self.company_id.transfer_account_id),
            (_("Reserve"), self.reserve_account_id),
        )

    def _prepare_rule_vals(self, name, account, journal):
        line = {
            "account_id": account.id,
            "amount_type": "percentage",
            "amount_string": "100",
            "label": name,
        }
        return {
            "name": name,
            "rule_type": "writeoff_button",
            "company_id": self.company_id.id,
            "match_journal_ids": [Command.set(journal.ids)],
            "line_ids": [Command.create(line)],
        }

    def _free_journal_code(self):
        domain = [("company_id", "=", self.company_id.id)]
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search(domain).mapped("code"))
        first = f"M{self.currency_id.name}"
        numbered = (f"{first}{number}" for number in range(2, 10))
        return next(code for code in (first, *numbered) if code not in taken)

    def _create_transit_account(self, journal, name):
        # Beside the journal's own account, whatever numbers the chart uses there.
        accounts = self.env["account.account"].with_company(self.company_id)
        digits = len(journal.default_account_id.code)
        prefix = self.company_id.bank_account_code_prefix or ""
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(
                    self.company_id, digits, prefix
                ),
                "account_type": "asset_current",
                "reconcile": True,
                "company_id": self.company_id.id,
            }
        )
