from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common import DashboardCase


class InboxCase(DashboardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["shopify.shop"].create(
            {"name": "Shop", "domain": "inbox.myshopify.com"}
        )
        cls.exceptions = cls.env["o2c.exception"]

    def stopped(self, reason, subject=None, number=1):
        """Return the exception of a shop order that stopped."""
        document = self.env["shopify.order"].create(
            {"shop_id": self.shop.id, "gid": f"gid://shopify/Order/{number}"}
        )
        return self.exceptions._open(document, reason, "It stopped.", subject=subject)


class TestInbox(InboxCase):
    def test_product_chosen_in_place_gets_the_shops_number(self):
        exception = self.stopped("unknown_product", "sku:SPADE-9")
        other = self.stopped("rejected", number=2)
        self.assertEqual(exception.fix_field, "fix_product_id")
        self.assertFalse(other.fix_field)
        exception.fix_product_id = self.product
        self.assertEqual(self.product.default_code, "SPADE-9")

    def test_product_with_another_number_is_not_renamed(self):
        self.product.default_code = "MINE"
        exception = self.stopped("unknown_product", "sku:SPADE-9")
        with self.assertRaisesRegex(UserError, "MINE"):
            exception.fix_product_id = self.product
            self.env.flush_all()
        self.assertEqual(self.product.default_code, "MINE")

    def test_shipping_method_chosen_in_place_fills_in_the_mapping(self):
        mapping = self.env["shopify.shipping.method"].create(
            {"shop_id": self.shop.id, "title": "Express"}
        )
        exception = self.stopped("unknown_shipping_method", mapping._subject())
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Van",
                "product_id": self.env["product.product"]
                .create({"name": "Van", "detailed_type": "service"})
                .id,
            }
        )
        exception.fix_carrier_id = carrier
        self.assertEqual(mapping.carrier_id, carrier)

    def test_mapping_that_is_gone_is_said(self):
        exception = self.stopped("unknown_tax", "tax:gone")
        tax = self.env["account.tax"].create({"name": "20", "amount": 20})
        with self.assertRaisesRegex(UserError, "Try again first"):
            exception.fix_tax_id = tax
            self.env.flush_all()

    def test_all_of_a_kind_are_tried_again_and_no_other(self):
        kind = self.stopped("rejected") | self.stopped("rejected", number=2)
        other = self.stopped("left_to_do", number=3)
        self.assertEqual(kind.mapped("same_kind_count"), [2, 2])
        retried = []
        self.patch(
            type(self.env["shopify.order"]),
            "_retry_after_exception",
            lambda records, reason: retried.extend((r.id, reason) for r in records),
        )
        kind[0].action_retry_kind()
        self.assertCountEqual(retried, [(e.res_id, "rejected") for e in kind])
        self.assertNotIn(other.res_id, [res_id for res_id, _reason in retried])

    @freeze_time("2024-11-22 15:00:00")  # a Friday
    def test_put_off_until_the_next_working_day(self):
        self.company.resource_calendar_id.tz = "UTC"
        self.env.user.tz = "Europe/Amsterdam"
        exception = self.stopped("rejected")
        said = exception.action_snooze_day()["params"]["message"]
        self.assertEqual(exception.snoozed_until, datetime(2024, 11, 25, 15))
        self.assertEqual(said, "Put off until Mon 25 Nov 16:00.")
        deadline = exception.activity_ids.date_deadline
        self.assertEqual(str(deadline), "2024-11-25")
        exception.action_snooze_hour()
        self.assertEqual(exception.snoozed_until, datetime(2024, 11, 22, 16))
        exception.action_wake()
        self.assertFalse(exception.snoozed_until)

    def test_put_off_on_a_day_or_at_an_hour_without_work(self):
        self.company.resource_calendar_id.tz = "Europe/Amsterdam"
        exception = self.stopped("rejected")
        for now, until in (
            ("2024-11-23 10:00:00", datetime(2024, 11, 25, 10)),  # a Saturday
            ("2024-11-24 10:00:00", datetime(2024, 11, 25, 10)),  # a Sunday
            ("2024-11-22 20:00:00", datetime(2024, 11, 25, 20)),  # Friday evening
            ("2024-11-21 05:00:00", datetime(2024, 11, 22, 5)),  # before work
        ):
            with freeze_time(now):
                exception.action_snooze_day()
                self.assertEqual(exception.snoozed_until, until, now)
        with freeze_time("2024-11-24 10:00:00"):
            exception.action_snooze_week()
        self.assertEqual(exception.snoozed_until, datetime(2024, 11, 29, 10))

    def test_news_wake_what_was_put_off(self):
        exception = self.stopped("rejected")
        exception.action_snooze_week()
        document = self.env["shopify.order"].browse(exception.res_id)
        self.exceptions._open(document, "rejected", "It stopped.")
        self.assertTrue(exception.snoozed_until)
        self.exceptions._open(document, "rejected", "It got worse.")
        self.assertFalse(exception.snoozed_until)

    def test_solved_ones_leave_the_inbox(self):
        exception = self.stopped("rejected")
        self.exceptions._close(self.env["shopify.order"].browse(exception.res_id))
        self.assertEqual(exception.state, "closed")
        self.assertFalse(exception.activity_ids)

    def test_taken_by_a_user_with_its_activity(self):
        exception = self.stopped("rejected")
        user = new_test_user(self.env, "taker", groups="o2c_base.group_user")
        exception.with_user(user).action_take()
        self.assertEqual(exception.user_id, user)
        self.assertEqual(exception.activity_ids.user_id, user)


