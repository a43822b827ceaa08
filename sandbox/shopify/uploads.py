"""Files that an app uploads: a place is asked for, filled, and named to Shopify."""

import uuid

from werkzeug.wrappers import Response

from .fields import mutation, user_error

#: what the addresses of places begin with; Shopify's are at a storage service
PATH = "/staged/"
KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
NAMESPACE = uuid.UUID("a1a3f1c4-7a51-4d0e-8f0f-5a7d0d1d9b11")


@mutation("stagedUploadsCreate")
def create(store, arguments):
    """Give a place for each file; images by POST only are played."""
    targets, errors = [], []
    for index, given in enumerate(arguments["input"]):
        if given["resource"] != "IMAGE" or given.get("httpMethod") != "POST":
            message = "The sandbox takes images by POST only"
            errors.append(user_error(message, "input", str(index)))
        elif given["mimeType"] not in KINDS:
            errors.append(user_error("Mime type is invalid", "input", str(index)))
        else:
            targets.append(_target(store, given))
    return {"stagedTargets": [] if errors else targets, "userErrors": errors}


def _target(store, given):
    number = store.world.next_number("shopify.upload")
    key = f"tmp/{uuid.uuid5(NAMESPACE, str(number))}/{given['filename']}"
    url = f"{store.data['address']}{PATH}"
    store.data.setdefault("uploads", {})[f"{url}{key}"] = None
    return {
        "url": url,
        "resourceUrl": f"{url}{key}",
        "parameters": [{"name": "key", "value": key}],
    }


def receive(store, request):
    """Take a file in: a form with the parameters, and the file in ``file``."""
    places = store.data.get("uploads", {})
    place = f"{store.data.get('address')}{PATH}{request.form.get('key', '')}"
    file = request.files.get("file")
    if request.method != "POST" or place not in places or file is None:
        return Response("", 403)
    places[place] = len(file.read())
    return Response("", 201)


def taken(store, source):
    """Tell whether a file lies at an address that Shopify gave out."""
    return bool(store.data.get("uploads", {}).get(source))
