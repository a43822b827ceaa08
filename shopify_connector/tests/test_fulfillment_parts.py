"""Deliveries from several places, changed numbers, journeys, and what others sent."""

from datetime import datetime
from unittest.mock import patch

from odoo.addons.o2c_base.lib.errors import RejectedError
from odoo.addons.shopify_connector.lib.client import AdminClient
from odoo.addons.shopify_connector.lib.fulfillment import JOURNEY

from .common import ShopifyCase

NUMBER = "3SYZXG0000001"
STORE_FRONT = "gid://shopify/Location/9000000002"
WAREHOUSE = "gid://shopify/Location/9000000001"


class DeliveryCase(ShopifyCase):
    """An imported order of three shears and a trowel."""

    def setUp(self):
        super().setUp()
        self.begin()

    def begin(self):
        """Buy, and have it imported."""
        self.theirs = self.buy({"sku": "TW-SHEARS-01", "quantity": 3}, "TW-TROWEL-01")
        self.fetch()
        self.order = self.find(self.theirs)
        self.sale_order = self.order.sale_order_id
        self.client = self.shop._client()

    def at_shopify(self):
        return self.shopify.fulfillments(self.theirs)

    def open_orders(self):
        state = self.client.fulfillment_state(self.theirs["id"])
        orders = state["fulfillmentOrders"]["nodes"]
        return [order for order in orders if order["status"] in ("OPEN", "IN_PROGRESS")]

    def split(self, units=1):
        """Let Shopify plan some shears at the other location."""
        (order,) = self.open_orders()
        item = order["lineItems"]["nodes"][0]
        lines = [{"id": item["id"], "quantity": units}]
        self.client.move_open_lines(order["id"], STORE_FRONT, lines)

    def numbers(self):
        return [
            [info["number"] for info in sent["trackingInfo"]]
            for sent in self.at_shopify()
        ]

    def lose_answer(self, method, place=1):
        """Let a call arrive and the answer to its ``place``-th use be lost."""
        original = getattr(AdminClient, method)
        uses = []

        def call(client, *args):
            uses.append(args)
            if len(uses) == place:
                self.world.faults.break_("shopify", "answer_lost", times=1)
            return original(client, *args)

        return patch.object(AdminClient, method, call)


class TestSeveralLocations(DeliveryCase):
    def test_what_left_from_here_is_planned_here(self):
        self.split()
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        (sent,) = self.at_shopify()
        self.assertEqual(sent["location"], WAREHOUSE)
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")
        part = self.order.fulfillment_ids.part_ids
        self.assertEqual(part.location_id.name, "Warehouse Eindhoven")

    def refusing(self):
        """Let Shopify move nothing."""
        return patch.object(
            AdminClient, "move_open_lines", side_effect=RejectedError("Shopify: No.")
        )

    def test_two_locations_are_two_fulfilments_of_one_delivery(self):
        self.split()
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        with self.refusing():
            self.run_jobs()
        self.assertEqual(self.numbers(), [[NUMBER], [NUMBER]])
        (delivery,) = self.order.fulfillment_ids
        self.assertEqual(delivery.state, "done")
        self.assertEqual(
            set(delivery.part_ids.mapped("gid")),
            {sent["id"] for sent in self.at_shopify()},
        )
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")
        delivery.action_push()
        self.run_jobs()
        self.assertEqual(len(self.at_shopify()), 2)

    def test_lost_answer_to_the_first_or_the_second_is_found_again(self):
        for reference in (NUMBER, False):
            for place in (1, 2):
                with self.subTest(reference=reference, place=place):
                    self.begin()
                    self.split()
                    self.deliver(self.sale_order, carrier_tracking_ref=reference)
                    with self.refusing(), self.lose_answer("fulfill", place):
                        self.run_jobs()
                        self.assertEqual(self.order.fulfillment_ids.state, "waiting")
                        self.run_jobs(later=True)
                    self.assertEqual(self.order.fulfillment_ids.state, "done")
                    self.assertEqual(len(self.at_shopify()), 2)
                    whole = self.theirs["displayFulfillmentStatus"]
                    self.assertEqual(whole, "FULFILLED")

    def test_lost_answer_to_the_move(self):
        self.split()
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        with self.lose_answer("move_open_lines"):
            self.run_jobs()
        self.run_jobs(later=True)
        self.assertEqual(len(self.at_shopify()), 1)
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")

    def test_many_lines_are_read_to_the_end(self):
        skus = [f"N-{number}" for number in range(60)]
        rows = [
            {"sku": sku, "title": sku, "price": "1.00", "quantity": 1} for sku in skus
        ]
        for sku in skus:
            self.product(sku)
        order = self.bought(*rows)
        self.deliver(order.sale_order_id, carrier_tracking_ref="3S9")
        self.run_jobs()
        (sent,) = self.shopify.fulfillments(self.shopify.order(order.gid))
        self.assertEqual(len(sent["fulfillmentLineItems"]), 60)


