"""Mollie's answers: HAL objects with links, and lists in pages."""

from urllib.parse import urlencode

from ..faults import json_response
from .errors import DOCUMENTATION, Refused

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 250
_KEPT = ("sort", "testmode", "profileId", "balanceId", "year", "month", "currencies")


def link(href, kind="application/hal+json"):
    """Return a link object."""
    return {"href": href, "type": kind}


def answer(body, status=200, headers=None):
    """Return a HAL answer."""
    response = json_response(body, status, headers)
    response.mimetype = "application/hal+json"
    return response


def page(request, name, rows, show):
    """Return one page of ``rows`` (newest first), each made by ``show``.

    ``from`` is the id of the first row of the page, itself included.
    """
    limit = _limit(request.args.get("limit"))
    if request.args.get("sort") == "asc":
        rows = rows[::-1]
    start = _start(rows, request.args.get("from"))
    shown = rows[start : start + limit]
    following = rows[start + limit : start + limit + 1]
    previous = rows[max(0, start - limit) : start][:1]
    embedded = {name: [show(row) for row in shown]}
    links = {
        "documentation": DOCUMENTATION,
        "self": link(request.url),
        "previous": _page_link(request, previous, limit),
        "next": _page_link(request, following, limit),
    }
    return answer({"count": len(shown), "_embedded": embedded, "_links": links})


def _limit(text):
    if text is None:
        return DEFAULT_LIMIT
    if not text.isdigit() or not 1 <= int(text) <= LARGEST_LIMIT:
        raise Refused(400, f"The limit must be between 1 and {LARGEST_LIMIT}", "limit")
    return int(text)


def _start(rows, token):
    if not token:
        return 0
    for index, row in enumerate(rows):
        if row["id"] == token:
            return index
    raise Refused(400, "Invalid cursor value", "from")


def _page_link(request, rows, limit):
    if not rows:
        return None
    kept = {name: request.args[name] for name in _KEPT if name in request.args}
    query = urlencode({**kept, "from": rows[0]["id"], "limit": limit})
    return link(f"{request.base_url}?{query}")
