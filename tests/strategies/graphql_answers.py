"""Any answer to a GraphQL document that its schema allows.

The schema is Shopify's own, in the sandbox's cut of it: each field gets a value of its
type, what may be null sometimes is, unions and interfaces are any of their members.
"""

import functools

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLUnionType,
    parse,
)
from graphql.language import FieldNode, FragmentDefinitionNode, InlineFragmentNode
from hypothesis import strategies as st

from sandbox.shopify import schemas

LARGEST = 2**31 - 1
#: of ten values that may be null, so many are
NULLS = 2
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MOMENT = st.datetimes().map(lambda moment: f"{moment.replace(microsecond=0)}Z")
WHOLE = st.one_of(st.integers(0, 5), st.integers(-LARGEST, LARGEST))
AMOUNT = st.one_of(
    st.decimals(0, 500, places=2), st.decimals(-(10**9), 10**9, places=3)
)
SCALARS = {
    "ID": st.integers(1, 9).map(lambda number: f"gid://shopify/Thing/{number}"),
    "String": TEXT,
    "Boolean": st.booleans(),
    "Int": WHOLE,
    "Float": st.floats(-1e9, 1e9),
    "Decimal": AMOUNT.map(str),
    "Money": AMOUNT.map(str),
    "DateTime": MOMENT.map(lambda text: text.replace(" ", "T")),
    "URL": TEXT.map(lambda text: f"https://example.com/{text}"),
    "HTML": TEXT,
    "UnsignedInt64": st.integers(0, 2**64 - 1).map(str),
}


class Answers:
    """The answers that a schema allows to a document with one operation.

    :param version: of Shopify's API, such as ``2026-10``
    :param longest: the most rows that a list has
    """

    def __init__(self, version, document, longest=2):
        self.schema = schemas.load(version)
        self.longest = longest
        definitions = parse(document).definitions
        self.fragments = {
            definition.name.value: definition
            for definition in definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        [self.operation] = (
            definition
            for definition in definitions
            if not isinstance(definition, FragmentDefinitionNode)
        )

    def strategy(self):
        """Return the strategy of the answer's ``data``."""
        root = self.schema.get_root_type(self.operation.operation)
        return _drawn(lambda draw: self._object(draw, root, [self.operation]))

    def part(self, *path):
        """Return the strategy of what an answer holds at a path; it is never null."""
        kind = self.schema.get_root_type(self.operation.operation)
        nodes = [self.operation]
        for name in path:
            nodes = self._fields(kind, nodes)[name]
            kind = _named(kind.fields[nodes[0].name.value].type)
        return _drawn(lambda draw: self._value(draw, GraphQLNonNull(kind), nodes))

    def _value(self, draw, kind, nodes):
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        elif draw(st.integers(0, 9)) < NULLS:
            return None
        if isinstance(kind, GraphQLList):
            count = draw(st.integers(0, self.longest))
            return [self._value(draw, kind.of_type, nodes) for _row in range(count)]
        if isinstance(kind, GraphQLEnumType):
            return draw(st.sampled_from(sorted(kind.values)))
        if isinstance(kind, GraphQLScalarType):
            return draw(SCALARS[kind.name])
        return self._object(draw, kind, nodes)

    def _object(self, draw, kind, nodes):
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            members = self.schema.get_possible_types(kind)
            kind = draw(st.sampled_from(sorted(members, key=str)))
        found = {}
        for name, same in self._fields(kind, nodes).items():
            field = same[0].name.value
            if field == "__typename":
                found[name] = kind.name
            else:
                found[name] = self._value(draw, kind.fields[field].type, same)
        return found

    def _fields(self, kind, nodes):
        """Return ``{name in the answer: nodes}`` of what is asked of an object."""
        found = {}
        for node in nodes:
            for selection in node.selection_set.selections:
                self._collect(kind, selection, found)
        return found

    def _collect(self, kind, selection, found):
        if isinstance(selection, FieldNode):
            name = (selection.alias or selection.name).value
            found.setdefault(name, []).append(selection)
            return
        fragment = selection
        if not isinstance(selection, InlineFragmentNode):
            fragment = self.fragments[selection.name.value]
        if self._fits(kind, fragment.type_condition):
            for inner in fragment.selection_set.selections:
                self._collect(kind, inner, found)

    def _fits(self, kind, condition):
        if condition is None or condition.name.value == kind.name:
            return True
        wider = self.schema.type_map[condition.name.value]
        is_wider = isinstance(wider, GraphQLUnionType | GraphQLInterfaceType)
        return is_wider and self.schema.is_sub_type(wider, kind)


def _named(kind):
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


def _drawn(make):
    return st.composite(lambda draw: make(draw))()


@functools.cache
def answers(version, document, longest=2):
    """Return the :class:`Answers` to a document, made once."""
    return Answers(version, document, longest)