class TestHold(DeliveryCase):
    def test_reason_is_named_and_release_lets_it_go_on_by_itself(self):
        self.shopify.hold(self.theirs, "INCORRECT_ADDRESS", "No house number")
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        delivery = self.order.fulfillment_ids
        message = self.open_exceptions(delivery).message
        self.assertIn("Incorrect address: No house number", message)
        self.world.clock.advance(minutes=20)
        self.shopify.release(self.theirs)
        self.fetch()
        self.assertEqual(delivery.state, "done")
        self.assertFalse(self.open_exceptions(delivery))
        self.assertEqual(self.numbers(), [[NUMBER]])


class TestTracking(DeliveryCase):
    def setUp(self):
        super().setUp()
        self.picking = self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()

    def test_another_number_replaces_the_first(self):
        self.picking.carrier_tracking_ref = "3SNEW1,3SNEW2"
        self.run_jobs()
        self.assertEqual(self.numbers(), [["3SNEW1", "3SNEW2"]])
        delivery = self.order.fulfillment_ids
        self.assertEqual(delivery.tracking_reference, "3SNEW1,3SNEW2")

    def test_the_same_number_is_not_told_again(self):
        with patch.object(AdminClient, "journey") as asked:
            self.picking.carrier_tracking_ref = NUMBER
            self.run_jobs()
        asked.assert_not_called()

    def test_no_number_leaves_the_old_one_until_there_is_another(self):
        self.picking.carrier_tracking_ref = False
        self.run_jobs()
        self.assertEqual(self.numbers(), [[NUMBER]])

    def test_lost_answer_is_not_told_twice(self):
        calls = []
        update = AdminClient.update_tracking

        def count(client, *args):
            calls.append(args)
            self.world.faults.break_("shopify", "answer_lost", times=1)
            return update(client, *args)

        self.picking.carrier_tracking_ref = "3SNEW"
        with patch.object(AdminClient, "update_tracking", count):
            self.run_jobs()
            self.run_jobs(later=True)
        self.assertEqual(len(calls), 1)
        self.assertEqual(self.numbers(), [["3SNEW"]])

    def test_cancelled_fulfilment_is_left_alone(self):
        self.at_shopify()[0]["status"] = "CANCELLED"
        self.picking.carrier_tracking_ref = "3SNEW"
        self.run_jobs()
        self.assertEqual(self.numbers(), [[NUMBER]])
        self.assertFalse(self.open_exceptions())


