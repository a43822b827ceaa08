"""The page that a monitoring system reads."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import BaseCase, HttpCase, tagged

from odoo.addons.o2c_base.tests.common import O2CMixin

from ..controllers import health
from ..lib.exposition import Metric, exposition
from ..models.o2c_health import KEY
from .common import DashboardCase

LINE = re.compile(r'^(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (-?\d+)$')


def figures(text):
    """Return ``{(name, labels): value}``; fails on a line of another format."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("# "):
            name, labels, value = LINE.match(line).groups()
            found[name, labels or ""] = int(value)
    return found


@tagged("standard", "post_install", "-at_install")
class TestExposition(BaseCase):
    def test_format(self):
        metric = Metric("o2c_x", "A figure.", [({}, 3), ({"kind": 'a"b\\c\nd'}, 4)])
        self.assertEqual(
            exposition([metric]),
            "# HELP o2c_x A figure.\n# TYPE o2c_x gauge\no2c_x 3\n"
            'o2c_x{kind="a\\"b\\\\c\\nd"} 4\n',
        )


class TestHealth(DashboardCase):
    def figures(self):
        self.env.flush_all()
        return figures(self.env["o2c.health"].sudo()._exposition())

    def odd(self, order, message="Something is odd."):
        """Let an order wait for a person."""
        vals = {"res_model": order._name, "res_id": order.id}
        self.env["o2c.exception"].create({**vals, "reason": "odd", "message": message})

    def later(self, **when):
        """Put something on the list of jobs, two hours ago."""
        exceptions = self.env["o2c.exception"].with_delay(channel="root.o2c", **when)
        job = exceptions._cron_escalate().db_record()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(hours=2), job.id),
        )
        self.env.invalidate_all()
        return job

    def test_new_trouble_is_counted(self):
        before = self.figures()
        order = self.order()
        self.odd(order)
        job = self.later()
        after = self.figures()
        self.assertEqual(after["o2c_open_exceptions", 'kind="odd"'], 1)
        pending = "o2c_jobs", 'state="pending"'
        self.assertEqual(after[pending], before[pending] + 1)
        self.assertGreaterEqual(after["o2c_oldest_due_job_seconds", ""], 7200)
        job.write({"state": "failed"})
        failed = "o2c_jobs", 'state="failed"'
        self.assertEqual(self.figures()[failed], before[failed] + 1)

    def test_a_job_for_later_is_not_late(self):
        self.later(eta=3600)
        self.assertLess(self.figures()["o2c_oldest_due_job_seconds", ""], 7200)

    def test_crons_and_connections(self):
        cron = self.env.ref("o2c_dashboard.cron_look")
        cron.lastcall = "2026-11-02 08:00:00"
        shop = self.env["shopify.shop"].create(
            {"name": "Watched", "domain": "watched.myshopify.com", "state": "paused"}
        )
        found = self.figures()
        ran = "o2c_cron_last_run_timestamp_seconds", 'cron="o2c_dashboard.cron_look"'
        self.assertEqual(found[ran], 1793606400)
        label = f'service="Shopify",id="{shop.id}"'
        self.assertEqual(found["o2c_connection_up", label], 0)
        shop.state = "connected"
        self.assertEqual(self.figures()["o2c_connection_up", label], 1)
        self.assertIn(("o2c_proof_differences", 'proof="shopify"'), found)
        self.assertIn(("o2c_proof_timestamp_seconds", 'proof="mollie"'), found)

    def test_as_cheap_with_many_as_with_few(self):
        def queries():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.figures()
            return self.env.cr.sql_log_count - start

        queries()  # what Odoo keeps for good
        few = queries()
        for _number in range(20):
            order = self.order()
            self.odd(order)
        self.assertEqual(queries(), few)
        self.assertLess(few, 40)

    def test_names_nobody(self):
        order = self.order()
        self.odd(order, "Garden Centre is odd.")
        text = self.env["o2c.health"].sudo()._exposition()
        for word in ("Garden", "buyer@", order.name):
            self.assertNotIn(word, text)


@tagged("standard", "post_install", "-at_install")
class TestHealthPage(O2CMixin, HttpCase):
    def ask(self, *key):
        headers = {"Authorization": f"Bearer {key[0]}"} if key else {}
        return self.url_open("/o2c/health", headers=headers)

    def test_only_with_the_key(self):
        settings = self.env["res.config.settings"]
        self.env["ir.config_parameter"].set_param(KEY, False)
        self.assertEqual(self.ask("").status_code, 404)
        settings.create({}).action_o2c_new_health_key()
        key = settings.create({}).o2c_health_key
        self.assertGreater(len(key), 40)
        for wrong in ((), ("",), ("wrong",), (key[:-1],), ("ü",)):
            answer = self.ask(*(word.encode().decode("latin-1") for word in wrong))
            self.assertEqual(answer.status_code, 401)
            self.assertEqual(answer.text, "")
        # The settings say where, so that it can be copied into the other system.
        address = settings.create({}).o2c_health_url
        self.assertEqual(address, f"{settings.get_base_url()}/o2c/health")
        answer = self.ask(key)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], health.TEXT)
        self.assertIn(("o2c_crons_late", ""), figures(answer.text))
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def test_comparison_takes_the_same_time(self):
        self.env["ir.config_parameter"].set_param(KEY, "k" * 43)
        with patch.object(health, "consteq", return_value=False) as compared:
            self.assertEqual(self.ask("k" * 43).status_code, 401)
        compared.assert_called_once()

    def test_saving_the_settings_keeps_the_key(self):
        self.env["ir.config_parameter"].set_param(KEY, "kept")
        self.env["res.config.settings"].create({}).execute()
        self.assertEqual(self.env["o2c.health"]._key(), "kept")
