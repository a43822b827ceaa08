"""A JSON client with one policy for time, retries and errors.

It knows nothing of Odoo. Each connector subclasses it, names its endpoints and
reads the error bodies of its service.
"""

import logging
import time
from functools import partial

import requests
from requests import ConnectTimeout

from . import errors

_ = partial(errors.Sentence, __name__)
_logger = logging.getLogger(__name__)

#: seconds between the tries of one call; longer waits belong to the job queue
WAITS = (0.5, 2.0)
DAY = 24 * 60 * 60


class JsonClient:
    """Calls of one account at one service.

    :param service: name for messages, for example ``Sendcloud``
    :param base_url: address that every path is appended to
    :param headers: of every call; ``auth``: what ``requests`` takes as such
    :param timeout: seconds to connect and seconds to wait for an answer
    :param session: a ``requests.Session``; tests give their own, and ``sleep``
    """

    def __init__(
        self,
        service,
        base_url,
        *,
        auth=None,
        headers=None,
        timeout=(5, 30),
        session=None,
        sleep=time.sleep,
    ):
        self.service = service
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.session = session or requests.Session()
        self.session.auth = auth
        self.session.headers.update({"Accept": "application/json", **(headers or {})})
        self.sleep = sleep

    def get(self, path, params=None):
        """Return the parsed answer of a GET."""
        return self.request("GET", path, params=params)

    def get_bytes(self, path, headers=None):
        """Return the body of a GET as it came, for labels and other files."""
        return self.send("GET", path, headers=headers).content

    def post(self, path, json=None, **kwargs):
        """Return the parsed answer of a POST."""
        return self.request("POST", path, json=json, **kwargs)

    def request(self, method, path, *, safe=None, **kwargs):
        """Return the parsed JSON answer, ``None`` for an empty one.

        :raise RetryableError: nothing was done, try later
        :raise RejectedError: a definite no
        :raise UnknownOutcomeError: perhaps done; only when not ``safe``
        """
        safe = method == "GET" if safe is None else safe
        return self._parse(self.send(method, path, safe=safe, **kwargs), safe)

    def send(self, method, path, *, safe=None, **kwargs):
        """Send a call and return the successful ``requests.Response``.

        :param safe: the call may be repeated: it only reads, or carries a key that
            lets the service recognise the repetition. Default: only a GET is.
        """
        safe = method == "GET" if safe is None else safe
        for wait in (*WAITS, None):
            try:
                return self._send_once(method, path, safe, **kwargs)
            except errors.RetryableError as error:
                if wait is None or not safe or error.status == 429:
                    raise
                self.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _send_once(self, method, path, safe, **kwargs):
        url = f"{self.base_url}{path}"
        try:
            # A redirect could carry the key to another host: no API here uses one.
            response = self.session.request(
                method, url, timeout=self.timeout, allow_redirects=False, **kwargs
            )
        except requests.RequestException as error:
            lost = self._not_reachable() if _never_sent(error) else self._lost(safe)
            raise lost from error
        # The path may hold ids, never a query: parameters can be personal data.
        _logger.info("%s %s %s: %s", self.service, method, path, response.status_code)
        self._raise_for_status(response, safe)
        return response

    def _raise_for_status(self, response, safe):
        status, wait = response.status_code, retry_after(response)
        if status == 429:
            words = _("%s asks to slow down.", self.service)
            raise self._error(errors.RetryableError, words, status, seconds=wait)
        if status >= 500:
            raise self._lost(safe, status, wait)
        if status in (401, 403):
            words = _("%s refuses the key.", self.service)
            raise self._error(errors.UnauthorizedError, words, status)
        if status >= 300:
            raise self._rejection(response)

    def _error(self, kind, words, status=None, **details):
        return kind(words, service=self.service, status=status, **details)

    def _rejection(self, response):
        """Return the :class:`RejectedError` that a 3xx or 4xx answer means."""
        words = _("%s refused the request.", self.service)
        return self._error(errors.RejectedError, words, response.status_code)

    def _parse(self, response, safe):
        if not response.content:
            return None
        try:
            return response.json()
        except (ValueError, RecursionError) as error:
            raise self._lost(safe, response.status_code) from error

    def _not_reachable(self):
        words = _("%s cannot be reached.", self.service)
        return self._error(errors.RetryableError, words)

    def _lost(self, safe, status=None, seconds=None):
        words = _("%s gave no usable answer.", self.service)
        if safe:
            return self._error(errors.RetryableError, words, status, seconds=seconds)
        return self._error(errors.UnknownOutcomeError, words, status)


def retry_after(response):
    """Return the seconds of Retry-After, a day at most; ``None`` without a number."""
    value = response.headers.get("Retry-After", "")
    return min(int(value), DAY) if value.isdecimal() and len(value) < 20 else None


def _never_sent(error):
    """Tell whether the connection itself failed, so that nothing was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    unsent = ("NewConnectionError", "NameResolutionError")
    return isinstance(error, ConnectTimeout) or type(reason).__name__ in unsent
