"""A warehouse that ships with the sandbox's Sendcloud."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.o2c_base.tests.common import MAX_JOBS, O2CCase

from sandbox import settings
from sandbox.clock import ManualClock, last_monday
from sandbox.sendcloud import SendcloudApp
from sandbox.world import World

BASE_URL = "http://sendcloud.sandbox/api/v3"


class SendcloudMixin:
    """A connected account, a shipping method, a product and a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's clock is the computer's: what was bought must not grow old.
        cls.world = World(clock=ManualClock(last_monday()))
        cls.sendcloud = SendcloudApp(cls.world)
        cls.services = {"http://sendcloud.sandbox": cls.sendcloud}
        cls.account = cls.env["sendcloud.account"].create(
            {
                "name": "Main",
                "base_url": BASE_URL,
                "public_key": settings.SENDCLOUD_PUBLIC_KEY,
                "secret_key": settings.SENDCLOUD_SECRET_KEY,
                "sender_address_id": 192,
            }
        )
        cls.account.action_test_connection()
        cls.product = cls._create_product("Watering can", "TW-CAN", 1.25)
        cls.carrier = cls._create_carrier()
        cls.partner = cls._create_partner()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.env.company.stock_move_email_validation = True

    def setUp(self):
        super().setUp()
        # Each test has its own world: labels bought before are none of its business.
        self.world.state.clear()
        self.world.state.update(counters={}, settings={}, faults={})
        self.world.faults.active = self.world.state["faults"]
        self.sendcloud.__init__(self.world)

    def tearDown(self):
        self.assert_charged_labels_are_shipments()
        super().tearDown()

    def assert_charged_labels_are_shipments(self):
        """Nothing is paid for that Odoo does not have, and the reverse."""
        charged = [
            str(entry["parcel_id"])
            for entry in self.sendcloud.ledger()
            if not entry["refunded_at"]
        ]
        # Until Sendcloud has confirmed it, a label that is being cancelled is paid.
        shipments = self.env["sendcloud.shipment"].search(
            [("state", "in", ("label", "cancelling")), ("external_id", "!=", False)]
        )
        known = shipments.parcel_ids.mapped("external_id")
        returns = self.env["sendcloud.return"].search(
            [("state", "in", ("label", "arrived"))]
        )
        self.assertFalse(returns.filtered(lambda r: not r.label_id), "no file")
        known += returns.mapped("parcel_number")
        self.assertCountEqual(charged, known)
        labels = shipments.filtered(lambda shipment: shipment.state == "label")
        self.assertFalse(labels.filtered(lambda s: not s.label_id), "no file")
        # Two standing labels for one delivery are one too many, and told.
        for picking, found in labels.grouped("picking_id").items():
            if len(found) > 1:
                told = [s for s in found if self.open_exceptions(s)]
                self.assertTrue(told, picking.name)

    # === Making things === #

    @classmethod
    def _create_product(cls, name, code, weight):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": code,
                "detailed_type": "product",
                "weight": weight,
                "list_price": 24.95,
                "hs_code": "392490",
                "country_of_origin": cls.env.ref("base.nl").id,
            }
        )

    @classmethod
    def _create_carrier(cls, **values):
        product = cls.env["product.product"].create(
            {"name": "Home delivery", "detailed_type": "service", "list_price": 5.95}
        )
        return cls.env["delivery.carrier"].create(
            {
                "name": "PostNL",
                "delivery_type": "sendcloud",
                "product_id": product.id,
                "sendcloud_account_id": cls.account.id,
                "sendcloud_option_code": "postnl:standard",
                "integration_level": "rate_and_ship",
                **values,
            }
        )

    @classmethod
    def _create_partner(cls, **values):
        return cls.env["res.partner"].create(
            {
                "name": "Jo Jansen",
                "street": "Keizersgracht 241 A",
                "zip": "1016 EA",
                "city": "Amsterdam",
                "country_id": cls.env.ref("base.nl").id,
                "email": "jo@example.com",
                "phone": "06 12345678",
                **values,
            }
        )

    def create_order(self, partner=None, quantity=2, product=None, carrier=None):
        """Return a confirmed order whose goods are in stock."""
        product = product or self.product
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.partner).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.set_delivery_line(carrier or self.carrier, 5.95)
        self.env["stock.quant"]._update_available_quantity(
            product, self.warehouse.lot_stock_id, quantity
        )
        order.action_confirm()
        return order

    def create_picking(self, *args, **kwargs):
        """Return the delivery of a new order, reserved."""
        return self.create_order(*args, **kwargs).picking_ids

    def validate(self, pickings):
        """Validate as the button does; nothing may be asked back."""
        result = pickings.with_context(
            skip_sms=True, skip_backorder=True
        ).button_validate()
        self.assertIs(result, True)

    def ship(self, *args, **kwargs):
        """Return a validated delivery whose jobs have run."""
        picking = self.create_picking(*args, **kwargs)
        self.validate(picking)
        self.run_jobs()
        self.assertFalse(self.failed_jobs())
        return picking

    @classmethod
    def run_jobs(cls, later=False):
        """Perform what is due; ``later`` lets time pass until nothing waits."""
        done = super().run_jobs()
        while later and (job := cls._first_waiting_job()):
            with cls.at(job.eta + timedelta(seconds=1)):
                done += super().run_jobs()
            assert done < MAX_JOBS, "jobs beget jobs without end"
        return done

    @classmethod
    def _first_waiting_job(cls):
        domain = [("state", "=", "pending")]
        return cls.env["queue.job"].search(domain, order="eta", limit=1)

    @classmethod
    def at(cls, moment):
        """Let Odoo's clock stand at ``moment``; the sandbox lives a minute on."""
        cls.world.clock.advance(minutes=1)
        return patch.object(fields.Datetime, "now", lambda *args: moment)

    def run_one_job(self):
        """Perform the next job of a label only, as when the worker dies after it."""
        self.env.flush_all()
        while self._next_record()._name == "sendcloud.account":
            self._perform(self._next_job(later=False))
        self._perform(self._next_job(later=False))

    def _next_record(self):
        uuid = self._next_job(later=False)
        return self.env["queue.job"].search([("uuid", "=", uuid)]).records

    def waiting_jobs(self):
        """Return the jobs that wait for a later try."""
        return self.env["queue.job"].search([("state", "=", "pending")])

    def create_user(self, login, *groups):
        """Return a user with these groups only."""
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "email": f"{login}@example.com",
                "groups_id": [(6, 0, [self.env.ref(group).id for group in groups])],
            }
        )


class SendcloudCase(SendcloudMixin, O2CCase):
    """A test in one transaction."""
