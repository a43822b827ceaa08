from odoo.tests import BaseCase, tagged

from ..lib.signature import is_authentic

#: the example on https://sendcloud.dev/api/v3/webhooks
BODY, SECRET = b'{"key": "value"}', "secretkey"
SIGNATURE = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"


@tagged("standard", "post_install", "-at_install")
class TestSignature(BaseCase):
    def test_documented_example(self):
        self.assertTrue(is_authentic(BODY, SIGNATURE, SECRET))

    def test_other_bytes_of_the_same_meaning_are_not_signed(self):
        self.assertFalse(is_authentic(b'{"key":"value"}', SIGNATURE, SECRET))

    def test_other_secret(self):
        self.assertFalse(is_authentic(BODY, SIGNATURE, "secretkez"))

    def test_missing_or_strange_signature(self):
        for signature in (None, "", "é", SIGNATURE[:-1]):
            self.assertFalse(is_authentic(BODY, signature, SECRET))
