from odoo.tests import BaseCase, tagged

from ..lib.matching import codes_in, metadata_of, normalise

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"


@tagged("standard", "post_install", "-at_install")
class TestMatching(BaseCase):
    def test_code_is_the_same_with_and_without_counter(self):
        self.assertEqual(normalise(f" {CODE}.1 "), CODE)
        self.assertEqual(normalise(CODE), CODE)
        self.assertEqual(normalise("c20412829696200.1"), "20412829696200")
        self.assertEqual(normalise("20412829696200"), "20412829696200")

    def test_nothing_normalises_to_nothing(self):
        self.assertEqual([normalise(None), normalise(False), normalise("")], [""] * 3)

    def test_ids_of_mollie_stay_as_they_are(self):
        self.assertEqual(normalise("tr_7UhSN1zuXS"), "tr_7UhSN1zuXS")

    def test_codes_are_found_among_other_words(self):
        self.assertEqual(codes_in(f"Order {CODE}.1 of Trade Wins"), [CODE])
        self.assertEqual(codes_in("Order #12345"), ["#12345"])

    def test_long_code_needs_no_digit_but_a_word_does(self):
        self.assertEqual(
            codes_in("abcdefghijklmnopqrstuvwx"), ["abcdefghijklmnopqrstuvwx"]
        )
        self.assertEqual(codes_in("thank you garden"), [])

    def test_short_words_and_addresses_are_no_codes(self):
        self.assertEqual(codes_in("1001", "a.de.vries1980@example.com", None, True), [])

    def test_metadata_has_any_shape(self):
        metadata = {"order": {"ids": [CODE, 20412829696200]}, "ok": True, "x": None}
        self.assertEqual(codes_in(metadata), [CODE, "20412829696200"])

    def test_metadata_may_be_json_in_a_string(self):
        self.assertEqual(
            metadata_of({"metadata": '{"order_id":12345}'}), {"order_id": 12345}
        )
        self.assertEqual(metadata_of({"metadata": "plain"}), "plain")
        self.assertIsNone(metadata_of({"metadata": None}))

    def test_code_is_named_once(self):
        self.assertEqual(codes_in(CODE, f"{CODE}.1", {"code": CODE}), [CODE])
