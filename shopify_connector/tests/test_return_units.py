"""Pieces that come back are counted once, whoever tells of them and in which order."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..lib.refunds import Refund, RefundLine
from ..lib.returns import Return, ReturnLine, coming_back, return_from_payload

START = datetime(2026, 11, 2, 9, tzinfo=timezone.utc)


def back_by(gid, hour, status="OPEN", **units):
    """Return a return that was begun at an hour, of ``line=pieces``."""
    lines = tuple(
        ReturnLine(f"{gid}-{line}", line, line, count, "", "", "")
        for line, count in units.items()
    )
    begun = START + timedelta(hours=hour)
    return Return(gid, gid, status, begun, None, None, "", "", lines)


def refunded(gid, hour, of="", restock="RETURN", **units):
    """Return a refund of ``line=pieces``, perhaps of a return."""
    zero = Decimal(0)
    lines = tuple(
        RefundLine(line, count, restock, zero, zero) for line, count in units.items()
    )
    at = START + timedelta(hours=hour)
    return Refund(gid, at, True, lines, (), (), (), return_gid=of)


@tagged("standard", "post_install", "-at_install")
class TestUnits(BaseCase):
    def total(self, returns, refunds=(), line="a"):
        return coming_back(returns, refunds).total(line)

    def test_only_what_was_approved_comes(self):
        for status, count in {
            "REQUESTED": 0,
            "OPEN": 2,
            "CLOSED": 2,
            "CANCELED": 0,
            "DECLINED": 0,
        }.items():
            self.assertEqual(self.total([back_by("r", 1, status, a=2)]), count, status)

    def test_the_refund_of_a_return_brings_nothing_more(self):
        rows = [back_by("r", 1, "CLOSED", a=2)]
        self.assertEqual(self.total(rows, [refunded("f", 2, "r", a=2)]), 2)
        parts = [refunded("f", 2, "r", a=1), refunded("g", 3, "r", a=1)]
        self.assertEqual(self.total(rows, parts), 2)

    def test_a_refund_without_link_settles_a_return_before_it(self):
        rows = [back_by("r", 1, a=1)]
        self.assertEqual(self.total(rows, [refunded("f", 2, a=1)]), 1)
        self.assertEqual(self.total(rows, [refunded("f", 2, a=2)]), 2)

    def test_a_refund_before_the_return_is_of_other_pieces(self):
        rows = [back_by("r", 2, a=1)]
        self.assertEqual(self.total(rows, [refunded("f", 1, a=1)]), 2)

    def test_a_refund_settles_the_oldest_return_first_and_each_once(self):
        rows = [back_by("r", 1, a=1), back_by("s", 2, a=1)]
        twice = [refunded("f", 3, a=1), refunded("g", 4, a=1)]
        self.assertEqual(self.total(rows, twice), 2)
        self.assertEqual(self.total(rows, [*twice, refunded("h", 5, a=1)]), 3)
        linked = [refunded("f", 3, "r", a=1), refunded("g", 4, a=1)]
        self.assertEqual(self.total(rows, linked), 2)

    def test_not_restocked_does_not_come_once_the_return_is_closed(self):
        lost = [refunded("f", 2, "r", restock="NO_RESTOCK", a=1)]
        self.assertEqual(self.total([back_by("r", 1, a=2)], lost), 2)
        self.assertEqual(self.total([back_by("r", 1, "CLOSED", a=2)], lost), 1)

    def test_refunded_pieces_of_a_cancelled_return_came_back(self):
        rows = [back_by("r", 1, "CANCELED", a=2)]
        self.assertEqual(self.total(rows, [refunded("f", 2, "r", a=1)]), 1)

    def test_refund_of_a_return_that_is_not_shown_counts_on_its_own(self):
        found = coming_back([], [refunded("f", 2, "r", a=1)])
        self.assertEqual((found.besides, found.refunded), ({"a": 1}, {"a": 1}))

    def test_lines_are_apart(self):
        rows = [back_by("r", 1, a=1, b=2)]
        found = coming_back(rows, [refunded("f", 2, b=1, c=1)])
        self.assertEqual([found.total(line) for line in "abc"], [1, 2, 1])
        self.assertEqual(found.by_return, {"r": {"a": 1, "b": 2}})

    def test_goods_that_shopify_cannot_name(self):
        node = {
            "id": "r",
            "name": "#1001-R1",
            "status": "OPEN",
            "createdAt": "2026-11-02T09:00:00Z",
            "requestApprovedAt": None,
            "closedAt": None,
            "decline": None,
            "exchangeLineItems": {"nodes": []},
            "returnLineItems": {
                "nodes": [
                    {
                        "id": "x",
                        "quantity": 1,
                        "refundedQuantity": 0,
                        "customerNote": None,
                        "returnReasonNote": "found in a box",
                        "returnReasonDefinition": None,
                    }
                ]
            },
        }
        found = return_from_payload(node)
        self.assertEqual(found.units, {})
        self.assertEqual(found.lines[0].note, "found in a box")
