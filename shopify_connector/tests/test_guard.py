"""The upgrade guard: what a version of the API would refuse, said before it does."""

from unittest.mock import patch

from odoo.addons.shopify_connector.lib import guard, queries

from .common import ShopifyCase
from .test_client import ClientCase

WRONG = {
    "FULFILL": queries.DOCUMENTS["FULFILL"].replace(
        "fulfillmentCreate", "fulfillmentBegin"
    )
}
GOING = {"SHOP": queries.SHOP.replace("ianaTimezone", "ianaTimezone domains { id }")}


class TestVersions(ClientCase):
    def test_next_version_is_the_first_stable_one_after_ours(self):
        handles = ("2026-04", "2026-07", "2026-10", "2027-01", "unstable")
        versions = [{"handle": h, "supported": h != "2027-01"} for h in handles]
        self.assertEqual(guard.next_version(versions, "2026-04"), "2026-07")
        self.assertEqual(guard.next_version(versions, "2026-07"), "2026-10")
        self.assertIsNone(guard.next_version(versions, "2026-10"))

    def test_checking_every_document_changes_nothing_at_shopify(self):
        order = self.buy()
        before = repr(self.app.order(order["id"])), len(self.app.subscriptions())
        self.assertEqual(list(guard.check(self.client)), [])
        self.assertEqual(len(self.session.sent), len(queries.DOCUMENTS))
        after = repr(self.app.order(order["id"])), len(self.app.subscriptions())
        self.assertEqual(after, before)

    def test_refused_document_is_named_with_the_reason(self):
        with patch.dict(queries.DOCUMENTS, WRONG):
            ((label, kind, why),) = guard.check(self.client)
        self.assertEqual((label, kind), ("fulfill", "refused"))
        self.assertIn("fulfillmentBegin", why)

    def test_what_is_going_is_named(self):
        with patch.dict(queries.DOCUMENTS, GOING):
            ((label, kind, _why),) = guard.check(self.client)
        self.assertEqual((label, kind), ("shop", "going"))


class TestGuard(ShopifyCase):
    def test_newest_version_lasts_for_a_year(self):
        action = self.shop.action_check_api()
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn("2027-10-01", action["params"]["message"])
        self.assertTrue(self.shop.api_checked_at)

    def test_next_version_is_checked_too(self):
        self.shop.api_version = "2026-07"
        message = self.shop.action_check_api()["params"]["message"]
        self.assertIn("2026-10", message)

    def test_trouble_is_told_kept_and_gone_when_mended(self):
        self.shop.api_version = "2026-07"
        with patch.dict(queries.DOCUMENTS, WRONG):
            self.shop._cron_prove()
            self.run_jobs()
        trouble = self.shop.api_trouble
        self.assertIn("Version 2026-07 refuses “fulfill”", trouble)
        self.assertIn("Version 2026-10 refuses “fulfill”", trouble)
        self.assertIn(("bad", trouble), self.shop._health_rows())
        self.shop.action_check_api()
        self.assertFalse(self.shop.api_trouble)

    def test_version_that_is_no_more_is_said(self):
        self.shop.api_version = "2025-01"
        action = self.shop.action_check_api()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("2025-01", self.shop.api_trouble)