class TestJourney(DeliveryCase):
    def setUp(self):
        super().setUp()
        self.shop.tell_journey = True
        self.picking = self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()

    def travels(self, status, hour, words=""):
        self.picking._on_parcel_status(
            status, datetime(2026, 11, 3, hour), words=words, number=NUMBER
        )
        self.run_jobs()

    def events(self):
        (sent,) = self.at_shopify()
        events = self.shopify.store.refs(sent["events"])
        return [(event["status"], event["happenedAt"]) for event in events]

    def test_each_step_is_told_once(self):
        self.travels("underway", 9)
        self.travels("out_for_delivery", 10)
        self.travels("delivered", 14, "At the neighbours'")
        self.travels("delivered", 14, "At the neighbours'")
        self.assertEqual(
            self.events(),
            [
                ("IN_TRANSIT", "2026-11-03T09:00:00Z"),
                ("OUT_FOR_DELIVERY", "2026-11-03T10:00:00Z"),
                ("DELIVERED", "2026-11-03T14:00:00Z"),
            ],
        )
        self.assertEqual(self.at_shopify()[0]["displayStatus"], "DELIVERED")

    def test_lost_answer_is_not_told_twice(self):
        with self.lose_answer("add_event"):
            self.travels("problem", 9, "Address not found")
        self.run_jobs(later=True)
        self.assertEqual(self.events(), [("FAILURE", "2026-11-03T09:00:00Z")])

    def test_nothing_is_told_unless_wanted(self):
        self.shop.tell_journey = False
        self.travels("underway", 9)
        self.assertFalse(self.events())

    def test_every_word_of_carriers_is_one_of_shopifys(self):
        for hour, status in enumerate(JOURNEY):
            self.travels(status, hour)
        self.assertEqual(len(self.events()), len(JOURNEY))

    def test_status_of_a_delivery_of_no_shop(self):
        other = self.picking.copy()
        other.move_ids.sale_line_id = other.sale_id = False
        other._on_parcel_status("delivered", datetime(2026, 11, 3))
        self.run_jobs()
        self.assertFalse(self.events())
        self.assertFalse(other.shopify_journey)


class TestEarlyJourney(DeliveryCase):
    """What the carrier says before the fulfilment is there waits for it."""

    def setUp(self):
        super().setUp()
        self.shop.tell_journey = True

    def travels(self, picking, status, hour):
        picking._on_parcel_status(status, datetime(2026, 11, 3, hour), number=NUMBER)

    def told(self):
        return [
            self.shopify.store.get(event)["status"]
            for sent in self.at_shopify()
            for event in sent["events"]
        ]

    def test_step_before_the_delivery_is_validated(self):
        picking = self.sale_order.picking_ids
        for _twice in range(2):
            self.travels(picking, "collected", 8)
        self.run_jobs()
        self.assertFalse(self.at_shopify())
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.travels(picking, "underway", 9)
        self.run_jobs()
        self.assertEqual(self.told(), ["CARRIER_PICKED_UP", "IN_TRANSIT"])
        self.travels(picking, "delivered", 14)
        self.run_jobs()
        self.assertEqual(self.told()[2:], ["DELIVERED"])

    def test_step_while_shopify_is_down(self):
        picking = self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.world.faults.break_("shopify", "rate_limit", times=1)
        self.run_jobs()
        self.travels(picking, "underway", 9)
        self.run_jobs()
        self.assertFalse(self.at_shopify())
        self.run_jobs(later=True)
        self.assertEqual(self.told(), ["IN_TRANSIT"])

    def test_step_of_a_delivery_that_is_on_hold(self):
        self.shopify.hold(self.theirs)
        picking = self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        row = self.order.fulfillment_ids
        self.assertEqual(row.state, "blocked")
        self.travels(picking, "underway", 9)
        self.run_jobs()
        self.assertEqual(row.state, "blocked")
        self.assertTrue(self.open_exceptions(row))
        self.shopify.release(self.theirs)
        row.action_push()
        self.run_jobs()
        self.assertEqual(row.state, "done")
        self.assertEqual(self.told(), ["IN_TRANSIT"])

    def test_nothing_is_kept_unless_wanted(self):
        self.shop.tell_journey = False
        picking = self.sale_order.picking_ids
        self.travels(picking, "collected", 8)
        self.assertFalse(picking.shopify_journey)


