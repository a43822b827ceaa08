from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib.signature import is_authentic, sign


@tagged("standard", "post_install", "-at_install")
class TestSignature(BaseCase):
    def test_known_signature(self):
        # echo -n '{"id":1}' | openssl dgst -sha256 -hmac hush -binary | base64
        self.assertEqual(
            sign(b'{"id":1}', "hush"), "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="
        )

    def test_the_exact_bytes_count(self):
        signature = sign(b'{"id":1}', "hush")
        self.assertTrue(is_authentic(b'{"id":1}', signature, ["hush"]))
        self.assertFalse(is_authentic(b'{"id": 1}', signature, ["hush"]))

    def test_former_secret_is_good_too(self):
        signature = sign(b"{}", "former")
        self.assertTrue(is_authentic(b"{}", signature, ["new", "former"]))
        self.assertFalse(is_authentic(b"{}", signature, ["new", False]))

    def test_empty_secret_signs_nothing(self):
        self.assertFalse(is_authentic(b"{}", sign(b"{}", ""), ["", None, False]))

    def test_missing_or_strange_signature_is_refused(self):
        for signature in (None, "", "äöü", "AAAA"):
            self.assertFalse(is_authentic(b"{}", signature, ["hush"]))
