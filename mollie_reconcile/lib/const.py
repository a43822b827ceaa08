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
}
#: our own: what stood on the balance before the first line that is booked
OPENING = "opening-balance"
