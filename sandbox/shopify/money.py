"""Money in Decimal, and Shopify's bags that hold it in two currencies."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(value):
    """Round half up to two decimals."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def allocate(amount, weights):
    """Split ``amount`` in proportion to ``weights`` so that the parts add up.

    The cents that rounding down leaves over go to the largest remainders, the first
    ones where they are equal.
    """
    whole = sum(weights)
    if not whole:
        return [ZERO for _weight in weights]
    exact = [amount * weight / whole for weight in weights]
    parts = [share.quantize(CENT, "ROUND_DOWN") for share in exact]
    left = int((amount - sum(parts)) / CENT)
    order = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for index in order[:left]:
        parts[index] += CENT
    return parts


def bag(shop_amount, presentment_amount, currencies):
    """Return a MoneyBag; ``currencies`` are the shop's and the customer's."""
    sides = zip((shop_amount, presentment_amount), currencies, strict=True)
    shop, presentment = (
        {"amount": str(cents(amount)), "currencyCode": code} for amount, code in sides
    )
    return {"shopMoney": shop, "presentmentMoney": presentment}


def amounts(money_bag):
    """Return the shop's and the customer's amount of a bag."""
    return (
        Decimal(money_bag["shopMoney"]["amount"]),
        Decimal(money_bag["presentmentMoney"]["amount"]),
    )


def currencies_of(money_bag):
    """Return the shop's and the customer's currency of a bag."""
    sides = money_bag["shopMoney"], money_bag["presentmentMoney"]
    return tuple(side["currencyCode"] for side in sides)


def add(currencies, *bags):
    """Return the sum of bags; of none it is zero."""
    pairs = [amounts(money_bag) for money_bag in bags]
    shop, presentment = (
        sum(side, ZERO) for side in zip(*pairs, (ZERO, ZERO), strict=True)
    )
    return bag(shop, presentment, currencies)


def minus(one, other):
    """Return the difference of two bags."""
    shop, presentment = (
        a - b for a, b in zip(amounts(one), amounts(other), strict=True)
    )
    return bag(shop, presentment, currencies_of(one))


def part(money_bag, taken, whole):
    """Return the share ``taken / whole`` of a bag, rounded to the cent."""
    shop, presentment = (amount * taken / whole for amount in amounts(money_bag))
    return bag(shop, presentment, currencies_of(money_bag))


def is_zero(money_bag):
    """Tell whether the customer's side of a bag is nothing."""
    return not amounts(money_bag)[1]
