from odoo.tests import BaseCase, tagged

from ..lib.address import Street, split


@tagged("standard", "post_install", "-at_install")
class TestAddress(BaseCase):
    def assert_split(self, country, street, expected):
        found = split(street, "", country)
        self.assertEqual((found.line_1, found.house_number), expected, street)

    def assert_kept_whole(self, country, street):
        self.assert_split(country, street, (street, ""))

    def test_dutch(self):
        for street, expected in {
            "Keizersgracht 241": ("Keizersgracht", "241"),
            "Keizersgracht 241 A": ("Keizersgracht", "241 A"),
            "Keizersgracht 241A": ("Keizersgracht", "241A"),
            "Keizersgracht 241-2": ("Keizersgracht", "241-2"),
            "Keizersgracht 241-hs": ("Keizersgracht", "241-hs"),
            "Keizersgracht 241-III": ("Keizersgracht", "241-III"),
            "Prinsengracht 263 bis": ("Prinsengracht", "263 bis"),
            "Kerkstraat nr. 5": ("Kerkstraat", "5"),
            "2e Jan Steenstraat 5": ("2e Jan Steenstraat", "5"),
            "Plein 1944 12": ("Plein 1944", "12"),
            "Laan 1940-1945 3": ("Laan 1940-1945", "3"),
        }.items():
            self.assert_split("NL", street, expected)

    def test_belgian(self):
        for street, expected in {
            "Rue de la Loi 16 bte 3": ("Rue de la Loi", "16 bte 3"),
            "Chaussée de Mons 12 boîte 3b": ("Chaussée de Mons", "12 boîte 3b"),
            "Meir 24 bus 5": ("Meir", "24 bus 5"),
            "Meir 24/5": ("Meir", "24/5"),
            "Rue du 11 Novembre 5": ("Rue du 11 Novembre", "5"),
            "12 rue de Rivoli": ("rue de Rivoli", "12"),
        }.items():
            self.assert_split("BE", street, expected)

    def test_german(self):
        for street, expected in {
            "Musterstr. 12a": ("Musterstr.", "12a"),
            "Am Ring 5+7": ("Am Ring", "5+7"),
            "Straße des 17. Juni 135": ("Straße des 17. Juni", "135"),
        }.items():
            self.assert_split("DE", street, expected)

    def test_french_and_luxembourgish(self):
        for street, expected in {
            "12 rue de Rivoli": ("rue de Rivoli", "12"),
            "12 bis, rue de Rivoli": ("rue de Rivoli", "12 bis"),
            "12B rue de Rivoli": ("rue de Rivoli", "12B"),
            "1 place du 8 Mai 1945": ("place du 8 Mai 1945", "1"),
            "Rue de Rivoli 12": ("Rue de Rivoli", "12"),
        }.items():
            self.assert_split("FR", street, expected)
            self.assert_split("LU", street, expected)

    def test_no_number_is_made_up(self):
        for country, street in [
            ("NL", "Markt"),
            ("NL", "Plein 1944"),
            ("NL", "Laan 1940-1945"),
            ("NL", "2e Jan Steenstraat"),
            ("DE", "Straße des 17. Juni"),
            ("FR", "Place du 8 Mai 1945"),
            ("FR", "2e rue"),
            ("NL", ""),
        ]:
            self.assert_kept_whole(country, street)

    def test_the_last_number_is_not_taken_blindly(self):
        for street in ("Dorpsweg 12 t/o 14", "Dorpsstraat 5 Verdieping 2"):
            self.assert_kept_whole("NL", street)

    def test_other_countries_are_left_alone(self):
        self.assert_kept_whole("US", "10 Downing Street")
        self.assert_kept_whole("", "Keizersgracht 241")

    def test_post_office_box_is_no_house(self):
        for country, street in [
            ("NL", "Postbus 123"),
            ("DE", "Postfach 12 34 56"),
            ("FR", "BP 123"),
            ("BE", "PO Box 12"),
        ]:
            found = split(street, "", country)
            self.assertEqual(found, Street(street, po_box=street))

    def test_number_in_the_second_line(self):
        self.assertEqual(
            split("Keizersgracht", "241 A", "NL"), Street("Keizersgracht", "241 A")
        )

    def test_second_line_and_line_breaks_are_kept(self):
        expected = Street("Keizersgracht", "241", "Achterhuis")
        self.assertEqual(split("Keizersgracht 241\nAchterhuis", "", "NL"), expected)
        self.assertEqual(split("Keizersgracht 241", "Achterhuis", "NL"), expected)
        self.assertEqual(split("", "Keizersgracht 241\nAchterhuis", "NL"), expected)

    def test_untidy_spaces(self):
        self.assert_split("NL", "  Keizersgracht   241 ", ("Keizersgracht", "241"))
