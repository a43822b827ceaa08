"""A subset of Shopify's search syntax: terms, comparators, AND, OR, NOT, brackets.

Shopify ignores a filter it does not know; the sandbox refuses it, because a filter that
is silently ignored gives too many records and nobody notices.
"""

import operator
import re
from datetime import datetime, timezone

from graphql import GraphQLError

TOKEN = re.compile(
    r"""\s*(?: (?P<bracket>[()])
      | (?P<connective>AND|OR|NOT)(?=[\s(])
      | (?P<minus>-)?(?P<name>\w+):(?P<compare>>=|<=|>|<)?
        (?: '(?P<single>[^']*)' | "(?P<double>[^"]*)" | (?P<bare>[^\s()]+) )
      | (?P<text>'[^']*'|"[^"]*"|[^\s()]+) )""",
    re.VERBOSE,
)
COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    None: operator.eq,
}


def matcher(query, filters):
    """Return a predicate on records for a search string.

    ``filters`` maps a filter's name to ``(kind, getter)``; kind is one of the functions
    below and the getter takes the record.
    """
    if not (query or "").strip():
        return lambda record: True
    return _Parser(query, filters).parse()


class _Parser:
    def __init__(self, query, filters):
        self.query = query
        self.filters = filters
        self.tokens = [m for m in TOKEN.finditer(query) if m.group().strip()]
        self.position = 0

    def parse(self):
        found = self._alternatives()
        if self.position < len(self.tokens):
            raise refused(f"cannot read the search {self.query!r}")
        return found

    def _peek(self):
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return None

    def _take(self, group, value):
        token = self._peek()
        if token and token[group] == value:
            self.position += 1
            return True
        return False

    def _alternatives(self):
        options = [self._sequence()]
        while self._take("connective", "OR"):
            options.append(self._sequence())
        return lambda record: any(option(record) for option in options)

    def _sequence(self):
        terms = [self._term()]
        while True:
            token = self._peek()
            if not token or token["bracket"] == ")" or token["connective"] == "OR":
                return lambda record: all(term(record) for term in terms)
            self._take("connective", "AND")
            terms.append(self._term())

    def _term(self):
        if self._take("connective", "NOT"):
            term = self._term()
            return lambda record: not term(record)
        if self._take("bracket", "("):
            inside = self._alternatives()
            if not self._take("bracket", ")"):
                raise refused(f"a bracket is not closed in {self.query!r}")
            return inside
        return self._filter()

    def _filter(self):
        token = self._peek()
        if token is None or token["name"] is None:
            raise refused(f"cannot read the search {self.query!r}")
        self.position += 1
        if token["name"] not in self.filters:
            raise refused(
                f"no filter {token['name']!r} here; there are {self._names()}"
            )
        kind, getter = self.filters[token["name"]]
        values = (token["single"], token["double"], token["bare"])
        value = next(value for value in values if value is not None)
        test = kind(value, token["compare"])
        if token["minus"]:
            return lambda record: not test(getter(record))
        return lambda record: test(getter(record))

    def _names(self):
        return ", ".join(sorted(self.filters))


def moment(value, compare):
    """Compare a moment; a value without time zone is UTC, without time is midnight."""
    try:
        wanted = _moment(value)
    except ValueError as error:
        raise refused(f"{value!r} is no date") from error
    return lambda found: COMPARE[compare](_moment(found), wanted)


def _moment(text):
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def number(value, compare):
    """Compare a whole number, such as the number inside an id."""
    if not re.fullmatch(r"-?\d+", value):
        raise refused(f"{value!r} is no number")
    return lambda found: COMPARE[compare](int(found), int(value))


def text(value, compare):
    """Compare without regard to case; ``abc*`` asks for the beginning."""
    _equal_only(value, compare)
    wanted = value.lower()
    if wanted.endswith("*"):
        return lambda found: (found or "").lower().startswith(wanted[:-1])
    return lambda found: (found or "").lower() == wanted


def texts(value, compare):
    """Ask whether one of several texts is the value."""
    test = text(value, compare)
    return lambda found: any(test(item) for item in found)


def boolean(value, compare):
    """Compare with true or false."""
    _equal_only(value, compare)
    if value not in ("true", "false"):
        raise refused(f"{value!r} is neither true nor false")
    return lambda found: found is (value == "true")


def one_of(**meanings):
    """Return a kind whose words stand for sets of values: ``open=("OPEN", ...)``."""

    def kind(value, compare):
        _equal_only(value, compare)
        if value.lower() not in meanings:
            raise refused(f"{value!r} is none of {', '.join(meanings)}")
        return lambda found: found in meanings[value.lower()]

    return kind


def _equal_only(value, compare):
    if compare:
        raise refused(f"{compare}{value} makes no sense for this filter")


def refused(message):
    """Return the error that ends a search."""
    return GraphQLError(message, extensions={"code": "INVALID_SEARCH"})
