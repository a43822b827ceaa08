from odoo.exceptions import UserError

from .common import BASE_URL, SendcloudCase


class TestAccount(SendcloudCase):
    def create_account(self, **values):
        return self.env["sendcloud.account"].create(
            {
                "name": "Other",
                "base_url": BASE_URL,
                "public_key": "sandbox-public-key",
                "secret_key": "sandbox-secret-key",
                **values,
            }
        )

    def test_connection_says_where_parcels_leave_from(self):
        answer = self.account.action_test_connection()["params"]["message"]
        self.assertIn("Parcels leave from Trade Wins, Fellenoord 130", answer)
        self.assertEqual(self.account.sender_country_code, "NL")

    def test_other_senders_are_named(self):
        answer = self.account.action_test_connection()["params"]["message"]
        self.assertIn("193 (Trade Wins, Noorderlaan 147, Antwerpen)", answer)

    def test_sender_is_taken_from_our_own_postal_code(self):
        self.env.company.zip = "2030"
        account = self.create_account()
        account.action_test_connection()
        self.assertEqual(account.sender_address_id, 193)

    def test_chosen_sender_stays(self):
        account = self.create_account(sender_address_id=193)
        account.action_test_connection()
        self.assertEqual(account.sender_address_id, 193)

    def test_unknown_sender_is_told(self):
        account = self.create_account(sender_address_id=5)
        with self.assertRaisesRegex(UserError, "does not have sender address 5"):
            account.action_test_connection()
        self.assertEqual(account.state, "draft")

    def test_wrong_key_is_told(self):
        account = self.create_account(secret_key="wrong")
        with self.assertRaisesRegex(UserError, "refuses the key"):
            account.action_test_connection()

    def test_account_without_sender_blocks_the_label_not_the_delivery(self):
        self.account.sender_address_id = False
        picking = self.ship()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.open_exceptions().reason, "no_sender")
        self.account.sender_address_id = 192
        picking.action_sendcloud_retry()
        self.run_jobs()
        self.assertEqual(picking.sendcloud_state, "label")

    def test_health(self):
        self.ship()
        self.ship(partner=self._create_partner(city="Failtown"))
        self.validate(self.create_picking())
        self.account.invalidate_recordset()
        self.assertEqual(self.account.waiting_count, 1)
        self.assertEqual(self.account.attention_count, 1)
        self.run_jobs()

    def test_own_webhook_key_signs_instead_of_the_secret(self):
        body = b'{"key": "value"}'
        signed = {
            "Sendcloud-Signature": (
                "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
            )
        }
        self.assertFalse(self.account._webhook_is_authentic(body, signed))
        self.account.webhook_secret = "secretkey"
        self.assertTrue(self.account._webhook_is_authentic(body, signed))

    def test_account_without_keys_believes_nothing(self):
        account = self.create_account(secret_key=False)
        # The signature of these bytes under an empty key.
        signed = {
            "Sendcloud-Signature": (
                "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
            )
        }
        self.assertFalse(account._webhook_is_authentic(b"", signed))
