"""Sendcloud's API v3 (https://sendcloud.dev/api/v3), as far as we use it."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

from odoo.addons.o2c_base.lib.errors import (
    RejectedError,
    RetryableError,
    Sentence,
    UnknownOutcomeError,
)
from odoo.addons.o2c_base.lib.http_client import JsonClient

from . import formats
from .client_returns import ReturnsCalls
from .readable import readable

_ = partial(Sentence, __name__)

SERVICE = "Sendcloud"
BASE_URL = "https://panel.sendcloud.sc/api/v3"
#: most parcel ids that one list call takes
IDS_PER_CALL = 100

#: parts of a request, in words
_PARTS = {
    "to_address": "delivery address",
    "from_address": "sender address",
    "parcels": "parcel",
    "parcel_items": "item",
    "ship_with": "shipping option",
    "to_service_point": "service point",
    "properties": "",
}


class ConflictError(RejectedError):
    """409: what was asked for is there already; ``answer`` is the body that says so."""

    def __init__(self, message, *, answer=None, **kwargs):
        super().__init__(message, **kwargs)
        self.answer = answer or {}


class NotYetError(RetryableError):
    """Sendcloud answers, but what was asked for is not ready."""


class SendcloudClient(ReturnsCalls, JsonClient):
    """Calls of one Sendcloud integration.

    :param public_key: the integration's public key
    :param secret_key: its secret key
    """

    def __init__(self, public_key, secret_key, base_url=None, **kwargs):
        auth = (public_key or "", secret_key or "")
        super().__init__(SERVICE, base_url or BASE_URL, auth=auth, **kwargs)

    def _parse(self, response, safe):
        # All of Sendcloud's answers are objects: anything else is none of its words.
        answer = super()._parse(response, safe)
        if answer is not None and not isinstance(answer, dict):
            raise self._lost(safe, response.status_code)
        return answer

    @readable("whom the keys belong to")
    def auth_metadata(self):
        """Return whom the keys belong to: ``user_id`` and ``integration_id``."""
        return self.get("/user/auth/metadata")["data"]

    @readable("addresses")
    def sender_addresses(self):
        """Return the addresses that may be named as sender, the first hundred."""
        return self.get("/addresses/sender-addresses", {"page_size": 100})["data"]

    @readable("contracts")
    def contracts(self):
        """Return the contracts with carriers that labels can be bought on."""
        return self.get("/contracts", {"is_active": "true", "page_size": 100})["data"]

    @readable("ways of shipping")
    def shipping_options(self, criteria, patient=True):
        """Return the ways of shipping that fit ``criteria``, with quotes if asked.

        :param patient: it only reads, so a lost answer is asked for again
        """
        return self.post("/shipping-options", json=criteria, safe=patient)["data"]

    @readable("service points")
    def service_points(self, country_code, **near):
        """Return the service points near a place, the nearest first.

        :param near: parameters of the API; what is empty is left out. Without a
            ``carrier_code`` the carriers of the integration are searched.
        """
        params = {name: value for name, value in near.items() if value}
        if "carrier_code" not in params:
            params["use_integration_carriers"] = "true"
        params["country_code"] = country_code
        return self.get("/service-points", params)["data"]["results"]

    @readable("a service point")
    def service_point(self, number):
        """Return one service point by Sendcloud's number of it."""
        return self.get(f"/service-points/{number}")["data"]

    @readable("a service point")
    def is_point_open(self, number):
        """Ask, where the carrier says so live, whether a point takes parcels."""
        path = f"/service-points/{number}/check-availability"
        return self.post(path, safe=True)["data"]["is_available"]

    def announce(self, body):
        """Buy the labels of a shipment; return Sendcloud's shipment.

        The ``external_reference_id`` in ``body`` makes the purchase unique: when it
        was used before, Sendcloud answers with the shipment made then. With
        ``apply_shipping_rules`` in it the account's own rules choose how it goes.
        """
        by_rules = "-with-shipping-rules" if "apply_shipping_rules" in body else ""
        try:
            answer = self.post(f"/shipments/announce{by_rules}", json=body)
            with readable("a shipment", UnknownOutcomeError):
                return answer["data"]
        except ConflictError as conflict:
            reference = body["external_reference_id"]
            # The body of this answer is not in the documentation: it may be empty.
            known = conflict.answer.get("data") or self.find(reference)
            if not known:
                raise NotYetError(
                    _("Sendcloud knows this shipment but does not show it yet."),
                    service=SERVICE,
                ) from conflict
            return known

    @readable("a shipment")
    def find(self, external_reference):
        """Return the shipment made with our reference, ``None`` when there is none."""
        params = {"external_reference_id": external_reference}
        found = self.get("/shipments", params)["data"]
        return found[0] if found else None

    @readable("a shipment")
    def shipment(self, shipment_id):
        """Return one shipment."""
        return self.get(f"/shipments/{shipment_id}")["data"]

    @readable("shipments")
    def shipments_of_parcels(self, parcel_ids):
        """Return the shipments of at most :data:`IDS_PER_CALL` parcels."""
        ids = ",".join(str(parcel_id) for parcel_id in parcel_ids)
        return self.get("/shipments", {"ids": ids, "page_size": IDS_PER_CALL})["data"]

    def shipments_since(self, moment):
        """Yield the shipments announced after an aware ``moment``, page by page."""
        params = {
            "announced_after": moment.isoformat().replace("+00:00", "Z"),
            "page_size": IDS_PER_CALL,
        }
        while params:
            response = self.send("GET", "/shipments", params=params)
            with readable("shipments"):
                shipments = self._parse(response, safe=True)["data"]
            yield from shipments
            cursor = _cursor(response)
            # Only the cursor is taken: a link could lead our keys elsewhere.
            params = cursor and {**params, "cursor": cursor}

    def label(self, parcel_id, wanted=formats.FORMATS[formats.DEFAULT]):
        """Return the bytes of a parcel's label.

        :param LabelFormat wanted: how it should come; a label announced as ZPL
            comes as ZPL whatever is wanted
        """
        path = f"/parcels/{parcel_id}/documents/label"
        try:
            response = self.send(
                "GET",
                path,
                params=wanted.params,
                headers={"Accept": wanted.mime_type},
            )
        except RejectedError as error:
            if error.status != 404:
                raise
            raise self._no_label() from error
        if not formats.kind(response.content):
            raise self._no_label()
        return response.content

    def paper(self, parcel_id, kind):
        """Return a document that travels with a parcel, one of ``const.PAPERS``.

        :return: the bytes of an A4 PDF
        """
        try:
            response = self.send(
                "GET",
                f"/parcels/{parcel_id}/documents/{kind}",
                params={"paper_size": "A4"},
                headers={"Accept": "application/pdf"},
            )
        except RejectedError as error:
            if error.status != 404:
                raise
            raise self._no_label() from error
        if not response.content.startswith(b"%PDF"):
            raise self._no_label()
        return response.content

    @readable("a shipment")
    def cancel(self, shipment_id):
        """Cancel a shipment; return ``cancelled``, or ``queued`` when it takes time."""
        try:
            answer = self.post(f"/shipments/{shipment_id}/cancel", safe=True)
            return answer["data"]["status"]
        except ConflictError:
            # Perhaps it was us, and the answer was lost.
            codes = {p["status"]["code"] for p in self.shipment(shipment_id)["parcels"]}
            if codes == {"CANCELLED"}:
                return "cancelled"
            if codes == {"CANCELLATION_REQUESTED"}:
                return "queued"
            raise

    def _no_label(self):
        return NotYetError(_("The label is not ready yet."), service=SERVICE)

    def _rejection(self, response):
        answer = _json_object(response)
        # Returned as a plain list for a shipment, inside "error" by API v2.
        listed = answer.get("errors")
        problems = listed if isinstance(listed, list) else []
        problems = [row for row in problems if isinstance(row, dict)] or [{}]
        source = problems[0].get("source") or {}
        pointer = source.get("pointer") or source.get("parameter")
        values = {
            "code": problems[0].get("code"),
            "field": pointer,
            "service": SERVICE,
            "status": response.status_code,
        }
        message = " ".join(filter(None, map(sentence, problems)))
        message = message or _("Sendcloud refused this (%s).", response.status_code)
        if response.status_code == 409:
            return ConflictError(message, answer=answer, **values)
        return RejectedError(message, **values)


def _cursor(response):
    link = response.links.get("next", {}).get("url", "")
    return parse_qs(urlsplit(link).query).get("cursor", [None])[0]


def _json_object(response):
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def sentence(problem):
    """Return one error of Sendcloud as a sentence that says where."""
    # Returns have errors of another shape than shipments.
    detail = str(problem.get("detail") or problem.get("message") or "")
    place = plain_pointer((problem.get("source") or {}).get("pointer"))
    return f"{detail.rstrip('.')} ({place})." if place else detail


def plain_pointer(pointer):
    """Return ``/to_address/postal_code`` as ``delivery address: postal code``."""
    words = [
        str(int(part) + 1) if part.isdigit() else _PARTS.get(part, part)
        for part in (pointer or "").strip("/").split("/")
    ]
    return ": ".join(word.replace("_", " ") for word in words if word)
