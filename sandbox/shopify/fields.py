"""How a field gets its value: a handler for a few, the record itself for the rest."""

from graphql import GraphQLError, get_named_type, get_nullable_type
from graphql.type import is_leaf_type, is_list_type

from . import schemas
from .idempotency import once
from .paging import page
from .store import is_gid

#: (type, field) -> function(store, record, arguments)
HANDLERS = {}
#: the arguments that every list understands
PAGING = {"first", "last", "after", "before", "reverse"}
#: mutations that answer once per @idempotent key
IDEMPOTENT = set()


def field(typename, *names):
    """Register the handler of fields: ``handler(store, record, arguments)``."""

    def register(handler):
        HANDLERS.update({(typename, name): handler for name in names})
        return handler

    return register


def query(*names):
    """Register the handler of root queries: ``handler(store, arguments)``."""
    return _root("QueryRoot", names)


def mutation(*names, idempotent=False):
    """Register the handler of mutations; ``idempotent`` ones demand a key."""
    if idempotent:
        IDEMPOTENT.update(names)
    return _root("Mutation", names)


def _root(typename, names):
    def register(handler):
        def without_record(store, _record, arguments):
            return handler(store, arguments)

        HANDLERS.update({(typename, name): without_record for name in names})
        return handler

    return register


def resolve(record, info, **arguments):
    """Return the value of one field; graphql-core calls this for all of them."""
    store, typename, name = info.context.store, info.parent_type.name, info.field_name
    info.context.check_scope(typename, name)
    handler = HANDLERS.get((typename, name))
    if typename == "Mutation":
        value = _mutate(store, handler, arguments, info)
    elif handler:
        value = handler(store, record, arguments)
    else:
        value = _stored(record, typename, name, arguments)
    return shaped(store, value, info.return_type, arguments)


def _mutate(store, handler, arguments, info):
    if handler is None:
        raise _absent("Mutation", info.field_name)
    if info.field_name not in IDEMPOTENT:
        return handler(store, None, arguments)
    return once(store, info, arguments, lambda: handler(store, None, arguments))


def _stored(record, typename, name, arguments):
    # Null is an answer, nothing stored is none: better loud than wrongly empty.
    if not isinstance(record, dict) or name not in record:
        raise _absent(typename, name)
    unread = {key for key, value in arguments.items() if value} - PAGING
    if unread:
        raise _absent(typename, f"{name}({', '.join(sorted(unread))}:)")
    return record[name]


def _absent(typename, name):
    message = f"The sandbox does not play {typename}.{name}."
    return GraphQLError(message, extensions={"code": "NOT_IN_SANDBOX"})


def shaped(store, value, return_type, arguments):
    """Follow references, page connections and cut lists to their ``first``."""
    kind = get_named_type(return_type)
    if value is None or is_leaf_type(kind):
        return value
    if kind.name.endswith("Connection") and isinstance(value, list):
        return page(_followed(store, value), arguments)
    if is_list_type(get_nullable_type(return_type)):
        return _followed(store, value)[: arguments.get("first")]
    return store.get(value) if is_gid(value) else value


def _followed(store, values):
    return [store.get(value) if is_gid(value) else value for value in values]


def user_error(message, *path, code=None, **more):
    """Return one entry of ``userErrors``; ``path`` points into the arguments."""
    return {"field": list(path) or None, "message": message, "code": code, **more}


def refused(payload_field, *errors):
    """Return the payload of a mutation that did nothing."""
    return {payload_field: None, "userErrors": list(errors)}


class Context:
    """What every field may need: the records and the scopes of the caller."""

    def __init__(self, store, version):
        self.store = store
        self.needed = schemas.scopes(version)
        self.granted = set(store.data["scopes"])

    def check_scope(self, typename, name):
        """Refuse a field for which the app has none of the scopes."""
        needed = self.needed.get(f"{typename}.{name}") or self.needed.get(typename)
        if needed and not self.granted.intersection(needed):
            raise GraphQLError(
                f"Access denied for {name} field. Required access: "
                f"`{'` or `'.join(needed)}` access scope.",
                extensions={"code": "ACCESS_DENIED"},
            )
