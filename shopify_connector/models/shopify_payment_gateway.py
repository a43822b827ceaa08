from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .shopify_mapping import UnmappedError


class ShopifyPaymentGateway(models.Model):
    """Where the money of a shop's payment method arrives, per currency."""

    _name = "shopify.payment.gateway"
    _description = "Shopify Payment Method"
    _inherit = ["shopify.mapping"]
    _order = "shop_id, name, id"
    _reasons = ("unknown_gateway", "currency_without_journal")

    name = fields.Char(
        "Payment Method",
        required=True,
        help="As Shopify writes it, or how it begins: Mollie stands for"
        " Mollie - iDEAL too. The longest one that fits counts.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        help="The payments of this method are booked here.",
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        "Booked As",
        domain="[('journal_id', '=', journal_id), ('payment_type', '=', 'inbound')]",
        help="Empty: the journal's first way to receive money.",
    )

    _sql_constraints = [
        (
            "name_unique",
            "unique(shop_id, name, currency_id)",
            "This payment method is there already for this currency.",
        ),
    ]

    @api.constrains("journal_id", "currency_id")
    def _check_currency(self):
        for row in self.filtered("journal_id"):
            currency = row.journal_id.currency_id or row.company_id.currency_id
            if currency != row.currency_id:
                raise ValidationError(
                    _(
                        "The journal %(journal)s is in %(journal_currency)s; the"
                        " payments are in %(currency)s.",
                        journal=row.journal_id.name,
                        journal_currency=currency.name,
                        currency=row.currency_id.name,
                    )
                )

    def _is_complete(self):
        return bool(self.journal_id)

    def _subject(self):
        return self._subject_of(self.shop_id, self.currency_id, self.name)

    @api.model
    def _subject_of(self, shop, currency, label):
        return f"gateway:{shop.id}:{currency.name}:{label.lower()}"

    def _subjects(self):
        """The row also stands for the labels that only begin with its name."""
        domain = [("state", "=", "open"), ("reason", "in", self._reasons)]
        waiting = self.env["o2c.exception"].sudo().search(domain)
        subjects = {subject for subject in waiting.mapped("subject") if subject}
        return sorted(s for s in subjects if s.startswith(self._subject()))

    def _method_line(self, back=False):
        """Return the journal's way that payments are booked as.

        :param back: for money that goes back to the customer
        """
        if back:
            return self.journal_id.outbound_payment_method_line_ids[:1]
        lines = self.journal_id.inbound_payment_method_line_ids
        return self.payment_method_line_id or lines[:1]

    @api.model
    def _named(self, shop, label):
        """Return the rows whose name a label begins with, the longest name first."""
        return shop.gateway_ids.filtered(
            lambda row: label.lower().startswith(row.name.lower())
        ).sorted(lambda row: len(row.name), reverse=True)

    @api.model
    def _find(self, shop, label, currency):
        """Return the row that stands for a gateway's label in a currency.

        :raise UnmappedError: there is none with a journal
        """
        named = self._named(shop, label).filtered("journal_id")
        fitting = named.filtered(lambda row: row.currency_id == currency)
        if fitting:
            return fitting[0]
        raise self._unmapped(shop, named[:1].name, label, currency)

    @api.model
    def _unmapped(self, shop, known_name, label, currency):
        reason = "unknown_gateway"
        message = _("No journal is set for payments by “%s”.", label)
        if known_name:
            reason = "currency_without_journal"
            message = _(
                "No journal is set for payments by “%(label)s” in %(currency)s.",
                label=label,
                currency=currency.name,
            )
        name = known_name or label
        return UnmappedError(
            reason,
            message,
            advice=_("Choose the journal in the shop's payment methods."),
            subject=self._subject_of(shop, currency, label),
            model=self._name,
            key={"shop_id": shop.id, "name": name, "currency_id": currency.id},
        )
