"""Ways to break a simulated service on purpose, and to mend it again."""

import json
import time

from werkzeug.wrappers import Response

#: kind -> what the control page says about it
KINDS = {
    "down": "Down (503)",
    "slow": "Slow answers",
    "rate_limit": "Too many requests (429)",
    "server_error": "Internal error (500, HTML)",
    "html_error": "Bad gateway (502, HTML)",
    "garbage": "Wrong answers (broken JSON)",
    "wrong_types": "Wrong answers (JSON of another kind)",
    "answer_lost": "Does the work, loses the answer",
}

#: kind -> status and heading of a page that a server in between answers with
PAGES = {
    "server_error": (500, "Internal Server Error"),
    "html_error": (502, "Bad Gateway"),
}


class AnswerLost(Exception):
    """The work was done but the caller gets no answer; servers cut the line."""


class Faults:
    """The faults that are switched on: ``{service: {kind, times, seconds}}``.

    ``times`` counts down per request; ``None`` means until mended.
    """

    def __init__(self, active=None, sleep=time.sleep):
        self.active = active if active is not None else {}
        self.sleep = sleep

    def break_(self, service, kind, times=None, seconds=35):
        """Break ``service``.

        :param seconds: the delay, or the Retry-After of a 429 (0: it has none)
        """
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}")
        self.active[service] = {"kind": kind, "times": times, "seconds": seconds}

    def mend(self, service):
        """Make ``service`` answer normally again."""
        self.active.pop(service, None)

    def _take(self, service):
        fault = self.active.get(service)
        if fault and fault["times"] is not None:
            fault["times"] -= 1
            if fault["times"] <= 0:
                del self.active[service]
        return fault

    def wrap(self, service, app):
        """Return ``app`` (WSGI) with the faults of ``service`` around it."""

        def broken_app(environ, start_response):
            fault = self._take(service)
            if not fault:
                return app(environ, start_response)
            return self._misbehave(fault, app, environ, start_response)

        return broken_app

    def _misbehave(self, fault, app, environ, start_response):
        kind = fault["kind"]
        if kind == "slow":
            self.sleep(fault["seconds"])
            return app(environ, start_response)
        if kind == "answer_lost":
            list(app(environ, lambda *args, **kwargs: None))
            raise AnswerLost()
        return _answer(kind, fault["seconds"])(environ, start_response)


def _answer(kind, seconds):
    if kind == "down":
        return Response("Service unavailable", 503, mimetype="text/plain")
    if kind == "rate_limit":
        wait = {"Retry-After": str(seconds)} if seconds else {}
        return Response("", 429, headers=wait)
    if kind in PAGES:
        status, says = PAGES[kind]
        page = f"<html><body><h1>{status} {says}</h1></body></html>"
        return Response(page, status, mimetype="text/html")
    body = '["yes"]' if kind == "wrong_types" else '{"data": {"id": '
    return Response(body, 200, mimetype="application/json")


def json_response(body, status=200, headers=None):
    """Return ``body`` as a JSON response."""
    return Response(
        json.dumps(body), status, headers=headers, mimetype="application/json"
    )
