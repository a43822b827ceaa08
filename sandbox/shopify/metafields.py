"""Metafields: values that apps keep on records."""

import hashlib

from .fields import field, mutation, refused, user_error

#: what ``$app`` and a missing namespace mean
APP_NAMESPACE = "app--1"
OWNERS = {
    "Order": "ORDER",
    "Product": "PRODUCT",
    "ProductVariant": "PRODUCTVARIANT",
    "Customer": "CUSTOMER",
}
MOST = 25


@mutation("metafieldsSet")
def set_metafields(store, arguments):
    """Set values, all or none; the owner does not count as changed by it."""
    rows = arguments["metafields"]
    if len(rows) > MOST:
        message = f"At most {MOST} metafields can be set at once."
        error = user_error(message, "metafields", code="LESS_THAN_OR_EQUAL_TO")
        return refused("metafields", error)
    for index, row in enumerate(rows):
        error = _error(store, row)
        if error:
            place, message, code = error
            path = ("metafields", str(index), place)
            problem = user_error(message, *path, code=code, elementIndex=index)
            return refused("metafields", problem)
    return {"metafields": [_set(store, row)["id"] for row in rows], "userErrors": []}


def _error(store, row):
    owner = store.get(row["ownerId"])
    if owner is None or owner["__typename"] not in OWNERS:
        return "ownerId", "Owner does not exist.", "INVALID_VALUE"
    known = find(store, owner, row.get("namespace"), row["key"])
    if not known and not row.get("type"):
        return "type", "can't be blank", "BLANK"
    digest = row.get("compareDigest")
    if digest and (not known or known["compareDigest"] != digest):
        return "compareDigest", "The metafield was changed meanwhile.", "STALE_OBJECT"
    return None


def _set(store, row):
    owner = store.get(row["ownerId"])
    known = find(store, owner, row.get("namespace"), row["key"])
    value = row["value"]
    fields = {
        "value": value,
        "jsonValue": value,
        "sizeInBytes": len(value.encode()),
        "compareDigest": hashlib.sha256(value.encode()).hexdigest(),
        "type": row.get("type") or known["type"],
    }
    if known:
        return store.touch(known, **fields)
    record = store.add(
        "Metafield",
        owner=owner["id"],
        ownerType=OWNERS[owner["__typename"]],
        namespace=row.get("namespace") or APP_NAMESPACE,
        key=row["key"],
        **fields,
    )
    owner["metafields"].append(record["id"])
    return record


def find(store, owner, namespace, key):
    """Return the metafield of an owner, or None."""
    wanted = namespace or APP_NAMESPACE, key
    for record in store.refs(owner["metafields"]):
        if (record["namespace"], record["key"]) == wanted:
            return record
    return None


def _metafield(store, owner, arguments):
    return find(store, owner, arguments.get("namespace"), arguments["key"])


def _metafields(store, owner, arguments):
    namespace, keys = arguments.pop("namespace", None), arguments.pop("keys", None)
    return [
        record
        for record in store.refs(owner["metafields"])
        if (not namespace or record["namespace"] == namespace)
        and (not keys or f"{record['namespace']}.{record['key']}" in keys)
    ]


for _owner in OWNERS:
    field(_owner, "metafield")(_metafield)
    field(_owner, "metafields")(_metafields)
