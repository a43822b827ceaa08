"""Mollie's endpoints: what each answers, without who may call them."""

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from . import fees, hal, ids, invoices, pdf, report, settlements
from .errors import Refused, not_found
from .money import read_amount
from .presenting import Presenter

#: method, path, handler; ``*``: also with an API key, ``-``: without any key
_TABLE = """
POST /v2/payments                            create_payment      *
GET  /v2/payments                            list_payments       *
GET  /v2/payments/<payment_id>               read_payment        *
POST /v2/payments/<payment_id>/refunds       create_refund       *
GET  /v2/payments/<payment_id>/refunds       list_refunds        *
GET  /v2/payments/<payment_id>/refunds/<id>  read_refund         *
GET  /v2/payments/<payment_id>/chargebacks   list_chargebacks    *
GET  /v2/payments/<payment_id>/chargebacks/<id>  read_chargeback *
GET  /v2/payments/<payment_id>/captures      list_captures       *
GET  /v2/payments/<payment_id>/captures/<id>  read_capture       *
GET  /v2/refunds                             list_refunds        *
GET  /v2/chargebacks                         list_chargebacks    *
GET  /v2/balances                            list_balances
GET  /v2/balances/<balance_id>               read_balance
GET  /v2/balances/<balance_id>/transactions  list_transactions
GET  /v2/balances/<balance_id>/report        read_report
GET  /v2/settlements                         list_settlements
GET  /v2/settlements/<settlement_id>         read_settlement
GET  /v2/settlements/<settlement_id>/<part>  list_settlement_parts
GET  /v2/invoices                            list_invoices
GET  /v2/invoices/<invoice_id>               read_invoice
GET  /v2/organizations/me                    read_organization
GET  /v2/permissions                         list_permissions
GET  /merchant/download/invoice/<invoice_id> download_invoice    -
"""
ROWS = [line.split() for line in _TABLE.strip().splitlines()]
ROUTES = Map([Rule(row[1], endpoint=row[2], methods=[row[0]]) for row in ROWS])
FOR_API_KEYS = {row[2] for row in ROWS if row[3:] == ["*"]}
PUBLIC = {row[2] for row in ROWS if row[3:] == ["-"]}

#: what a token may be allowed to do, as far as it matters here
SCOPES = (
    "balance-reports.read balances.read invoices.read organizations.read"
    " payments.read payments.write refunds.read refunds.write settlements.read"
).split()


