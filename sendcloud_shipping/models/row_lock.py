from psycopg2.errors import LockNotAvailable

from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError


def hold(record, message):
    """Hold a row until the end of the transaction, so that jobs do not meet on it.

    A job that is started twice must not work twice at once: the second comes back.

    :param message: for the list of jobs, in English
    :raise RetryableJobError: another worker holds it
    """
    try:
        record.env.cr.execute(
            SQL(
                "SELECT id FROM %s WHERE id = %s FOR UPDATE NOWAIT",
                SQL.identifier(record._table),
                record.id,
            ),
            log_exceptions=False,
        )
    except LockNotAvailable as error:
        raise RetryableJobError(message, seconds=10, ignore_retry=True) from error
