from odoo.tests import BaseCase, tagged

from ..lib.matching import (
    clues_of,
    codes_in,
    merge_clues,
    names_in,
    normalise,
    read_metadata,
)

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
        self.assertEqual(read_metadata('{"order_id":12345}'), {"order_id": 12345})
        self.assertEqual(read_metadata("plain"), "plain")
        self.assertIsNone(read_metadata(None))

    def test_code_is_named_once(self):
        self.assertEqual(codes_in(CODE, f"{CODE}.1", {"code": CODE}), [CODE])

    def test_name_of_an_order_is_found_with_and_without_its_sign(self):
        self.assertEqual(names_in("Order #1042."), ["#1042", "1042"])
        self.assertEqual(names_in({"order": 1042}), ["1042", "#1042"])
        self.assertEqual(names_in("S00012 (INV/2026/00001)")[0], "S00012")
        self.assertIn("INV/2026/00001", names_in("S00012 (INV/2026/00001)"))

    def test_quantities_words_and_addresses_are_no_names(self):
        self.assertEqual(names_in("2 x 12 garden", "a1980@example.com", None), [])

    def test_clues_keep_apart_where_they_stood(self):
        clues = clues_of(["tr_abc", None], {"code": CODE}, ["Order S00012"])
        self.assertEqual(clues["ids"], ["tr_abc"])
        self.assertEqual(clues["metadata"], [CODE])
        self.assertEqual(clues["description"], ["S00012"])
        self.assertEqual(clues["names"], ["S00012"])

    def test_clues_of_both_are_kept_once(self):
        one = clues_of(["tr_abc"], None, ["S00012"])
        both = merge_clues(one, clues_of(["ord_1"], None, ["S00012 S00013"]))
        self.assertEqual(both["ids"], ["tr_abc", "ord_1"])
        self.assertEqual(both["description"], ["S00012", "S00013"])
