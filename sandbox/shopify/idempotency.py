"""The @idempotent directive: one key, one effect, the first answer again.

https://shopify.dev/docs/api/usage/idempotent-requests
"""

import hashlib
import json

from graphql import GraphQLError
from graphql.execution.values import get_directive_values

MISMATCH = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
FAILED = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"


def once(store, info, arguments, act):
    """Run ``act`` the first time a key is seen, repeat its answer afterwards."""
    name = info.field_name
    key = _key(info)
    text = json.dumps(arguments, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    seen = store.data["idempotency"].get(f"{name}:{key}")
    if seen is None:
        payload = act()
        store.data["idempotency"][f"{name}:{key}"] = {
            "digest": digest,
            "payload": payload,
        }
        return payload
    if seen["digest"] != digest:
        return _problem(
            "The same idempotency key cannot be used with other parameters.", MISMATCH
        )
    if seen["payload"]["userErrors"]:
        return _problem("The first attempt with this key failed.", FAILED)
    return seen["payload"]


def _problem(message, code):
    # Payload fields that are not named here are null: nothing was done.
    return Nothing(userErrors=[{"field": None, "message": message, "code": code}])


class Nothing(dict):
    """A payload whose other fields are all null."""

    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return None


def _key(info):
    directive = info.schema.get_directive("idempotent")
    values = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    if values is None:
        raise _bad(f"The @idempotent directive is required for {info.field_name}.")
    if not values["key"].strip():
        raise _bad("The idempotency key cannot be empty.")
    return values["key"]


def _bad(message):
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
