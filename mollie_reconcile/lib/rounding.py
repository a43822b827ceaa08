"""Amounts as people read them."""


def cents(currency, amount):
    """Return ``amount`` rounded for ``currency``, without a minus before a zero.

    What two sums of floats differ by may be a negative zero, which screens, PDFs and
    spreadsheets show as -0.00: a difference, to whoever looks for one.

    :param currency: a ``res.currency`` record
    """
    return currency.round(amount) + 0.0
