"""Tags that an app puts on and takes off."""

from . import bodies, webhooks
from .fields import mutation, refused, user_error

#: what can have tags, and letters that a tag of it can have
LONGEST = {"Order": 40, "DraftOrder": 40, "Customer": 255, "Product": 255}


@mutation("tagsAdd")
def add(store, arguments):
    """Put tags on a record; those that are there in whatever case stay."""
    record, words, problem = _given(store, arguments)
    if problem:
        return refused("node", problem)
    there = {word.lower() for word in record["tags"]}
    new = [word for word in words if word.lower() not in there]
    return _write(store, record, record["tags"] + new)


@mutation("tagsRemove")
def remove(store, arguments):
    """Take tags off a record; one that is not there is no mistake."""
    record, words, problem = _given(store, arguments)
    if problem:
        return refused("node", problem)
    gone = {word.lower() for word in words}
    return _write(store, record, [w for w in record["tags"] if w.lower() not in gone])


def _given(store, arguments):
    """Return the record, the words (a comma ends one), and what is wrong."""
    record = store.get(arguments["id"])
    kind = record and record["__typename"]
    if kind not in LONGEST:
        return None, None, user_error("Resource does not exist", "id")
    words = [part.strip() for text in arguments["tags"] for part in text.split(",")]
    if any(len(word) > LONGEST[kind] for word in words):
        message = f"Tags is too long (maximum is {LONGEST[kind]} characters)"
        return None, None, user_error(message, "tags")
    return record, dict.fromkeys(filter(None, words)), None


def _write(store, record, words):
    if words != record["tags"]:
        store.touch(record, tags=words)
        if record["__typename"] == "Order":
            webhooks.emit(store, ("orders/updated", bodies.order(record)))
    return {"node": record["id"], "userErrors": []}
