"""Tags: words that a shop puts on orders, customers and products."""


def tags_from_payload(words):
    """Return the tags without blanks and doubles; Shopify takes a and A for the same.

    :param words: Shopify's list, ``None`` where nobody was asked
    """
    found = {}
    for word in words or ():
        word = word.strip()
        if word:
            found.setdefault(word.lower(), word)
    return tuple(found.values())


def merged(theirs, ours, dropped=()):
    """Return which tags a product should have at Shopify.

    What others put there stays: the merchant's apps may work by it.

    :param theirs: tags that are there
    :param ours: tags that must be there
    :param dropped: tags that came from here and are not wanted any more
    """
    gone = {word.lower() for word in dropped} - {word.lower() for word in ours}
    kept = [word for word in theirs if word.lower() not in gone]
    return tags_from_payload((*kept, *ours))


def differences(base, ours, theirs):
    """Return ``(to put on, to take off)`` at Shopify: what a person changed here.

    :param base: tags that were here the last time
    :param ours: tags that are here now
    :param theirs: tags that are at Shopify now
    """
    before, here, there = (
        {word.lower() for word in one} for one in (base, ours, theirs)
    )
    more = [word for word in ours if word.lower() not in before | there]
    off = [word for word in theirs if word.lower() in before - here]
    return more, off
