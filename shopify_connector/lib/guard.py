"""Whether a version of Shopify's API still understands what the connector says.

Each document is sent together with a harmless question, and only that question is
executed: GraphQL checks a whole request before it does any of it
(https://spec.graphql.org/October2021/#sec-Executing-Requests). So even the documents
that change something can be checked in a shop at work.
"""

import re

from . import queries

PROBE = "query OnlyThisRuns { shop { id } }"
PROBE_NAME = "OnlyThisRuns"
#: https://shopify.dev/docs/api/usage/versioning: set when something asked for is going
DEPRECATED_HEADER = "X-Shopify-API-Deprecated-Reason"
VERSION_HEADER = "X-Shopify-API-Version"
STABLE = re.compile(r"\d{4}-\d{2}")


def next_version(versions, current):
    """Return the handle of the stable version after ``current``, ``None`` without one.

    :param versions: of ``AdminClient.api_versions``
    """
    handles = (row["handle"] for row in versions if row["supported"])
    later = (h for h in handles if STABLE.fullmatch(h) and h > current)
    return min(later, default=None)


def check(client):
    """Yield ``(document, "refused" or "going", what Shopify says)``.

    :param client: :class:`~.client.AdminClient` of the version to be checked
    """
    for name, document in queries.DOCUMENTS.items():
        errors, reason = client.try_document(f"{document}\n{PROBE}", PROBE_NAME)
        label = name.lower().replace("_", " ")
        if errors:
            yield label, "refused", " ".join(errors)
        elif reason:
            yield label, "going", reason
