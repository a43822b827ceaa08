"""What an address or a method called from outside answers to each role."""

import inspect
import re
import threading
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import http, release
from odoo.api import call_kw
from odoo.sql_db import Cursor
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from .access_table import ARGUMENTS, HARMLESS, NOT_FROM_OUTSIDE, ROUTES, rows
from .test_access_matrix import OURS, AccessCase, own_functions

#: of the ORM; what they may do is in the table of rights. init is never called by RPC
OF_THE_ORM = {"create", "init", "read", "search", "unlink", "write"}
ANSWERS = {200: "shown", 400: "invalid", 401: "unsigned", 403: "refused", 404: "absent"}


def own_routes(env):
    """Return ``{address: endpoint}`` of the addresses that our addons answer."""
    # Odoo 19 asks the thread for the database, which only a request gives it.
    with patch.object(threading.current_thread(), "dbname", env.cr.dbname, create=True):
        rules = env["ir.http"].routing_map().iter_rules()
    ours = tuple(f"odoo.addons.{addon}." for addon in OURS)
    return {
        rule.rule: rule.endpoint
        for rule in rules
        if rule.endpoint.__module__.startswith(ours)
    }


def public_methods(env):
    """Yield ``(model name, method name, function)`` of what RPC may call of ours."""
    for name in sorted(env):
        found = {}
        for cls in type(env[name]).__mro__:
            found.update(dict(own_functions(cls)))
        for method in sorted(found):
            is_inner = method.startswith("_") or method in OF_THE_ORM
            if not is_inner and f"{name}.{method}" not in NOT_FROM_OUTSIDE:
                yield name, method, getattr(type(env[name]), method)


class TestRoutes(AccessCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.balance.action_prove()
        self.run_jobs()
        self.users |= {"stranger": self.stranger, "customer": self.customer}

    def values(self, address):
        """Return what stands in the place of an address's parameters."""
        parcel = self.sold.picking_ids.sendcloud_shipment_ids
        ids = self.sample("mollie.proof") if "proof" in address else parcel
        order, back = self.sold.id, self.sample("sendcloud.return").id or 1
        return {
            "<string:ids>": ids.id,
            "<string:token>": "not-a-token",
            "<int:order_id>": order,
            "<int:return_id>": back,
        }

    def word(self, role, address, endpoint):
        """Ask as somebody; return the table's word for the answer."""
        user = self.users[role]
        self.authenticate(*(2 * [user.login] if role != "public" else [None, None]))
        url = address
        for name, value in self.values(address).items():
            url = url.replace(name, str(value))
        method = (endpoint.routing.get("methods") or ["GET"])[0]
        data = (
            {"csrf_token": http.Request.csrf_token(self)} if method != "GET" else None
        )
        answer = self.opener.request(
            method, self.base_url() + url, data=data, timeout=30, allow_redirects=False
        )
        if answer.status_code in (302, 303):
            place = urlsplit(answer.headers["Location"]).path
            return {"/web/login": "login", "/my": "away"}.get(place, "back")
        return ANSWERS.get(answer.status_code, str(answer.status_code))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_every_address(self):
        routes = own_routes(self.env)
        table = dict(rows(ROUTES))
        self.assertEqual(set(table), set(routes), "tests/access_table.py")
        wrong = []
        for address, cells in table.items():
            for role, wanted in cells.items():
                found = self.word(role, address, routes[address])
                if found != wanted:
                    wrong.append(f"{address}: {role} is answered {found}, not {wanted}")
        self.assertFalse(wrong, "\n".join(wrong))


class TestMethods(AccessCase):
    """Whoever has no right may be shown the way to a list, and nothing else happens."""

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_public_methods_do_nothing_for_strangers(self):
        done = {}
        for name, method, function in public_methods(self.env):
            record = self.sample_of(name)
            if record is None:
                continue
            for role, user in (
                ("portal", self.users["portal"]),
                ("customer", self.customer),
                ("stranger", self.stranger),
            ):
                model = self.env[name].with_user(user)
                ids = [] if getattr(function, "_api", None) == "model" else [record.ids]
                arguments = ids + self.arguments(name, method, function)
                if found := self.effects(model, method, arguments):
                    done[f"{name}.{method}: {role}"] = found
        told = "\n".join(f"{key}: {str(what)[:200]}" for key, what in done.items())
        self.assertFalse(set(done) - set(HARMLESS), told)
        if release.version_info[0] == 17:  # 19 stops some of them itself
            self.assertEqual(set(done), set(HARMLESS), told)

    def effects(self, model, method, arguments):
        """Return what a call that is let through wrote, or handed out beside a way."""
        written, results = [], []
        execute = Cursor.execute

        def watched(cursor, query, *rest, **kwargs):
            if re.match(r"\s*(INSERT|UPDATE|DELETE)", str(query), re.IGNORECASE):
                written.append(query)
            return execute(cursor, query, *rest, **kwargs)

        def call():
            results.append(call_kw(model, method, arguments, {}))
            self.env.flush_all()

        self.env.flush_all()
        with patch.object(Cursor, "execute", watched):
            self.may(call)
        shown = [r for r in results if r and not (isinstance(r, dict) and "type" in r)]
        return bool(results) and [*written[:1], *shown]

    def sample_of(self, name):
        if self.env[name]._abstract:
            return self.env[name] if name == "o2c.board" else None
        return self.sample(name)

    def arguments(self, name, method, function):
        """Return values for the parameters that a method insists on."""
        needed = [
            parameter
            for parameter in list(inspect.signature(function).parameters.values())[1:]
            if parameter.default is parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        values = ARGUMENTS.get(f"{name}.{method}", [])
        self.assertEqual(len(needed), len(values), f"{name}.{method}")
        return values
