from datetime import datetime, timezone

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools import file_open

from .common import SendcloudCase


class TestAccess(SendcloudCase):
    def test_stock_user_opens_delivery_and_label(self):
        user = self.create_user("packer", "stock.group_stock_user")
        ready, stopped = (
            self.ship(),
            self.ship(partner=self._create_partner(city="Failtown")),
        )
        for picking in ready + stopped:
            self.env.invalidate_all()
            form = Form(picking.with_user(user))
            self.assertEqual(form.sendcloud_state, picking.sendcloud_state)
            shipment = picking.sendcloud_shipment_id.with_user(user)
            self.assertEqual(Form(shipment).problem, picking.sendcloud_problem)
        self.assertTrue(ready.sendcloud_shipment_id.label_id.with_user(user).raw)

    def test_salesman_opens_the_delivery(self):
        user = self.create_user("seller", "sales_team.group_sale_salesman_all_leads")
        picking = self.ship()
        self.env.invalidate_all()
        picking.with_user(user).read(
            [name for name in picking._fields if name.startswith("sendcloud_")]
        )

    def test_stock_user_validates_retries_and_cancels(self):
        user = self.create_user("packer", "stock.group_stock_user")
        partner = self._create_partner(city="Failtown")
        picking = self.create_picking(partner=partner).with_user(user)
        self.validate(picking)
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "attention")
        partner.city = "Amsterdam"
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")
        picking.cancel_shipment()
        self.assertEqual(picking.sendcloud_state, "cancelled")

    def test_labels_are_read_only_for_everybody(self):
        shipment = self.ship().sendcloud_shipment_id
        for group in ("stock.group_stock_manager", "o2c_base.group_manager"):
            user = self.create_user(group, group)
            with self.assertRaises(AccessError):
                shipment.with_user(user).write({"state": "cancelled"})
            with self.assertRaises(AccessError):
                shipment.with_user(user).unlink()

    def test_keys_are_for_administrators(self):
        user = self.create_user(
            "manager", "o2c_base.group_manager", "stock.group_stock_manager"
        )
        account = self.account.with_user(user)
        self.assertTrue(account.name)
        for secret in ("public_key", "secret_key", "webhook_secret", "webhook_token"):
            with self.assertRaises(AccessError):
                account.read([secret])
            self.assertNotIn(secret, self.account.copy_data()[0])

    def test_label_of_another_company_is_not_seen(self):
        shipment = self.ship().sendcloud_shipment_id
        company = self.env["res.company"].create({"name": "Other"})
        user = self.create_user(
            "stranger", "stock.group_stock_user", "o2c_base.group_manager"
        )
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for record in (shipment, shipment.parcel_ids, self.account):
            self.env.invalidate_all()
            self.assertFalse(record.with_user(user).search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                record.with_user(user).read(["display_name"])

    def test_portal_user_sees_nothing(self):
        user = self.create_user("guest", "base.group_portal")
        for model in ("sendcloud.account", "sendcloud.shipment", "sendcloud.parcel"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_who_only_reads_a_delivery_cannot_buy_its_label(self):
        """Customers read theirs in the portal, auditors all; both can call by RPC."""
        customer = self.create_user("customer", "base.group_portal")
        auditor = self.create_user(
            "auditor", "account.group_account_readonly", "base.group_partner_manager"
        )
        partner = self._create_partner()
        customer.partner_id = partner
        picking, standing = self.ship(partner=partner), self.ship(partner=partner)
        picking.cancel_shipment()
        for user in customer + auditor:
            with self.assertRaises(AccessError):
                standing.with_user(user).cancel_shipment()
            seen = picking.with_user(user)
            self.assertEqual(seen.read(["name"])[0]["name"], picking.name)
            for method in (
                "send_to_shipper",
                "cancel_shipment",
                "action_sendcloud_retry",
                "action_sendcloud_nearest_point",
                "action_sendcloud_return_label",
                "action_sendcloud_print_labels",
            ):
                with self.assertRaises(AccessError, msg=f"{user.login}: {method}"):
                    getattr(seen, method)()
        self.run_jobs()
        self.assertEqual(len(picking.sendcloud_shipment_ids), 1)
        self.assertEqual(self.sendcloud.cancelled_count(), 1)

    def test_no_row_for_everybody_nor_for_guests(self):
        rows = self.env["ir.model.access"].search(
            [("model_id.model", "=like", "sendcloud.%")]
        )
        self.assertGreater(len(rows), 20)
        guests = self.env.ref("base.group_portal") + self.env.ref("base.group_public")
        for row in rows:
            self.assertTrue(row.group_id, f"{row.name} is for everybody")
            self.assertNotIn(row.group_id, guests)
        for guest in self.guests():
            for model in rows.model_id.mapped("model"):
                with self.assertRaises(AccessError, msg=f"{guest.name} reads {model}"):
                    self.env[model].with_user(guest).search([])

    def guests(self):
        """Return who is not logged in, and a customer who is."""
        customer = self.create_user("visitor", "base.group_portal")
        return self.env.ref("base.public_user") + customer

    def test_labels_are_not_public(self):
        self.carrier.sendcloud_return_option_code = "postnl:standard/return"
        # A return is looked for by when it was made.
        self.world.clock.moment = datetime.now(timezone.utc)
        picking = self.ship()
        [move] = picking.sale_id._sendcloud_returnable()
        back = picking.sale_id._sendcloud_return({move.id: 1}, "It does not fit")
        self.run_jobs()
        labels = picking.sendcloud_shipment_id.label_id
        labels += back.sendcloud_return_id.label_id
        self.assertEqual(len(labels), 2)
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.create_user("stranger", "stock.group_stock_user")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        packer = self.create_user("packer", "stock.group_stock_user")
        guests = self.guests()
        for label in labels:
            self.assertFalse(label.public)
            self.assertFalse(label.access_token)
            for nobody in guests + stranger:
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    label.with_user(nobody).read(["raw"])
            self.assertTrue(label.with_user(packer).raw)

    def test_copied_database_can_neither_buy_nor_listen(self):
        self.env.flush_all()
        with file_open("sendcloud_shipping/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertEqual(self.account.state, "draft")
        self.assertFalse(self.account.secret_key)
        self.assertFalse(self.account.webhook_token)
        picking = self.ship()
        self.assertEqual(picking.sendcloud_state, "waiting")
        self.assertEqual(self.sendcloud.ledger(), [])
