"""Whole methods that Odoo 19 wants otherwise, for :mod:`.rewrites19`."""

KEEP_RULES_OFF = """
    def _do_auto_reconcile(self, *args):
        # Rules stay off the lines of Mollie that are matched by identity, or open.
        closed = self.filtered(lambda line: line._mollie_keeps_rules_off())
        for line in closed.filtered(lambda line: not line.is_reconciled):
            line.reconcile_data_info = line._default_reconcile_data()
        return super(AccountBankStatementLine, self - closed)._do_auto_reconcile(*args)

    def _mollie_keeps_rules_off(self):
        line = self.mollie_transaction_id
        return line and not line._is_left_to_rules(self.mollie_part)

    def _do_auto_reconcile_invoices(self):
        # What no identity explains is for rules, never for an invoice of its amount.
        of_mollie = self.filtered("mollie_transaction_id")
        others = super(AccountBankStatementLine, self - of_mollie)
        to_do, done = others._do_auto_reconcile_invoices()
        return to_do | of_mollie, done
"""

OWN_PRICELIST = """\
    # === Where Odoo keeps it === #

    @api.model
    def _shopify_holders(self, pricelists):
        \"\"\"Return the contacts that have one of the pricelists as their own.\"\"\"
        contacts = self.with_context(active_test=False)
        name = "specific_property_product_pricelist"
        return contacts.search([(name, "in", pricelists.ids)])

    def _shopify_chosen_pricelists(self):
        \"\"\"Return ``{id: pricelist}`` of those that have one of their own.\"\"\"
        return {
            partner.id: partner.specific_property_product_pricelist
            for partner in self
            if partner.specific_property_product_pricelist
        }

    def _shopify_forget_pricelist(self):
        \"\"\"Let the contacts have the pricelist that anybody has.\"\"\"
        self.specific_property_product_pricelist = False
"""
