"""The database is restarted, or crashes, while a job is at work."""

from unittest.mock import patch

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import AdminShutdown, DiskFull, UniqueViolation

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.queue_job.job import Job

from ..lib.errors import RetryableError
from ..models.o2c_exception_mixin import TELL_AFTER
from ..models.queue_job import MOST_TRIES
from .acme_case import AcmeCase


class TestDatabaseLost(AcmeCase):
    def meet(self, error, retry=1, raised=None):
        """Let the job of a document fail as the runner records it; return the job.

        :param raised: what comes of ``error``, when it is of another kind
        """
        self.Thing.trouble = error
        self.thing._enqueue()
        job = Job.load(self.env, self._next_job(later=False))
        kinds = raised or type(error)
        try:
            with self.env.cr.savepoint():
                job.perform()
        except kinds as met:
            kind = type(met)
            name = f"{kind.__module__}.{kind.__name__}"
            job.retry = retry
            job.set_failed(exc_name=name, exc_message=str(met), exc_info=repr(met))
        job.store()
        return self.env["queue.job"].search([("uuid", "=", job.uuid)])

    def test_work_begins_anew(self):
        for error in (
            InterfaceError("cursor already closed"),
            OperationalError("server closed the connection unexpectedly"),
            AdminShutdown("terminating connection"),
        ):
            job = self.meet(error)
            self.assertEqual(job.state, "pending", error)
            self.assertGreater(job.eta, fields.Datetime.now())
            self.assertFalse(self.open_exceptions(self.thing))
            self.Thing.trouble = None
            self.run_jobs(later=True)
            self.assertEqual(job.state, "done")
        self.assertEqual(self.thing.sent, 3)

    @mute_logger("odoo.sql_db")
    def test_two_jobs_tell_of_the_same_trouble_at_once(self):
        """Found by the long chaos, seed 3: a shop's jobs of products and orders."""
        exceptions = self.env["o2c.exception"]
        told = exceptions._open(self.thing, "service_down", "Acme is down.")
        self.thing.failed_tries = TELL_AFTER - 1
        # What another transaction has written is not seen before it ends.
        unseen = patch.object(
            type(exceptions), "_find_open", lambda self, *_args: self.browse()
        )
        with unseen:
            job = self.meet(RetryableError("Acme is down."), raised=UniqueViolation)
        self.assertEqual(job.state, "pending")
        self.Thing.trouble = None
        self.run_jobs(later=True)
        self.assertEqual((job.state, told.state), ("done", "closed"))
        self.assertEqual(self.thing.sent, 1)

    def test_what_brings_the_database_down_each_time_ends(self):
        job = self.meet(InterfaceError("cursor already closed"), retry=MOST_TRIES)
        self.assertEqual(job.state, "failed")
        self.stops_are_expected()
        self.assertEqual(self.open_exceptions(self.thing).reason, "failed")

    def test_another_trouble_of_the_database_needs_a_person(self):
        job = self.meet(DiskFull("no space left"))
        self.assertEqual(job.state, "failed")
        self.stops_are_expected()
        self.assertEqual(self.open_exceptions(self.thing).reason, "failed")

    @mute_logger("odoo.addons.queue_job.models.queue_job")
    def test_work_of_others_is_left_alone(self):
        job = Job.load(self.env, self.env["res.partner"].with_delay().exists().uuid)
        job.set_failed(exc_name="psycopg2.InterfaceError", exc_message="", exc_info="")
        job.store()
        row = self.env["queue.job"].search([("uuid", "=", job.uuid)])
        self.assertEqual(row.state, "failed")
