"""What can go wrong with an outside service; the class says what to do next.

What ``words.said`` makes of an error is fit for a screen: no secret, no personal data.
"""


class Sentence(str):
    """English words that translators see; ``words.said`` says them as translated."""

    def __new__(cls, module, source, *values, **named):
        words = super().__new__(cls, source % (values or named))
        words.addon, words.source = module.split(".")[2], source
        words.values = values or named
        return words


class ServiceError(Exception):
    """A service could not be used.

    :param message: a sentence for the person who will read it
    :param service: the service's name, for example ``Shopify``
    :param status: the HTTP status, when there was an answer
    :param seconds: the wait that the service asked for, if it did
    :param code: the service's own; ``field``: where in the sent data it sees a mistake
    """

    def __init__(
        self, message, *, service=None, status=None, seconds=None, code=None, field=None
    ):
        super().__init__(message)
        self.service, self.status, self.seconds = service, status, seconds
        self.code, self.field = code, field


class RetryableError(ServiceError):
    """Nothing was done; the same call may be made again."""


class UnknownOutcomeError(ServiceError):
    """A write was sent and its answer was lost: ask before sending it again."""


class RejectedError(ServiceError):
    """A definite no: sending the same again brings the same answer."""

    reason = "rejected"


class UnauthorizedError(RejectedError):
    """The key is wrong, expired or lacks a permission; no call will work."""


class BlockedError(Exception):
    """The work needs a person: a mapping is missing or the facts disagree.

    :param reason: short code of the kind, for example ``unknown_product``
    :param message: what is the matter, in one sentence
    :param advice: what to do about it
    :param subject: what, once mended, frees the record (``sku:TW-1``)
    """

    def __init__(self, reason, message, *, advice=None, subject=None):
        super().__init__(message)
        self.reason, self.advice, self.subject = reason, advice, subject


#: a later try can end well
TRY_AGAIN = (RetryableError, UnknownOutcomeError, UnauthorizedError)
