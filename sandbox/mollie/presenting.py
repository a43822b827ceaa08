"""Payments, balances and settlements as the API shows them."""

from decimal import Decimal

from . import balances, fees, ids
from .errors import DOCUMENTATION
from .hal import link
from .money import ZERO, amount
from .payments import settled_part

_DASHBOARD = f"https://my.mollie.com/dashboard/{ids.ORGANIZATION}"
_MOMENTS = ("paidAt", "authorizedAt", "failedAt", "expiredAt", "canceledAt")


class Presenter:
    """Makes objects with links to ``base_url`` (``http://host/v2``)."""

    def __init__(self, world, payments, base_url):
        self.world = world
        self.payments = payments
        self.base_url = base_url

    def _links(self, path, **more):
        links = {"self": link(f"{self.base_url}/{path}"), **more}
        return {**links, "documentation": DOCUMENTATION}

    def _link(self, path):
        return link(f"{self.base_url}/{path}")

    def _settlement_link(self, row):
        if not row["settlementId"]:
            return {}
        return {"settlement": self._link(f"settlements/{row['settlementId']}")}

    def payment(self, payment, embed=()):
        """Return a payment object; ``embed`` may name refunds and chargebacks."""
        shown = {
            "resource": "payment",
            "id": payment["id"],
            "mode": payment["mode"],
            "createdAt": payment["createdAt"],
            "amount": payment["amount"],
            "description": payment["description"],
            "metadata": payment["metadata"],
            "status": payment["status"],
            "sequenceType": "oneoff",
            "profileId": ids.PROFILE,
            "redirectUrl": payment["redirectUrl"],
            "webhookUrl": payment["webhookUrl"],
        }
        shown.update({name: payment[name] for name in _MOMENTS if name in payment})
        if payment["method"]:
            shown["method"] = payment["method"]
        if payment.get("details"):
            shown["details"] = payment["details"]
        if payment["status"] == "open":
            shown["isCancelable"] = False
        if payment["status"] == "paid":
            shown.update(self._amounts_of_paid(payment))
        if payment["settlementId"]:
            shown["settlementId"] = payment["settlementId"]
        shown["_links"] = self._payment_links(payment)
        if embed:
            shown["_embedded"] = self._embedded(payment, embed)
        return shown

    def _amounts_of_paid(self, payment):
        currency = payment["amount"]["currency"]
        amounts = {
            "amountRefunded": amount(self.payments.refunded(payment), currency),
            "amountRemaining": amount(self.payments.remaining(payment), currency),
        }
        charged_back = self.payments.charged_back(payment)
        if charged_back:
            amounts["amountChargedBack"] = amount(charged_back, currency)
        method = payment.get("details", {}).get("remainderMethod") or payment["method"]
        if method not in fees.SETTLED_ELSEWHERE:
            value = settled_part(payment)
            amounts["settlementAmount"] = self._on_balance(payment, value)
        return amounts

    def _on_balance(self, payment, value):
        currency, value = self.payments.on_balance(payment, value)
        return amount(value, currency)

    def _payment_links(self, payment):
        path = f"payments/{payment['id']}"
        more = {"dashboard": link(f"{_DASHBOARD}/{path}", "text/html")}
        if payment["status"] == "open":
            more["checkout"] = link(self.checkout_url(payment), "text/html")
        for name in ("refunds", "chargebacks", "captures"):
            if getattr(self.payments, name)(payment["id"]):
                more[name] = self._link(f"{path}/{name}")
        return self._links(path, **more, **self._settlement_link(payment))

    def checkout_url(self, payment):
        """Return the page where the customer pays: one of the sandbox's shop."""
        settings = self.world.state["settings"]
        shop = settings.get("shop_url", "http://127.0.0.1:8100")
        return f"{settings.get('mollie_checkout_base', f'{shop}/pay')}/{payment['id']}"

    def _embedded(self, payment, names):
        rows = {
            "refunds": (self.payments.refunds, self.refund),
            "chargebacks": (self.payments.chargebacks, self.chargeback),
        }
        return {
            name: [show(row) for row in find(payment["id"])]
            for name, (find, show) in rows.items()
            if name in names
        }

    def refund(self, refund):
        """Return a refund object."""
        shown = {"resource": "refund", **refund}
        return self._part(shown, "refunds")

    def chargeback(self, chargeback):
        """Return a chargeback object."""
        shown = {"resource": "chargeback", **chargeback}
        return self._part(shown, "chargebacks")

    def capture(self, capture):
        """Return a capture object."""
        shown = {"resource": "capture", **capture}
        return self._part(shown, "captures")

    def _part(self, shown, kind):
        payment = self.payments.get(shown["paymentId"])
        settlement_link = self._settlement_link(shown)
        if not settlement_link:
            del shown["settlementId"]
        if payment["method"] not in fees.SETTLED_ELSEWHERE:
            sign = 1 if kind == "captures" else -1
            value = sign * Decimal(shown["amount"]["value"])
            shown["settlementAmount"] = self._on_balance(payment, value)
        path = f"payments/{payment['id']}"
        shown["_links"] = self._links(
            f"{path}/{kind}/{shown['id']}",
            payment=self._link(path),
            **settlement_link,
        )
        return shown

    def balance(self, balance):
        """Return a balance object."""
        currency = balance["currency"]
        primary = currency == "EUR"
        return {
            "resource": "balance",
            "id": balance["id"],
            "mode": "live",
            "createdAt": balance["createdAt"],
            "currency": currency,
            "description": "Primary balance" if primary else f"{currency} balance",
            "status": "active",
            "availableAmount": amount(balances.available(balance), currency),
            "pendingAmount": amount(balances.pending(balance), currency),
            "transferFrequency": "daily",
            "transferThreshold": amount("5.00", currency),
            "transferReference": None,
            "transferDestination": {
                "type": "bank-account",
                "beneficiaryName": "Trade Wins B.V.",
                "bankAccount": "NL55INGB0000000000",
            },
            "_links": self._links(f"balances/{balance['id']}"),
        }

    def transaction(self, line):
        """Return a balance transaction; its context is flat, as Mollie's own are."""
        currency = line["currency"]
        shown = {
            "resource": "balance-transaction",
            "id": line["id"],
            "type": line["type"],
            "resultAmount": amount(balances.net_of(line), currency),
            "initialAmount": amount(line["initial"], currency),
            "createdAt": line["createdAt"],
            "context": line["context"],
        }
        fee = -Decimal(line["fee"])
        if fee:
            shown["deductions"] = amount(fee, currency)
            shown["deductionDetails"] = {"fees": amount(fee, currency)}
        return shown

    def settlement(self, settlement):
        """Return a settlement object."""
        path = f"settlements/{settlement['id']}"
        parts = ("payments", "refunds", "chargebacks", "captures")
        links = {part: self._link(f"{path}/{part}") for part in parts}
        if settlement["id"] in ("open", "next"):
            links = {}
        return {
            "resource": "settlement",
            **settlement,
            "_links": self._links(path, **links),
        }

    def open_settlement(self, balance, which, periods):
        """Return what is not paid out yet: ``open`` counts what waits as well."""
        total = balances.available(balance)
        if which == "open":
            total += balances.pending(balance)
        return self.settlement(
            {
                "id": which,
                "reference": None,
                "createdAt": balance["createdAt"],
                "settledAt": None,
                "status": "open" if which == "open" else "pending",
                "amount": amount(max(total, ZERO), balance["currency"]),
                "balanceId": balance["id"],
                "periods": periods,
            }
        )

    def invoice(self, invoice):
        """Return an invoice object."""
        path = f"invoices/{invoice['id']}"
        site = self.base_url.removesuffix("/v2")
        address = f"{site}/merchant/download/invoice/{invoice['id']}"
        pdf = link(address, "application/pdf")
        return {"resource": "invoice", **invoice, "_links": self._links(path, pdf=pdf)}

    def permission(self, name, granted):
        """Return what a token may do, or may not."""
        subject, _dot, verb = name.partition(".")
        verb = "View" if verb == "read" else "Change"
        return {
            "resource": "permission",
            "id": name,
            "description": f"{verb} your {subject}",
            "granted": granted,
            "_links": {"self": self._link(f"permissions/{name}")},
        }

    def all_of(self, name, rows):
        """Return a list that has no pages."""
        embedded = {name: rows}
        return {
            "count": len(rows),
            "_embedded": embedded,
            "_links": self._links(name),
        }

    def organization(self):
        """Return the merchant."""
        return {
            "resource": "organization",
            "id": ids.ORGANIZATION,
            "name": "Trade Wins B.V.",
            "email": "finance@trade-wins.example",
            "locale": "nl_NL",
            "address": {
                "streetAndNumber": "Fellenoord 130",
                "postalCode": "5611 ZB",
                "city": "Eindhoven",
                "country": "NL",
            },
            "registrationNumber": "12345678",
            "vatNumber": "NL859123456B01",
            "vatRegulation": "dutch",
            "_links": self._links("organizations/me"),
        }
