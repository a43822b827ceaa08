"""Ids in Mollie's shape, the same in every run of the same steps."""

import hashlib
import string

_LETTERS = string.digits + string.ascii_letters
_LENGTHS = {
    "tr": 10,
    "re": 10,
    "chb": 10,
    "cpt": 22,
    "bal": 21,
    "baltr": 22,
    "stl": 9,
    "trf": 10,
    "inv": 10,
    "event": 21,
}
PROFILE = "pfl_TradeWins1"
ORGANIZATION = "org_1234567"


def new(world, prefix):
    """Return the next id of a kind: ``tr_`` and ten letters, for instance."""
    number = world.next_number(f"mollie-{prefix}")
    digest = int(hashlib.sha256(f"{prefix}{number}".encode()).hexdigest(), 16)
    letters = []
    for _place in range(_LENGTHS[prefix]):
        digest, index = divmod(digest, len(_LETTERS))
        letters.append(_LETTERS[index])
    return f"{prefix}_{''.join(letters)}"
