"""Payments read at Mollie a page at a time, for lines that are booked together."""

from functools import cached_property

from odoo.addons.o2c_base.lib.errors import RejectedError

#: so many are read one by one before a page is worth its call
SINGLES = 2


class PaymentReader:
    """Reads payments; most of a batch with one call.

    Mollie lists payments from the newest to the oldest, so the page that begins with
    the batch's last one holds most of the others. A list is one profile's and must
    name it; the first payment says which.

    :param connect: returns a :class:`MollieClient`; called when it is needed
    :param ids: the payments of the batch, ``tr_…``, oldest first
    """

    def __init__(self, connect, ids):
        self.connect = connect
        self.ids = list(dict.fromkeys(ids))
        self.known = {}
        self.reads = 0
        self.profile = None

    @cached_property
    def client(self):
        """The client, made at the first call."""
        return self.connect()

    def payment(self, payment_id):
        """Return the payment ``tr_…``.

        :raise RejectedError: Mollie does not know it
        """
        if payment_id not in self.known and self._is_page_due():
            self._read_page()
        if payment_id not in self.known:
            self.reads += 1
            self.known[payment_id] = self.client.payment(payment_id)
        found = self.known[payment_id]
        self.profile = self.profile or found.get("profileId")
        return found

    def _is_page_due(self):
        left = set(self.ids) - set(self.known)
        return self.reads == SINGLES and self.profile and len(left) > 1

    def _read_page(self):
        self.reads += 1
        try:
            page = self.client.payments_page(self.profile, self.ids[-1])
        except RejectedError:
            # The last one is of another profile, or gone: one by one, then.
            return
        self.known = {payment["id"]: payment for payment in page} | self.known
