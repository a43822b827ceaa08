"""VAT of the countries the shop sends to. Test data, near the rates of 2026.

Per country the standard rate and the one of books, in percent.
"""

from decimal import Decimal

RATES = {
    "AT": ("20", "10"),
    "BE": ("21", "6"),
    "BG": ("20", "9"),
    "CY": ("19", "3"),
    "CZ": ("21", "0"),
    "DE": ("19", "7"),
    "DK": ("25", "25"),
    "EE": ("24", "9"),
    "ES": ("21", "4"),
    "FI": ("25.5", "13.5"),
    "FR": ("20", "5.5"),
    "GR": ("24", "6"),
    "HR": ("25", "5"),
    "HU": ("27", "5"),
    "IE": ("23", "0"),
    "IT": ("22", "4"),
    "LT": ("21", "5"),
    "LU": ("17", "3"),
    "LV": ("21", "5"),
    "MT": ("18", "5"),
    "NL": ("21", "9"),
    "PL": ("23", "5"),
    "PT": ("23", "6"),
    "RO": ("21", "11"),
    "SE": ("25", "6"),
    "SI": ("22", "5"),
    "SK": ("23", "5"),
}


def rate(country, reduced=False):
    """Return the rate as a fraction, or None outside the EU, where no VAT is due."""
    if country not in RATES:
        return None
    return Decimal(RATES[country][reduced]) / 100
