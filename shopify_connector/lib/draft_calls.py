"""What the connector asks Shopify about draft orders."""

from . import queries_draft

#: in one answer; a draft's line can have parts with amounts of their own
DRAFT_LINES_PER_PAGE = 20
#: ids in one question (https://shopify.dev/api/usage/limits: 250 in an array)
DRAFTS_AT_ONCE = 250


class DraftCalls:
    """Part of :class:`~.client.AdminClient`: orders that are not placed yet."""

    def draft(self, gid):
        """Return one draft order with all its lines, ``None`` when it was deleted."""
        variables = {"id": gid, "lines": DRAFT_LINES_PER_PAGE, "after": None}
        draft = self.execute(queries_draft.DRAFT, variables)["draftOrder"]
        page = draft and draft["lineItems"]["pageInfo"]
        while page and page["hasNextPage"]:
            variables["after"] = page["endCursor"]
            more = self.execute(queries_draft.DRAFT, variables)["draftOrder"]
            if more is None:
                return None
            draft["lineItems"]["nodes"] += more["lineItems"]["nodes"]
            page = more["lineItems"]["pageInfo"]
        return draft

    def changed_drafts(self, condition):
        """Yield id, name, status and time of change of drafts, oldest change first."""
        variables = {"query": condition, "first": DRAFTS_AT_ONCE}
        return self._pages(queries_draft.CHANGED_DRAFTS, "draftOrders", variables)

    def draft_outcomes(self, gids):
        """Yield ``(gid, node)`` of drafts; the node has the order it became.

        A draft that was deleted has no node.
        """
        for start in range(0, len(gids), DRAFTS_AT_ONCE):
            chunk = gids[start : start + DRAFTS_AT_ONCE]
            answer = self.execute(queries_draft.DRAFT_OUTCOMES, {"ids": chunk})
            yield from zip(chunk, answer["nodes"], strict=True)
