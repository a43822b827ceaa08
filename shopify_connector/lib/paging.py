"""How much to ask Shopify at once, learned from what the last answer cost.

https://shopify.dev/docs/api/usage/limits: a query may cost 1,000 points; the bucket
that pays for it fills up by the plan's points per second.
"""

#: points that one query may cost
LARGEST_QUERY = 1000
#: of the points at hand, what one question takes; others ask as well
SHARE = 0.8
#: until the first answer tells what an item costs
FIRST_PAGE = 10
LARGEST_PAGE = 50


class PageSize:
    """The number of items in the next question of one kind.

    :param first: items in the first question
    :param largest: items in any question
    """

    def __init__(self, first=FIRST_PAGE, largest=LARGEST_PAGE):
        self.items = first
        self.largest = largest

    def learn(self, cost, asked):
        """Fit the next page to an answer's ``extensions.cost``.

        :param cost: as Shopify sent it, None when it did not
        :param asked: number of items that were asked for
        """
        if not cost or not asked or not cost.get("requestedQueryCost"):
            return
        each = cost["requestedQueryCost"] / asked
        at_hand = cost["throttleStatus"]["currentlyAvailable"]
        points = min(LARGEST_QUERY, at_hand) * SHARE
        self.items = max(1, min(self.largest, int(points / each)))

    def shrink(self):
        """Ask for half, after a question that was too expensive."""
        self.items = max(1, self.items // 2)
