"""The sandbox's control API, as far as the tools need it."""

import json
import urllib.request


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
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")
