"""An order whose answer is spoilt somewhere is imported as a whole, or not at all."""

from copy import deepcopy
from decimal import Decimal
from random import Random
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.shopify_connector.lib.client import AdminClient
from odoo.addons.shopify_connector.tests.common import ShopifyCase

SPOILT = 30
STRANGE = [None, "", " ", "\x00", "x" * 300, "-1", 0, -5, 10**12, [], {}, True, "NaN"]


def places(node, path=()):
    """Yield the path of each value in an answer."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def spoil(payload, chance):
    """Return a copy with one value that is missing, strange or not there."""
    copy = deepcopy(payload)
    *above, last = chance.choice(list(places(copy)))
    node = copy
    for key in above:
        node = node[key]
    if chance.random() < 0.2:
        del node[last]
    else:
        node[last] = chance.choice(STRANGE)
    return copy, (*above, last)


class TestHalfAnOrder(ShopifyCase):
    @mute_logger("odoo.addons.shopify_connector.lib.values")
    def test_spoilt_orders_are_whole_or_not_there(self):
        self.stops_are_expected()
        theirs = self.buy("TW-SHEARS-01", "TW-TROWEL-01")
        payload = self.shop._client().order(theirs["id"])
        chance, outcomes = Random(11), {"whole": 0, "not there": 0}
        for _again in range(SPOILT):
            spoilt, path = spoil(payload, chance)
            with self.subTest(path=path):
                outcomes[self.outcome(theirs, spoilt)] += 1
        # Both were put to the test.
        self.assertGreater(min(outcomes.values()), SPOILT // 10)

    def outcome(self, theirs, payload):
        """Import this answer, check what it left, and undo it."""

        def orders(client, gids):
            return ((gid, deepcopy(payload)) for gid in gids)

        savepoint = self.env.cr.savepoint()
        with savepoint, patch.object(AdminClient, "orders", orders):
            self.shop._cron_sweep()
            self.run_jobs()
            outcome = self.check(theirs, payload)
            savepoint.rollback()
        self.env.invalidate_all()
        return outcome

    def check(self, theirs, payload):
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        known = self.env["shopify.order"].search([("shop_id", "=", self.shop.id)])
        sold = known.sale_order_id
        payments = self.env["account.payment"].search(
            [("shopify_transaction_gid", "!=", False)]
        )
        if not sold:
            self.assertFalse(payments)
            partners = self.env["res.partner"].search([("name", "=", "Sanne de Vries")])
            self.assertFalse(partners, "the customer of nothing")
            waits = self.env["queue.job"].search_count([("state", "=", "pending")])
            told = self.open_exceptions(known)
            self.assertTrue(told or waits or known.left_out_because)
            return "not there"
        self.assertEqual(len(sold), 1)
        total = payload["currentTotalPriceSet"]["presentmentMoney"]["amount"]
        self.assertEqual(f"{sold.amount_total:.2f}", f"{Decimal(total):.2f}")
        self.assertTrue(sold.order_line)
        return "whole"
