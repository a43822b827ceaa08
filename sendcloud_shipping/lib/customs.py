"""Where a parcel needs a customs declaration, special territories included."""

import re

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    " MC".split()
)
#: places outside the EU's customs or VAT area that are written with a country's code
_SPECIAL = {
    "DE": (("27498", "Helgoland"), ("78266", "Büsingen")),
    "ES": (
        ("35", "Canary Islands"),
        ("38", "Canary Islands"),
        ("51", "Ceuta"),
        ("52", "Melilla"),
    ),
    "FI": (("22", "Åland"),),
    "FR": (("97", "French overseas"), ("98", "French overseas")),
    "GR": (("63086", "Mount Athos"),),
    "IT": (("23041", "Livigno"), ("22061", "Campione d'Italia")),
    "GB": (("BT", "Northern Ireland"), ("JE", "Jersey"), ("GY", "Guernsey")),
}
#: goods go there from the EU without customs, although the country left it
_LIKE_EU = frozenset({"Northern Ireland"})


def special_territory(country, postal_code):
    """Return the name of the special territory of an address, or ``""``."""
    bare = re.sub(r"\W", "", postal_code or "").upper()
    for start, name in _SPECIAL.get(country, ()):
        if bare.startswith(start):
            return name
    return ""


def needs_customs(from_country, to_country, postal_code):
    """Tell whether a parcel's contents must be declared on the way."""
    special = special_territory(to_country, postal_code)
    if special:
        return special not in _LIKE_EU or from_country not in EU
    if from_country == to_country:
        return False
    return not (from_country in EU and to_country in EU)
