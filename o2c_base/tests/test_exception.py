from datetime import timedelta

from psycopg2 import IntegrityError
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..lib.errors import (
    BlockedError,
    RejectedError,
    RetryableError,
    UnauthorizedError,
    UnknownOutcomeError,
)
from ..models.o2c_exception_mixin import WAITS
from .acme_case import AcmeCase


class TestException(AcmeCase):
    def work(self, trouble=None, **kwargs):
        self.Thing.trouble = trouble
        self.thing._enqueue()
        return self.run_jobs(**kwargs)

    def test_success_leaves_no_exception(self):
        self.work()
        self.assertEqual(self.thing.sent, 1)
        self.assertFalse(self.open_exceptions(self.thing))

    def test_blocked_work_writes_nothing_and_tells_what_to_do(self):
        self.work(
            BlockedError(
                "unknown_product",
                "TW-1 is not in Odoo.",
                advice="Create it.",
                subject="sku:TW-1",
            )
        )
        self.assertEqual(self.thing.sent, 0)
        exception = self.open_exceptions(self.thing)
        self.assertEqual(exception.message, "TW-1 is not in Odoo.")
        self.assertEqual(exception.advice, "Create it.")
        self.assertEqual(exception.activity_ids.user_id, self.account.responsible_id)

    def test_mended_subject_frees_exactly_what_waited_for_it(self):
        self.work(BlockedError("unknown_product", "No TW-1.", subject="sku:TW-1"))
        self.Thing.trouble = None
        retry = self.env["o2c.exception"]._retry_blocked
        retry("unknown_product", "sku:TW-2")
        self.run_jobs()
        self.assertEqual(self.thing.sent, 0)
        retry("unknown_product", "sku:TW-1")
        self.run_jobs()
        self.assertEqual(self.thing.sent, 1)
        self.assertFalse(self.open_exceptions(self.thing))
        self.assertFalse(self.env["o2c.exception"].search([]).activity_ids)

    def test_same_trouble_again_renews_the_one_exception(self):
        self.work(RejectedError("House number missing.", field="/house_number"))
        self.work(RejectedError("Postal code missing."))
        self.assertEqual(
            self.open_exceptions(self.thing).mapped("message"), ["Postal code missing."]
        )

    def test_database_allows_one_open_exception_per_reason(self):
        self.work(RejectedError("No."))
        exception = self.open_exceptions(self.thing)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            exception.copy()
            self.env.flush_all()

    def test_refusal_by_odoo_itself_is_an_exception_too(self):
        self.work(UserError("The period is locked."))
        self.assertEqual(self.open_exceptions(self.thing).reason, "not_possible")

    def test_outage_is_tried_again_and_told_once_when_it_lasts(self):
        self.work(RetryableError("Acme cannot be reached.", seconds=42))
        job = self.env["queue.job"].search([("state", "=", "pending")])
        wait = job.eta - fields.Datetime.now()
        self.assertAlmostEqual(wait.total_seconds(), 42, delta=5)
        self.assertFalse(self.open_exceptions(self.thing))
        for _ in range(4):
            self.run_next()
        self.assertEqual(self.open_exceptions(self.thing).reason, "service_down")
        self.Thing.trouble = None
        self.run_jobs(later=True)
        self.assertEqual(self.thing.sent, 1)
        self.assertEqual(self.thing.failed_tries, 0)
        self.assertFalse(self.open_exceptions(self.thing))

    def run_next(self):
        self._perform(self._next_job(later=True))

    def test_lost_answer_is_tried_again_later(self):
        self.work(UnknownOutcomeError("Acme gave no usable answer."))
        self.Thing.trouble = None
        self.run_jobs(later=True)
        self.assertEqual(self.thing.sent, 1)

    def test_refused_key_stops_the_account_and_the_work_waits(self):
        self.work(UnauthorizedError("Acme refuses the key (401)."))
        self.assertEqual(self.account.state, "error")
        self.Thing.trouble = None
        self.run_next()
        self.assertEqual(self.thing.sent, 0, "nothing is sent while the key is bad")
        self.account.action_test_connection()
        self.run_jobs(later=True)
        self.assertEqual(self.thing.sent, 1)

    def test_unforeseen_failure_is_told_and_tried_again_by_itself(self):
        self.stops_are_expected()
        with self.assertLogs("odoo.addons.o2c_base", "ERROR") as logs:
            self.work(ZeroDivisionError("oops"))
        self.assertIn("oops", logs.output[0])
        exception = self.open_exceptions(self.thing)
        self.assertEqual(exception.reason, "failed")
        self.Thing.trouble = None
        self.run_jobs(later=True)
        self.assertEqual(self.thing.sent, 1)
        self.assertEqual(exception.state, "closed")
        self.assertFalse(self.failed_jobs())

    @mute_logger("odoo.addons.o2c_base.models.o2c_exception_mixin")
    def test_lasting_failure_is_tried_a_few_times_then_waits_for_a_person(self):
        self.stops_are_expected()
        self.work(ZeroDivisionError("oops"))
        self.run_jobs(later=True)
        self.assertEqual(self.thing.failed_tries, len(WAITS))
        exception = self.open_exceptions(self.thing).filtered(
            lambda exception: exception.reason == "failed"
        )
        self.Thing.trouble = None
        exception.action_retry()
        self.run_jobs()
        self.assertEqual(self.thing.sent, 1)
        self.assertEqual(exception.state, "closed")

    def test_old_exception_is_escalated_once(self):
        self.work(RejectedError("No."))
        exception = self.open_exceptions(self.thing)
        cron = self.env["o2c.exception"]._cron_escalate
        cron()
        self.assertFalse(exception.escalated)
        # long enough for whoever counts working hours only
        exception.opened_at -= timedelta(days=30)
        cron()
        cron()
        self.assertTrue(exception.escalated)
        self.assertEqual(len(self.notified(exception)), 1)

    def notified(self, exception):
        return self.env["mail.message"].search(
            [
                ("model", "=", "o2c.exception"),
                ("res_id", "=", exception.id),
                ("message_type", "=", "user_notification"),
                ("subject", "like", "Still open"),
            ]
        )

    def test_two_workers_who_meet_try_again_and_nobody_is_told(self):
        self.work(UniqueViolation("duplicate key"))
        self.assertFalse(self.open_exceptions(self.thing))
        self.Thing.trouble = None
        self.run_jobs(later=True)
        self.assertEqual(self.thing.sent, 1)

    def test_work_that_a_visitor_caused_is_the_systems(self):
        visitor = self.env.ref("base.public_user")
        self.thing.with_user(visitor).sudo()._attempt("_send")
        self.assertEqual(self.thing.write_uid, self.env.ref("base.user_root"))
