from psycopg2.errors import LockNotAvailable

from odoo.tools import SQL


def hold(record):
    """Hold a row until the end of the transaction; tell whether nobody else does."""
    record.flush_recordset()
    query = SQL(
        "SELECT id FROM %s WHERE id = %s FOR UPDATE NOWAIT",
        SQL.identifier(record._table),
        record.id,
    )
    try:
        # A refusal must not spoil the transaction of who is told of it.
        with record.env.cr.savepoint(flush=False):
            record.env.cr.execute(query, log_exceptions=False)
    except LockNotAvailable:
        return False
    return True
