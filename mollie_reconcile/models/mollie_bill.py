from datetime import datetime, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import Command, _, api, fields, models
from odoo.tools import float_repr

from odoo.addons.o2c_base.lib.errors import BlockedError, RejectedError
from odoo.addons.o2c_base.words import said

from ..lib.const import FEE_TYPES, TIME_ZONE
from ..lib.mapping import parse_bill

#: days after which a bill that does not match its fees is told to a person
PATIENCE = 7
#: what rounding VAT line by line may differ from Mollie's total, in the currency
ROUNDING = 0.05


class MollieBill(models.Model):
    """Mollie's bill of a month, for the fees that it has kept already."""

    _name = "mollie.bill"
    _description = "Bill of Mollie"
    _inherit = ["o2c.exception.mixin"]
    _rec_name = "reference"
    _order = "issued_on desc, id desc"

    balance_id = fields.Many2one(
        "mollie.balance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="balance_id.company_id", store=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    external_id = fields.Char("Mollie ID", required=True, readonly=True)
    reference = fields.Char("Number", readonly=True)
    issued_on = fields.Date("Date", readonly=True)
    net_amount = fields.Monetary("Without VAT", readonly=True)
    vat_amount = fields.Monetary("VAT", readonly=True)
    gross_amount = fields.Monetary("Total", readonly=True)
    raw = fields.Json(readonly=True, groups="o2c_base.group_manager")
    move_id = fields.Many2one(
        "account.move", "Vendor Bill", readonly=True, ondelete="set null", index=True
    )
    withheld_amount = fields.Monetary(
        "Withheld and Open",
        compute="_compute_withheld",
        compute_sudo=True,
        help="What Mollie kept for these months, less what came back of it.",
    )
    state = fields.Selection(
        [("new", "To Make"), ("draft", "To Check"), ("posted", "Posted")]
        + [("settled", "Settled")],
        compute="_compute_state",
        store=True,
    )

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(balance_id, external_id)",
            "This bill of Mollie is there already.",
        ),
    ]

    @api.depends("move_id")
    def _compute_state(self):
        for bill in self:
            move = bill.sudo().move_id
            bill.state = "new" if not move else "draft"
            if move.state == "posted":
                paid = move.payment_state in ("paid", "in_payment", "reversed")
                bill.state = "settled" if paid else "posted"

    def _compute_withheld(self):
        for bill in self:
            left = sum(bill._fee_entries().mapped("amount_residual_currency"))
            bill.withheld_amount = bill.currency_id.round(left)

    @api.model
    def _prepare_vals(self, balance, payload):
        parsed = parse_bill(payload)
        return {
            "balance_id": balance.id,
            "external_id": parsed.id,
            "reference": parsed.reference,
            "issued_on": parsed.issued_on,
            "net_amount": float(parsed.net),
            "vat_amount": float(parsed.vat),
            "gross_amount": float(parsed.gross),
            "raw": payload,
        }

    def _parsed(self):
        return parse_bill(self.sudo().raw)

    # === Vendor bill === #

    def _enqueue_make(self):
        for bill in self:
            bill.with_delay(
                identity_key=f"mollie-bill-{bill.id}",
                description=_("Bill of Mollie: %s", bill.reference),
            )._attempt("_make")

    def _make(self):
        """Make the vendor bill, unless a person has entered it already."""
        account = self.balance_id.account_id
        if not self.move_id:
            self.move_id = self._find_entered() or self._create_move()
        posts = account.post_bills and self.move_id.state == "draft"
        if posts and not self._total_differs():
            self.move_id.action_post()
        self._enqueue_settle()

    def _find_entered(self):
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "in_invoice"),
                ("partner_id", "=", self._partner().id),
                ("ref", "=", self.reference),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )

    def _partner(self):
        return self.balance_id.account_id.fee_partner_id

    def _create_move(self):
        moves = self.env["account.move"].with_company(self.company_id)
        lines = [self._prepare_line_vals(line) for line in self._parsed().lines]
        move = moves.create(
            {
                "move_type": "in_invoice",
                "partner_id": self._partner().id,
                "currency_id": self.currency_id.id,
                "ref": self.reference,
                "invoice_date": self.issued_on,
                "invoice_date_due": self.issued_on,
                "invoice_line_ids": [Command.create(line) for line in lines],
            }
        )
        self._take_over_vat(move)
        self._attach_pdf(move)
        return move

    def _prepare_line_vals(self, line):
        account = self.balance_id.account_id
        values = {
            "name": f"{line.period} {line.description} ({line.count} x)",
            "quantity": 1,
            "price_unit": float(line.amount),
            "tax_ids": [Command.set(self._find_tax(line.vat_percentage).ids)],
        }
        if account.fee_account_id:
            values["account_id"] = account.fee_account_id.id
        return values

    def _find_tax(self, percentage):
        """Return the purchase tax of a line; without VAT, that of a reverse charge."""
        chosen = self.balance_id.account_id.fee_tax_id
        default = self.company_id.account_purchase_tax_id
        if chosen:
            return chosen
        if not percentage:
            return self._find_reverse_charge(default)
        if default.amount == percentage and not default.price_include:
            return default
        return self.env["account.tax"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", "=", percentage),
                ("price_include", "=", False),
            ],
            limit=1,
        )

    def _find_reverse_charge(self, default):
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        tax = positions._get_fiscal_position(self._partner()).map_tax(default)
        figures = tax.compute_all(100.0)
        same = figures["total_included"] == figures["total_excluded"]
        return tax if same else self.env["account.tax"]

    def _take_over_vat(self, move):
        """Book Mollie's VAT where rounding by line makes it a cent more or less."""
        difference = self.currency_id.round(self.gross_amount - move.amount_total)
        tax_line = move.line_ids.filtered("tax_line_id")[:1]
        if difference and tax_line and abs(difference) <= ROUNDING:
            amount = tax_line.amount_currency + difference
            move.line_ids = [Command.update(tax_line.id, {"amount_currency": amount})]

    def _attach_pdf(self, move):
        client = self.balance_id.account_id._client()
        try:
            content = client.bill_pdf(self.external_id)
        except RejectedError as error:
            move.message_post(
                body=_("Mollie's PDF is missing: %s", said(self.env, error))
            )
            return
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"Mollie {self.reference}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": move._name,
                "res_id": move.id,
            }
        )
        move.message_main_attachment_id = attachment

    def _total_differs(self):
        total = self.move_id.amount_total
        return self.currency_id.compare_amounts(total, self.gross_amount) != 0

    # === Settling with the fees === #

    def _enqueue_settle(self):
        for bill in self.filtered(lambda bill: bill.state != "settled"):
            bill.with_delay(
                identity_key=f"mollie-settle-{bill.id}",
                description=_("Settle bill of Mollie: %s", bill.reference),
            )._attempt("_settle")

    def _settle(self):
        """Reconcile the bill with the fees and what came back of them, to zero.

        :raise BlockedError: it does not come to zero, or the bill is another one
        """
        if self._total_differs():
            raise self._difference(self.move_id.amount_total)
        if self.state != "posted":
            return
        fees = self._fee_entries()
        entries = fees + self.move_id._mollie_open_entries()
        if self.currency_id.is_zero(sum(entries.mapped("amount_residual_currency"))):
            entries.reconcile()
        elif self.issued_on + timedelta(PATIENCE) < fields.Date.context_today(self):
            raise self._difference(sum(fees.mapped("amount_residual_currency")))

    def _fee_entries(self):
        """Return what waits on Mollie's payable account for this bill."""
        partner = self._partner().with_company(self.company_id)
        account = partner.property_account_payable_id
        entries = self.env["account.move.line"]
        for transaction in self._fee_transactions():
            entries |= transaction._fee_lines().move_id.line_ids.filtered(
                lambda entry: entry.account_id == account and not entry.reconciled
            )
        return entries

    def _fee_transactions(self):
        """Return the lines at Mollie that this bill is about.

        Fees belong to the month in which they were kept; what names a bill, such as
        a compensation, belongs to that one.
        """
        domain = [("balance_id", "=", self.balance_id.id), ("booked_at", "!=", False)]
        first, end = self._span()
        ours = self.env["mollie.balance.transaction"].search(
            [*domain, ("created_at", ">=", first), ("created_at", "<", end)]
        )
        ours = ours.filtered(lambda line: not line._names_bill())
        named = self.env["mollie.balance.transaction"].search(
            [*domain, ("kind", "in", list(FEE_TYPES)), ("created_at", ">=", first)]
        )
        named = named.filtered(lambda line: line._names_bill() == self.external_id)
        return ours | named

    def _span(self):
        """Return when the billed months began and ended, in UTC."""
        periods = sorted({line.period for line in self._parsed().lines})
        first = datetime.strptime(periods[0], "%Y-%m")
        end = datetime.strptime(periods[-1], "%Y-%m") + relativedelta(months=1)
        zone = pytz.timezone(TIME_ZONE)
        return tuple(
            zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
            for moment in (first, end)
        )

    def _difference(self, other):
        return BlockedError(
            "bill_differs",
            _(
                "Mollie's bill %(number)s is %(gross)s; the books have %(other)s.",
                number=self.reference,
                gross=self._money(self.gross_amount),
                other=self._money(other),
            ),
            advice=_(
                "Compare the vendor bill and the open fees on the account of Mollie;"
                " the first month may lack the fees from before the start date."
            ),
        )

    def _money(self, amount):
        figure = float_repr(float(amount), self.currency_id.decimal_places)
        return f"{figure} {self.currency_id.name}"

    # === Exceptions === #

    def _o2c_connection(self):
        return self.balance_id.account_id

    def _retry_after_exception(self, reason):
        self._enqueue_make()
