"""What Mollie keeps per payment: our own numbers, shaped like a Dutch price list."""

from dataclasses import dataclass
from decimal import Decimal

from .money import round_up

VAT = Decimal("0.21")


@dataclass(frozen=True)
class Rate:
    """A fixed amount and a percentage, without VAT."""

    description: str
    fixed: str
    percentage: str = "0"

    def net(self, amount):
        """Return the exact fee of an amount, without VAT."""
        return Decimal(self.fixed) + abs(amount) * Decimal(self.percentage) / 100


RATES = {
    "ideal": Rate("iDEAL", "0.32"),
    "creditcard": Rate("Credit card", "0.25", "1.80"),
    "bancontact": Rate("Bancontact", "0.39"),
    "klarna": Rate("Klarna", "0.35", "2.99"),
    "banktransfer": Rate("Bank transfer", "0.25"),
    "directdebit": Rate("SEPA Direct Debit", "0.35"),
    "refund": Rate("Refunds", "0.25"),
}
NAMES = {"paypal": "PayPal", "giftcard": "Gift cards", "voucher": "Vouchers"}
#: paid out by somebody else, so never on a balance of Mollie
SETTLED_ELSEWHERE = frozenset(NAMES)
METHODS = tuple(rate for rate in RATES if rate != "refund") + tuple(NAMES)


def withheld(net):
    """Return what is kept for a fee: with VAT, rounded up to the cent."""
    return round_up(net * (1 + VAT))
