"""Addresses that come from outside never lead the server anywhere (SSRF)."""

import ast
import json
from contextlib import contextmanager
from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import urlsplit

import requests

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mollie_reconcile.lib.client import MollieClient
from odoo.addons.o2c_base.lib.errors import RejectedError, ServiceError
from odoo.addons.sendcloud_shipping.lib import answers, client as sendcloud, returns
from odoo.addons.shopify_connector.lib import client as shopify, pictures

from .test_architecture import ADDONS, imports, product_files

HOSTILE = (
    "http://169.254.169.254/latest/meta-data",
    "https://evil.example/v2/balances?from=x&cursor=x",
    "//evil.example/x",
    "http://localhost:8069/web/database/manager",
    "http://10.0.0.1/",
    "http://[::1]:5432/",
    "http://0x7f000001/",
    "https://api.mollie.com@evil.example/x",
    "https://www.mollie.com.evil.example/x",
    "https://evilmollie.com/x",
    # One library reads the host up to the backslash, the other beyond it.
    "https://evil.example\\.www.mollie.com/x",
    "https://evil.example\\.storage.googleapis.com/x",
    "https://evil.example#.storage.googleapis.com/x",
    "https://evil.example?.storage.googleapis.com/x",
    "https://storage.googleapis.com@evil.example/x",
    "https://storage.googleapis.com:22/x",
    "http://storage.googleapis.com/x",
    "https://cdn.shopify.com@evil.example/x",
    "https://evil.example\\@cdn.shopify.com/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://evil.example/x",
    "javascript:alert(1)",
    "",
)
#: libraries that can open a connection by themselves
OPENERS = {"aiohttp", "ftplib", "http", "httpx", "socket", "telnetlib", "urllib3"}
TOKEN = "access_0123456789"


def reply(body=b"", status=200, **headers):
    """Return an answer as ``requests`` hands it over."""
    response = requests.Response()
    response.status_code = status
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response.headers.update(headers)
    return response


def balance_page(following):
    """Return a page of Mollie that names ``following`` as the next one."""
    return reply(
        {
            "count": 1,
            "_embedded": {"balance_transactions": [{"id": "baltr_1"}]},
            "_links": {"next": following and {"href": following}},
        }
    )


def calls_of(name, path):
    """Return the functions of the module ``name`` that a file calls."""
    nodes = [n.func for n in ast.walk(ast.parse(path.read_text())) if is_call(n)]
    return [n.attr for n in nodes if getattr(n.value, "id", None) == name]


