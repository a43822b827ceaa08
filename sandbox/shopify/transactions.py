"""Payments of an order as Shopify keeps them: OrderTransaction."""

from decimal import Decimal

from .money import add, amounts, bag, cents, currencies_of

#: the words of callers -> Shopify's
STATUSES = {"success": "SUCCESS", "pending": "PENDING", "failure": "FAILURE"}
CARD_METHODS = {"creditcard", "card", "credit_card"}


def add_transaction(store, order, payment):
    """Book one payment; see ``ShopifyApp.place_order`` for the keys of ``payment``."""
    status = STATUSES[payment.get("status", "success")]
    known = _pending(store, order, payment.get("payment_id"))
    if known:
        # The provider's final word on a payment that Shopify already knows.
        return store.touch(
            known, status=status, processedAt=store.now(), errorCode=_error(status)
        )
    money = _money(store, order, payment.get("amount"))
    transaction = store.add(
        "OrderTransaction",
        order=order["id"],
        kind=payment.get("kind", "SALE"),
        status=status,
        processedAt=store.now(),
        errorCode=_error(status),
        parentTransaction=payment.get("parent"),
        **_gateway(payment),
        **{**_amounts(money), **_rounding(payment, currencies_of(money))},
        test=order["test"],
        receiptJson=payment.get("receipt", "{}"),
    )
    order["transactions"].append(transaction["id"])
    return transaction


def _rounding(payment, currencies):
    # Cash is rounded to the coins there are; the amount stays what was owed.
    if not payment.get("rounding"):
        return {}
    rounding = Decimal(payment["rounding"])
    return {"amountRoundingSet": bag(rounding, rounding, currencies)}


def _pending(store, order, payment_id):
    for transaction in store.refs(order["transactions"]):
        waiting = transaction["status"] == "PENDING" and payment_id
        if waiting and transaction["paymentId"] == payment_id:
            return transaction
    return None


def _error(status):
    return "GENERIC_ERROR" if status == "FAILURE" else None


def _money(store, order, amount):
    """Return what is paid; ``amount`` is in the customer's currency, default all."""
    total = order["totalPriceSet"]
    if amount is None:
        paid = [
            transaction["amountSet"]
            for transaction in store.refs(order["transactions"])
            if transaction["status"] == "SUCCESS"
            and transaction["kind"] in ("SALE", "CAPTURE")
        ]
        already = add(currencies_of(total), *paid)
        left = (a - b for a, b in zip(amounts(total), amounts(already), strict=True))
        return bag(*left, currencies_of(total))
    shop, presentment = amounts(total)
    amount = Decimal(str(amount))
    in_shop = cents(amount * shop / presentment) if presentment else amount
    return bag(in_shop, amount, currencies_of(total))


def _gateway(payment):
    gateway = payment.get("gateway", "manual")
    return {
        "gateway": gateway,
        "formattedGateway": gateway,
        "manualPaymentGateway": payment.get("manual", False),
        "paymentId": payment.get("payment_id"),
        "accountNumber": None,
        "paymentDetails": _details(payment),
    }


def _details(payment):
    method = payment.get("method")
    if not method:
        return None
    if method.lower() in CARD_METHODS:
        return {
            "__typename": "CardPaymentDetails",
            "company": "Visa",
            "number": "•••• •••• •••• 4242",
            "name": None,
            "bin": None,
            "avsResultCode": None,
            "cvvResultCode": None,
            "expirationMonth": 12,
            "expirationYear": 2030,
            "paymentMethodName": "card",
            "wallet": None,
        }
    return {
        "__typename": "LocalPaymentMethodsPaymentDetails",
        "paymentMethodName": method,
        "paymentDescriptor": None,
    }


def _amounts(money):
    shop, presentment = amounts(money)
    if shop < 0 or presentment < 0:
        raise ValueError("a payment cannot be less than nothing")
    return {
        "amountSet": money,
        "amount": money["shopMoney"]["amount"],
        "amountV2": money["shopMoney"],
        "amountRoundingSet": None,
        "fees": [],
        "settlementCurrency": None,
        "settlementCurrencyRate": None,
        "manuallyCapturable": False,
        "multiCapturable": False,
        "authorizationCode": None,
        "authorizationExpiresAt": None,
        "currencyExchangeAdjustment": None,
        "location": None,
    }


def refund_transaction(store, order, parent, amount):
    """Book money that goes back over the payment ``parent``."""
    shop, presentment = amounts(parent["amountSet"])
    money = bag(
        cents(amount * shop / presentment), amount, currencies_of(parent["amountSet"])
    )
    transaction = store.add(
        "OrderTransaction",
        **{
            key: value
            for key, value in parent.items()
            if key
            not in ("id", "legacyResourceId", "createdAt", "updatedAt", "__typename")
        },
    )
    transaction.update(
        kind="REFUND",
        status="SUCCESS",
        processedAt=store.now(),
        parentTransaction=parent["id"],
        paymentId=None,
        **_amounts(money),
    )
    order["transactions"].append(transaction["id"])
    return transaction


def refunded(store, order, parent):
    """Return what already went back over a payment, in the customer's currency."""
    back = [
        amounts(transaction["amountSet"])[1]
        for transaction in store.refs(order["transactions"])
        if transaction["kind"] == "REFUND"
        and transaction["parentTransaction"] == parent["id"]
    ]
    return sum(back, Decimal(0))
