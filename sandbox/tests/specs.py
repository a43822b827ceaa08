"""The official OpenAPI files of Mollie and Sendcloud, as JSON-schema validators.

They lie outside this project (Mollie's may not be passed on): in ``$O2C_SPECS``, by
default ``../shared/specs`` beside the project. Where they are absent a test that
asks for a validator is skipped, and says so.

    from sandbox.tests import specs
    specs.check(specs.mollie_validator("/payments/{paymentId}", "get", 200), answer)
    specs.check(specs.sendcloud_request_validator("/shipments/announce", "post"), body)
"""

import functools
import json
import os
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("O2C_SPECS") or PROJECT.parent / "shared" / "specs")
_MOLLIE = "mollie/specs.json"
#: the newest file that knows a path comes first
_SENDCLOUD = [
    "sendcloud/api-evangelist/openapi/_original/sendcloud-shipments-openapi.yml",
    "sendcloud/api-evangelist/openapi/_original/sendcloud-v3-parcel-documents-openapi.yml",
    "sendcloud/api-evangelist/openapi/_original/sendcloud-v3-service-points-openapi.yml",
    "sendcloud/api-evangelist/openapi/_original/sendcloud-v3-returns-openapi.yml",
    "sendcloud/sendcloud-php-client/openapi.json",
]
_SENDCLOUD_WEBHOOKS = (
    "sendcloud/api-evangelist/openapi/_original/sendcloud-v3-webhooks-openapi.yml"
)


def mollie_validator(path, method="get", status=200):
    """Return the validator of an answer; ``path`` as in the spec, without ``/v2``."""
    return _validator(_MOLLIE, ["paths", f"/v2{path}", method], status)


def mollie_request_validator(path, method="post"):
    """Return the validator of a request body."""
    return _validator(_MOLLIE, ["paths", f"/v2{path}", method], None)


def mollie_event_validator():
    """Return the validator of a signed (next-gen) webhook's body."""
    return mollie_validator("/events/{webhookEventId}")


def sendcloud_validator(path, method="get", status=200):
    """Return the validator of an answer of API v3, the path without ``/api/v3``."""
    return _validator(_sendcloud_file(path), ["paths", path, method], status)


def sendcloud_request_validator(path, method="post"):
    """Return the validator of a request body of API v3."""
    return _validator(_sendcloud_file(path), ["paths", path, method], None)


def sendcloud_webhook_validator():
    """Return the validator of the parcel_status_changed webhook's body."""
    operation = ["webhooks", "ParcelStatusChanged", "post"]
    return _validator(_SENDCLOUD_WEBHOOKS, operation, None)


def answer_schema(path, method="get", status=200):
    """Return ``(schema, function that follows a $ref)`` of an answer.

    :param path: as in the service's file; Mollie's begin with ``/v2``
    """
    name = _MOLLIE if path.startswith("/v2/") else _sendcloud_file(path)
    return _schema_of(name, ["paths", path, method], status)


def webhook_schema():
    """Return the same of the body of Sendcloud's parcel_status_changed webhook."""
    operation = ["webhooks", "ParcelStatusChanged", "post"]
    return _schema_of(_SENDCLOUD_WEBHOOKS, operation, None)


def _schema_of(name, operation, status):
    document = _load(name, status is None)

    def lookup(reference):
        parts = reference.removeprefix("#/").split("/")
        keys = [part.replace("~1", "/").replace("~0", "~") for part in parts]
        return _follow(document, keys)

    keys = ["requestBody"] if status is None else ["responses", str(status)]
    answer = _follow(document, [*operation, *keys])
    answer = lookup(answer["$ref"]) if "$ref" in answer else answer
    kind = next(kind for kind in answer["content"] if kind.endswith("json"))
    return answer["content"][kind]["schema"], lookup


def check(validator, instance):
    """Fail with one line per place where ``instance`` breaks its schema."""
    problems = [
        f"{error.json_path}: {error.message[:300]}"
        for error in validator.iter_errors(instance)
    ]
    assert not problems, "\n".join(problems)


def _sendcloud_file(path):
    for name in _SENDCLOUD:
        if path in _load(name, for_request=False)["paths"]:
            return name
    raise LookupError(f"no official file has {path}")


@functools.cache
def _load(name, for_request):
    file = FOLDER / name
    if not file.exists():
        pytest.skip(f"official specs absent: {file}")
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        document = json.loads(text)
    else:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document = yaml.load(text, loader)  # noqa: S506 - both loaders are the safe one
    return _as_json_schema(document, document, for_request)


def _as_json_schema(node, document, for_request):
    """Return ``node`` with OpenAPI's own words turned into JSON schema.

    ``nullable`` becomes a type, and what only an answer has (``readOnly``) is not
    required of a request.
    """
    if isinstance(node, list):
        return [_as_json_schema(item, document, for_request) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {k: _as_json_schema(v, document, for_request) for k, v in node.items()}
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        copy["type"] = [node["type"], "null"]
    if for_request and isinstance(node.get("required"), list):
        properties = node.get("properties", {})
        copy["required"] = [
            name
            for name in node["required"]
            if not _is_read_only(properties.get(name, {}), document)
        ]
    return copy


def _is_read_only(schema, document):
    while "$ref" in schema and "readOnly" not in schema:
        schema = _follow(document, schema["$ref"].split("/")[1:])
    return schema.get("readOnly", False)


def _follow(document, keys):
    for key in keys:
        document = document[key]
    return document


@functools.cache
def _registry(name, for_request):
    document = _load(name, for_request)
    resource = Resource(contents=document, specification=DRAFT202012)
    return Registry().with_resource(f"urn:{name}", resource)


def _validator(name, operation, status):
    for_request = status is None
    document = _load(name, for_request)
    keys = [*operation, "requestBody"]
    if not for_request:
        keys = [*operation, "responses", str(status)]
    reference = _follow(document, keys).get("$ref")
    if reference:
        keys = reference.split("/")[1:]
    content = _follow(document, keys)["content"]
    kind = next(kind for kind in content if kind.endswith("json"))
    pointer = "/".join(_escape(k) for k in [*keys, "content", kind, "schema"])
    return Draft202012Validator(
        {"$ref": f"urn:{name}#/{pointer}"},
        registry=_registry(name, for_request),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def _escape(key):
    # first as a JSON pointer (RFC 6901), then as the fragment of a URI
    key = key.replace("~", "~0").replace("/", "~1")
    return key.replace("{", "%7B").replace("}", "%7D").replace("+", "%2B")
