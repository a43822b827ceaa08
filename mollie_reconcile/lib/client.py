"""Mollie's API: the library's paths and pages on the suite's own transport.

mollie-api-python repeats no 429 or 5xx, hides ``Retry-After``, sends the host's
name with each call and follows ``next`` links to any host. Its one door for HTTP,
``perform_http_call``, is therefore replaced: time, retries and errors are those of
:class:`JsonClient`; what the library knows of resources and pages stays.
"""

import re
import time
from contextlib import contextmanager
from functools import partial
from urllib.parse import parse_qs, urlsplit

from mollie.api.client import Client
from mollie.api.error import Error, IdentifierError
from mollie.api.objects.balance import Balance
from mollie.api.objects.payment import Payment
from mollie.api.resources.balances import BalanceReports, BalanceTransactions
from mollie.api.resources.captures import PaymentCaptures
from mollie.api.resources.chargebacks import PaymentChargebacks
from mollie.api.resources.refunds import PaymentRefunds

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    Sentence,
    UnauthorizedError,
)
from odoo.addons.o2c_base.lib.http_client import JsonClient

from .const import API

_ = partial(Sentence, __name__)

#: the most that Mollie gives on one page
PAGE = 250
#: where Mollie keeps its bills; an answer that names another place is not followed
_PAPERS = re.compile(r"(https://(?:[a-z0-9-]+\.)*mollie\.com)(/[^\\]*)")
_SITE = re.compile(r"https?://[^/]+")
_VERSIONED = re.compile(r"^https?://[^/]+/v2/")


class MollieClient:
    """What the books read at Mollie, and the one thing they order: refunds.

    :param token: organisation access token, ``access_…``
    :param base_url: address with the version; ``next`` links are followed there too
    :param session: a ``requests.Session``; tests may give their own
    :param sleep: called with seconds between two tries
    :raise UnauthorizedError: the token is of another kind
    """

    def __init__(self, token, base_url=API, *, session=None, sleep=time.sleep):
        _check_token(token)
        self.api = _Library(_Http(token, base_url, session, sleep))

    def organization(self):
        """Return the organisation that the token belongs to."""
        with _readable():
            return dict(self.api.organizations.get("me"))

    def permissions(self):
        """Return the names of what the token may do, such as ``balances.read``."""
        with _readable():
            answers = map(dict, self.api.permissions.list())
            return {answer["id"] for answer in answers if answer["granted"]}

    def balances(self):
        """Return all balances of the organisation."""
        with _readable():
            return [item for page in _pages(self.api.balances) for item in page]

    def balance(self, balance_id):
        """Return one balance with its amounts of this moment."""
        with _readable():
            return dict(self.api.balances.get(balance_id))

    def balance_report(self, balance_id, since, until):
        """Return what Mollie says of a balance from one day to another.

        :param date since: first day, in Amsterdam
        :param date until: the day after the last one
        """
        balance = Balance({"id": balance_id}, self.api)
        question = {"from": since.isoformat(), "until": until.isoformat()}
        with _readable():
            reports = BalanceReports(self.api, balance)
            return dict(reports.get_report(grouping="status-balances", **question))

    def balance_transactions(self, balance_id, until_known_id=None, from_id=None):
        """Yield the transactions of a balance, newest first.

        The page that holds ``until_known_id`` is the last one and is given whole:
        a line that Mollie slipped in beside a known one is then seen as well.

        :param str from_id: begin with this one instead of the newest
        """
        # Reading the balance first, as the library would have it, is one call more.
        balance = Balance({"id": balance_id}, self.api)
        with _readable():
            for page in _pages(BalanceTransactions(self.api, balance), from_id):
                yield from page
                if any(item["id"] == until_known_id for item in page):
                    return

    def transactions_page(self, balance_id, start=None):
        """Return a page of transactions, newest first, and where the next begins.

        :param str start: id of the page's first line; ``None`` for the newest
        :return: ``(lines, start of the next page or None)``
        """
        balance = Balance({"id": balance_id}, self.api)
        question = {"from": start} if start else {}
        with _readable():
            resource = BalanceTransactions(self.api, balance)
            page = resource.list(limit=PAGE, **question)
            link = (page["_links"].get("next") or {}).get("href")
            following = parse_qs(urlsplit(link).query)["from"][0] if link else None
            return [dict(item) for item in page], following

    def payment(self, payment_id):
        """Return the payment ``tr_…``."""
        with _readable():
            return dict(self.api.payments.get(payment_id))

    def payments_page(self, profile_id, start):
        """Return payments of a website profile, newest first, one page.

        https://docs.mollie.com/reference/list-payments

        :param profile_id: ``pfl_…``; a list is one profile's
        :param start: the payment ``tr_…`` that the page begins with
        :raise RejectedError: ``start`` is not one of the profile's
        """
        question = {"from": start, "profileId": profile_id}
        with _readable():
            page = self.api.payments.list(limit=PAGE, **question)
            return [dict(item) for item in page]

    def refund(self, payment_id, refund_id):
        """Return the refund ``re_…`` of a payment."""
        payment = Payment({"id": payment_id}, self.api)
        with _readable():
            return dict(PaymentRefunds(self.api, payment).get(refund_id))

    def chargeback(self, payment_id, chargeback_id):
        """Return the chargeback ``chb_…`` of a payment."""
        payment = Payment({"id": payment_id}, self.api)
        with _readable():
            return dict(PaymentChargebacks(self.api, payment).get(chargeback_id))

    def capture(self, payment_id, capture_id):
        """Return the capture ``cpt_…`` of a payment."""
        payment = Payment({"id": payment_id}, self.api)
        with _readable():
            return dict(PaymentCaptures(self.api, payment).get(capture_id))

    def refunds(self, payment_id):
        """Return all refunds of a payment, newest first."""
        payment = Payment({"id": payment_id}, self.api)
        with _readable():
            pages = _pages(PaymentRefunds(self.api, payment))
            return [item for page in pages for item in page]

    def create_refund(self, payment_id, amount, *, description, metadata, key):
        """Give back a part of a payment; return the refund ``re_…``.

        https://docs.mollie.com/reference/create-refund

        :param amount: ``{"currency", "value"}``, the value as text
        :param key: idempotency key: the call may be repeated with it
        :raise RejectedError: Mollie refuses; ``detail`` says why in its own words
        """
        payment = Payment({"id": payment_id}, self.api)
        data = {"amount": amount, "description": description, "metadata": metadata}
        with _readable():
            return dict(
                PaymentRefunds(self.api, payment).create(data, idempotency_key=key)
            )

    def bills(self):
        """Return Mollie's own bills, newest first."""
        with _readable():
            return [item for page in _pages(self.api.invoices) for item in page]

    def bill_pdf(self, bill_id):
        """Return the PDF of the bill ``inv_…`` as bytes.

        Its link is good for an hour and needs no key: the key is not sent there.

        :raise RejectedError: there is none, or it lies elsewhere than at Mollie
        """
        with _readable():
            link = self.api.invoices.get(bill_id)["_links"]["pdf"]["href"]
            site, path = _site_and_path(link, self.api.http.base_url)
        files = JsonClient("Mollie", site, sleep=self.api.http.sleep)
        return files.get_bytes(path)

    def settlement(self, settlement_id):
        """Return the settlement ``stl_…``, or the one with this bank reference."""
        with _readable():
            return dict(self.api.settlements.get(settlement_id))


