"""The calls about returns (https://sendcloud.dev/api/v3/returns)."""

from urllib.parse import parse_qs, urlsplit

from .readable import readable

#: most returns that one list call gives
RETURNS_PER_CALL = 40
#: pages that are looked through for one return
MOST_PAGES = 25


class ReturnsCalls:
    """Part of the client: labels that goods come back with."""

    def create_return(self, body):
        """Buy a return label; return ``return_id`` and ``parcel_id``.

        Synchronously, so that a refusal of the carrier is the answer.
        """
        return self.post("/returns/announce-synchronously", json=body)

    @readable("returns")
    def find_return(self, order_number, since, until):
        """Return the newest return with our ``order_number``, ``None`` without one.

        :param since: aware moment; the list is read from here
        :param until: aware moment; to here
        """
        params = {
            "from_date": _moment(since),
            "to_date": _moment(until),
            "page_size": RETURNS_PER_CALL,
        }
        for _page in range(MOST_PAGES):
            answer = self.get("/returns", params)
            for found in answer["data"]:
                if found.get("order_number") == order_number:
                    return found
            cursor = _cursor(answer.get("next"))
            if not cursor:
                return None
            params = {**params, "cursor": cursor}
        return None

    def read_return(self, return_id):
        """Return one return, by its number at Sendcloud."""
        return self.get(f"/returns/{return_id}")

    def cancel_return(self, return_id):
        """Ask Sendcloud to cancel a return.

        :raise RejectedError: it is too late, or the carrier cannot
        """
        self.request("PATCH", f"/returns/{return_id}/cancel", safe=True)


def _cursor(link):
    # Only the cursor is taken: a link could lead our keys elsewhere.
    return parse_qs(urlsplit(link or "").query).get("cursor", [None])[0]


def _moment(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S+00:00")
