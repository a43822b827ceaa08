"""The shipments of the simulated Sendcloud: bought, moved along, cancelled."""

import uuid
from datetime import datetime, timedelta

from . import account, ledger, statuses, validation, webhooks
from .errors import Refused, not_found, problem
from .options import kilograms

_IDS = uuid.UUID("5e2dc10d-0000-4000-8000-000000000000")
#: a city in the address that makes something happen
TRIGGERS = {
    "FAILTOWN": "refused",
    "RETURNTOWN": "undeliverable",
    "ABSENTTOWN": "attempt_failed",
    "PICKUPTOWN": "pickup_point",
    "SLOWTOWN": "slow_cancel",
}
_NUMBERS = {
    "postnl": "3STRWD{:09d}",
    "dpd": "0515{:010d}",
    "ups": "1Z999AA1{:010d}",
    "dhl_express": "{:010d}",
    "sendcloud": "SCL{:09d}",
}
CANCEL_DAYS = 42
#: so long a queued cancellation is watched for a parcel that moves after all
WATCH_DAYS = 14
_CANCELLABLE = (statuses.ANNOUNCING, statuses.READY, statuses.ANNOUNCED)


class Repeated(Exception):
    """The external reference was used before; carries the first shipment."""

    def __init__(self, shipment):
        super().__init__(shipment["external_reference_id"])
        self.shipment = shipment


