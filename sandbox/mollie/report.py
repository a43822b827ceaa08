"""The balance report: what was there, what moved, what is left, per period."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from . import balances, settlements
from .errors import DOCUMENTATION, Refused
from .hal import link
from .money import ZERO, amount

GROUPINGS = ("status-balances", "transaction-categories")
_CATEGORIES = {
    "payments": ("payment",),
    "refunds": ("refund", "returned-refund"),
    "chargebacks": ("chargeback", "chargeback-reversal"),
    "transfers": ("outgoing-transfer",),
}


class Report:
    """A report of one balance from a day (included) until a day (excluded)."""

    def __init__(self, balance, since, until):
        self.currency = balance["currency"]
        self.transactions = balance["transactions"]
        self.waiting = balance["pending"]
        self.since, self.until = since, until

    def _days(self, moment):
        return settlements.local(moment).date()

    def _inside(self, moment):
        return self.since <= self._days(moment) < self.until

    def _amount(self, lines, value=balances.net_of):
        total = sum((value(line) for line in lines), ZERO)
        return {"amount": amount(total, self.currency)}

    def _available_at(self, day):
        return [t for t in self.transactions if self._days(t["createdAt"]) < day]

    def _pending_at(self, day):
        left_later = [
            t
            for t in self.transactions
            if t["since"] and self._days(t["createdAt"]) >= day
        ]
        both = [*self.waiting, *left_later]
        return [line for line in both if self._days(line["since"]) < day]

    def _became_pending(self):
        both = [*self.waiting, *(t for t in self.transactions if t["since"])]
        return [line for line in both if self._inside(line["since"])]

    def _moved(self, waited):
        return [
            t
            for t in self.transactions
            if bool(t["since"]) == waited and self._inside(t["createdAt"])
        ]

    def status_balances(self):
        """Return the totals grouped by pending and available."""
        return {
            "pendingBalance": {
                "open": self._amount(self._pending_at(self.since)),
                "pending": self._with_types(self._became_pending()),
                "movedToAvailable": self._with_types(self._moved(waited=True), sign=-1),
                "close": self._amount(self._pending_at(self.until)),
            },
            "availableBalance": {
                "open": self._amount(self._available_at(self.since)),
                "movedFromPending": self._with_types(self._moved(waited=True)),
                "immediatelyAvailable": self._with_types(self._moved(waited=False)),
                "close": self._amount(self._available_at(self.until)),
            },
        }

    def _with_types(self, lines, sign=1):
        groups = defaultdict(list)
        for line in lines:
            groups[line["type"]].append(line)
        subtotals = [
            {
                "transactionType": kind,
                "count": len(group),
                "amount": self._amount(group, lambda t: sign * _gross(t))["amount"],
            }
            for kind, group in groups.items()
        ]
        charged = [line for line in lines if _fee(line)]
        if charged:
            fees = self._amount(charged, lambda t: sign * _fee(t))["amount"]
            row = {"transactionType": "fee-prepayment", "count": len(charged)}
            subtotals.append({**row, "amount": fees})
        total = self._amount(lines, lambda t: sign * balances.net_of(t))
        return {**total, "subtotals": subtotals}

    def transaction_categories(self):
        """Return the totals grouped by what kind of movement it was."""
        totals = {"open": self._both(self.since)}
        for name, kinds in _CATEGORIES.items():
            totals[name] = self._category(lambda t, k=kinds: t["type"] in k, _gross)
        known = [kind for kinds in _CATEGORIES.values() for kind in kinds]
        totals["capital"] = self._category(lambda t: False, _gross)
        totals["corrections"] = self._category(lambda t: t["type"] not in known, _gross)
        totals["fee-prepayments"] = self._category(_fee, _fee)
        totals["close"] = self._both(self.until)
        return totals

    def _both(self, day):
        return {
            "available": self._amount(self._available_at(day)),
            "pending": self._amount(self._pending_at(day)),
        }

    def _category(self, wanted, value):
        parts = {
            "pending": self._became_pending(),
            "movedToAvailable": self._moved(waited=True),
            "immediatelyAvailable": self._moved(waited=False),
        }
        return {
            name: self._amount([line for line in lines if wanted(line)], value)
            for name, lines in parts.items()
        }


def _gross(line):
    return Decimal(line["initial"])


def _fee(line):
    return -Decimal(line["fee"])


def make(balance, args, self_url):
    """Return the balance report the query asks for."""
    since, until = _day(args, "from"), _day(args, "until")
    grouping = args.get("grouping", GROUPINGS[0])
    if grouping not in GROUPINGS:
        raise Refused(422, "The grouping is invalid", "grouping")
    if until < since:
        raise Refused(422, "The until date must be after the from date", "until")
    report = Report(balance, since, until)
    totals = getattr(report, grouping.replace("-", "_"))()
    return {
        "resource": "balance-report",
        "balanceId": balance["id"],
        "timeZone": "Europe/Amsterdam",
        "from": since.isoformat(),
        "until": until.isoformat(),
        "grouping": grouping,
        "totals": totals,
        "_links": {"self": link(self_url), "documentation": DOCUMENTATION},
    }


def _day(args, name):
    try:
        return date.fromisoformat(args.get(name, ""))
    except ValueError as error:
        raise Refused(422, f"The {name} date is invalid", name) from error
