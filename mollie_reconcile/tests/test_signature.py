from odoo.tests import BaseCase, tagged

from ..lib.signature import is_authentic, sign


@tagged("standard", "post_install", "-at_install")
class TestSignature(BaseCase):
    def test_header_has_the_documented_form(self):
        # computed with: printf '{"id":"event_1"}' | openssl dgst -sha256 -hmac secret
        self.assertEqual(
            sign("secret", b'{"id":"event_1"}'),
            "sha256=34398922ce1ec3df6a7eec70c6d5b96e341e648678e30fdff4d25de3e0d10540",
        )

    def test_signature_of_these_bytes_only(self):
        signature = sign("secret", b'{"id": "event_1"}')
        self.assertTrue(is_authentic("secret", b'{"id": "event_1"}', signature))
        self.assertFalse(is_authentic("secret", b'{"id":"event_1"}', signature))
        self.assertFalse(is_authentic("other", b'{"id": "event_1"}', signature))

    def test_nothing_is_authentic_without_secret_or_signature(self):
        self.assertFalse(is_authentic("", b"{}", sign("", b"{}")))
        self.assertFalse(is_authentic(False, b"{}", sign("", b"{}")))
        self.assertFalse(is_authentic("secret", b"{}", None))
        self.assertFalse(is_authentic("secret", b"{}", "sha256=é"))
