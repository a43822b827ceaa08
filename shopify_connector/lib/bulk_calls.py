"""Asking Shopify for all records of a kind at once, as a file that it prepares.

https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

import json
import re
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from odoo.addons.o2c_base.lib.errors import RejectedError, Sentence

from . import queries_bulk

_ = partial(Sentence, __name__)

#: where Shopify keeps the files; nothing else that an answer names is opened. The whole
#: of the host is compared: libraries disagree where a host with ``\\`` in it ends
STORAGE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.googleapis\.com")


class BulkCalls:
    """Part of :class:`~.client.AdminClient`: bulk operations."""

    def start_bulk_orders(self, condition):
        """Have Shopify list all orders found; return the operation's id.

        Asked twice it lists twice, which harms nobody.

        :param condition: in Shopify's search syntax
        """
        query = queries_bulk.BULK_ORDERS % json.dumps(condition)
        payload = self.mutate(queries_bulk.START_BULK, {"query": query})
        return payload["bulkOperation"]["id"]

    def bulk(self, gid):
        """Return how far a bulk operation is, ``None`` when it is forgotten."""
        return self.execute(queries_bulk.BULK, {"id": gid})["bulkOperation"]

    def bulk_rows(self, url):
        """Return the records in the file of a bulk operation.

        :raise RejectedError: the address is none of Shopify's storage
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        is_storage = parts.scheme == "https" and STORAGE.fullmatch(parts.netloc)
        if not is_storage and site != self.transport.base_url:
            message = _("Shopify named an address that is not its storage.")
            raise RejectedError(message, service=self.transport.service)
        # A session of its own: the key is not for the storage.
        transport = self._without_key(site)
        response = transport.send("GET", parts.path, params=parse_qsl(parts.query))
        return [json.loads(line) for line in response.text.splitlines() if line]
