"""Planted keys are looked for everywhere a person or a log could see them."""

import logging
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user

from sandbox import settings

from .common import OrderToCashCase
from .test_access import SECRET_WORDS

CONNECTIONS = ("shopify.shop", "sendcloud.account", "mollie.account")
#: tables whose text people, jobs or other systems read: columns that hold text
TEXTS = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = ANY(%s)
       AND data_type IN ('text', 'character varying', 'jsonb', 'json')
"""
READ_BY_PEOPLE = [
    "account_move",
    "account_bank_statement_line",
    "bus_bus",
    "ir_attachment",
    "ir_logging",
    "mail_activity",
    "mail_mail",
    "mail_message",
    "mail_tracking_value",
    "mollie_balance_page",
    "mollie_balance_transaction",
    "o2c_exception",
    "o2c_order_flow",
    "queue_job",
    "sale_order",
    "sendcloud_shipment",
    "shopify_order",
    "stock_picking",
]


class Kept(logging.Handler):
    """Keeps every line that is logged, its traceback too."""

    def __init__(self):
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


class SecretsCase(OrderToCashCase):
    def setUp(self):
        super().setUp()
        self.kept = Kept()
        root = logging.getLogger()
        level = root.level
        root.addHandler(self.kept)
        root.setLevel(logging.DEBUG)
        # Odoo logs each statement with its values; nobody does that in production.
        for name in ("odoo.sql_db", "odoo.models", "odoo.tests"):
            logger = logging.getLogger(name)
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.INFO)
        self.addCleanup(root.setLevel, level)
        self.addCleanup(root.removeHandler, self.kept)

    def secrets(self):
        """Return ``{value: where it is kept}`` of every key and address."""
        found = {}
        for name in CONNECTIONS:
            for record in self.env[name].search([]):
                for field in record._fields.values():
                    value = field.type == "char" and field.store and record[field.name]
                    if value and any(word in field.name for word in SECRET_WORDS):
                        found[value] = f"{name}.{field.name}"
        return found

    def whole_flow(self):
        name = self.buy()
        self.deliver_webhooks()
        self.pack(self.order(name))
        self.settle()
        return name

    def assert_nowhere(self, text, where):
        for value, kept in self.secrets().items():
            self.assertNotIn(value, text, f"{kept} is told in {where}")


class TestSecrets(SecretsCase):
    def test_there_are_secrets_to_look_for(self):
        kept = set(self.secrets().values())
        self.assertLessEqual(
            {
                "shopify.shop.webhook_token",
                "sendcloud.account.secret_key",
                "mollie.account.access_token",
            },
            kept,
        )
        self.assertIn(settings.MOLLIE_TOKEN, self.secrets())

    def test_a_whole_flow_tells_none(self):
        self.whole_flow()
        self.assert_no_text_tells()
        self.assertTrue(self.kept.lines)
        self.assert_nowhere("\n".join(self.kept.lines), "the log")

    def test_trouble_tells_none(self):
        """Every service fails in every way: errors, refusals, nonsense."""
        self.stops_are_expected()
        answers = [
            requests.ConnectionError("Authorization: no"),
            self.reply(401, b"who?"),
            self.reply(500, b"<html>Sorry</html>"),
            self.reply(200, b"[]"),
            self.reply(422, b"{}"),
        ]
        for answer in answers:
            with patch.object(requests.Session, "send", self.answering(answer)):
                for name in CONNECTIONS:
                    for record in self.env[name].search([]):
                        self.pressed(record)
                self.env["mollie.balance"]._cron_fetch()
                self.run_jobs()
        self.assert_no_text_tells()
        self.assert_nowhere("\n".join(self.kept.lines), "the log")

    def reply(self, status, body):
        response = requests.Response()
        response.status_code, response._content = status, body
        return response

    def answering(self, answer):
        def send(_session, request, **_kwargs):
            if isinstance(answer, Exception):
                raise answer
            answer.url, answer.request = request.url, request
            return answer

        return send

    def pressed(self, record):
        """Press the button; what the user is shown tells no key."""
        try:
            with self.env.cr.savepoint():
                record.action_test_connection()
        except Exception as error:  # noqa: BLE001 - whatever it is, a user sees it
            self.assert_nowhere(f"{error} {error!r}", "an error")

    def assert_no_text_tells(self):
        self.env.flush_all()
        self.env.cr.execute(TEXTS, (READ_BY_PEOPLE,))
        columns = self.env.cr.fetchall()
        self.assertEqual({table for table, _c in columns}, set(READ_BY_PEOPLE))
        for value, kept in self.secrets().items():
            for table, column in columns:
                self.env.cr.execute(
                    f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s',
                    (f"%{value}%",),
                )
                (count,) = self.env.cr.fetchone()
                self.assertFalse(count, f"{kept} is told in {table}.{column}")

    def test_export_and_copy(self):
        groups = "o2c_base.group_manager,base.group_allow_export"
        manager = new_test_user(self.env, "exporter", groups)
        for value, kept in self.secrets().items():
            model, _dot, field = kept.rpartition(".")
            records = self.env[model].search([]).with_user(manager)
            for work in (
                lambda r=records, f=field: r.export_data([f]),
                lambda r=records, f=field: r.read([f]),
                lambda r=records, f=field: r.read_group([], [f], [f]),
            ):
                # What an administrator has just read must not answer from the cache.
                self.env.invalidate_all()
                try:
                    told = work()
                except (AccessError, ValueError):
                    continue
                self.assertNotIn(value, str(told), kept)
            shown = records.fields_get()
            self.assertNotIn(field, shown)
            for copied in records.sudo().copy_data():
                self.assertNotIn(field, copied)

    def test_changes_of_keys_are_not_tracked(self):
        for kept in set(self.secrets().values()):
            model, _dot, field = kept.rpartition(".")
            self.assertFalse(getattr(self.env[model]._fields[field], "tracking", None))

    def test_jobs_carry_none(self):
        self.whole_flow()
        for job in self.env["queue.job"].search([]):
            text = (
                f"{job.name} {job.func_string} {job.args} {job.kwargs} {job.exc_info}"
            )
            self.assert_nowhere(text, "a job")


class TestErrorPages(SecretsCase, HttpCase):
    def test_webhook_doors(self):
        for name, path in (
            ("shopify.shop", "shopify"),
            ("sendcloud.account", "sendcloud"),
            ("mollie.account", "mollie"),
        ):
            token = self.env[name].search([], limit=1).webhook_token
            for data in (b"", b"{", b"\xff" * 100, b"{}"):
                answer = self.url_open(f"/{path}/webhook/{token}", data=data or b" ")
                self.assertEqual(answer.status_code, 401)
                self.assert_nowhere(answer.text + str(answer.headers), path)
        # The path is the address: the server's own log has it, ours has not.
        lines = [line for line in self.kept.lines if "/webhook/" not in line]
        self.assert_nowhere("\n".join(lines), "the log")
