"""Which statements some work sends to PostgreSQL, and from where in our code."""

import re
import sys
from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

#: letters of a statement that tell it from others
SHOWN = 60
OURS = ("/shopify_connector/", "/sendcloud_shipping/", "/mollie_reconcile/", "/o2c_")


class Statements:
    """Counts statements by their beginning and by the place in our code behind them."""

    def __init__(self):
        self.counts = Counter()

    @contextmanager
    def counted(self):
        """Count what all cursors of this process send."""
        from odoo.sql_db import Cursor

        execute = Cursor.execute

        def counting(cursor, query, *arguments, **options):
            self.counts[beginning(query), place()] += 1
            return execute(cursor, query, *arguments, **options)

        with patch.object(Cursor, "execute", counting):
            yield

    def rows(self, many, each):
        """Return the most frequent ones as text, with their number for each."""
        return [
            f"{count / each:8.2f}  {words:<{SHOWN}}  {where}"
            for (words, where), count in self.counts.most_common(many)
        ]


def beginning(query):
    """Return the first letters of a statement, on one line."""
    text = getattr(query, "code", query)
    text = text.decode() if isinstance(text, bytes) else str(text)
    return re.sub(r"\s+", " ", text).strip()[:SHOWN]


def place():
    """Return the innermost line of our addons in the present call, else nothing."""
    frame = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if any(part in name for part in OURS):
            return f"{name.rpartition('/')[2]}:{frame.f_code.co_name}"
        frame = frame.f_back
    return ""
