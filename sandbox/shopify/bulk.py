"""Bulk operations: one question over all records, answered as a file of JSON lines.

https://shopify.dev/docs/api/usage/bulk-operations/queries. Played for one connection
whose records have no lists of their own; others are refused, as Shopify refuses more
than five connections or two levels.
"""

import json

from graphql import GraphQLError, execute, parse, validate
from graphql.language import ArgumentNode, IntValueNode, NameNode, StringValueNode

from . import schemas
from .fields import Context, mutation, query, refused, resolve, user_error
from .paging import LARGEST_PAGE

#: operations of one app that may run at the same time in a shop
MOST = 5
UNDER_WAY = ("CREATED", "RUNNING")
PATH = "/bulk/"


@mutation("bulkOperationRunQuery")
def start(store, arguments):
    """Begin an operation; its work is done while somebody asks how far it is."""
    running = [o for o in store.all("BulkOperation") if o["status"] in UNDER_WAY]
    if len(running) >= MOST:
        message = f"At most {MOST} bulk operations can run at once."
        return refused("bulkOperation", _error(message, "LIMIT_REACHED"))
    problem = _problem(arguments["query"])
    if problem:
        return refused("bulkOperation", _error(problem, "INVALID"))
    operation = store.add(
        "BulkOperation",
        query=arguments["query"],
        type="QUERY",
        status="CREATED",
        errorCode=None,
        objectCount="0",
        rootObjectCount="0",
        fileSize=None,
        url=None,
        partialDataUrl=None,
        completedAt=None,
    )
    return {"bulkOperation": operation["id"], "userErrors": []}


@query("bulkOperation")
def one(store, arguments):
    """Return an operation, one step further than the last time it was asked for."""
    operation = store.get(arguments["id"], "BulkOperation")
    if operation and operation["status"] == "CREATED":
        operation["status"] = "RUNNING"
    elif operation and operation["status"] == "RUNNING":
        _complete(store, operation)
    return operation


def file_of(store, path):
    """Return the lines behind a file's address, ``None`` when there is none."""
    return store.data.get("bulk_files", {}).get(path.removeprefix(PATH))


def fail(store, operation, part=0):
    """For tests: let an operation end after some of its lines."""
    rows = _rows(store, operation["query"])[:part]
    operation.update(status="FAILED", errorCode="INTERNAL_SERVER_ERROR")
    operation["partialDataUrl"] = _keep(store, operation, rows)


def _complete(store, operation):
    rows = _rows(store, operation["query"])
    count = str(len(rows))
    operation.update(status="COMPLETED", completedAt=store.now())
    operation.update(objectCount=count, rootObjectCount=count)
    operation["url"] = _keep(store, operation, rows)


def _keep(store, operation, rows):
    if not rows:
        # Shopify makes no file for nothing.
        return None
    text = "\n".join(json.dumps(row) for row in rows) + "\n"
    name = f"{operation['legacyResourceId']}.jsonl"
    store.data.setdefault("bulk_files", {})[name] = text
    operation["fileSize"] = str(len(text))
    return f"{store.data['address']}{PATH}{name}"


def _rows(store, text):
    version = schemas.VERSIONS[-1]
    rows, after = [], None
    while True:
        document = parse(text)
        (root,) = document.definitions[0].selection_set.selections
        _ask_for_page(root, after)
        result = execute(
            schemas.load(version),
            document,
            context_value=Context(store, version),
            field_resolver=resolve,
        )
        if result.errors:
            raise result.errors[0]
        (found,) = result.data.values()
        rows += [edge["node"] for edge in found["edges"]]
        if not found["pageInfo"]["hasNextPage"]:
            return rows
        after = found["pageInfo"]["endCursor"]


def _ask_for_page(root, after):
    values = {"first": IntValueNode(value=str(LARGEST_PAGE))}
    if after:
        values["after"] = StringValueNode(value=after)
    root.arguments = (
        *root.arguments,
        *(
            ArgumentNode(name=NameNode(value=name), value=value)
            for name, value in values.items()
        ),
    )
    extra = parse("{ pageInfo { hasNextPage endCursor } }").definitions[0]
    chosen = root.selection_set
    chosen.selections = (*chosen.selections, *extra.selection_set.selections)


def _problem(text):
    """Return why a question cannot be a bulk operation, ``None`` when it can."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return error.message
    errors = validate(schemas.load(schemas.VERSIONS[-1]), document)
    if errors:
        return errors[0].message
    fields = document.definitions[0].selection_set.selections
    lists = text.count("edges")
    if len(fields) != 1 or lists != 1:
        return "Bulk queries must contain at least one connection."
    return None


def _error(message, code):
    return user_error(message, "query", code=code)
