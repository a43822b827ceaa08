"""The door that every connector's webhook route opens."""

import logging

from odoo.http import Response, request

_logger = logging.getLogger(__name__)

#: bytes; the services' largest messages are a few hundred kilobytes
MAX_BODY = 2 * 1024 * 1024


def answer_webhook(model_name, token):
    """Verify, store and answer one webhook; the work is done by a job.

    :param str model_name: the connection's model
    :param str token: last part of the address, names the connection
    :return: 200 stored or known, 400 unreadable, 401 not signed by the service,
        404 unknown address, 413 too large
    """
    connection = request.env[model_name].sudo()._find_by_webhook_token(token)
    if not connection:
        return Response(status=404)
    if (request.httprequest.content_length or 0) > MAX_BODY:
        return Response(status=413)
    raw = request.httprequest.get_data()
    headers = request.httprequest.headers
    if not connection._webhook_is_authentic(raw, headers):
        _logger.warning("%s: webhook with a wrong signature", connection)
        return Response(status=401)
    try:
        delivery_id, topic = connection._webhook_identity(raw, headers)
    except ValueError:
        return Response(status=400)
    events = request.env["o2c.webhook.event"].sudo()
    events._receive(connection, delivery_id, topic, raw)
    return Response(status=200)
