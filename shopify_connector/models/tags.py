"""Odoo's tags by their names, whichever model they are of."""

MEMO = "shopify_memo"
#: in the context while Shopify's tags are written: they are no news for Shopify
FROM_SHOP = "shopify_tags_from_shop"


def named(tags, names):
    """Return the tags with these names, made where there are none.

    Names are those in the source language. Two workers who make the same one meet at a
    constraint, and the second does its work again.

    :param tags: an empty recordset, whose context may hold a memo for many calls
    """
    tags = tags.with_context(lang="en_US")
    memo = tags.env.context.get(MEMO, {})
    unknown = [name for name in names if (tags._name, name) not in memo]
    if unknown:
        found = {tag.name: tag.id for tag in tags.search([("name", "in", unknown)])}
        new = [name for name in unknown if name not in found]
        made = tags.create([_values(tags, name) for name in new])
        found.update(zip(new, made.ids, strict=True))
        memo.update({(tags._name, name): found[name] for name in unknown})
    return tags.browse(memo[tags._name, name] for name in names)


def _values(tags, name):
    has_key = "shopify_key" in tags._fields
    return {"name": name, "shopify_key": name} if has_key else {"name": name}
