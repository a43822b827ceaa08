from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, _, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import identity_exact

from ..lib.errors import (
    BlockedError,
    RejectedError,
    RetryableError,
    UnauthorizedError,
    UnknownOutcomeError,
)

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
        self = self.with_user(SUPERUSER_ID)
        connection = self._o2c_connection()
        self = self.with_company(connection.company_id)
        if not connection._is_open():
            self._try_again(connection._closed_error(), method, args)
            return False
        try:
            with self.env.cr.savepoint():
                getattr(self, method)(*args)
        except BlockedError as error:
            self._block(error.reason, error)
        except UnauthorizedError as error:
            connection._mark_unauthorized(error)
            self._try_again(error, method, args)
        except RejectedError as error:
            self._block("rejected", error)
        except (RetryableError, UnknownOutcomeError) as error:
            self._try_again(error, method, args)
        except UniqueViolation:
            # Two workers met, and the constraint kept it right: look again soon.
            met = RetryableError(_("Somebody else was writing the same."), seconds=2)
            self._try_again(met, method, args)
        except UserError as error:
            self._block("not_possible", error)
        else:
            self._succeeded(connection, method)
            return True
        return False

    def _succeeded(self, connection, method):
        self._on_done(method)
        connection._mark_answering()
        self.env["o2c.exception"]._close(self)
        self.failed_tries = 0

    def _block(self, reason, error):
        self._on_blocked(reason)
        advice = getattr(error, "advice", None)
        subject = getattr(error, "subject", None)
        self.env["o2c.exception"]._open(self, reason, str(error), advice, subject)

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
        self.env["o2c.exception"]._open(self, "service_down", str(error), advice)

    def action_show_exceptions(self):
        """Show what is open on these records."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_base.o2c_exception_action"
        )
        action["domain"] = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return action
