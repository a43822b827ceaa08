"""Shopify's connections: pages of at most 250 with opaque cursors."""

import base64
import json

from graphql import GraphQLError

LARGEST_PAGE = 250
#: a list cannot be read further than this, only sliced by a filter
LONGEST_LIST = 25_000


def page(records, arguments, keys=None):
    """Return the Connection of ``records`` that ``arguments`` ask for.

    ``keys`` are the sort keys of the records, in order; a cursor holds the key, so that
    a record that changes while somebody reads cannot shift the next page. Without keys
    the position counts.
    """
    keys = keys or list(range(len(records)))
    rows = list(zip(keys, records, strict=True))
    if arguments.get("reverse"):
        rows.reverse()
    first, last = _size(arguments)
    rows = _between(rows, arguments)
    if len(rows) > LONGEST_LIST:
        rows = rows[:LONGEST_LIST]
    chosen = rows[:first] if first is not None else rows[-last:]
    return _connection(chosen, len(chosen) < len(rows), arguments)


def _size(arguments):
    first, last = arguments.get("first"), arguments.get("last")
    if (first is None) == (last is None):
        raise _bad("you must provide one of first or last")
    size = first if first is not None else last
    if not 1 <= size <= LARGEST_PAGE:
        raise _bad(f"first and last must be between 1 and {LARGEST_PAGE}, not {size}")
    return first, last


def _between(rows, arguments):
    descending = bool(arguments.get("reverse"))
    after, before = arguments.get("after"), arguments.get("before")
    if after:
        mark = _key(after)
        rows = [row for row in rows if (row[0] < mark if descending else row[0] > mark)]
    if before:
        mark = _key(before)
        rows = [row for row in rows if (row[0] > mark if descending else row[0] < mark)]
    return rows


def _connection(rows, more, arguments):
    edges = [{"cursor": _cursor(key), "node": record} for key, record in rows]
    forward = arguments.get("first") is not None
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "hasNextPage": more if forward else bool(arguments.get("before")),
            "hasPreviousPage": bool(arguments.get("after")) if forward else more,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _cursor(key):
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _key(cursor):
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise _bad(f"{cursor!r} is no cursor of this list") from error
    return tuple(key) if isinstance(key, list) else key


def _bad(message):
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
