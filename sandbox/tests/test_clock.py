"""A moment that is always a little while ago."""

from datetime import datetime, timedelta, timezone

import pytest

from sandbox.clock import last_monday


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ((2026, 11, 2, 8), (2026, 10, 26, 9)),  # a Monday, before nine
        ((2026, 11, 8, 23, 59), (2026, 10, 26, 9)),  # a Sunday
        ((2028, 2, 29, 12), (2028, 2, 21, 9)),
        ((2026, 12, 31, 23, 30), (2026, 12, 21, 9)),
        ((2027, 1, 1, 0, 30), (2026, 12, 21, 9)),
    ],
)
def test_last_monday(now, monday):
    moment = datetime(*now, tzinfo=timezone.utc)
    found = last_monday(moment)
    assert found == datetime(*monday, tzinfo=timezone.utc)
    assert timedelta(days=6) < moment - found < timedelta(days=14)
