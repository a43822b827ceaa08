from datetime import timedelta

from odoo import _, fields, models

from ..lib import board_sql

#: ages of overdue invoices: from so many days over time, to so many
AGES = ((1, 30), (31, 60), (61, 90), (91, None))
#: days over which the usual time from payment to payout is measured
USUAL_OVER = 60


class O2CBoard(models.AbstractModel):
    """What the board says of money: at Mollie, on its way, and overdue."""

    # The file of the model itself would be too long.
    _inherit = "o2c.board"

    def _panels(self):
        return {
            **super()._panels(),
            "mollie": self._at_mollie,
            "expected": self._expected,
            "overdue": self._overdue,
        }

    def _at_mollie(self):
        """Return what stands at Mollie, and what left for the bank and is not there."""
        if not self._may_read("mollie.balance", "mollie.balance.transaction"):
            return None
        companies = [("company_id", "in", self.env.companies.ids)]
        paid_out = [*companies, ("payout_state", "=", "on_way")]
        orders = self._domain_in_payment()
        balances = self.env["mollie.balance"].search(companies)
        payouts = self.env["mollie.balance.transaction"].search(paid_out)
        return [
            self._money_figure(
                "balance",
                _("At Mollie, ready to be paid out"),
                balances,
                lambda balance: balance.available_amount,
                self._opens("mollie.balance", companies, _("Mollie Balances")),
            ),
            self._money_figure(
                "pending",
                _("At Mollie, not ready yet"),
                balances,
                lambda balance: balance.pending_amount,
                self._opens("mollie.balance", companies, _("Mollie Balances")),
            ),
            self._money_figure(
                "payouts",
                _("Paid out, not at the bank yet"),
                payouts,
                lambda payout: -payout.gross_amount,
                self._opens(payouts._name, paid_out, _("Payouts on Their Way")),
            ),
            {
                "key": "in_payment",
                "label": _("Orders paid, money not in the books yet"),
                "open": self._opens("o2c.order.flow", orders, _("In Payment")),
                **self._sum_of_orders(orders),
            },
        ]

    def _domain_in_payment(self):
        """Return the domain of orders that are paid while the money is on its way."""
        # All of them are open; to say so lets the database use its index of those.
        way = [("is_open", "=", True), ("payment_state", "=", "in_payment")]
        return [*self._domain_of_shop(), *way]

    def _money_figure(self, key, label, records, amount_of, opens):
        """Return a figure of records that each have a currency of their own."""
        total = sum(
            record.currency_id._convert(
                amount_of(record),
                self.env.company.currency_id,
                record.company_id,
                self._today(),
            )
            for record in records
        )
        return {
            "key": key,
            "label": label,
            "count": len(records),
            "amount": self._rounded(total),
            "open": opens,
        }

    def _sum_of_orders(self, domain):
        [(count, amount)] = self._select(
            "SELECT COUNT(*), SUM(%s) FROM %s AS flow",
            self._amount(),
            self._flow(domain, "company_id", "amount_company"),
        )
        return {"count": count, "amount": self._rounded(amount)}

    def _expected(self):
        """Return when the money under way should be there, judged by what is usual."""
        usual = self._usual_days()
        if usual is None:
            return None
        domain = self._domain_in_payment()
        rows = self._select(
            "SELECT in_payment_at::date, COUNT(*), SUM(%s) FROM %s AS flow"
            " GROUP BY 1 ORDER BY 1",
            self._amount(),
            self._flow(domain, "in_payment_at", "company_id", "amount_company"),
        )
        return {
            "usual": usual,
            "days": [self._expected_day(domain, usual, *row) for row in rows if row[0]],
        }

    def _expected_day(self, domain, usual, day, count, amount):
        expected = day + timedelta(days=usual)
        days = [
            ("in_payment_at", ">=", fields.Date.to_string(day)),
            ("in_payment_at", "<", fields.Date.to_string(day + timedelta(days=1))),
        ]
        return {
            "key": fields.Date.to_string(day),
            "day": fields.Date.to_string(expected),
            "late": expected < self._today(),
            "count": count,
            "amount": self._rounded(amount),
            "open": self._opens(
                "o2c.order.flow", [*domain, *days], _("Money on Its Way")
            ),
        }

    def _usual_days(self):
        """Return the median of days from payment to payout, of the last months."""
        since = self._start_of(self._today() - timedelta(days=USUAL_OVER))
        since = fields.Datetime.to_string(since)
        domain = [*self._domain_of_shop(), ("ordered_at", ">=", since)]
        count = self.env["o2c.order.flow"].search_count(domain)
        [(median,)] = self._select(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY payout_days)"
            " FROM %s AS flow WHERE %s",
            self._flow(domain, "id", "payout_days"),
            self._every(board_sql.every(count)),
        )
        return None if median is None else round(median)

    def _overdue(self):
        """Return customers' invoices past their day, by how long."""
        if not self._may_read("account.move"):
            return None
        return [
            {
                "key": str(first),
                "label": self._age_words(first, last),
                "open": self._opens("account.move", domain, _("Overdue Invoices")),
                **self._sum_of_invoices(domain),
            }
            for first, last in AGES
            for domain in [self._overdue_domain(first, last)]
        ]

    def _age_words(self, first, last):
        if last is None:
            return _("Over %s days", first - 1)
        return _("%(first)s to %(last)s days", first=first, last=last)

    def _overdue_domain(self, first, last):
        """Return the domain of open invoices that are so many days over time."""
        today = self._today()
        newest = fields.Date.to_string(today - timedelta(days=first))
        domain = [
            ("company_id", "in", self.env.companies.ids),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("invoice_date_due", "<=", newest),
        ]
        if last is not None:
            oldest = fields.Date.to_string(today - timedelta(days=last))
            domain.append(("invoice_date_due", ">=", oldest))
        return domain

    def _sum_of_invoices(self, domain):
        invoices = self.env["account.move"]._search(domain)
        [(count, amount)] = self._select(
            "SELECT COUNT(*), SUM(%s) FROM %s AS move",
            self._converted("amount_residual_signed", "company_id"),
            invoices.subselect("company_id", "amount_residual_signed"),
        )
        return {"count": count, "amount": self._rounded(amount)}
