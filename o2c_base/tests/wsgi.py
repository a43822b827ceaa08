"""Send a prepared ``requests`` request to a WSGI app, without a socket."""

import io

import requests
from werkzeug.test import EnvironBuilder, run_wsgi_app


def wsgi_send(app, request):
    """Return the ``requests.Response`` that ``app`` gives to ``request``."""
    body = request.body or b""
    builder = EnvironBuilder(
        path=request.path_url,
        base_url=request.url.split(request.path_url)[0] or None,
        method=request.method,
        headers=dict(request.headers),
        data=body.encode() if isinstance(body, str) else body,
    )
    iterable, status, headers = run_wsgi_app(app, builder.get_environ())
    response = requests.Response()
    response.status_code = int(status.split()[0])
    response.headers.update(dict(headers))
    response.raw = io.BytesIO(b"".join(iterable))
    response.url = request.url
    response.request = request
    return response