class TestSentElsewhere(DeliveryCase):
    def send_there(self, units=3, number="EXT1"):
        """Fulfil at Shopify, as a person does there."""
        (order,) = self.open_orders()
        items = order["lineItems"]["nodes"]
        lines = [{"id": items[0]["id"], "quantity": units}]
        if units == 3:
            lines.append({"id": items[1]["id"], "quantity": 1})
        part = {
            "fulfillmentOrderId": order["id"],
            "fulfillmentOrderLineItems": lines,
        }
        tracking = {"numbers": [number]} if number else {}
        self.world.clock.advance(minutes=20)
        sent = self.client.fulfill(
            {"lineItemsByFulfillmentOrder": [part], "trackingInfo": tracking}
        )
        self.fetch()
        self.run_jobs(later=True)
        return sent

    def change_there(self):
        self.world.clock.advance(minutes=20)
        self.shopify.touch(self.theirs, note="x")
        self.fetch()
        self.run_jobs(later=True)

    def delivery(self):
        return self.order.fulfillment_ids.filtered("sent_elsewhere")

    def test_a_person_is_told_and_nothing_is_sent_twice(self):
        self.send_there()
        exception = self.open_exceptions(self.delivery())
        self.assertEqual(exception.reason, "sent_elsewhere")
        self.assertIn(self.at_shopify()[0]["name"], exception.message)
        self.assertEqual(self.sale_order.picking_ids.state, "assigned")
        # Whatever else happens to the order, it is told once.
        self.change_there()
        self.assertEqual(len(self.delivery()), 1)

    def test_person_who_validates_the_delivery_ends_it(self):
        for reference in ("EXT1", False, "OURS"):
            with self.subTest(reference=reference):
                self.begin()
                self.send_there()
                self.deliver(self.sale_order, carrier_tracking_ref=reference)
                self.run_jobs()
                states = self.order.fulfillment_ids.mapped("state")
                self.assertEqual(states, ["done", "done"])
                self.assertFalse(self.open_exceptions())
                self.assertEqual(len(self.at_shopify()), 1)

    def test_delivery_is_validated_without_label_when_wanted(self):
        self.shop.foreign_fulfillment = "deliver"
        sent = self.send_there()
        picking = self.sale_order.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.carrier_tracking_ref, "EXT1")
        self.assertFalse(picking.carrier_id)
        self.assertEqual(self.delivery().part_ids.gid, sent["id"])
        self.assertEqual(len(self.order.fulfillment_ids), 1)
        self.assertEqual(len(self.at_shopify()), 1)

    def test_a_part_of_it_leaves_the_rest_to_us(self):
        self.shop.foreign_fulfillment = "deliver"
        self.send_there(units=2, number=None)
        done = self.sale_order.picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(sum(done.move_ids.mapped("quantity")), 2)
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        self.assertEqual(len(self.at_shopify()), 2)
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")

    def test_two_of_them_are_two_deliveries(self):
        self.shop.foreign_fulfillment = "deliver"
        with patch.object(type(self.order), "_enqueue_sent_elsewhere"):
            self.send_there(units=2)
        (order,) = self.open_orders()
        self.client.fulfill(
            {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": order["id"]}]}
        )
        self.change_there()
        states = self.sale_order.picking_ids.mapped("state")
        self.assertEqual(states, ["done", "done"])
        self.assertEqual(self.delivery().mapped("state"), ["done", "done"])

    def test_cancelled_there_is_nothing_to_do_here(self):
        self.send_there()
        self.at_shopify()[0]["status"] = "CANCELLED"
        self.open_exceptions(self.delivery()).action_retry()
        self.run_jobs()
        self.assertEqual(self.delivery().state, "done")
        self.assertEqual(self.sale_order.picking_ids.state, "assigned")

    def test_what_we_are_just_telling_is_not_taken_for_foreign(self):
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        with self.lose_answer("fulfill"):
            self.run_jobs()
        self.assertEqual(self.order.fulfillment_ids.state, "waiting")
        self.change_there()
        self.assertFalse(self.delivery())
        self.assertEqual(self.order.fulfillment_ids.state, "done")

    def test_sent_before_the_import_is_told_as_well(self):
        self.theirs = self.buy("TW-TROWEL-01")
        (wanted,) = self.open_orders()
        self.client.fulfill(
            {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": wanted["id"]}]}
        )
        self.fetch()
        self.run_jobs(later=True)
        row = self.find(self.theirs).fulfillment_ids
        self.assertTrue(row.sent_elsewhere)
        self.assertEqual(row.state, "blocked")
