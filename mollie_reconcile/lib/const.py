"""Mollie's words for what happens on a balance.

https://docs.mollie.com/reference/list-balance-transactions; the list of types is
open: what is not here is booked on the suspense account and shown to a person.
"""

API = "https://api.mollie.com/v2"

#: months, invoices and reports of Mollie are cut in this time zone
TIME_ZONE = "Europe/Amsterdam"

#: money of a customer coming in
PAYMENT_TYPES = {"payment", "capture"}
#: several of one payment are usual: each delivery captures its part
CAPTURE_TYPES = {"capture"}
#: money going back to a customer
REFUND_TYPES = {"refund"}
#: money of a payment or a refund that goes back the way it came
TAKE_BACK_TYPES = {
    "chargeback",
    "unauthorized-direct-debit",
    "failed-payment",
    "returned-refund",
}
#: money of a chargeback that is there again
REVERSAL_TYPES = {"chargeback-reversal"}
#: between the balance and the merchant's own bank account, in either direction
TRANSFER_TYPES = {
    "outgoing-transfer",
    "outgoing-custom-amount-transfer",
    "canceled-transfer",
    "canceled-outgoing-transfer",
    "returned-transfer",
    "incoming-transfer",
    "topup",
    "balance-topup",
}
#: what Mollie charges or corrects outside a payment; settled by its monthly bill
FEE_TYPES = {
    "invoice-compensation",
    "invoice-rounding-compensation",
    "payment-fee",
    "fee-prepayment",
    "balance-charge-fee",
    "reimbursement-fee",
    "failed-payment-fee",
    "managed-fee",
    "returned-managed-fee",
}
#: money that stays the merchant's, but that Mollie holds back for a time
RESERVE_TYPES = {
    "balance-reserve",
    "balance-reserve-return",
    "capture-rolling-reserve-release",
    "cash-collateral-issuance",
    "cash-collateral-release",
    "held-rolling-reserve",
    "pending-rolling-reserve",
    "released-rolling-reserve",
    "rolling-reserve-hold",
    "rolling-reserve-release",
    "to-be-released-rolling-reserve",
}
#: money lent by Mollie, and what is paid back of it
CAPITAL_TYPES = {"loan", "repayment"}
#: what connected organisations, or the platform they are connected to, get and owe
COMMISSION_TYPES = {
    "application-fee",
    "capture-commision",
    "chargeback-compensation",
    "failed-platform-split-payment",
    "failed-split-payment-compensation",
    "payment-commission",
    "platform-payment-chargeback",
    "platform-payment-refund",
    "post-payment-split-payment",
    "refund-compensation",
    "returned-platform-payment-refund",
    "returned-refund-compensation",
    "reversed-chargeback-compensation",
    "reversed-platform-payment-chargeback",
    "split-payment",
    "split-transaction",
}
#: documented without a word on what they are for: a person decides
PERSON_TYPES = {"balance-correction", "movement"}
#: our own: what stood on the balance before the first line that is booked
OPENING = "opening-balance"

#: what is done with each type; the list of Mollie is open
GROUPS = {
    **dict.fromkeys(PAYMENT_TYPES, "payment"),
    **dict.fromkeys(REFUND_TYPES, "refund"),
    **dict.fromkeys(TAKE_BACK_TYPES, "take_back"),
    **dict.fromkeys(REVERSAL_TYPES, "reversal"),
    **dict.fromkeys(TRANSFER_TYPES, "transfer"),
    **dict.fromkeys(FEE_TYPES, "fee"),
    **dict.fromkeys(RESERVE_TYPES, "reserve"),
    **dict.fromkeys(CAPITAL_TYPES, "capital"),
    **dict.fromkeys(COMMISSION_TYPES, "commission"),
    **dict.fromkeys(PERSON_TYPES, "person"),
    OPENING: "opening",
}
#: the same for what is withheld from a movement
GROUPS_OF_DEDUCTIONS = {
    "fees": "fee",
    "commissions": "commission",
    "reservations": "reserve",
    "repayments": "capital",
}


def group_of(kind, part):
    """Return what is done with a ``part`` of a line of the type ``kind``.

    ``person`` for what nobody knows.
    """
    if part == "gross":
        return GROUPS.get(kind, "person")
    return GROUPS_OF_DEDUCTIONS.get(part, "person")
