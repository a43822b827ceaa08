"""A delivery here becomes a fulfilment at Shopify, once."""

from unittest.mock import patch

from odoo.addons.shopify_connector.lib.client import AdminClient

from .common import ShopifyCase

NUMBER = "3SYZXG0000001"


class TestFulfillment(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.theirs = self.buy({"sku": "TW-SHEARS-01", "quantity": 3}, "TW-TROWEL-01")
        self.fetch()
        self.order = self.find(self.theirs)
        self.sale_order = self.order.sale_order_id

    def at_shopify(self):
        return self.shopify.fulfillments(self.theirs)

    def numbers(self):
        return [
            info["number"]
            for sent in self.at_shopify()
            for info in sent["trackingInfo"]
        ]

    def test_delivery_with_tracking_number_is_told(self):
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        self.assertEqual(self.numbers(), [NUMBER])
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")
        (fulfillment,) = self.order.fulfillment_ids
        self.assertEqual(fulfillment.state, "done")
        self.assertEqual(fulfillment.gid, self.at_shopify()[0]["id"])

    def test_nothing_is_told_before_the_delivery(self):
        self.sale_order.picking_ids.carrier_tracking_ref = NUMBER
        self.run_jobs()
        self.assertFalse(self.at_shopify())

    def test_own_carrier_without_number_is_told_at_once(self):
        self.deliver(self.sale_order)
        self.run_jobs()
        self.assertEqual(len(self.at_shopify()), 1)
        self.assertFalse(self.numbers())

    def test_carrier_with_labels_is_waited_for(self):
        with self.label_carrier():
            picking = self.deliver(self.sale_order)
            self.run_jobs()
            self.assertFalse(self.order.fulfillment_ids)
            picking.carrier_tracking_ref = f"{NUMBER},3S2"
            self.run_jobs()
        self.assertEqual(self.numbers(), [NUMBER, "3S2"])

    def label_carrier(self):
        """Let the carrier seem to be one whose service gives tracking numbers."""
        picking = type(self.env["stock.picking"])
        return patch.object(picking, "_awaits_tracking", lambda self: True)

    def test_which_carriers_are_waited_for(self):
        picking = self.sale_order.picking_ids
        self.assertFalse(picking._awaits_tracking(), "a fixed price gives no number")
        picking.carrier_id = False
        self.assertFalse(picking._awaits_tracking())

    def test_links_of_several_parcels(self):
        picking = self.deliver(self.sale_order)
        picking.carrier_tracking_ref = f"{NUMBER},3S2"
        links = f'[["{NUMBER}", "https://t.example/1"], ["3S2", "https://t.example/2"]]'
        carrier = type(self.env["delivery.carrier"])
        with patch.object(carrier, "get_tracking_link", lambda *args: links):
            self.run_jobs()
        urls = [info["url"] for info in self.at_shopify()[0]["trackingInfo"]]
        self.assertEqual(urls, ["https://t.example/1", "https://t.example/2"])

    def test_told_once_whatever_happens_later(self):
        picking = self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        picking.carrier_tracking_ref = NUMBER
        self.order.fulfillment_ids.action_push()
        self.run_jobs()
        self.assertEqual(len(self.at_shopify()), 1)
        self.assertEqual(len(self.order.fulfillment_ids), 1)

    def test_lost_answer_is_found_again(self):
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        fulfill = AdminClient.fulfill

        def lose_answer(client, fulfillment):
            self.world.faults.break_("shopify", "answer_lost", times=1)
            return fulfill(client, fulfillment)

        with patch.object(AdminClient, "fulfill", lose_answer):
            self.run_jobs()
        (fulfillment,) = self.order.fulfillment_ids
        self.assertEqual(fulfillment.state, "waiting")
        self.assertEqual(len(self.at_shopify()), 1)
        self.run_jobs(later=True)
        self.assertEqual(fulfillment.state, "done")
        self.assertEqual(len(self.at_shopify()), 1)
        self.assertEqual(fulfillment.gid, self.at_shopify()[0]["id"])

    def test_lost_answer_without_number_is_found_again(self):
        self.deliver(self.sale_order)
        fulfill = AdminClient.fulfill

        def lose_answer(client, fulfillment):
            self.world.faults.break_("shopify", "answer_lost", times=1)
            return fulfill(client, fulfillment)

        with patch.object(AdminClient, "fulfill", lose_answer):
            self.run_jobs()
        self.run_jobs(later=True)
        self.assertEqual(self.order.fulfillment_ids.state, "done")
        self.assertEqual(len(self.at_shopify()), 1)

    def test_two_deliveries_are_two_fulfilments(self):
        picking = self.sale_order.picking_ids
        shears = picking.move_ids.filtered(
            lambda move: move.product_id == self.products["TW-SHEARS-01"]
        )
        shears.quantity = 2
        (picking.move_ids - shears).quantity = 0
        shears.picked = True
        picking.carrier_tracking_ref = NUMBER
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.run_jobs()
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "PARTIALLY_FULFILLED")
        self.deliver(self.sale_order, carrier_tracking_ref="3S2")
        self.run_jobs()
        self.assertEqual(self.numbers(), [NUMBER, "3S2"])
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")

    def test_fulfilled_by_hand_with_our_number_is_adopted(self):
        state = self.shop._client().fulfillment_state(self.order.gid)
        (fulfillment_order,) = state["fulfillmentOrders"]["nodes"]
        by_hand = self.shop._client().fulfill(
            {
                "lineItemsByFulfillmentOrder": [
                    {"fulfillmentOrderId": fulfillment_order["id"]}
                ],
                "trackingInfo": {"numbers": [NUMBER]},
            }
        )
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        self.assertEqual(self.order.fulfillment_ids.gid, by_hand["id"])
        self.assertEqual(len(self.at_shopify()), 1)

    def test_order_on_hold_waits_for_a_person(self):
        self.shopify.hold(self.theirs)
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        (fulfillment,) = self.order.fulfillment_ids
        self.assertEqual(fulfillment.state, "blocked")
        self.assertEqual(self.open_exceptions(fulfillment).reason, "cannot_fulfill")
        self.shopify.release(self.theirs)
        self.open_exceptions(fulfillment).action_retry()
        self.run_jobs()
        self.assertEqual(fulfillment.state, "done")
        self.assertFalse(self.open_exceptions(fulfillment))

    def test_shopify_down_is_tried_again(self):
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.world.faults.break_("shopify", "rate_limit", times=1)
        self.run_jobs()
        self.assertEqual(self.order.fulfillment_ids.state, "waiting")
        self.run_jobs(later=True)
        self.assertEqual(self.numbers(), [NUMBER])

    def test_paused_shop_is_told_later(self):
        self.shop.action_pause()
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        self.run_jobs()
        self.assertFalse(self.at_shopify())
        self.shop.action_resume()
        self.run_jobs(later=True)
        self.assertEqual(self.numbers(), [NUMBER])

    def test_order_of_another_origin_is_not_told(self):
        other = self.env["sale.order"].create(
            {
                "partner_id": self.sale_order.partner_id.id,
                "order_line": [
                    (0, 0, {"product_id": self.products["TW-SHEARS-01"].id})
                ],
            }
        )
        other.action_confirm()
        self.deliver(other)
        self.assertFalse(
            self.env["shopify.fulfillment"].search(
                [("picking_id", "in", other.picking_ids.ids)]
            )
        )

    def test_customer_is_mailed_only_when_wanted(self):
        self.shop.notify_customer = True
        self.deliver(self.sale_order, carrier_tracking_ref=NUMBER)
        sent = []
        with patch.object(
            AdminClient, "fulfill", lambda client, given: sent.append(given) or DONE
        ):
            self.run_jobs()
        self.assertIs(sent[0]["notifyCustomer"], True)


DONE = {"id": "gid://shopify/Fulfillment/1", "name": "#1001-F1"}
