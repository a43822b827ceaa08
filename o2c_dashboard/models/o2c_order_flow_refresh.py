from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, models
from odoo.tools import mute_logger

from odoo.addons.sendcloud_shipping.lib.const import NOT_COLLECTED

from ..lib import board_sql, changes_sql, flow_sql

#: orders brought up to date by whoever looks; more are left to the scheduled action
AT_A_LOOK = 500
#: orders brought up to date in one transaction of the scheduled action
AT_A_TIME = 5000
#: number of the lock that keeps two transactions from writing the same rows
LOCK = 7_205_759


class O2COrderFlow(models.Model):
    """How the rows follow their documents."""

    # The file of the model itself would be too long.
    _inherit = "o2c.order.flow"

    def init(self):
        """Have the database note which orders change; note those without a row."""
        cr = self.env.cr
        cr.execute(changes_sql.CREATE_LOG)
        cr.execute(changes_sql.CREATE_FUNCTION)
        cr.execute(board_sql.ADD_STAGES)
        for statement in (
            *changes_sql.create_triggers(),
            *changes_sql.INDEXES,
            *board_sql.indexes(flow_sql.STEPS_OF_TIME),
        ):
            cr.execute(statement)
        cr.execute(changes_sql.NOTE_MISSING)

    @api.model
    def _refresh(self, limit=AT_A_LOOK):
        """Bring the rows of changed orders up to date; return how many.

        Safe at any time and in any number of workers: one of them writes, the others
        see the rows as they are.
        """
        cr = self.env.cr
        cr.execute(changes_sql.ANYTHING)
        if not cr.fetchone():
            return 0
        try:
            with cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                return self._work_off(limit)
        except (SerializationFailure, LockNotAvailable):
            # Another worker has just written what this transaction cannot see yet.
            return 0

    @api.model
    def _work_off(self, limit):
        cr = self.env.cr
        cr.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not cr.fetchone()[0]:
            return 0
        cr.execute(changes_sql.TAKE, {"limit": limit})
        return self._write_rows(dict(cr.fetchall()))

    @api.model
    def _write_rows(self, noted):
        """Write the rows of some orders.

        :param dict noted: order id -> when it was noted to have changed, or None
        :return: how many orders were looked at
        """
        if not noted:
            return 0
        cr = self.env.cr
        values = {"ids": list(noted), "times": list(noted.values())}
        cr.execute(flow_sql.UPSERT, {**values, "uncollected": list(NOT_COLLECTED)})
        gone = noted.keys() - {row_id for (row_id,) in cr.fetchall()}
        if gone:
            cr.execute("DELETE FROM o2c_order_flow WHERE id IN %s", (tuple(gone),))
        self.invalidate_model(flush=False)
        return len(noted)

    @api.model
    def _cron_refresh(self):
        """Work the log off, a batch a transaction; the next one follows at once."""
        if self._refresh(AT_A_TIME) >= AT_A_TIME / 2:
            self.env.ref("o2c_dashboard.cron_refresh")._trigger()

    # === Whoever looks sees the present === #

    @api.model
    def _search(self, *args, **kwargs):
        self._refresh()
        return super()._search(*args, **kwargs)

    @api.model
    def _read_group(self, *args, **kwargs):
        self._refresh()
        return super()._read_group(*args, **kwargs)
