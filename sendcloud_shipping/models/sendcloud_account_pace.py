from datetime import timedelta

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import _, api, fields, models
from odoo.tools import format_datetime

from odoo.addons.o2c_base.lib.errors import RetryableError
from odoo.addons.o2c_base.words import said
from odoo.addons.queue_job.exception import RetryableJobError

from ..lib.pace import BURST, ROUND, Bucket

#: seconds until Sendcloud is asked again, by the number of tries that failed
WAITS = (15, 60, 120, 300)
#: from this many failed tries on, a person is told
TELL_AFTER = 4
#: context of work that needs no answer of Sendcloud's: what it told us by itself
ONLY_LISTENS = "sendcloud_only_listens"


class SendcloudAccount(models.Model):
    """Who may call Sendcloud when: one pace and one outage for all workers."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.account"

    tokens = fields.Float(default=BURST, readonly=True, copy=False)
    tokens_at = fields.Datetime(readonly=True, copy=False)
    next_try_at = fields.Datetime("Next Try", readonly=True, copy=False)
    outage = fields.Char(compute="_compute_outage")

    @api.depends("next_try_at", "last_error_at")
    @api.depends_context("tz", "lang")
    def _compute_outage(self):
        for account in self:
            since, until = account.last_error_at, account.next_try_at
            account.outage = until and _(
                "Sendcloud not reachable since %(since)s, next try %(until)s.",
                since=account._clock(since),
                until=account._clock(until),
            )

    def _clock(self, moment):
        zone = self.env.user.tz or self.responsible_id.tz or "UTC"
        return format_datetime(self.env, moment, tz=zone, dt_format="HH:mm")

    # === Outage: the whole account waits, and goes on by itself === #

    def _is_open(self):
        if self.env.context.get(ONLY_LISTENS):
            return True
        return super()._is_open() and not self._is_waiting()

    def _is_waiting(self):
        return bool(self.next_try_at and self.next_try_at > fields.Datetime.now())

    def _closed_error(self):
        if self._is_waiting() and super()._is_open():
            return RetryableError(self.outage, seconds=self._seconds_to_wait())
        return super()._closed_error()

    def _seconds_to_wait(self):
        return int((self.next_try_at - fields.Datetime.now()).total_seconds()) + 1

    def _note_outage(self, error):
        """Let all calls of this account wait; return the error that says so."""
        if not self._hold():
            # Another worker met the same trouble and is noting it.
            return error
        now = fields.Datetime.now()
        tries = self.failed_tries + 1
        wait = getattr(error, "seconds", None)
        if wait is None:
            wait = WAITS[min(tries, len(WAITS)) - 1]
        self.write(
            {
                "failed_tries": tries,
                "last_error": said(self.env, error),
                "last_error_at": self.last_error_at or now,
                "next_try_at": now + timedelta(seconds=wait),
            }
        )
        if tries >= TELL_AFTER:
            self._tell_service_down(error)
        return RetryableError(said(self.env, error), seconds=wait)

    def _mark_answering(self):
        if self.env.context.get(ONLY_LISTENS):
            return  # that it tells us something is no proof that it answers
        if not (self.last_error or self.next_try_at) or not self._hold():
            return
        super()._mark_answering()
        self.write({"next_try_at": False, "failed_tries": 0, "last_error_at": False})
        self.env["o2c.exception"]._close(self, "service_down")
        self._release_soon()

    def action_test_connection(self):
        """Check the keys; when they work, what waited goes on at once."""
        answer = super().action_test_connection()
        self._mark_answering()
        self._release_soon()
        return answer

    def action_resume(self):
        """Go on with what waited."""
        res = super().action_resume()
        self._release_soon()
        return res

    def _o2c_connection(self):
        return self

    def _retry_after_exception(self, reason):
        """Try now instead of at the next moment by itself."""
        self.write({"next_try_at": False})
        self._release_soon()

    # === Pace: waiting labels are let go as fast as Sendcloud takes them === #

    def _hold(self):
        """Hold this row; return False when another worker does, or just did."""
        self.flush_recordset()
        try:
            with self.env.cr.savepoint():
                # A plain lock would also stop every new label: it refers to us.
                self.env.cr.execute(
                    """SELECT id FROM sendcloud_account WHERE id = %s
                          FOR NO KEY UPDATE NOWAIT""",
                    [self.id],
                    log_exceptions=False,
                )
        except (LockNotAvailable, SerializationFailure):
            return False
        return True

    def _release_soon(self, at=None):
        """Have :meth:`_release_labels` run, now or at a moment."""
        for account in self:
            account.with_delay(
                eta=at,
                identity_key=f"sendcloud-release-{account.id}-{at or 'now'}",
                description=_("Labels of %s", account.name),
            )._release_labels()

    @api.model
    def _cron_release_labels(self):
        """See that no label waits because its job got lost."""
        self.search([("state", "=", "connected")])._release_soon()

    def _release_labels(self):
        """Let as many waiting labels be bought as the pace allows, oldest first.

        All purchases come through here, so that the pace holds for all workers
        together and nobody sleeps in one of them.
        """
        if not self._hold():
            message = "Another worker lets labels go."
            raise RetryableJobError(message, seconds=1, ignore_retry=True)
        if not super()._is_open():
            return
        if self._is_waiting():
            self._release_soon(self.next_try_at)
            return
        shipments = self.env["sendcloud.shipment"]._waiting_to_be_bought(self)
        if self.next_try_at:
            # One label finds out whether Sendcloud is back; the others follow it.
            busy = shipments._are_being_bought(self)
            shipments = shipments.browse() if busy else shipments[:1]
        self._release_at_pace(shipments)
        later = self.env["sendcloud.shipment"]._next_due(self)
        if later:
            self._release_soon(later)

    def _release_at_pace(self, shipments):
        now = fields.Datetime.now()
        bucket = Bucket(self.tokens, self.tokens_at or now)
        bucket.fill(now)
        for shipment in shipments:
            calls = shipment._calls_to_buy()
            if not bucket.take(calls):
                self._release_soon(bucket.next_at(calls))
                break
            shipment._release()
        else:
            if len(shipments) == ROUND:
                # There may be more than one round looks at.
                self._release_soon()
        self.write({"tokens": bucket.tokens, "tokens_at": bucket.at})
