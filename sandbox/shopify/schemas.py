"""Shopify's own schema, per version, as graphql-core wants it."""

import functools
import json
from decimal import Decimal
from pathlib import Path

from graphql import build_schema

FOLDER = Path(__file__).parent / "schema"
#: the accessible versions, oldest first
VERSIONS = sorted(
    path.stem.removeprefix("admin_") for path in FOLDER.glob("admin_*.graphql")
)


def answering_version(asked):
    """Return the version that answers a request for ``asked``.

    Shopify serves the oldest accessible version when the asked one is not there.
    """
    return asked if asked in VERSIONS else VERSIONS[0]


@functools.lru_cache
def load(version):
    """Return the executable schema of a version."""
    text = (FOLDER / f"admin_{version}.graphql").read_text(encoding="utf-8")
    schema = build_schema(text)
    schema.type_map["Decimal"].serialize = decimal_text
    return schema


@functools.lru_cache
def scopes(version):
    """Return the access scopes that types and fields need, any one of them each."""
    return json.loads((FOLDER / f"admin_{version}.scopes.json").read_text())


def decimal_text(value):
    """Write an amount as Shopify does: ``12.34`` but ``12.0`` instead of ``12.00``."""
    text = f"{Decimal(value):f}"
    if "." not in text:
        return f"{text}.0"
    whole, fraction = text.split(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"
