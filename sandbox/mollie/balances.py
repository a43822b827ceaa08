"""Money at Mollie: pending, available, paid out; one balance per currency."""

from decimal import Decimal

from . import fees, ids, settlements, webhooks
from .errors import not_found
from .money import ZERO


class Balances:
    """The balances and their transactions, oldest first.

    A transaction keeps its gross amount (``initial``) and what was withheld
    (``fee``), both as text; the fee without VAT (``fee_net``) is for invoices.
    """

    def __init__(self, world, section):
        self.world = world
        self.section = section
        self.of_currency("EUR")

    def of_currency(self, currency):
        """Return the balance of a currency, opened at its first payment."""
        balances = self.section["balances"]
        if currency not in balances:
            balances[currency] = {
                "id": ids.new(self.world, "bal"),
                "currency": currency,
                "createdAt": webhooks.moment(self.world),
                "pending": [],
                "transactions": [],
            }
        return balances[currency]

    def get(self, token):
        """Return a balance by id, or the primary one, or refuse with 404."""
        if token == "primary":
            return self.of_currency("EUR")
        for balance in self.section["balances"].values():
            if balance["id"] == token:
                return balance
        raise not_found("balance", token)

    def wait(self, currency, kind, initial, method, context):
        """Let a payment or refund wait until :meth:`settle`."""
        rate = fees.RATES["refund" if kind == "refund" else method]
        net = rate.net(initial)
        item = self._item(kind, initial, fees.withheld(net), method, context)
        item.update(fee_net=str(net), since=webhooks.moment(self.world))
        self.of_currency(currency)["pending"].append(item)

    def free(self, balance):
        """Return what is there for a new refund: also what is on its way."""
        return available(balance) + pending(balance)

    def forget(self, currency, key, token):
        """Let nothing wait any more whose context names ``token``."""
        balance = self.of_currency(currency)
        balance["pending"] = [
            item for item in balance["pending"] if item["context"].get(key) != token
        ]

    def _item(self, kind, initial, fee, method, context):
        return {
            "type": kind,
            "initial": f"{initial:.2f}",
            "fee": f"{fee:.2f}",
            "fee_net": "0",
            "method": method,
            "context": context,
            "since": None,
        }

    def settle(self):
        """Make what waits available; return the new transactions.

        A refund that the balance cannot pay goes on waiting.
        """
        made = []
        for balance in self.section["balances"].values():
            waiting, balance["pending"] = balance["pending"], []
            left = available(balance)
            for item in waiting:
                if left + net_of(item) < 0:
                    balance["pending"].append(item)
                    continue
                left += net_of(item)
                made.append(self._book(balance, item))
        return made

    def book(self, currency, kind, initial, context, method=None):
        """Move money on a balance at once."""
        item = self._item(kind, initial, ZERO, method, context)
        return self._book(self.of_currency(currency), item)

    def _book(self, balance, item):
        transaction = {
            **item,
            "id": ids.new(self.world, "baltr"),
            "currency": balance["currency"],
            "createdAt": webhooks.moment(self.world),
            "settlementId": None,
            "invoiceId": None,
        }
        balance["transactions"].append(transaction)
        if net_of(transaction) > 0:
            kind = "balance-transaction.created"
            webhooks.event(self.world, kind, transaction["id"])
        return transaction

    def payout(self, currency):
        """Send all that is available to the bank; return the settlement or None."""
        balance = self.of_currency(currency)
        total = available(balance)
        if total <= 0:
            return None
        open_lines = [t for t in balance["transactions"] if not t["settlementId"]]
        settlement = settlements.close(self.world, balance, open_lines, total)
        self.section["settlements"][settlement["id"]] = settlement
        transfer = ids.new(self.world, "trf")
        context = {"transferId": transfer, "settlementId": settlement["id"]}
        transaction = self.book(currency, "outgoing-transfer", -total, context)
        for line in [*open_lines, transaction]:
            line["settlementId"] = settlement["id"]
        return settlement


def net_of(item):
    """Return what a transaction or a waiting item moves in the end."""
    return Decimal(item["initial"]) - Decimal(item["fee"])


def available(balance):
    """Return what could be paid out now."""
    return sum(map(net_of, balance["transactions"]), ZERO)


def pending(balance):
    """Return what still waits, fees already taken off."""
    return sum(map(net_of, balance["pending"]), ZERO)
