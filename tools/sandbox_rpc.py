"""The sandbox's control API, as far as the tools need it."""

import json
import urllib.error
import urllib.request

from .common import Problem


class SandboxRpc:
    """Calls to the control API behind the shop's address."""

    def __init__(self, url):
        self.url = url

    def get(self, path):
        """Return the JSON answer of a GET."""
        return self._call(urllib.request.Request(self.url + path))

    def post(self, path, body=None):
        """Return the JSON answer of a POST."""
        data = json.dumps(body or {}).encode()
        headers = {"Content-Type": "application/json"}
        return self._call(urllib.request.Request(self.url + path, data, headers))

    @staticmethod
    def _call(request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise Problem(f"{request.full_url}: {error.code} {said}") from error