class Shipments:
    """Shipments by id, in the order they were made.

    A shipment keeps its request and adds what the service knows about it; the
    answer of the API is made from it by :mod:`.presenting`.
    """

    def __init__(self, world):
        self.world = world
        self.section = world.section(
            "sendcloud", shipments={}, parcels={}, references={}, ledger=[]
        )

    def moment(self):
        """Return the world's time as the API writes it."""
        now = self.world.now().isoformat(timespec="microseconds")
        return now.replace("+00:00", "Z")

    def all(self):
        """Return all shipments, oldest first."""
        return list(self.section["shipments"].values())

    def get(self, shipment_id):
        """Return one shipment, or refuse with 404."""
        if shipment_id not in self.section["shipments"]:
            raise not_found()
        return self.section["shipments"][shipment_id]

    def of_parcel(self, parcel_id):
        """Return ``(shipment, parcel)`` of a parcel id, or refuse with 404."""
        for kept in self.section.get("returns", {}).values():
            if kept["parcels"][0]["id"] == parcel_id:
                return kept, kept["parcels"][0]
        shipment_id = self.section["parcels"].get(str(parcel_id))
        if not shipment_id:
            raise not_found("No Parcel matches the given query.")
        shipment = self.get(shipment_id)
        return shipment, next(p for p in shipment["parcels"] if p["id"] == parcel_id)

    def create(self, body, announce_now):
        """Store a checked request; buy the labels at once, or after some polls."""
        settings = self.world.state["settings"]
        validation.check_shipment(body, 15 if announce_now else 50, settings)
        reference = body.get("external_reference_id")
        first = self.section["references"].get(reference)
        if reference and first:
            raise Repeated(self.get(first))
        shipment = self._store(body)
        if announce_now:
            self._announce(shipment)
        return shipment

    def _store(self, body):
        number = self.world.next_number("sendcloud-shipment")
        polls = self.world.state["settings"].get("sendcloud_async_polls", 2)
        shipment = {
            "id": str(uuid.uuid5(_IDS, str(number))),
            "sequence": number,
            "external_reference_id": body.get("external_reference_id"),
            "order_number": body.get("order_number"),
            "request": body,
            "trigger": TRIGGERS.get(body["to_address"]["city"].upper()),
            "polls_left": polls,
            "errors": [],
            "parcels": [self.parcel(request) for request in body["parcels"]],
        }
        self.section["shipments"][shipment["id"]] = shipment
        for parcel in shipment["parcels"]:
            self.section["parcels"][str(parcel["id"])] = shipment["id"]
        if shipment["external_reference_id"]:
            self.section["references"][body["external_reference_id"]] = shipment["id"]
        return shipment

    def parcel(self, request):
        """Return a new parcel that is being announced."""
        moment = self.moment()
        return {
            "id": self.world.next_number("sendcloud-parcel", 383_707_001),
            "request": request,
            "status": statuses.ANNOUNCING,
            "tracking_number": "",
            "created_at": moment,
            "updated_at": moment,
            "announced_at": None,
        }

    def _announce(self, shipment):
        option = validation.chosen_option(shipment["request"])
        country = shipment["request"]["to_address"]["country_code"]
        if shipment["trigger"] == "refused":
            self._refuse(shipment)
            return
        for parcel in shipment["parcels"]:
            number = self.world.next_number("sendcloud-tracking", 100_001)
            parcel["tracking_number"] = _NUMBERS[option.carrier].format(number)
            parcel["announced_at"] = self.moment()
            euros = option.price(country, kilograms(parcel["request"]["weight"]))
            ledger.charge(self.section, shipment, parcel, euros, self.moment())
            self._move(shipment, parcel, statuses.READY)

    def _refuse(self, shipment):
        detail = "Service error: The carrier does not know the address."
        error = problem("parcel_announcement_error", detail, status=500)
        shipment["errors"].append(error)
        for parcel in shipment["parcels"]:
            self._move(shipment, parcel, statuses.FAILED)

    def _move(self, shipment, parcel, status):
        parcel.update(status=status, updated_at=self.moment())
        webhooks.parcel_status_changed(self.world, shipment, parcel)

    def poll(self, shipment):
        """Count a look at an asynchronous shipment; enough looks finish it."""
        if shipment["parcels"][0]["status"] == statuses.ANNOUNCING:
            shipment["polls_left"] -= 1
            if shipment["polls_left"] <= 0:
                self._announce(shipment)

    def cancel(self, shipment_id):
        """Cancel a shipment: ``(http status, cancellation object)``, or refuse."""
        shipment = self.get(shipment_id)
        self._check_cancel(shipment)
        if self._is_queued(shipment):
            self._move_all(shipment, statuses.CANCEL_REQUESTED)
            self.section.setdefault("cancelling", {})[shipment["id"]] = self.moment()
            message = "Shipment cancellation has been queued"
            return 202, {"status": "queued", "message": message}
        self._move_all(shipment, statuses.CANCELLED)
        message = "Shipment has been cancelled"
        return 200, {"status": "cancelled", "message": message}

    def _is_queued(self, shipment):
        """Tell whether Sendcloud watches a shipment first: after its day (assumed)."""
        parcel = shipment["parcels"][0]
        slow = shipment["trigger"] == "slow_cancel"
        is_announced = parcel["status"] == statuses.ANNOUNCED
        return slow or is_announced or _announced(shipment)[:10] < self.moment()[:10]

    def finish_cancellations(self):
        """Cancel what was watched for its days and has not moved in them."""
        waiting = self.section.get("cancelling", {})
        before = self.world.now() - timedelta(days=WATCH_DAYS)
        for shipment_id, asked_at in list(waiting.items()):
            if _moment(asked_at) > before:
                continue
            del waiting[shipment_id]
            shipment = self.get(shipment_id)
            found = {parcel["status"] for parcel in shipment["parcels"]}
            if found == {statuses.CANCEL_REQUESTED}:
                self._move_all(shipment, statuses.CANCELLED)

    def _check_cancel(self, shipment):
        found = {parcel["status"] for parcel in shipment["parcels"]}
        if statuses.CANCEL_REQUESTED in found:
            _conflict("This shipment is already being cancelled.")
        if statuses.CANCELLED in found:
            _conflict("This shipment has already been cancelled.")
        if not found <= set(_CANCELLABLE):
            _conflict("This shipment can no longer be cancelled.")
        age = self.world.now() - _moment(_announced(shipment))
        if age > timedelta(days=CANCEL_DAYS):
            _conflict(f"Shipments older than {CANCEL_DAYS} days cannot be cancelled.")

    def _move_all(self, shipment, status):
        if status == statuses.CANCELLED:
            ledger.refund(self.section, shipment, self.moment())
        for parcel in shipment["parcels"]:
            self._move(shipment, parcel, status)

    def next_status(self, parcel_id=None, branch=None):
        """Move one parcel, or all that still travel, one step along their road."""
        if parcel_id is not None:
            pairs = [self.of_parcel(parcel_id)]
        else:
            pairs = [(s, p) for s in self.all() for p in s["parcels"]]
        moved = [p for s, p in pairs if self._step(s, p, branch or p.get("branch"))]
        return [
            {
                "parcel_id": parcel["id"],
                "tracking_number": parcel["tracking_number"],
                "status": parcel["status"],
                "message": statuses.MESSAGES[parcel["status"]],
            }
            for parcel in moved
        ]

    def _step(self, shipment, parcel, branch):
        parcel["branch"] = branch or shipment["trigger"]
        status = statuses.following(parcel["status"], parcel["branch"])
        if status == statuses.READY:
            self._announce(shipment)
        elif status == statuses.CANCELLED:
            self._move_all(shipment, status)
        elif status:
            self._move(shipment, parcel, status)
        return status

    def set_status(self, parcel_id, status):
        """Put a parcel at any status, as when the carrier reports out of order."""
        self._move(*self.of_parcel(parcel_id), status)


def _announced(shipment):
    parcel = shipment["parcels"][0]
    return parcel["announced_at"] or parcel["created_at"]


def _moment(text):
    return datetime.fromisoformat(text[:-1] + "+00:00")


def _conflict(detail):
    raise Refused(409, [problem("invalid", detail, status=409)])


def contract_id(shipment):
    """Return the contract a shipment was bought on."""
    chosen = shipment["request"]["ship_with"]["properties"].get("contract_id")
    carrier = validation.chosen_option(shipment["request"]).carrier
    return chosen or account.default_contract(carrier)["id"]
