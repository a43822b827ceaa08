import logging
from datetime import timedelta

from psycopg2 import Error as AnyDatabaseError
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, _, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import identity_exact

from ..lib import errors
from ..words import said

_logger = logging.getLogger(__name__)

#: seconds until the next try, by the number of tries that failed
WAITS = (15, 60, 120, 300, 600, 1800)
#: from this many failed tries on, a person is told that the service is down
TELL_AFTER = 4


class O2CExceptionMixin(models.AbstractModel):
    """A document that has dealings with a service and may get stuck in them.

    The work itself raises the errors of ``lib/errors.py``; :meth:`_attempt`, the
    body of every job, turns them into what the record, its exceptions and its next
    try should be::

        order.with_delay(identity_key=…)._attempt("_import")
    """

    _name = "o2c.exception.mixin"
    _description = "Document with Exceptions"

    exception_ids = fields.One2many(
        "o2c.exception",
        "res_id",
        "Exceptions",
        domain=lambda self: [("res_model", "=", self._name), ("state", "=", "open")],
    )
    open_exception_count = fields.Integer(compute="_compute_open_exception_count")
    failed_tries = fields.Integer(copy=False, readonly=True)

    def _compute_open_exception_count(self):
        for record in self:
            record.open_exception_count = len(record.exception_ids)

    def _o2c_connection(self):
        """Return the connection that this record's work goes through."""
        raise NotImplementedError

    def _retry_after_exception(self, reason):
        """Start the stopped work again; ``reason`` is what it had stopped for."""
        raise NotImplementedError

    def _on_blocked(self, reason):
        """Set the state that a record has while it waits for a person."""

    def _on_done(self, method):
        """Set the state that a record has once ``method`` has succeeded."""

    def _on_waiting(self, error):
        """Set the state that a record has while it waits for the service."""

    def _attempt(self, method, *args):
        """Run ``self.<method>(*args)`` as the body of a job; return True when done.

        A failure leaves nothing half written: the work is in a savepoint. What a
        later try can mend is tried again by itself; the rest opens an exception.
        """
        self.ensure_one()
        # It is the system's work, even if nobody who is logged in has caused it.
        connection = self.with_user(SUPERUSER_ID)._o2c_connection()._at_work()
        self = self.with_env(connection.env)
        if not connection._is_open():
            self._try_again(connection._closed_error(), method, args)
            return False
        try:
            with self.env.cr.savepoint():
                getattr(self, method)(*args)
        except UniqueViolation:
            # Two workers met, and the constraint kept it right: look again soon.
            met = _("Somebody else was writing the same.")
            self._try_again(errors.RetryableError(met, seconds=2), method, args)
        except AnyDatabaseError:
            raise  # the transaction is spoilt: the runner starts it anew
        except Exception as error:
            self._failed(error, connection, method, args)
        else:
            self._succeeded(connection, method)
            return True
        return False

    def _failed(self, error, connection, method, args):
        """Do what the kind of ``error`` asks for: try later, or ask a person."""
        if isinstance(error, errors.UnauthorizedError):
            connection._mark_unauthorized(error)
        if isinstance(error, errors.TRY_AGAIN):
            self._try_again(error, method, args)
        elif isinstance(error, (errors.BlockedError, errors.RejectedError)):
            self._block(error.reason, error)
        elif isinstance(error, UserError):
            self._block("not_possible", error)
        else:
            _logger.error("%s of %s stopped", method, self, exc_info=error)
            self._tell_stopped(type(error).__name__)
            self._try_a_few_times(method, args)

    def _tell_stopped(self, name):
        """Open an exception for an error that nobody had foreseen."""
        advice = _("Try again. If it stops again, ask your administrator.")
        message = _("This stopped unexpectedly: %s", name)
        self.env["o2c.exception"]._open(self, "failed", message, advice)

    def _try_a_few_times(self, method, args):
        # A service that talked nonsense for a minute needs no person.
        if self.failed_tries < len(WAITS):
            self._try_again(errors.RetryableError(_("It stopped.")), method, args)

    def _succeeded(self, connection, method):
        self._on_done(method)
        connection._mark_answering()
        self.env["o2c.exception"]._close(self)
        self.filtered("failed_tries").failed_tries = 0

    def _block(self, reason, error):
        self._on_blocked(reason)
        more = (getattr(error, name, None) for name in ("advice", "subject"))
        self.env["o2c.exception"]._open(self, reason, said(self.env, error), *more)

    def _try_again(self, error, method, args):
        self._on_waiting(error)
        self.failed_tries += 1
        if self.failed_tries >= TELL_AFTER:
            self._tell_service_down(error)
        wait = getattr(error, "seconds", None)
        if wait is None:
            wait = WAITS[min(self.failed_tries, len(WAITS)) - 1]
        self.with_delay(
            eta=timedelta(seconds=wait),
            identity_key=identity_exact,
            description=_("Try again: %s", self.display_name),
        )._attempt(method, *args)

    def _tell_service_down(self, error):
        advice = _("Nothing is lost. Odoo tries again by itself.")
        words = said(self.env, error)
        self.env["o2c.exception"]._open(self, "service_down", words, advice)

    def action_show_exceptions(self):
        """Show what is open on these records."""
        name = "o2c_base.o2c_exception_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        action["domain"] = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return action
