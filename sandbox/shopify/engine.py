"""One GraphQL request: read, check against the schema, price, execute."""

import functools

from graphql import GraphQLError, execute, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values
from graphql.validation import NoDeprecatedCustomRule

from . import cancellations, media, schemas
from .cost import LARGEST_QUERY, Bucket, Prices
from .fields import Context, resolve

LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"


@functools.lru_cache(maxsize=200)
def read(version, text):
    """Return the parsed document and what the schema says against it."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schemas.load(version), document)


@functools.lru_cache(maxsize=200)
def deprecated(version, text):
    """Tell whether a valid document uses something that is going."""
    schema = schemas.load(version)
    return bool(validate(schema, parse(text), [NoDeprecatedCustomRule]))


class Engine:
    """Executes requests on the store and makes callers pay for them."""

    def __init__(self, store):
        self.store = store

    def run(self, version, token, body):
        """Return the answer to ``{"query", "variables", "operationName"}``."""
        cancellations.work(self.store)
        media.work(self.store)
        text, variables = body.get("query") or "", body.get("variables") or {}
        name = body.get("operationName")
        document, errors = read(version, text)
        if errors:
            return {"errors": [error.formatted for error in errors]}
        operation = get_operation_ast(document, name)
        if operation is None:
            return _error("Must provide the name of an operation.", "BAD_REQUEST")
        schema = schemas.load(version)
        definitions = operation.variable_definitions or ()
        coerced = get_variable_values(schema, definitions, variables)
        if isinstance(coerced, list):
            return {"errors": [error.formatted for error in coerced]}
        prices = Prices(schema, document, coerced, name)
        return self._paid(version, token, document, variables, name, prices)

    def _paid(self, version, token, document, variables, name, prices):
        requested = prices.requested()
        bucket = self._bucket(token)
        if requested > LARGEST_QUERY:
            message = f"Query cost is {requested}, which exceeds the single query max"
            extra = {"cost": requested, "maxCost": LARGEST_QUERY}
            return _error(
                f"{message} cost limit ({LARGEST_QUERY}).", "MAX_COST_EXCEEDED", **extra
            )
        if not bucket.allows(requested):
            answer = _error("Throttled", "THROTTLED", documentation=LIMITS_PAGE)
            return {**answer, "extensions": _cost(requested, None, bucket)}
        result = execute(
            schemas.load(version),
            document,
            variable_values=variables,
            operation_name=name,
            context_value=Context(self.store, version),
            field_resolver=resolve,
        )
        raise_own_faults(result.errors)
        actual = prices.actual(result.data)
        bucket.take(actual)
        return {**result.formatted, "extensions": _cost(requested, actual, bucket)}

    def _bucket(self, token):
        data = self.store.data
        level = data["buckets"].setdefault(token, {})
        return Bucket(level, data["plan"], self.store.world.now())


def raise_own_faults(errors):
    """Let a mistake of the sandbox, such as a record with a hole, fail loudly."""
    for error in errors or ():
        cause = error.original_error
        if cause is not None and not isinstance(cause, GraphQLError):
            raise cause


def _error(message, code, **extra):
    return {"errors": [{"message": message, "extensions": {"code": code, **extra}}]}


def _cost(requested, actual, bucket):
    return {
        "cost": {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": bucket.status(),
        }
    }