class _Library(Client):
    """The library with our transport in the place of its own."""

    UNAME = ""

    def __init__(self, http):
        super().__init__()
        self.http = http

    def perform_http_call(
        self, http_method, path, data=None, params=None, idempotency_key=""
    ):
        # A link of an answer names Mollie's own host; ours may be another one.
        path = _VERSIONED.sub("", path)
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self.http.send(
            http_method,
            f"/{path}",
            params=params,
            json=data,
            headers=headers,
            safe=http_method == "GET" or bool(idempotency_key),
        )


class _Http(JsonClient):
    """The transport of all calls to Mollie."""

    def __init__(self, token, base_url, session, sleep):
        super().__init__(
            "Mollie",
            base_url,
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/hal+json",
            },
            session=session,
            sleep=sleep,
        )

    def _rejection(self, response):
        """Read ``{status, title, detail, field}``, Mollie's shape of an error."""
        try:
            body = response.json()
            title, field = body["title"], body.get("field")
            detail = body.get("detail")
        except (ValueError, KeyError, TypeError):
            return super()._rejection(response)
        error = RejectedError(
            _(
                "Mollie refused the request: %(why)s (%(code)s).",
                why=title,
                code=response.status_code,
            ),
            code=title,
            field=field,
            service="Mollie",
            status=response.status_code,
        )
        error.detail = detail
        return error


def _check_token(token):
    if not (token or "").startswith("access_"):
        # The token itself must not be part of the message.
        raise UnauthorizedError(
            _(
                "Mollie's balances can only be read with an organisation access token,"
                " which starts with access_."
            ),
            service="Mollie",
        )


def _site_and_path(link, base_url):
    """Return ``(site, path)`` of a paper's address.

    :raise RejectedError: the address is neither Mollie's nor that of ``base_url``
    """
    own = _SITE.match(base_url)[0]
    if link.startswith(f"{own}/"):
        return own, link.removeprefix(own)
    found = _PAPERS.fullmatch(link)
    if not found:
        message = "Mollie named an address that is not its own."
        raise RejectedError(message, service="Mollie")
    return found.groups()


def _pages(resource, from_id=None):
    start = {"from": from_id} if from_id else {}
    page = resource.list(limit=PAGE, **start)
    while page is not None:
        yield [dict(item) for item in page]
        page = page.get_next()


@contextmanager
def _readable():
    """Turn an answer that is no JSON or has another shape into a typed error."""
    try:
        yield
    except IdentifierError as error:
        raise RejectedError(_("Mollie has no such id."), service="Mollie") from error
    except (Error, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RetryableError(
            _("Mollie gave no usable answer."), service="Mollie"
        ) from error
