"""The simulated Sendcloud as a WSGI app, and as plain methods for the sandbox."""

import base64
import hmac

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from .. import settings
from ..faults import json_response
from . import (
    account,
    labels,
    ledger,
    options,
    papers,
    presenting,
    rules,
    search,
    service_points,
    statuses,
    validation,
)
from .errors import Refused, not_found, problem
from .limits import Limits
from .returns import Returns
from .shipments import Repeated, Shipments

_ROUTES = Map(
    [
        Rule(f"/api/{path}", endpoint=endpoint, methods=[method])
        for method, path, endpoint in [
            ("GET", "v3/user/auth/metadata", "metadata"),
            ("POST", "v3/shipments/announce", "announce"),
            ("POST", "v3/shipments/announce-with-shipping-rules", "announce_by_rules"),
            ("POST", "v3/shipments", "create"),
            ("GET", "v3/shipments", "list"),
            ("GET", "v3/shipments/<shipment_id>", "read"),
            ("POST", "v3/shipments/<shipment_id>/cancel", "cancel"),
            ("GET", "v3/parcels/<int:parcel_id>/documents/<kind>", "document"),
            ("GET", "v3/parcel-documents/<kind>", "documents"),
            ("GET", "v3/parcels/statuses", "statuses"),
            ("POST", "v3/shipping-options", "options"),
            ("GET", "v3/addresses/sender-addresses", "senders"),
            ("GET", "v3/contracts", "contracts"),
            ("POST", "v3/returns/announce-synchronously", "create_return"),
            ("GET", "v3/returns", "returns"),
            ("GET", "v3/returns/<int:number>", "return"),
            ("PATCH", "v3/returns/<int:number>/cancel", "cancel_return"),
            ("GET", "v3/service-points", "points"),
            ("GET", "v3/service-points/<int:number>", "point"),
            ("POST", "v3/service-points/<int:number>/check-availability", "is_open"),
            ("POST", "v2/parcels", "v2_parcels"),
        ]
    ]
)
_DOCUMENT_KINDS = ("label", "customs-declaration", "air-waybill")


