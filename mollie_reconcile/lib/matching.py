"""Codes by which a payment at Mollie and a payment in Odoo know each other.

Mollie's payment carries the shop's own payment code in its description or its
metadata. Shops write the same code with or without a counter behind it
(``rXYZ.1``), older ones with a ``c`` in front of digits.
"""

import json
import re

_COUNTER = re.compile(r"\.\d{1,3}$")
_LEGACY = re.compile(r"^c(?=\d{10,}$)")
#: shorter words are too common to tell payments apart
_SHORTEST = 6
_LONGEST = 64
#: from here on a word without a digit is a code too; before, it is just a word
_SURELY_A_CODE = 16
#: fewer would make a name of every house number and quantity
_FEWEST_DIGITS = 3


def normalise(code):
    """Return ``code`` without what shops add to it or leave out; may be empty."""
    return _LEGACY.sub("", _COUNTER.sub("", (code or "").strip()))


def codes_in(*values):
    """Return the words in ``values`` that can be payment codes, in order, once.

    :param values: texts, or what JSON knows (metadata has any shape)
    """
    words = (word for value in values for word in _words(value))
    codes = (normalise(word) for word in words if _is_code(word))
    return list(dict.fromkeys(code for code in codes if len(code) >= _SHORTEST))


def _words(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    if value is None or isinstance(value, bool):
        return []
    return re.split(r"[\s,;|]+", str(value))


def _is_code(word):
    # An e-mail address is personal data and no code.
    if "@" in word or not _SHORTEST <= len(word) <= _LONGEST:
        return False
    return len(word) >= _SURELY_A_CODE or any(map(str.isdigit, word))


def names_in(*values):
    """Return the words that can be the name of an order or an invoice.

    Shorter than codes (``#1042``, ``S00012``): good only together with an amount. A
    number is looked for with and without its sign.
    """
    words = (word.strip(".:;()[]\"'") for value in values for word in _words(value))
    named = [word for word in words if _is_name(word)]
    bare = [word.lstrip("#") for word in named]
    signed = [f"#{word}" for word in bare if word.isdigit()]
    return list(dict.fromkeys([*named, *bare, *signed]))


def _is_name(word):
    digits = sum(map(str.isdigit, word))
    return digits >= _FEWEST_DIGITS and "@" not in word and len(word) <= _LONGEST


def clues_of(ids, metadata, texts):
    """Return ``{ids, metadata, description, names}`` of a payment, each a list.

    :param ids: Mollie's own ids, ``None`` among them is left out
    :param metadata: anything that JSON knows
    :param texts: what was written for people
    """
    metadata = read_metadata(metadata)
    return {
        "ids": [token for token in ids if token],
        "metadata": codes_in(metadata),
        "description": codes_in(*texts),
        "names": names_in(metadata, *texts),
    }


def merge_clues(one, other):
    """Return the clues of both, those of ``one`` first, each once."""
    return {kind: list(dict.fromkeys(one[kind] + other[kind])) for kind in one}


def read_metadata(metadata):
    """Return a payment's metadata; some shops put JSON into a string."""
    if isinstance(metadata, str):
        try:
            return json.loads(metadata)
        except ValueError:
            return metadata
    return metadata


def is_named_in(reference, *texts):
    """Tell whether a payout's ``reference`` stands in one of ``texts``.

    Banks break their texts at any place, so blanks do not count; more digits on
    either side make it another reference.
    """
    pattern = re.compile(rf"(?<![\d.]){re.escape(reference)}(?!\d)")
    texts = [text for text in texts if text]
    squeezed = [re.sub(r"\s+", "", text) for text in texts]
    return any(pattern.search(text) for text in (*texts, *squeezed))
