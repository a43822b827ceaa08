"""Odoo's external API, as far as the tools need it."""

import xmlrpc.client


class OdooRpc:
    """Calls as one user on one database."""

    def __init__(self, url, database, login, password):
        self.database = database
        self.password = password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.user_id = common.authenticate(database, login, password, {})
        if not self.user_id:
            raise PermissionError(f"{login} may not log in to {database}")
        self.models = xmlrpc.client.ServerProxy(
            f"{url}/xmlrpc/2/object", allow_none=True
        )

    def call(self, model, method, *args, context=None):
        """Return what ``model.method(*args)`` returns, seen by the user."""
        return self.models.execute_kw(
            self.database,
            self.user_id,
            self.password,
            model,
            method,
            args,
            {"context": context} if context else {},
        )

    def count(self, model, domain):
        """Return how many records match."""
        return self.call(model, "search_count", domain)

    def read(self, model, domain, fields):
        """Return the matching records as dicts of ``fields``."""
        return self.call(model, "search_read", domain, fields)
