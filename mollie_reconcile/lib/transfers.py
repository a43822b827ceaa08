"""The days on which Mollie pays out a balance.

``transferFrequency`` of https://docs.mollie.com/reference/get-balance: what would fall
on a weekend or a bank holiday takes place on the next business day. Bank holidays are
not known here; a payout may come a day later than said.
"""

from datetime import timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_SATURDAY = 5


def next_transfer(frequency, after):
    """Return the first day later than ``after`` on which a balance is paid out.

    :param frequency: Mollie's word for it, for example ``daily`` or ``every-monday``
    :param after: a date of Mollie's calendar, which is Amsterdam's
    :return: a date; ``None`` where payouts are paused or their days are not known
    """
    tomorrow = after + timedelta(days=1)
    if frequency == "every-day":
        return tomorrow
    if frequency == "daily":
        return business_day(tomorrow)
    if frequency == "monthly":
        return _next_first(after)
    weekday = (frequency or "").removeprefix("every-")
    if weekday in _WEEKDAYS:
        return tomorrow + timedelta(
            days=(_WEEKDAYS.index(weekday) - tomorrow.weekday()) % 7
        )
    return None


def business_day(day):
    """Return ``day``, or the Monday after it if it is in a weekend."""
    days = max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0
    return day + timedelta(days=days)


def _next_first(after):
    # The first of this month may have been put off into the days to come.
    this = business_day(after.replace(day=1))
    month = (after.replace(day=1) + timedelta(days=32)).replace(day=1)
    return this if this > after else business_day(month)
