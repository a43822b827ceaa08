"""A parcel between the shop and the carrier: where it goes, and what the shop hears."""

from unittest.mock import patch

from .common import OrderToCashCase


class TestParcels(OrderToCashCase):
    def shipped(self, **details):
        """Buy, pack and return the order; the shop is told where parcels are."""
        self.shop.tell_journey = True
        name = self.buy(**details)
        self.deliver_webhooks()
        order = self.order(name)
        self.pack(order)
        self.deliver_webhooks()
        return order

    def told(self, order):
        """Return what Shopify's customer sees of the parcel, oldest first.

        Two scans that mean the same are one event if they are of one second.
        """
        theirs = self.shopify.order(order.client_order_ref)
        [sent] = self.shopify.fulfillments(theirs)
        events = self.shopify.store.refs(sent["events"])
        return list(dict.fromkeys(event["status"] for event in events))

    # === Journey === #

    def test_journey_of_the_parcel_reaches_the_shop(self):
        order = self.shipped()
        self.assertEqual(self.told(order), [])
        self.parcels_move(until="Delivered")
        self.assertEqual(
            self.told(order),
            ["CARRIER_PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"],
        )
        self.assertFalse(self.open_exceptions().mapped("message"))
        self.assertFalse(self.failed_jobs())

    # === Service points === #

    def assert_goes_to_point(self, order, number):
        self.assertEqual(order.sendcloud_point_id.reference, number)
        self.assertEqual(order.picking_ids.sendcloud_point_id.state, "open")
        [label] = self.sendcloud.shipments()
        self.assertEqual(label["to_service_point"]["id"], number)
        self.assertNotIn("address_line_2", label["to_address"])
        self.assertTrue(order.picking_ids.carrier_tracking_ref)
        self.assertEqual(self.sendcloud.charged_count(), 1)
        self.assertFalse(self.open_exceptions().mapped("message"))

    def test_point_of_the_shops_checkout_is_on_the_label(self):
        order = self.shipped(shipping="service_point", service_point=1000001)
        self.assert_goes_to_point(order, "1000001")

    def test_point_that_the_checkouts_app_only_noted_is_on_the_label(self):
        with patch("sandbox.checkout.with_point", lambda address, _point: address):
            order = self.shipped(shipping="service_point", service_point=1000001)
        self.assertIn("sendcloud_service_point_id: 1000001", order.note)
        self.assert_goes_to_point(order, "1000001")

    def test_without_a_point_the_packer_is_told_before(self):
        name = self.buy(shipping="service_point")
        self.deliver_webhooks()
        picking = self.order(name).picking_ids
        self.assertEqual(picking.sendcloud_check, "problem")
        self.assertIn("No service point is chosen", picking.sendcloud_check_text)
