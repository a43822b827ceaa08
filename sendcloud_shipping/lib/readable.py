"""An answer of Sendcloud that lacks what it must have is a named error."""

import logging
from contextlib import contextmanager

from odoo.addons.o2c_base.lib.errors import RetryableError, Sentence

_logger = logging.getLogger(__name__)
#: whose words are said
CLIENT = "odoo.addons.o2c_base.lib.http_client"


@contextmanager
def readable(what, named=RetryableError):
    """Turn an answer that cannot be read into a named error; also a decorator.

    The log says what was missing. Asking again later is right: nothing was decided.

    :param named: the error; after a write it is not known what was done
    :raise RetryableError: ``what`` cannot be read
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as met:
        _logger.warning("Sendcloud sent %s that cannot be read", what, exc_info=met)
        message = Sentence(CLIENT, "%s gave no usable answer.", "Sendcloud")
        raise named(message, service="Sendcloud") from met
