"""What a query costs, and the bucket it is paid from.

Shopify publishes the rules of the bucket but not the price of a connection. The prices
here are an assumption that fits those of Microsoft's Shopify connector (page of
3 lines: 23 points, of 10 lines: 43): the price of one item times the square root of the
page. A money bag costs 1 and what is inside it nothing, other objects 1, scalars 0.
"""

import math
from datetime import datetime

from graphql import FragmentSpreadNode, get_named_type, get_operation_ast
from graphql.execution.values import get_argument_values
from graphql.type import is_leaf_type, is_object_type

MUTATION_COST = 10
LARGEST_QUERY = 1000
#: plan -> points restored per second; the bucket holds twenty seconds of them
PLANS = {"standard": 100, "advanced": 200, "plus": 1000, "enterprise": 2000}
BUCKET_SECONDS = 20


class Prices:
    """The price of one operation: as asked, or as answered when given the data."""

    def __init__(self, schema, document, variables, operation_name=None):
        self.schema = schema
        self.variables = variables
        self.operation = get_operation_ast(document, operation_name)
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if node.kind == "fragment_definition"
        }

    def requested(self):
        """Return the price of the whole pages asked for."""
        return self._total(None)

    def actual(self, data):
        """Return the price of what was found."""
        return self._total(data)

    def _total(self, data):
        root = {"query": self.schema.query_type, "mutation": self.schema.mutation_type}
        kind = self.operation.operation.value
        if kind == "mutation":
            return MUTATION_COST
        selection = self.operation.selection_set
        answer = {} if data is None else data
        return math.ceil(self._selection(selection, root[kind], answer, data is None))

    def _selection(self, selection, parent, data, asked):
        total = 0
        for node in selection.selections if selection else ():
            if node.kind == "field":
                total += self._field(node, parent, data, asked)
                continue
            if isinstance(node, FragmentSpreadNode):
                node = self.fragments[node.name.value]
            condition = node.type_condition
            kind = self.schema.type_map[condition.name.value] if condition else parent
            total += self._selection(node.selection_set, kind, data, asked)
        return total

    def _field(self, node, parent, data, asked):
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None:
            return 0
        kind = get_named_type(definition.type)
        if is_leaf_type(kind) or kind.name == "MoneyV2":
            return 0
        name = node.alias.value if node.alias else node.name.value
        value = {} if asked else _first(data, name)
        if not asked and value is None:
            return 0
        inside = self._selection(node.selection_set, kind, value, asked)
        if is_object_type(kind) and kind.name.endswith("Connection"):
            return inside * math.sqrt(self._page(node, definition, value, asked))
        # pages count their items once, in the square root above
        wrapper = kind.name == "PageInfo" or kind.name.endswith("Edge")
        return inside + (0 if wrapper else 1)

    def _page(self, node, definition, value, asked):
        if not asked:
            return len(value.get("nodes") or value.get("edges") or ())
        arguments = get_argument_values(definition, node, self.variables)
        return max(arguments.get("first") or arguments.get("last") or 1, 1)


def _first(data, name):
    """Return one object of an answer; a list is represented by its first."""
    value = data.get(name) if isinstance(data, dict) else None
    if isinstance(value, list):
        return value[0] if value else None
    return value


class Bucket:
    """The leaky bucket of one access token; ``level`` is kept in the world's state."""

    def __init__(self, level, plan, now):
        self.level = level
        self.rate = PLANS[plan]
        self.size = self.rate * BUCKET_SECONDS
        self._fill(now)

    def _fill(self, now):
        since = self.level.get("at")
        stamp = now.isoformat()
        if since is None:
            self.level.update(available=self.size, at=stamp)
            return
        seconds = (now - datetime.fromisoformat(since)).total_seconds()
        available = self.level["available"] + max(seconds, 0) * self.rate
        self.level.update(available=min(available, self.size), at=stamp)

    def allows(self, points):
        """Tell whether there is enough left for a query."""
        return self.level["available"] >= points

    def take(self, points):
        """Pay for a query."""
        self.level["available"] -= points

    def status(self):
        """Return ``throttleStatus`` as Shopify shows it."""
        return {
            "maximumAvailable": float(self.size),
            "currentlyAvailable": int(self.level["available"]),
            "restoreRate": float(self.rate),
        }
