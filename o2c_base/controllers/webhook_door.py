"""The door that every connector's webhook route opens."""

import logging

from odoo.http import Response, request

_logger = logging.getLogger(__name__)

#: bytes; the services' largest messages are a few hundred kilobytes
MAX_BODY = 2 * 1024 * 1024
#: letters of a delivery's id or topic; the index on them takes no endless text
MAX_NAME = 255


def answer_webhook(model_name, token):
    """Verify, store and answer one webhook; the work is done by a job.

    :param str model_name: the connection's model
    :param str token: last part of the address, names the connection
    :return: 200 stored or known, 400 unreadable, 401 not signed by the service,
        404 unknown address, 411 of unknown length, 413 too large
    """
    connection = request.env[model_name]._find_by_webhook_token(token)
    headers, size = request.httprequest.headers, request.httprequest.content_length
    if not connection:
        return Response(status=404)
    # What comes in pieces could come for ever; no service sends so.
    if size is None or "Transfer-Encoding" in headers:
        return Response(status=411)
    if size > MAX_BODY:
        return Response(status=413)
    raw = request.httprequest.get_data()
    if not connection._webhook_is_authentic(raw, headers):
        _logger.warning("%s: webhook with a wrong signature", connection)
        return Response(status=401)
    return Response(status=_keep(connection, raw, headers))


def _keep(connection, raw, headers):
    try:
        names = connection._webhook_identity(raw, headers)
    except (ValueError, RecursionError):  # the second: nested too deeply
        names = [None]
    if not all(map(_is_name, names)):
        return 400
    request.env["o2c.webhook.event"]._receive(connection, *names, raw)
    return 200


def _is_name(text):
    return isinstance(text, str) and text.isprintable() and 0 < len(text) <= MAX_NAME
