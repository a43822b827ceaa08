"""Files are seen by those who may see what they belong to: labels, papers, uploads."""

import base64

from odoo.tests import HttpCase
from odoo.tools import mute_logger

from .test_access_matrix import AccessCase, own_models

UPLOAD = b"%PDF-1.4 of a test"
PROOF = b"PK"
#: settings that all companies share
SHARED = ("o2c.reminder.level",)


class TestPrivateFiles(AccessCase, HttpCase):
    """Real users ask a real server for the bytes, by every address that gives any."""

    def setUp(self):
        super().setUp()
        self.users["stranger"] = self.stranger
        self.shipment = self.sold.picking_ids.sendcloud_shipment_id
        self.label = self.shipment.label_id

    def got(self, role, *addresses):
        """Return what somebody is given at the addresses, each empty if refused."""
        user = self.users[role]
        self.authenticate(*(2 * [user.login] if role != "public" else [None, None]))
        answers = [self.url_open(a, allow_redirects=False) for a in addresses]
        return [
            answer.content if answer.status_code == 200 else b"" for answer in answers
        ]

    def addresses(self, attachment):
        """Return every address at which Odoo gives out an attachment."""
        number = attachment.id
        return (
            f"/web/content/{number}",
            f"/web/content/{number}?access_token=",
            f"/web/content/{number}?access_token=wrong",
            f"/web/content/ir.attachment/{number}/raw",
            f"/web/content?model=ir.attachment&id={number}&field=datas&download=1",
            f"/web/image/{number}",
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def assert_kept_from(self, attachment, content, *roles):
        addresses = self.addresses(attachment)
        for role in roles:
            given = dict(zip(addresses, self.got(role, *addresses), strict=True))
            seen = [address for address, found in given.items() if content in found]
            self.assertFalse(seen, role)

    def test_labels_are_shown_to_the_packer_only(self):
        content = self.label.raw
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertFalse(self.label.public or self.label.access_token)
        self.assertEqual(self.got("stock", f"/web/content/{self.label.id}"), [content])
        self.assert_kept_from(self.label, content, "stranger", "portal", "public")
        self.assert_kept_from(self.label, content, "employee")

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_our_own_addresses_give_nothing_away(self):
        self.balance.action_prove()
        self.run_jobs()
        proof = self.sample("mollie.proof")
        labels, sheet = (
            f"/sendcloud/labels/{self.shipment.id}",
            f"/mollie/proof/{proof.id}/xlsx",
        )
        self.assertTrue(self.got("stock", labels)[0].startswith(b"%PDF"))
        self.assertTrue(self.got("manager", sheet)[0].startswith(PROOF))
        for role in ("stranger", "portal", "public", "employee"):
            with self.subTest(role=role):
                for content in self.got(role, labels, sheet):
                    self.assertFalse(content.startswith((b"%PDF", PROOF)))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_uploads_on_any_of_our_records_stay_in_the_company(self):
        uploads = {}
        for name in sorted(own_models(self.env)):
            record = self.sample(name)
            if record and not record._transient and name not in SHARED:
                uploads[name] = self.upload(record)
        self.assertGreater(len(uploads), 30)
        addresses = [f"/web/content/{upload.id}" for upload in uploads.values()]
        for role in ("stranger", "public"):
            given = dict(zip(uploads, self.got(role, *addresses), strict=True))
            seen = [name for name, content in given.items() if UPLOAD in content]
            self.assertFalse(seen, role)

    def upload(self, record):
        """File something on a record, as a person does in its messages."""
        place = {"res_model": record._name, "res_id": record.id}
        return self.env["ir.attachment"].create(
            {"name": "upload.pdf", "raw": UPLOAD, **place}
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_messages_as_they_came_are_for_administrators(self):
        event = self.env["o2c.webhook.event"].search([], limit=1)
        raw = event.raw
        self.assertTrue(raw)
        addresses = (
            f"/web/content/o2c.webhook.event/{event.id}/body",
            f"/web/content?model=o2c.webhook.event&id={event.id}&field=body",
        )
        self.assertEqual(self.got("admin", *addresses), [raw, raw])
        for role in set(self.users) - {"admin"}:
            for content in self.got(role, *addresses):
                self.assertNotIn(raw, content)
                self.assertNotIn(base64.b64encode(raw), content)
