"""What can go wrong with an outside service; the class says what to do next.

``str(error)`` is a plain sentence fit for a screen: no secret, no personal data.
"""


class ServiceError(Exception):
    """A service could not be used.

    :param message: a sentence for the person who will read it
    :param service: the service's name, for example ``Shopify``
    :param status: the HTTP status, when there was an answer
    """

    def __init__(self, message, *, service=None, status=None):
        super().__init__(message)
        self.service = service
        self.status = status


class RetryableError(ServiceError):
    """Nothing was done; the same call may be made again.

    :param seconds: the wait that the service asked for, if it did
    """

    def __init__(self, message, *, seconds=None, **kwargs):
        super().__init__(message, **kwargs)
        self.seconds = seconds


class UnknownOutcomeError(ServiceError):
    """A write was sent and its answer was lost: ask before sending it again."""


class RejectedError(ServiceError):
    """A definite no: sending the same again brings the same answer.

    :param code: the service's own error code
    :param field: where in the sent data the service sees the mistake
    """

    reason = "rejected"

    def __init__(self, message, *, code=None, field=None, **kwargs):
        super().__init__(message, **kwargs)
        self.code = code
        self.field = field


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
        self.reason = reason
        self.advice = advice
        self.subject = subject


#: a later try can end well
TRY_AGAIN = (RetryableError, UnknownOutcomeError, UnauthorizedError)