class TestRules(InboxCase):
    def rule(self, **values):
        return self.env["o2c.exception.rule"].create(values)

    def person(self, login):
        return new_test_user(self.env, login, groups="o2c_base.group_user")

    def test_rule_of_the_kind_goes_before_the_rule_for_all(self):
        general, buyer = self.person("general"), self.person("buyer")
        self.rule(user_id=general.id)
        self.rule(reason="unknown_product", user_id=buyer.id)
        self.assertEqual(self.stopped("unknown_product").user_id, buyer)
        self.assertEqual(self.stopped("rejected", number=2).user_id, general)

    def test_rule_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rule(company_id=other.id, user_id=self.person("elsewhere").id)
        self.assertEqual(self.stopped("rejected").user_id, self.shop.responsible_id)

    def test_nights_and_weekends_do_not_count_for_passing_on(self):
        self.company.resource_calendar_id.tz = "UTC"
        boss = self.person("boss")
        self.rule(reason="rejected", escalate_hours=4, escalate_user_id=boss.id)
        with freeze_time("2024-11-22 14:00:00"):  # Friday; work ends at 17:00
            exception = self.stopped("rejected")
            exception.opened_at = datetime(2024, 11, 22, 14)
        for moment, passed_on in (
            ("2024-11-24 14:00:00", False),
            ("2024-11-25 08:30:00", False),
            ("2024-11-25 10:00:00", True),
        ):
            with freeze_time(moment):
                self.exceptions._cron_escalate()
            self.assertEqual(exception.escalated, passed_on, moment)
        self.assertIn(boss, exception.activity_ids.user_id)
        sent = [
            ("model", "=", "o2c.exception"),
            ("res_id", "=", exception.id),
            ("partner_ids", "in", boss.partner_id.ids),
            ("message_type", "=", "user_notification"),
            ("subject", "=", "Still open: Refused by the service"),
        ]
        self.assertEqual(self.env["mail.message"].search_count(sent), 1)

    def test_what_is_put_off_is_not_passed_on(self):
        exception = self.stopped("rejected")
        exception.opened_at -= timedelta(days=9)
        exception.action_snooze_week()
        self.exceptions._cron_escalate()
        self.assertFalse(exception.escalated)
        exception.action_wake()
        self.exceptions._cron_escalate()
        self.assertTrue(exception.escalated)