class Api:
    """The handlers: each takes the request and the ids of its path."""

    def __init__(self, world, section, payments, balances):
        self.world = world
        self.section = section
        self.payments = payments
        self.balances = balances

    def _presenter(self, request):
        return Presenter(self.world, self.payments, f"{request.host_url}v2")

    def create_payment(self, request):
        body = _body(request)
        value, currency = read_amount(body.get("amount"))
        for name in ("description", "redirectUrl"):
            if not body.get(name):
                raise Refused(422, f"The '{name}' field is missing", name)
        if request.token_kind == "organization" and not body.get("profileId"):
            raise Refused(422, "The 'profileId' field is missing", "profileId")
        if body.get("profileId", ids.PROFILE) != ids.PROFILE:
            raise Refused(422, "The profile does not exist", "profileId")
        payment = self.payments.create(
            value,
            currency,
            mode=_mode(request, body.get("testmode")),
            **{**{name: body.get(name) for name in _GIVEN}, "method": _method(body)},
        )
        return hal.answer(self._presenter(request).payment(payment), 201)

    def list_payments(self, request):
        mode = _mode(request, request.args.get("testmode") == "true")
        rows = [p for p in self.section["payments"].values() if p["mode"] == mode]
        show = self._presenter(request).payment
        return hal.page(request, "payments", rows[::-1], show)

    def read_payment(self, request, payment_id):
        payment = self.payments.get(payment_id)
        embed = [name for name in request.args.get("embed", "").split(",") if name]
        return hal.answer(self._presenter(request).payment(payment, embed))

    def create_refund(self, request, payment_id):
        body = _body(request)
        payment = self.payments.get(payment_id)
        value, currency = read_amount(body.get("amount"))
        if currency != payment["amount"]["currency"]:
            detail = "The currency differs from the payment's"
            raise Refused(422, detail, "amount.currency")
        details = body.get("description", ""), body.get("metadata")
        self.payments.check_not_repeated(payment_id, value, *details)
        refund = self.payments.refund(payment_id, value, *details)
        return hal.answer(self._presenter(request).refund(refund), 201)

    def list_refunds(self, request, payment_id=None):
        rows = self._parts("refunds", payment_id)
        show = self._presenter(request).refund
        return hal.page(request, "refunds", rows, show)

    def read_refund(self, request, payment_id, id):
        refund = self._part("refunds", payment_id, id)
        return hal.answer(self._presenter(request).refund(refund))

    def list_chargebacks(self, request, payment_id=None):
        rows = self._parts("chargebacks", payment_id)
        show = self._presenter(request).chargeback
        return hal.page(request, "chargebacks", rows, show)

    def read_chargeback(self, request, payment_id, id):
        chargeback = self._part("chargebacks", payment_id, id)
        return hal.answer(self._presenter(request).chargeback(chargeback))

    def list_captures(self, request, payment_id):
        rows = self._parts("captures", payment_id)
        show = self._presenter(request).capture
        return hal.page(request, "captures", rows, show)

    def read_capture(self, request, payment_id, id):
        capture = self._part("captures", payment_id, id)
        return hal.answer(self._presenter(request).capture(capture))

    def _parts(self, kind, payment_id):
        if payment_id:
            self.payments.get(payment_id)
        return getattr(self.payments, kind)(payment_id)[::-1]

    def _part(self, kind, payment_id, token):
        for row in self._parts(kind, payment_id):
            if row["id"] == token:
                return row
        raise not_found(kind[:-1], token)

    def list_balances(self, request):
        currency = request.args.get("currency")
        rows = [
            balance
            for balance in reversed(self.section["balances"].values())
            if currency in (None, balance["currency"])
        ]
        show = self._presenter(request).balance
        return hal.page(request, "balances", rows, show)

    def read_balance(self, request, balance_id):
        balance = self.balances.get(balance_id)
        return hal.answer(self._presenter(request).balance(balance))

    def list_transactions(self, request, balance_id):
        rows = self.balances.get(balance_id)["transactions"][::-1]
        show = self._presenter(request).transaction
        return hal.page(request, "balance_transactions", rows, show)

    def read_report(self, request, balance_id):
        balance = self.balances.get(balance_id)
        return hal.answer(report.make(balance, request.args, request.url))

    def list_settlements(self, request):
        rows = [
            settlement
            for settlement in self.section["settlements"].values()
            if _matches(settlement, request.args)
        ]
        show = self._presenter(request).settlement
        return hal.page(request, "settlements", rows[::-1], show)

    def read_settlement(self, request, settlement_id):
        presenter = self._presenter(request)
        if settlement_id in ("open", "next"):
            balance = self.balances.of_currency("EUR")
            lines = [t for t in balance["transactions"] if not t["settlementId"]]
            periods = settlements.periods(lines)
            shown = presenter.open_settlement(balance, settlement_id, periods)
        else:
            shown = presenter.settlement(self._settlement(settlement_id))
        return hal.answer(shown)

    def _settlement(self, token):
        for settlement in self.section["settlements"].values():
            if token in (settlement["id"], settlement["reference"]):
                return settlement
        raise not_found("settlement", token)

    def list_settlement_parts(self, request, settlement_id, part):
        settlement = self._settlement(settlement_id)
        presenter = self._presenter(request)
        show = {
            "payments": presenter.payment,
            "refunds": presenter.refund,
            "chargebacks": presenter.chargeback,
            "captures": presenter.capture,
        }
        if part not in show:
            raise not_found("resource", part)
        rows = [
            row
            for row in self.section.get(part, {}).values()
            if row["settlementId"] == settlement["id"]
        ]
        return hal.page(request, part, rows[::-1], show[part])

    def list_invoices(self, request):
        reference, year = request.args.get("reference"), request.args.get("year")
        rows = [
            invoice
            for invoice in self.section["invoices"].values()
            if reference in (None, invoice["reference"])
            and year in (None, invoice["issuedAt"][:4])
        ]
        show = self._presenter(request).invoice
        return hal.page(request, "invoices", rows[::-1], show)

    def read_invoice(self, request, invoice_id):
        invoice = self.section["invoices"].get(invoice_id)
        if not invoice:
            raise not_found("invoice", invoice_id)
        return hal.answer(self._presenter(request).invoice(invoice))

    def download_invoice(self, request, invoice_id):
        invoice = self.section["invoices"].get(invoice_id)
        if not invoice:
            raise not_found("invoice", invoice_id)
        return Response(pdf.page(invoices.words(invoice)), mimetype="application/pdf")

    def read_organization(self, request):
        return hal.answer(self._presenter(request).organization())

    def list_permissions(self, request):
        withheld = self.world.state["settings"].get("mollie_missing_permissions", ())
        presenter = self._presenter(request)
        rows = [presenter.permission(name, name not in withheld) for name in SCOPES]
        return hal.answer(presenter.all_of("permissions", rows))


_GIVEN = ("description", "method", "metadata", "redirectUrl", "webhookUrl")


def _body(request):
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "The request body is not valid JSON")
    return body


def _method(body):
    """Return the one method the shop wants; of several the customer chooses."""
    given = body.get("method") or []
    wanted = [given] if isinstance(given, str) else given
    if not set(wanted) <= set(fees.METHODS):
        raise Refused(422, "The payment method is invalid", "method")
    return wanted[0] if len(wanted) == 1 else None


def _mode(request, testmode):
    return "test" if request.token_kind == "test" or testmode else "live"


def _matches(settlement, args):
    currencies = args.get("currencies")
    if args.get("balanceId", settlement["balanceId"]) != settlement["balanceId"]:
        return False
    if currencies and settlement["amount"]["currency"] not in currencies.split(","):
        return False
    if not args.get("year"):
        return True
    wanted = f"{args['year']}-{int(args.get('month', '1')):02d}"
    return settlements.local(settlement["createdAt"]).strftime("%Y-%m") == wanted
