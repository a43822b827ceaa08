"""Any JSON that a schema of an OpenAPI file allows, as a strategy.

Only the words that these files use: types, properties, items, enums, references,
``allOf``, ``oneOf``, ``anyOf``, formats and patterns. A property that is not required
is sometimes left out.
"""

from hypothesis import strategies as st

#: deeper than this only what is required is made
DEEPEST = 8
LARGEST = 2**53
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MOMENT = st.datetimes().map(
    lambda moment: moment.replace(microsecond=0).isoformat() + "+00:00"
)
FORMATS = {
    "date-time": MOMENT,
    "date": st.dates().map(str),
    "uri": TEXT.map(lambda text: f"https://example.com/{text}"),
    "email": st.just("someone@example.com"),
    "uuid": st.uuids().map(str),
}
AMOUNT = st.decimals(-(10**6), 10**6, places=2).map(str)
ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), TEXT)


class Schemas:
    """Strategies of the schemas of one file.

    :param lookup: gives for a ``$ref`` the schema that it refers to
    """

    def __init__(self, lookup):
        self.lookup = lookup

    def strategy(self, schema):
        """Return the strategy of what a schema allows."""
        return st.composite(lambda draw: self._value(draw, schema, 0))()

    def _value(self, draw, schema, depth):
        schema = self._whole(draw, schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return draw(st.sampled_from(schema["enum"]))
        kinds = schema.get("type") or ("object" if "properties" in schema else None)
        if kinds is None:
            return draw(ANYTHING)
        kind = draw(st.sampled_from([kinds] if isinstance(kinds, str) else kinds))
        return getattr(self, f"_{kind}")(draw, schema, depth)

    def _whole(self, draw, schema):
        """Return a schema with its references followed and its choices taken."""
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self._whole(draw, self.lookup(schema["$ref"])), **rest}
        for word in ("oneOf", "anyOf"):
            if word in schema:
                chosen = self._whole(draw, draw(st.sampled_from(schema[word])))
                rest = {key: value for key, value in schema.items() if key != word}
                schema = _both(rest, chosen)
        if "allOf" in schema:
            parts = [self._whole(draw, part) for part in schema["allOf"]]
            whole = {key: value for key, value in schema.items() if key != "allOf"}
            for part in parts:
                whole = _both(whole, part)
            schema = whole
        return schema

    def _object(self, draw, schema, depth):
        required = set(schema.get("required", ()))
        found = {}
        for name, part in schema.get("properties", {}).items():
            if name in required or (depth < DEEPEST and draw(st.integers(0, 9)) < 7):
                found[name] = self._value(draw, part, depth + 1)
        return found

    def _array(self, draw, schema, depth):
        least = schema.get("minItems", 0)
        most = max(least, 0 if depth > DEEPEST else 2)
        count = draw(st.integers(least, min(most, schema.get("maxItems", most))))
        rows = schema.get("items", {})
        return [self._value(draw, rows, depth + 1) for _row in range(count)]

    def _string(self, draw, schema, depth):
        if "pattern" in schema:
            return draw(st.from_regex(schema["pattern"], fullmatch=True))
        if schema.get("format") in FORMATS:
            return draw(FORMATS[schema["format"]])
        least = schema.get("minLength", 0)
        return draw(TEXT).ljust(least, "x")[: schema.get("maxLength", 50)]

    def _integer(self, draw, schema, depth):
        least = schema.get("minimum", -LARGEST)
        return draw(st.integers(int(least), int(schema.get("maximum", LARGEST))))

    def _number(self, draw, schema, depth):
        least, most = schema.get("minimum", -1e9), schema.get("maximum", 1e9)
        return draw(st.one_of(st.integers(int(least), int(most)),
                              st.floats(least, most)))  # fmt: skip

    def _boolean(self, draw, schema, depth):
        return draw(st.booleans())

    def _null(self, draw, schema, depth):
        return None


def _both(one, other):
    """Return a schema that asks for what both ask."""
    return {
        **one,
        **other,
        "properties": {**one.get("properties", {}), **other.get("properties", {})},
        "required": [*one.get("required", ()), *other.get("required", ())],
    }
