"""Refusals in the shape of Sendcloud's v3 errors (a JSON:API list)."""

from ..faults import json_response


def problem(code, detail, pointer=None, status=400):
    """Return one error object; ``pointer`` names the wrong value in the request."""
    error = {"status": str(status), "code": code, "detail": detail}
    if pointer:
        error["source"] = {"pointer": pointer}
    return error


class Refused(Exception):
    """The request is answered with ``status`` and a list of problems."""

    def __init__(self, status, problems):
        super().__init__(f"{status}: {problems[0].get('detail')}")
        self.status = status
        self.problems = problems

    def response(self):
        """Return the answer the caller gets."""
        return json_response({"errors": self.problems}, self.status)


def not_found(detail="Not found"):
    """Return the refusal for something that does not exist."""
    return Refused(404, [problem("not_found", detail, status=404)])
