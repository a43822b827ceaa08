from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .common import DashboardCase


class TestWatch(DashboardCase):
    def watch(self, kind, limit=1):
        watches = self.env["o2c.watch"].with_context(active_test=False)
        watch = watches.search(
            [("kind", "=", kind), ("company_id", "=", self.company.id)]
        )
        watch = watch or watches.create({"kind": kind, "limit": limit})
        watch.write({"limit": limit, "active": True})
        return watch

    def told(self, watch):
        """Let the watch look, and return what it has to tell."""
        self.env.flush_all()
        watch._look()
        return self.open_exceptions(watch).mapped("message")

    def age(self, records, field, **time):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET {field} = %s WHERE id IN %s",
            (fields.Datetime.now() - timedelta(**time), tuple(records.ids)),
        )
        self.env.invalidate_all()

    def test_no_order_for_long_is_told_until_the_next_one(self):
        watch = self.watch("no_orders", 24)
        self.order()
        self.assertFalse(self.told(watch))
        sales = self.env["sale.order"].search([("state", "=", "sale")])
        self.age(sales, "date_order", days=2)
        self.assertEqual(self.told(watch), ["No new order for more than 24 hours."])
        self.assertEqual(len(self.told(watch)), 1)
        self.order()
        self.assertFalse(self.told(watch))

    def test_orders_that_could_be_packed_are_told(self):
        watch = self.watch("packing", 48)
        self.put_on_shelf(1)
        row = self.row(self.order())
        self.assertEqual(row.waits_for, "packing")
        before = self.told(watch)
        self.age(row, "waits_since", days=3)
        self.assertNotEqual(self.told(watch), before)

    def test_work_that_nobody_does_is_told(self):
        watch = self.watch("runner", 15)
        self.assertFalse(self.told(watch))
        job = self.env["o2c.webhook.event"].with_delay(channel="root.o2c")._attempt("x")
        self.env.flush_all()
        record = self.env["queue.job"].search([("uuid", "=", job.uuid)])
        record.sudo().write({"channel": "root.o2c"})
        self.age(record, "date_created", minutes=20)
        self.assertIn("more than 15 minutes", self.told(watch)[0])

    def test_shop_without_messages_is_told_only_when_it_sold(self):
        watch = self.watch("webhook", 24)
        shop = self.env["shopify.shop"].create(
            {"name": "Quiet", "domain": "quiet.myshopify.com", "state": "connected"}
        )
        self.assertFalse([m for m in self.told(watch) if "Quiet" in m])
        self.env["shopify.order"].create(
            {"shop_id": shop.id, "gid": "gid://shopify/Order/1"}
        )
        self.assertTrue([m for m in self.told(watch) if "Quiet" in m])
        self.env["o2c.webhook.event"]._receive(shop, "1", "orders/create", b"{}")
        self.assertFalse([m for m in self.told(watch) if "Quiet" in m])

    def test_sendcloud_without_messages_is_told_when_it_spoke_before(self):
        watch = self.watch("webhook", 24)
        account = self.account()
        parcel = self.parcel(account)
        parcel.status_at = fields.Datetime.now()
        self.assertFalse([m for m in self.told(watch) if "Silent" in m])
        self.env["o2c.webhook.event"]._receive(account, "1", "parcel", b"{}")
        self.assertFalse([m for m in self.told(watch) if "Silent" in m])
        events = self.env["o2c.webhook.event"].search(
            [("connection_model", "=", account._name)]
        )
        self.age(events, "create_date", days=2)
        self.assertTrue([m for m in self.told(watch) if "Silent" in m])

    def account(self):
        return self.env["sendcloud.account"].create(
            {"name": "Silent", "state": "connected"}
        )

    def parcel(self, account):
        self.put_on_shelf(1)
        picking = self.order().picking_ids
        carrier = self.env["delivery.carrier"].create(
            {"name": "Van", "product_id": self.product.id}
        )
        shipment = self.env["sendcloud.shipment"].create(
            {
                "account_id": account.id,
                "picking_id": picking.id,
                "carrier_id": carrier.id,
                "attempt": 1,
                "external_reference": "watched",
                "state": "label",
            }
        )
        return self.env["sendcloud.parcel"].create(
            {
                "shipment_id": shipment.id,
                "external_id": "7",
                "tracking_number": "TRACK7",
                "status": "Parcel en route",
            }
        )

    def test_parcels_that_nobody_sees_are_told_until_they_move(self):
        watch = self.watch("parcel", 7)
        parcel = self.parcel(self.account())
        parcel.status_at = fields.Datetime.now()
        before = self.told(watch)
        self.age(parcel, "status_at", days=8)
        self.assertIn("more than 7 days", self.told(watch)[0])
        parcel.meaning = "delivered"
        self.assertEqual(self.told(watch), before)

    def test_proof_that_stays_red_is_told_until_it_is_equal(self):
        watch = self.watch("proof", 48)
        shop = self.env["shopify.shop"].create(
            {"name": "Red", "domain": "red.myshopify.com", "state": "connected"}
        )
        day = self.env["shopify.day"].create(
            {
                "shop_id": shop.id,
                "day": fields.Date.today(),
                "currency_id": self.company.currency_id.id,
                "state": "differs",
                "proved_at": fields.Datetime.now(),
            }
        )
        told = self.env["o2c.exception"]._open(day, "day_differs", "It differs.")
        self.assertFalse(self.told(watch))
        self.age(told, "opened_at", hours=49)
        self.assertIn("Orders: Shopify = Odoo", self.told(watch)[0])
        self.env["o2c.exception"]._close(day)
        self.assertFalse(self.told(watch))
        self.age(day, "proved_at", hours=49)
        self.assertIn("Orders: Shopify = Odoo", self.told(watch)[0])

    def test_payout_that_does_not_arrive_is_told(self):
        watch = self.watch("payout", 5)
        transactions = self.env["mollie.balance.transaction"]
        waits = [("company_id", "=", self.company.id), ("payout_state", "=", "on_way")]
        self.assertFalse(transactions.search(waits))
        payout = self.payout()
        self.assertEqual(transactions.search(waits), payout)
        self.assertFalse(self.told(watch))
        self.age(payout, "created_at", days=6)
        self.assertIn("more than 5 days: 1", self.told(watch)[0])

    def payout(self):
        """Return a payout that has left Mollie and is not at the bank."""
        account = self.env["mollie.account"].create({"name": "M"})
        balance = self.env["mollie.balance"].create(
            {
                "account_id": account.id,
                "external_id": "bal_watch",
                "currency_id": self.company.currency_id.id,
            }
        )
        return self.env["mollie.balance.transaction"].create(
            {
                "balance_id": balance.id,
                "external_id": "baltr_watch",
                "kind": "outgoing-transfer",
                "gross_amount": -80,
                "result_amount": -80,
                "created_at": fields.Datetime.now(),
            }
        )

    def test_labels_that_wait_are_told_until_they_are_made(self):
        watch = self.watch("label", 30)
        shipment = self.parcel(self.account()).shipment_id
        shipment.state = "waiting"
        self.assertFalse(self.told(watch))
        self.age(shipment, "create_date", minutes=31)
        self.assertIn("more than 30 minutes: 1", self.told(watch)[0])
        shipment.state = "label"
        self.assertFalse(self.told(watch))

    def test_person_of_the_watch_is_told(self):
        watch = self.watch("no_orders", 1)
        watch.responsible_id = new_test_user(
            self.env, "watcher", groups="o2c_base.group_user"
        )
        self.order()
        sales = self.env["sale.order"].search([("state", "=", "sale")])
        self.age(sales, "date_order", days=2)
        self.told(watch)
        exception = self.open_exceptions(watch)
        self.assertEqual(exception.activity_ids.user_id, watch.responsible_id)
        exception.action_retry()
        self.assertEqual(exception.state, "open")

    def test_all_watches_look_without_trouble(self):
        watches = self.env["o2c.watch"].with_context(active_test=False).search([])
        self.assertGreaterEqual(len(watches), 8)
        watches.write({"active": True, "checked_at": False})
        self.env["o2c.watch"]._cron_look()
        self.assertTrue(all(watches.mapped("checked_at")))