def is_call(node):
    """Tell whether a node calls something of something."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


@tagged("standard", "post_install", "-at_install")
class TestAddresses(BaseCase):
    @contextmanager
    def wire(self, *replies):
        """Answer from a script, and keep what was really about to be sent."""
        waiting, self.sent = list(replies), []

        def send(_session, request, **kwargs):
            self.sent.append(request)
            self.assertFalse(kwargs["allow_redirects"])
            return waiting.pop(0)

        with patch.object(requests.Session, "send", send):
            yield

    def hosts(self):
        return {urlsplit(request.url).netloc for request in self.sent}

    # === Mollie === #

    def test_next_pages_of_mollie(self):
        for url in HOSTILE:
            with self.wire(balance_page(url), balance_page(None)):
                client = MollieClient(TOKEN, sleep=lambda seconds: None)
                try:
                    list(client.balance_transactions("bal_1"))
                    client.transactions_page("bal_1")
                except (ServiceError, IndexError):
                    pass
            self.assertEqual(self.hosts(), {"api.mollie.com"})

    def bill(self, url, *more):
        first = reply({"resource": "invoice", "_links": {"pdf": {"href": url}}})
        with self.wire(first, *more):
            return MollieClient(TOKEN, sleep=None).bill_pdf("inv_1")

    def test_papers_of_mollie(self):
        for url in HOSTILE:
            with self.assertRaises(RejectedError):
                self.bill(url)
            self.assertEqual(self.hosts(), {"api.mollie.com"})
        for host in ("www.mollie.com", "mollie.com"):
            content = self.bill(f"https://{host}/merchant/x", reply(b"%PDF"))
            self.assertEqual(content, b"%PDF")
            self.assertEqual(self.hosts(), {"api.mollie.com", host})
            self.assertNotIn("Authorization", self.sent[-1].headers)

    # === Shopify === #

    def bulk(self, url, *replies):
        client = shopify.AdminClient("tw.myshopify.com", "2026-10", "shpat_1")
        with self.wire(*replies):
            return client.bulk_rows(url)

    def test_files_of_bulk_operations(self):
        for url in HOSTILE:
            with self.assertRaises(RejectedError):
                self.bulk(url)
            self.assertEqual(self.sent, [])
        rows = self.bulk("https://storage.googleapis.com/a?b=c", reply(b'{"id": 1}'))
        self.assertEqual(rows, [{"id": 1}])
        self.assertNotIn("X-Shopify-Access-Token", self.sent[-1].headers)

    def test_pictures(self):
        for url in HOSTILE:
            with self.wire(), self.assertRaises(RejectedError):
                pictures.fetch_picture(url)
            self.assertEqual(self.sent, [])

    def test_shops_are_at_shopify_only(self):
        for url in HOSTILE:
            try:
                address, _path = shopify.shop_address(url or "x", "2026-10")
            except RejectedError:
                continue
            self.assertRegex(address, r"^https://[\w-]+\.myshopify\.com$")

    # === Sendcloud === #

    def sendcloud(self):
        return sendcloud.SendcloudClient("public", "secret", sleep=lambda seconds: None)

    def test_next_pages_of_sendcloud(self):
        now = datetime.now(timezone.utc)
        for url in HOSTILE:
            header = {"Link": f'<{url}>; rel="next"'}
            pages = reply({"data": []}, **header), reply({"data": []})
            with self.wire(*pages):
                list(self.sendcloud().shipments_since(now))
            self.assertEqual(self.hosts(), {"panel.sendcloud.sc"})
            pages = reply({"data": [], "next": url}), reply({"data": []})
            with self.wire(*pages):
                self.sendcloud().find_return("x", now, now)
            self.assertEqual(self.hosts(), {"panel.sendcloud.sc"})

    def test_documents_of_sendcloud_are_asked_by_number(self):
        for url in HOSTILE:
            answer = {"label_url": f"{url}/parcels/12/documents/label"}
            self.assertIn(returns._parcel_id(answer), (12, None))
        with self.wire(reply(b"%PDF-1.4")):
            self.sendcloud().label(12)
        self.assertEqual(self.hosts(), {"panel.sendcloud.sc"})

    def test_links_for_people_are_web_pages(self):
        self.assertEqual(answers.web_link("https://t.example/1"), "https://t.example/1")
        for bad in (
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JaVaScRiPt://x/%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "https:///x",
            "https://x y",
            None,
        ):
            self.assertEqual(answers.web_link(bad), "", bad)

    # === All === #

    @mute_logger("odoo.addons.o2c_base.lib.http_client")
    def test_no_redirect_is_followed(self):
        clients = {
            "mollie": lambda: MollieClient(TOKEN, sleep=None).organization(),
            "shopify": lambda: shopify.AdminClient(
                "tw.myshopify.com", "2026-10", "shpat_1"
            ).shop(),
            "sendcloud": lambda: self.sendcloud().auth_metadata(),
            "bulk": lambda: shopify.AdminClient(
                "tw.myshopify.com", "2026-10", "shpat_1"
            ).bulk_rows("https://storage.googleapis.com/a"),
        }
        for name, call in clients.items():
            for status in (301, 302, 303, 307, 308):
                answer = reply(status=status, Location="http://169.254.169.254/")
                with self.subTest(name), self.wire(answer):
                    with self.assertRaises(RejectedError):
                        call()
                self.assertEqual(len(self.sent), 1)

    def test_one_file_opens_connections(self):
        for path in product_files(*ADDONS):
            found = {name for name in imports(path) if name.split(".")[0] in OPENERS}
            self.assertFalse(found, path)
            self.assertNotIn("urllib.request", set(imports(path)), path)
            if path.name != "http_client.py":
                self.assertFalse(calls_of("requests", path), path)
