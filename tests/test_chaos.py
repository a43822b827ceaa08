"""Faults in a seeded order, in one process; `make chaos` does it with real ones."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from random import Random

from freezegun import freeze_time

from odoo.tools import mute_logger

from sandbox.faults import KINDS, AnswerLost
from sandbox.mischief import forged
from tools.chaos_clock import BEFORE, month_end, next_midnight

from .common import OrderToCashCase

SERVICES = ("shopify", "sendcloud", "mollie")
ORDERS = 6
STEPS = 45
#: rounds of regular work within which everything has to be right again
HEALING_ROUNDS = 6


class WorkerKilled(Exception):
    """Ends a job's transaction without a word, as SIGKILL does."""


class TestChaos(OrderToCashCase):
    """Whatever breaks, afterwards it heals by itself and nothing is lost or double."""

    def setUp(self):
        super().setUp()
        # wrong answers are errors that nobody foresees; they have to heal as well
        self.stops_are_expected()
        self.names = []
        self.happened = Counter()

    def test_seed_2(self):
        self.live_through(2)

    def test_seed_3(self):
        self.live_through(3)

    def test_seed_4(self):
        self.live_through(4)

    @mute_logger(
        "odoo.addons.o2c_base.models.o2c_exception_mixin",
        "odoo.addons.o2c_base.models.queue_job",
        "odoo.sql_db",
    )
    def live_through(self, seed):
        self.chance = Random(seed)
        happenings = [self.buy_something, self.break_a_service, self.bring_post]
        happenings += [self.kill_a_worker, self.work, self.work_day, self.bring_post]
        happenings += [self.pass_midnight]
        # What was set up is older than the evening in which this begins.
        with freeze_time(month_end(datetime.now(timezone.utc))) as self.clock:
            for _step in range(STEPS):
                self.chance.choice(happenings)()
                self.clock.tick(timedelta(minutes=1))
            while len(self.names) < ORDERS:
                self.buy_something()
            self.heal()
            self.check_all()

    # === What happens === #

    def buy_something(self):
        if len(self.names) < ORDERS:
            method = self.chance.choice(("ideal", "creditcard", "klarna"))
            cart = [("TW-SHEARS-01", self.chance.randint(1, 3)), ("TW-TROWEL-01", 1)]
            self.names.append(self.buy(cart, method=method))

    def break_a_service(self):
        service = self.chance.choice(SERVICES)
        kind = self.chance.choice(sorted(KINDS))
        times, seconds = self.chance.randint(1, 4), self.chance.choice((0, 2))
        self.world.faults.sleep = self.run_out_of_time
        self.world.faults.break_(service, kind, times, seconds)
        self.happened["broken"] += 1

    def run_out_of_time(self, _seconds):
        """Let the caller go before a slow service has even begun."""
        raise AnswerLost()

    def pass_midnight(self):
        """Go on around the next midnight, the merchant's or that of UTC."""
        now = datetime.now(timezone.utc)
        self.clock.move_to(next_midnight(now + BEFORE) - BEFORE)
        self.happened["midnight"] += 1

    def bring_post(self):
        """Deliver what waits: out of order, some lost, some twice, one forged."""
        messages, self.world.outbox.waiting = self.world.outbox.waiting, []
        self.chance.shuffle(messages)
        for message in messages:
            copies = self.chance.choice((0, 1, 1, 2))
            self.happened[f"{copies} copies"] += 1
            for _copy in range(copies):
                self._knock(message["url"], message["headers"], message["body"])
        if messages:
            self.assert_refused(forged(messages[0]))

    def assert_refused(self, message):
        with self.assertRaises(AssertionError):
            self._knock(message["url"], message["headers"], message["body"])

    def kill_a_worker(self):
        """Let a job do its work at the service and die before it is committed."""
        self.shop._cron_sweep()  # so that there is work to die at
        self.env.flush_all()
        job_uuid = self._next_job(later=True)
        try:
            with self.env.cr.savepoint():
                self._perform(job_uuid)
                raise WorkerKilled
        except WorkerKilled:
            self.happened["killed"] += 1
            self.env.invalidate_all()

    def work(self):
        """Do some of the waiting jobs."""
        for _job in range(self.chance.randint(1, 10)):
            if job_uuid := self._next_job(later=True):
                self._perform(job_uuid)

    def work_day(self):
        """Do what a packer, a carrier and a bank do."""
        ready = [("state", "=", "assigned"), ("sale_id.client_order_ref", "!=", False)]
        for picking in self.env["stock.picking"].search(ready):
            picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.sendcloud.next_status()
        self.mollie.settle()
        self.mollie.payout()

    # === What has to follow === #

    def heal(self):
        for service in SERVICES:
            self.world.faults.mend(service)
        for _round in range(HEALING_ROUNDS):
            self.shop._cron_sweep()
            self.env["mollie.balance"]._cron_fetch()
            self.run_jobs(later=True)
            self.work_day()
            self.bring_all_post()
            self.run_jobs(later=True)

    def bring_all_post(self):
        self.deliver_webhooks()

    def check_all(self):
        for kind in ("broken", "killed", "midnight", "0 copies", "2 copies"):
            self.assertTrue(self.happened[kind], f"nothing was put to the test: {kind}")
        for name in self.names:
            with self.subTest(order=name):
                self.check_order(name)
        self.assertEqual(self.sendcloud.charged_count(), len(self.names))
        self.assertEqual(self.balance.ledger_difference, 0)
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.assertFalse(self.open_exceptions().mapped("message"))

    def check_order(self, name):
        order = self.order(name)
        self.assertEqual(order.mapped("state"), ["sale"])
        at_shop = self.shopify.order(name)
        total = at_shop["totalPriceSet"]["shopMoney"]["amount"]
        self.assertEqual(f"{order.amount_total:.2f}", total)
        self.assertEqual(order.invoice_ids.mapped("payment_state"), ["paid"])
        self.assertEqual(order.picking_ids.mapped("sendcloud_state"), ["label"])
        self.assertEqual(at_shop["displayFulfillmentStatus"], "FULFILLED")
        self.assertEqual(len(at_shop["fulfillments"]), 1)
