"""The simulated Mollie as a WSGI app, and as plain methods for the sandbox."""

from decimal import Decimal

from werkzeug.exceptions import HTTPException

from .. import settings
from . import balances as money_at, idempotency, invoices, settlements
from .api import FOR_API_KEYS, PUBLIC, ROUTES, Api
from .balances import Balances
from .errors import Refused
from .money import ZERO
from .payments import FAILURES, Payments
from .presenting import Presenter


class MollieApp:
    """Mollie for one merchant: customers pay, money settles, payouts leave by hand."""

    def __init__(self, world):
        self.world = world
        names = ("payments", "refunds", "chargebacks", "captures")
        names += ("balances", "settlements", "invoices", "idempotency")
        empty = {name: {} for name in names}
        self._section = world.section("mollie", **empty)
        self._balances = Balances(world, self._section)
        self._payments = Payments(world, self._section, self._balances)
        self._api = Api(world, self._section, self._payments, self._balances)
        self._shown = Presenter(world, self._payments, "https://api.mollie.com/v2")
        self._app = world.faults.wrap("mollie", world.served(self._answer))

    def __call__(self, environ, start_response):
        return self._app(environ, start_response)

    # === For the sandbox and for tests ===

    def create_payment(
        self,
        amount,
        currency="EUR",
        description="",
        method="ideal",
        metadata=None,
        redirect_url=None,
        webhook_url=None,
        settle_in=None,
    ):
        """Open a payment and return it as the API shows it (``tr_...``).

        :param settle_in: the currency of its balance, where that is another one
        """
        with self.world.lock:
            payment = self._payments.create(
                Decimal(amount),
                currency,
                description=description,
                method=method,
                metadata=metadata,
                redirectUrl=redirect_url,
                webhookUrl=webhook_url,
                settleIn=settle_in,
            )
            return self._shown.payment(payment)

    def payment(self, payment_id):
        """Return one payment as the API shows it."""
        return self._shown.payment(self._payments.get(payment_id))

    def payments(self):
        """Return all payments as the API shows them, oldest first."""
        return [self._shown.payment(p) for p in self._section["payments"].values()]

    def pay(self, payment_id, voucher=None):
        """The customer pays; the money is pending until :meth:`settle`.

        :param voucher: what a voucher paid of it: Mollie settles the rest only
        """
        with self.world.lock:
            return self._shown.payment(self._payments.pay(payment_id, voucher))

    def authorize(self, payment_id):
        """The customer may pay later; money moves with :meth:`capture`."""
        with self.world.lock:
            return self._shown.payment(self._payments.authorize(payment_id))

    def capture(self, payment_id, amount=None):
        """Take a part of an authorised payment; on the balance after `settle`."""
        with self.world.lock:
            return self._shown.capture(self._payments.capture(payment_id, amount))

    def fail(self, payment_id, status="failed"):
        """The customer does not pay: ``failed``, ``expired`` or ``canceled``."""
        if status not in FAILURES:
            raise ValueError(f"unknown status {status!r}")
        with self.world.lock:
            return self._shown.payment(self._payments.fail(payment_id, status))

    def refund(self, payment_id, amount=None, description="", metadata=None):
        """Refund a part, or what is left; on the balance after :meth:`settle`."""
        with self.world.lock:
            refund = self._payments.refund(payment_id, amount, description, metadata)
            return self._shown.refund(refund)

    def cancel_refund(self, refund_id, status="canceled"):
        """A refund that has not left yet is ``canceled``, or ``failed``."""
        with self.world.lock:
            refund = self._payments.cancel_refund(refund_id, status)
            return self._shown.refund(refund)

    def return_refund(self, refund_id):
        """The customer's bank sends a refund back (``returned-refund``)."""
        with self.world.lock:
            return self._shown.refund(self._payments.return_refund(refund_id))

    def chargeback(self, payment_id, amount=None):
        """The customer's bank takes a payment back, at once."""
        with self.world.lock:
            chargeback = self._payments.chargeback(payment_id, amount)
            return self._shown.chargeback(chargeback)

    def reverse_chargeback(self, chargeback_id):
        """The money of a chargeback (``chb_...``) comes back."""
        with self.world.lock:
            chargeback = self._payments.reverse_chargeback(chargeback_id)
            return self._shown.chargeback(chargeback)

    def settle(self):
        """Make all pending money available; return the new balance transactions."""
        with self.world.lock:
            made = self._balances.settle()
            self._payments.settled(made)
            return [self._shown.transaction(line) for line in made]

    def payout(self, currency="EUR"):
        """Send what is available to the bank; return the settlement or None."""
        with self.world.lock:
            settlement = self._balances.payout(currency)
            if not settlement:
                return None
            self._payments.paid_out(self._lines_of(settlement))
            return self._shown.settlement(settlement)

    def _lines_of(self, settlement):
        balance = self._balances.get(settlement["balanceId"])
        token = settlement["id"]
        return [t for t in balance["transactions"] if t["settlementId"] == token]

    def book(self, kind, amount, currency="EUR", context=None):
        """Move money for another reason, such as ``balance-correction``."""
        with self.world.lock:
            line = self._balances.book(currency, kind, Decimal(amount), context or {})
            return self._shown.transaction(line)

    def bill(self, month=None):
        """Issue the invoice of a month (``2026-11``; default now), or return None."""
        with self.world.lock:
            today = self.world.now().astimezone(settlements.AMSTERDAM)
            month = month or today.strftime("%Y-%m")
            invoice = invoices.issue(self.world, self._section, self._balances, month)
            return invoice and self._shown.invoice(invoice)

    def transactions(self, currency="EUR"):
        """Return the balance transactions as the API shows them, oldest first."""
        lines = self._balances.of_currency(currency)["transactions"]
        return [self._shown.transaction(line) for line in lines]

    def settlements(self):
        """Return all payouts as the API shows them, oldest first."""
        rows = self._section["settlements"].values()
        return [self._shown.settlement(settlement) for settlement in rows]

    def balance(self, currency="EUR"):
        """Return ``{id, currency, available, pending, paid_out}``, money as text."""
        balance = self._balances.of_currency(currency)
        transfers = [
            line
            for line in balance["transactions"]
            if line["type"] == "outgoing-transfer"
        ]
        paid_out = -sum(map(money_at.net_of, transfers), ZERO)
        return {
            "id": balance["id"],
            "currency": currency,
            "available": f"{money_at.available(balance):.2f}",
            "pending": f"{money_at.pending(balance):.2f}",
            "paid_out": f"{paid_out:.2f}",
        }

    # === Answering requests ===

    def _answer(self, request):
        try:
            adapter = ROUTES.bind_to_environ(request.environ)
            if adapter.test() and adapter.match()[0] in PUBLIC:
                endpoint, values = adapter.match()
                return getattr(self._api, endpoint)(request, **values)
            request.token_kind = _token_kind(request)
            endpoint, values = adapter.match()
            if request.token_kind != "organization" and endpoint not in FOR_API_KEYS:
                detail = "An API key cannot be used here; use an organization token"
                raise Refused(403, detail)
            return self._once(request, getattr(self._api, endpoint), values)
        except Refused as refused:
            return refused.response()
        except HTTPException as error:
            return Refused(error.code, error.description).response()

    def _once(self, request, handler, values):
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or not key:
            return handler(request, **values)
        now = self.world.now()
        key = f"{request.path} {key}"
        response = idempotency.replay(self._section, key, now)
        if not response:
            response = handler(request, **values)
            idempotency.remember(self._section, key, now, response)
        return response


def _token_kind(request):
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer" and token == settings.MOLLIE_TOKEN:
        return "organization"
    for prefix in ("live", "test"):
        if kind == "Bearer" and token.startswith(f"{prefix}_"):
            return prefix
    raise Refused(401, "Missing authentication, or failed to authenticate")
