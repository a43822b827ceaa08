"""Signed webhooks of the simulated services, on their way to Odoo."""

import logging
import queue
import threading
import urllib.error
import urllib.request

from .mischief import Mischief

_logger = logging.getLogger(__name__)


def http_post(url, headers, body, timeout=5):
    """POST ``body`` (bytes) and return the status code; 0 when nobody answers."""
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        _logger.info("webhook to %s failed: %s", url, error)
        return 0


class Outbox:
    """Webhooks waiting for delivery.

    A test calls :meth:`deliver_all` itself and may look at, drop, double or
    reorder ``waiting`` before; the server calls :meth:`start` once.
    """

    #: seconds between the tries of one delivery (the services wait longer)
    RETRY_SECONDS = (1, 2, 5, 10, 30)

    def __init__(self, post=http_post):
        self.post = post
        self.waiting = []
        self.delivered = []
        self.mischief = Mischief()
        self._queue = None

    def send(self, service, url, headers, body):
        """Put a webhook in the post; ``body`` are the exact bytes that were signed."""
        message = {"service": service, "url": url, "headers": headers, "body": body}
        if self._queue is None:
            self.waiting.append(message)
        else:
            for seconds, copy in self.mischief.spoil(message):
                self._post_later(seconds, (0, copy))

    def _post_later(self, seconds, entry):
        if seconds:
            threading.Timer(seconds, self._queue.put, [entry]).start()
        else:
            self._queue.put(entry)

    def deliver_all(self):
        """Deliver what waits, oldest first, and return the status codes."""
        statuses = []
        while self.waiting:
            statuses.append(self._deliver(self.waiting.pop(0)))
        return statuses

    def _deliver(self, message):
        status = self.post(message["url"], message["headers"], message["body"])
        self.delivered.append((status, message))
        del self.delivered[:-200]
        return status

    def start(self):
        """Deliver from a background thread from now on, with retries."""
        self._queue = queue.Queue()
        for message in self.waiting:
            self._queue.put((0, message))
        self.waiting = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            tries, message = self._queue.get()
            if self._deliver(message) // 100 != 2 and tries < len(self.RETRY_SECONDS):
                self._post_later(self.RETRY_SECONDS[tries], (tries + 1, message))
