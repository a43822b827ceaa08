from odoo.tests import BaseCase, tagged

from ..lib.phone import e164


@tagged("standard", "post_install", "-at_install")
class TestPhone(BaseCase):
    def test_country_is_added(self):
        self.assertEqual(e164("06 12345678", "NL"), "+31612345678")
        self.assertEqual(e164("0470 12 34 56", "BE"), "+32470123456")

    def test_own_country_code_wins(self):
        self.assertEqual(e164("+49 30 901820", "NL"), "+4930901820")

    def test_what_is_no_number_is_left_out(self):
        for number, country in [
            ("", "NL"),
            (False, "NL"),
            ("call me", "NL"),
            ("12", "NL"),
            ("06 12345678", ""),
        ]:
            self.assertEqual(e164(number, country), "", number)
