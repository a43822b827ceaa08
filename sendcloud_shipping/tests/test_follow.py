from datetime import timedelta

from odoo import fields

from .common import SendcloudCase


class TestFollow(SendcloudCase):
    """Parcels that do not move are told, counted, solved, and leave by themselves."""

    def move_on(self, picking, status):
        """Let the carrier say something, as its message would."""
        parcel = picking.sendcloud_shipment_id.parcel_ids
        self.sendcloud.set_status(int(parcel.external_id), status)
        parcel.write({"status_at": "2026-11-01 00:00:00"})
        self.account._follow_parcels()

    def find_stuck(self, **later):
        with self.at(fields.Datetime.now() + timedelta(**later)):
            self.env["sendcloud.shipment"]._cron_find_stuck()
        return self.open_exceptions().mapped("reason")

    def in_trouble(self, operator="!=", value=False):
        return self.env["sendcloud.shipment"].search([("trouble", operator, value)])

    def lost(self):
        """Return a delivery that the carrier has had for six silent days."""
        picking = self.ship()
        self.move_on(picking, 3)
        picking.sendcloud_shipment_id.parcel_ids.status_at = fields.Datetime.now()
        self.assertEqual(self.find_stuck(days=6), ["no_scan"])
        return picking

    def test_not_collected(self):
        picking = self.ship()
        self.assertEqual(self.find_stuck(days=1), [])
        self.assertEqual(self.find_stuck(days=3), ["not_collected"])
        self.assertEqual(self.find_stuck(days=4), ["not_collected"], "told once")
        shipment = picking.sendcloud_shipment_id
        self.assertEqual(shipment.trouble, "not_collected")
        self.assertIn(shipment.tracking_number, shipment.problem)
        self.assertIn("Hand it over, or cancel it.", shipment.problem)
        self.move_on(picking, 22)
        self.assertFalse(self.open_exceptions())
        self.assertFalse(self.in_trouble())

    def test_not_seen_lately(self):
        picking = self.ship()
        self.move_on(picking, 3)
        parcel = picking.sendcloud_shipment_id.parcel_ids
        parcel.status_at = fields.Datetime.now()
        self.assertEqual(self.find_stuck(days=4), [])
        self.assertEqual(self.find_stuck(days=6), ["no_scan"])
        self.open_exceptions().action_retry()
        self.assertFalse(self.open_exceptions(), "the person has asked the carrier")

    def test_news_of_the_parcel_ends_it(self):
        picking = self.lost()
        self.move_on(picking, 91)
        self.assertFalse(self.in_trouble())

    def test_cancelled_is_not_stuck(self):
        self.ship().cancel_shipment()
        self.assertEqual(self.find_stuck(days=9), [])

    def test_label_given_back_leaves_the_list(self):
        picking = self.ship()
        self.find_stuck(days=3)
        picking.cancel_shipment()
        self.assertFalse(self.open_exceptions())

    def test_each_trouble_is_counted(self):
        unseen = self.lost()
        fine, uncollected, problem = self.ship(), self.ship(), self.ship()
        self.move_on(problem, 80)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sendcloud_parcel SET create_date = create_date - interval '5 days'"
            " WHERE id = %s",
            uncollected.sendcloud_shipment_id.parcel_ids.ids,
        )
        self.env.invalidate_all()
        found = ["delivery_problem", "no_scan", "not_collected"]
        self.assertEqual(sorted(self.find_stuck()), found, "each parcel once")
        label = {
            "delivery_problem": problem.sendcloud_shipment_id,
            "not_collected": uncollected.sendcloud_shipment_id,
            "no_scan": unseen.sendcloud_shipment_id,
        }
        for trouble, shipment in label.items():
            self.assertEqual(shipment.trouble, trouble)
            self.assertEqual(self.in_trouble("=", trouble), shipment)
        self.assertEqual(len(self.in_trouble()), 3)
        self.assertEqual(len(self.in_trouble("in", ["no_scan", "not_collected"])), 2)
        self.assertEqual(self.in_trouble("=", False), fine.sendcloud_shipment_id)
        others = self.in_trouble("!=", "no_scan")
        self.assertEqual(len(others), 3)
        self.assertNotIn(label["no_scan"], others)

    def test_solved_by_a_packer_and_not_told_again_at_once(self):
        picking = self.lost()
        packer = self.create_user("packer", "stock.group_stock_user")
        mine = picking.with_user(packer)
        self.assertEqual(mine.sendcloud_trouble, "no_scan")
        with self.at(fields.Datetime.now() + timedelta(days=6)):
            mine.action_sendcloud_solved()
        self.assertFalse(self.in_trouble())
        self.assertEqual(self.find_stuck(days=7), [], "solved, it may take a while")

    def test_solved_and_still_not_moving_is_told_again(self):
        self.lost().action_sendcloud_solved()
        self.assertFalse(self.open_exceptions())
        self.assertEqual(self.find_stuck(days=12), ["no_scan"])

    def test_last_news(self):
        picking = self.lost()
        shipment = picking.sendcloud_shipment_id
        self.assertEqual(shipment.news_at, shipment.parcel_ids.status_at)

    def test_list_and_form_show_them(self):
        shipment = self.lost().sendcloud_shipment_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sendcloud_shipping.sendcloud_follow_action"
        )
        view = dict((kind, view) for view, kind in action["views"])
        arch = shipment.get_view(view.get("tree") or view.get("list"))["arch"]
        self.assertIn("action_solved", arch)
        self.assertIn("action_solved", shipment.get_view(view_type="form")["arch"])
