"""Street and house number, as carriers in north-western Europe want them: apart.

A number is only split off where its place is certain. Anything else stays one
line, which every carrier takes too; a number is never made up.
"""

import re
from dataclasses import dataclass

#: countries whose habits are known here, and on which side the number may stand
_NUMBER_LAST = {"NL", "BE", "DE"}
_NUMBER_FIRST = {"FR", "LU", "GB"}
SPLIT_COUNTRIES = _NUMBER_LAST | _NUMBER_FIRST
#: where a house without a number is a mistake; in Britain many have a name
NUMBER_COUNTRIES = SPLIT_COUNTRIES - {"GB"}

_WORDS = r"bis|ter|quater|hs|huis|boven|bg|rd|[ivx]{2,4}"
_BOX = r"bus|bte|boite|boîte|box|app|appt|apt"
_ADDITION = (
    rf"(?:\s*[-/]?\s*(?:{_WORDS}|[a-z])(?![a-zà-ÿ0-9])"  # A, bis, hs, -III
    r"|\s*[-/+]\s*\d{1,4}(?:[a-z](?![a-z]))?"  # -2, /3, -12b
    rf"|\s*,?\s*(?:{_BOX})\.?\s*[a-z]?\d{{1,4}}[a-z]?)"  # bus 5, bte 3
)
_NUMBER = r"\d{1,5}"
_LAST = re.compile(
    rf"(?P<street>.*?[^\W\d].*?),?\s+(?:(?:nr|no|n°|#)\.?\s*)?"
    rf"(?P<number>{_NUMBER}{_ADDITION}{{0,3}})",
    re.IGNORECASE,
)
#: no ordinals in front: "2e Jan Steenstraat" has no number
_FIRST = re.compile(
    rf"(?P<number>{_NUMBER}(?:\s*[-/]\s*{_NUMBER})?"
    r"(?:\s*(?:bis|ter|quater|[A-Da-d])(?![a-zà-ÿ0-9]))?),?\s+(?P<street>[^\W\d].*)",
    re.IGNORECASE,
)
#: "Flat 3, 12 High Street": what is before the house is not its number
_FLAT = re.compile(
    r"(?P<flat>(?:flat|apartment|apt|unit|suite|room)\.?\s+\w{1,5}),?\s+(?P<rest>\d.*)",
    re.IGNORECASE,
)
_ONLY_NUMBER = re.compile(rf"{_NUMBER}{_ADDITION}{{0,3}}", re.IGNORECASE)
_PO_BOX = re.compile(
    r"(?:postbus|postfach|(?:bo[iî]te|b\.?)\s*p(?:ostale|\.)?|p\.?\s?o\.?\s*box)\s*\d",
    re.IGNORECASE,
)
#: "Plein 1944", "Place du 8 Mai 1945": part of the name as often as a number
_YEAR = r"(?:18|19|20)\d\d"
_YEARS = re.compile(rf"{_YEAR}(?:\s*-\s*\d+)?")
_MONTHS = (
    r"jan|f[eé]v|feb|maa|mars?|mär|a[pv]r|mai|mei|jui|jun|jul|ao[uû]t|aug|sep|o[ck]t|"
    r"nov|d[eé][cz]"
)
#: a number inside a name that is no date, year or ordinal: which one is the house?
_OTHER_NUMBER = re.compile(
    rf"(?<!\w)(?!{_YEAR}\b)\d+(?![\w.])(?!\s+(?:{_MONTHS}))", re.IGNORECASE
)


@dataclass(frozen=True)
class Street:
    """A street address, taken apart as far as it is certain."""

    line_1: str
    house_number: str = ""
    line_2: str = ""
    po_box: str = ""


def split(street, street2, country_code):
    """Return the :class:`Street` of an address' two free lines.

    :param country_code: ISO code; outside NL, BE, DE, FR, LU and GB nothing is split
    """
    lines = [
        " ".join(line.split())
        for text in (street, street2)
        for line in (text or "").splitlines()
    ]
    first, *others = [line for line in lines if line] or [""]
    if _PO_BOX.match(first):
        return Street(first, line_2=", ".join(others), po_box=first)
    flat = _FLAT.fullmatch(first) if country_code == "GB" else None
    if flat:
        first, others = flat["rest"], [flat["flat"], *others]
    name, number = _split_line(first, country_code)
    if not number and others and _takes_number(country_code, others[0]):
        number = others.pop(0)
    return Street(name, number, ", ".join(others))


def _takes_number(country_code, line):
    known = country_code in SPLIT_COUNTRIES
    return known and _ONLY_NUMBER.fullmatch(line)


def _split_line(line, country_code):
    for pattern in _patterns(country_code):
        found = pattern.fullmatch(line)
        if found and _is_certain(**found.groupdict()):
            return found["street"].rstrip(" ,"), found["number"]
    return line, ""


def _is_certain(street, number):
    return not (_YEARS.fullmatch(number) or _OTHER_NUMBER.search(street))


def _patterns(country_code):
    if country_code in _NUMBER_FIRST:
        return (_FIRST, _LAST)
    if country_code == "BE":
        return (_LAST, _FIRST)
    return (_LAST,) if country_code in _NUMBER_LAST else ()
