"""Ground for the tests of all addons: a sandbox in process, and jobs on demand."""

from unittest.mock import patch

import requests

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.job import FAILED, PENDING, Job

from ..lib import http_client
from .wsgi import wsgi_send

#: more rounds than any honest chain of jobs needs
MAX_JOBS = 2000


class O2CMixin:
    """What both TransactionCase and HttpCase tests of the suite need.

    A class that talks to a service fills ``services`` in ``setUpClass`` with
    ``{"http://shopify.sandbox": wsgi_app}``; every other address stays shut.
    """

    services = {}

    def setUp(self):
        super().setUp()
        self.addCleanup(self.check_nothing_stopped)

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        for prefix, app in cls.services.items():
            if request.url.startswith(f"{prefix}/"):
                return cls._send_to_sandbox(app, request)
        return super()._request_handler(session, request, **kwargs)

    @classmethod
    def _send_to_sandbox(cls, app, request):
        try:
            return wsgi_send(app, request)
        except Exception as error:
            # The sandbox raises this to say: the work is done, the answer lost.
            if type(error).__name__ == "AnswerLost":
                raise requests.ReadTimeout(request=request) from error
            raise

    @classmethod
    def run_jobs(cls, later=False):
        """Perform the jobs that are due until none is left; return how many.

        :param bool later: also those that wait for a later try
        """
        cls.env.flush_all()
        done = 0
        while job_uuid := cls._next_job(later):
            cls._perform(job_uuid)
            done += 1
            assert done < MAX_JOBS, "jobs beget jobs without end"
        return done

    @classmethod
    def _next_job(cls, later):
        domain = [("state", "=", PENDING)]
        if not later:
            now = fields.Datetime.now()
            domain += ["|", ("eta", "=", False), ("eta", "<=", now)]
        row = cls.env["queue.job"].search(domain, order="priority, id", limit=1)
        return row.uuid

    @classmethod
    def _perform(cls, job_uuid):
        """Do what the runner does: one transaction a job, a failure is recorded."""
        job = Job.load(cls.env, job_uuid)
        job.set_started()
        job.store()
        try:
            with cls.env.cr.savepoint():
                job.perform()
                cls.env.flush_all()
        except Exception as error:  # noqa: BLE001 - the runner records any failure
            job.set_failed(
                exc_name=type(error).__name__,
                exc_message=str(error),
                exc_info=repr(error),
            )
        else:
            job.set_done()
        job.store()
        cls.env.flush_all()

    @classmethod
    def failed_jobs(cls):
        """Return the jobs that ended with an unforeseen error."""
        return cls.env["queue.job"].search([("state", "=", FAILED)])

    def stops_are_expected(self):
        """Let errors that nobody foresaw pass in this test."""
        self.expects_stops = True

    def check_nothing_stopped(self):
        """Fail when an error that nobody foresaw met a job of this test."""
        if getattr(self, "expects_stops", False):
            return
        stopped = self.env["o2c.exception"].search([("reason", "=", "failed")])
        self.assertFalse(stopped.mapped("message"), "a job stopped unexpectedly")

    def open_exceptions(self, record=None):
        """Return the open exceptions, of one record or of all."""
        domain = [("state", "=", "open")]
        if record is not None:
            domain += [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["o2c.exception"].search(domain)


@tagged("standard", "post_install", "-at_install")
class O2CCase(O2CMixin, TransactionCase):
    """A test in one transaction, with the suite's helpers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The pauses between two tries are for services, not for tests.
        cls.startClassPatcher(patch.object(http_client, "WAITS", (0, 0)))
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