class SendcloudApp:
    """Sendcloud for one merchant: labels cost euros, carriers move by hand."""

    def __init__(self, world):
        self.world = world
        self._shipments = Shipments(world)
        self._returns = Returns(world, self._shipments)
        self._limits = Limits(world)
        self._app = world.faults.wrap("sendcloud", world.served(self._answer))

    def __call__(self, environ, start_response):
        return self._app(environ, start_response)

    # === For the sandbox and for tests ===

    def ledger(self):
        """Return every label that was charged: who, euros, and when given back."""
        return [dict(entry) for entry in self._shipments.section["ledger"]]

    def charged_count(self):
        """Return how many labels are paid for and not given back."""
        return len(ledger.standing(self._shipments.section))

    def cancelled_count(self):
        """Return how many labels were paid for and given back."""
        return len(self.ledger()) - self.charged_count()

    def balance(self):
        """Return the euros spent on labels, as text: ``"13.90"``."""
        return ledger.euros(self._shipments.section)

    def shipments(self, base_url=""):
        """Return all shipments as the API shows them, oldest first."""
        return [self._shown(s, base_url) for s in self._shipments.all()]

    def next_status(self, parcel_id=None, branch=None):
        """Move one parcel, or all, one step on and send the webhooks.

        :param branch: leave the usual road: ``undeliverable``, ``attempt_failed``,
            ``pickup_point`` or ``customs``; kept for the following steps
        :returns: ``[{parcel_id, tracking_number, status, message}]`` of what moved
        """
        with self.world.lock:
            return self._shipments.next_status(parcel_id, branch)

    def set_status(self, parcel_id, status):
        """Put a parcel at a numeric status, whatever it was, and send the webhook."""
        with self.world.lock:
            self._shipments.set_status(parcel_id, status)

    def returns(self):
        """Return all returns as the API shows them, oldest first."""
        return [self._returns.shown(kept) for kept in self._returns.all()]

    # === Answering requests ===

    @property
    def _settings(self):
        return self.world.state["settings"]

    def _answer(self, request):
        wait = self._limits.wait_seconds(request.method)
        if wait:
            return Response(b"", 429, headers={"Retry-After": str(wait)})
        try:
            self._check_caller(request)
            self._shipments.finish_cancellations()
            endpoint, values = _ROUTES.bind_to_environ(request.environ).match()
            return getattr(self, f"_on_{endpoint}")(request, **values)
        except Refused as refused:
            return refused.response()
        except Repeated as repeated:
            return self._shipment(request, repeated.shipment, 409)
        except HTTPException as error:
            detail = error.description
            return Refused(error.code, [problem("invalid", detail)]).response()

    def _check_caller(self, request):
        keys = f"{settings.SENDCLOUD_PUBLIC_KEY}:{settings.SENDCLOUD_SECRET_KEY}"
        expected = "Basic " + base64.b64encode(keys.encode()).decode()
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            detail = "Invalid username/password."
            raise Refused(401, [problem("authentication_failed", detail, status=401)])
        partner = request.headers.get("Sendcloud-Partner-Id")
        if partner and partner != self.world.state["settings"].get("sendcloud_partner"):
            raise not_found("The partner ID was not found.")

    def _body(self, request):
        body = request.get_json(silent=True)
        if body is None:
            raise Refused(400, [problem("invalid", "JSON parse error.")])
        return body

    def _shown(self, shipment, base_url):
        return presenting.shipment_object(self.world, shipment, base_url)

    def _shipment(self, request, shipment, status=200):
        data = self._shown(shipment, request.host_url.rstrip("/"))
        return json_response({"data": data}, status)

    def _on_metadata(self, _request):
        user = {"user_id": account.USER_ID, "integration_id": account.INTEGRATION_ID}
        return json_response({"data": user})

    def _on_announce(self, request):
        data = self._announce(request, self._body(request))
        return json_response({"data": data}, 201)

    def _on_announce_by_rules(self, request):
        body, applied = rules.apply(self._body(request), self._settings)
        data = self._announce(request, body)
        return json_response({"data": {**data, "applied_shipping_rules": applied}}, 201)

    def _announce(self, request, body):
        shipment = self._shipments.create(body, announce_now=True)
        data = self._shown(shipment, request.host_url.rstrip("/"))
        details = body.get("label_details") or {}
        data["label_details"] = {
            "mime_type": details.get("mime_type", "application/pdf"),
            "dpi": details.get("dpi", 72),
        }
        for shown in data["parcels"]:
            shown["label_file"] = None
        if len(data["parcels"]) == 1 and not data["errors"]:
            data["parcels"][0]["label_file"] = self._label_file(shipment, details)
        return data

    def _label_file(self, shipment, details):
        kind = details.get("mime_type", "application/pdf")
        pair = (shipment, shipment["parcels"][0])
        return base64.b64encode(
            _render([pair], kind, "A6", details.get("dpi", 72))
        ).decode()

    def _on_create(self, request):
        shipment = self._shipments.create(self._body(request), announce_now=False)
        return self._shipment(request, shipment, 201)

    def _on_list(self, request):
        found, cursor = search.find(self._shipments, request.args)
        base_url = request.host_url.rstrip("/")
        headers = {}
        if cursor:
            headers["Link"] = search.link(request.base_url, request.args, cursor)
        rows = [self._shown(shipment, base_url) for shipment in found]
        return json_response({"data": rows}, headers=headers)

    def _on_read(self, request, shipment_id):
        shipment = self._shipments.get(shipment_id)
        self._shipments.poll(shipment)
        return self._shipment(request, shipment)

    def _on_cancel(self, _request, shipment_id):
        status, cancellation = self._shipments.cancel(shipment_id)
        return json_response({"data": cancellation}, status)

    def _on_document(self, request, parcel_id, kind):
        return self._documents(request, kind, [parcel_id])

    def _on_documents(self, request, kind):
        texts = ",".join(request.args.getlist("parcels")).split(",")
        if not all(text.strip().isdigit() for text in texts) or len(texts) > 20:
            detail = "Give between 1 and 20 parcel ids."
            raise Refused(400, [problem("invalid", detail)])
        return self._documents(request, kind, [int(text) for text in texts])

    def _documents(self, request, kind, parcel_ids):
        if kind not in _DOCUMENT_KINDS:
            raise Refused(400, [problem("invalid", "Invalid document type.")])
        pairs = [self._shipments.of_parcel(number) for number in parcel_ids]
        missing = any(p["status"] in presenting.WITHOUT_LABEL for _s, p in pairs)
        if missing or not all(_has(shipment, kind) for shipment, _p in pairs):
            raise not_found("No Parcel matches the given query.")
        if kind == papers.KIND:
            return Response(papers.pdf(pairs), mimetype="application/pdf")
        mime_type = _wanted_type(request, pairs)
        paper = request.args.get("paper_size", "A6").upper()
        dpi = request.args.get("dpi", "72")
        if paper not in labels.PAPER or not dpi.isdigit():
            raise Refused(400, [problem("invalid_choice", "Not a valid choice.")])
        data = _render(pairs, mime_type, paper, int(dpi))
        return Response(data, mimetype=mime_type)

    def _on_create_return(self, request):
        return json_response(self._returns.create(self._body(request)), 201)

    def _on_returns(self, request):
        return json_response({"data": self._returns.find(request.args)})

    def _on_return(self, _request, number):
        return json_response(self._returns.shown(self._returns.get(number)))

    def _on_cancel_return(self, _request, number):
        self._returns.cancel(number)
        return json_response({"message": "Cancellation requested successfully"}, 202)

    def _on_statuses(self, _request):
        return json_response({"data": statuses.all_statuses()})

    def _on_options(self, request):
        body = self._body(request)
        validation.check_quote_request(body)
        gone = self._settings.get("sendcloud_gone_options", ())
        return json_response({"data": options.search(body, gone)})

    def _on_points(self, request):
        found = service_points.search(request.args, self._settings)
        return json_response({"data": found})

    def _on_point(self, _request, number):
        return json_response({"data": service_points.get(number)})

    def _on_is_open(self, _request, number):
        service_points.get(number)
        is_open = number not in service_points.closed(self._settings)
        return json_response({"data": {"is_available": is_open}})

    def _on_senders(self, _request):
        return json_response({"data": account.SENDER_ADDRESSES})

    def _on_contracts(self, request):
        carrier = request.args.get("carrier_code")
        rows = [c for c in account.CONTRACTS if carrier in (None, c["carrier"]["code"])]
        return json_response({"data": rows})

    def _on_v2_parcels(self, _request):
        message = "This endpoint is not available for new accounts. Use API v3."
        error = {"code": 403, "message": message, "request": "api/v2/parcels"}
        return json_response({"error": error}, 403)


def _has(shipment, kind):
    if kind == papers.KIND:
        return papers.wanted(shipment["request"])
    return kind == "label"


def _wanted_type(request, pairs):
    asked = [
        (s["request"].get("label_details") or {}).get("mime_type") for s, _p in pairs
    ]
    if "application/zpl" in asked:
        # a label made as ZPL cannot be turned into anything else
        return "application/zpl"
    accept = request.headers.get("Accept", "*/*").split(",")[0].strip()
    if accept in ("*/*", "application/*", "application/pdf"):
        return "application/pdf"
    if accept not in validation.LABEL_TYPES:
        raise Refused(
            400, [problem("invalid_choice", f"{accept!r} is not a valid choice.")]
        )
    return accept


def _render(pairs, mime_type, paper, dpi):
    if mime_type == "application/zpl":
        return labels.zpl(pairs)
    if mime_type == "image/png":
        if len(pairs) > 1:
            detail = "Several labels do not fit in one picture."
            raise Refused(400, [problem("invalid", detail)])
        return labels.png(*pairs[0], dpi)
    return labels.pdf(pairs, paper)
