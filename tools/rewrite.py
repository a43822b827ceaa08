"""One replacement in a file, for a series that wants it written otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rewrite:
    """One replacement, with the reason for it.

    :param files: glob below the folder of the addons
    :param find: regular expression; ``^`` and ``$`` match at each line
    :param put: replacement, with ``\\1`` or ``\\g<name>`` for groups
    """

    reason: str
    files: str
    find: str
    put: str
