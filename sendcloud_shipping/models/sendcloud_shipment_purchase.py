from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import (
    BlockedError,
    RejectedError,
    RetryableError,
    UnauthorizedError,
)
from odoo.addons.o2c_base.words import said

from ..lib import answers, mapping, quotes
from .sendcloud_shipment import REFUSED


class SendcloudShipment(models.Model):
    """The first job of a label: buying it, and only that."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    shipped_with = fields.Char("Option Bought", readonly=True, copy=False)
    applied_rules = fields.Char(
        "Rules Applied", readonly=True, copy=False, help="Of Sendcloud's own rules."
    )

    def _buy(self):
        """Buy the label and note what was bought; safe to run again at any time."""
        self._lock()
        if self.external_id or self.state == "cancelled":
            return
        request = self.picking_id._sendcloud_request(self)
        values = self._quote(request)
        shipment = answers.shipment_from_answer(self._ask_or_announce(request))
        self._check_bought(request, shipment)
        self.write(values)
        self._note_bought(shipment)
        self._enqueue()

    def _note_bought(self, shipment):
        """Note what Sendcloud has: the :class:`answers.Shipment` and its parcels."""
        parcels = self.env["sendcloud.parcel"]
        self.write(
            {
                "external_id": shipment.id,
                "shipped_with": shipment.option_code,
                "applied_rules": ", ".join(shipment.rules),
                "bought_at": shipment.announced_at,
                "parcel_ids": [
                    fields.Command.create(parcels._prepare_values(parcel))
                    for parcel in shipment.parcels
                ],
            }
        )

    def _quote(self, request):
        """Return the cost, asked only where the customer pays the real one."""
        # Each question counts among the 100 writes a minute that labels need.
        if self.carrier_id.invoice_policy != "real" or request.by_rules:
            return {}
        account = self.account_id
        criteria = quotes.quote_criteria(request, account.sender_country_code)
        options = account._client().shipping_options(criteria)
        price = quotes.price_from_options(options)
        if not price:
            return {}
        currency = self.env["res.currency"].search([("name", "=", price[1])])
        return {"price": float(price[0]), "currency_id": currency.id}

    def _ask_or_announce(self, request):
        client = self.account_id._client()
        # After a try that failed the label may exist. The reference keeps it one
        # label in any case, also when a killed worker left no trace here.
        if self.failed_tries:
            known = client.find(self.external_reference)
            if known:
                return known
        try:
            return client.announce(mapping.announce_body(request))
        except UnauthorizedError:
            raise
        except RejectedError as error:
            # Nothing was made: the reference is still free.
            raise BlockedError(
                "rejected", said(self.env, error), advice=self._advice()
            ) from error

    def _ask_again(self):
        """Have the job ask for a label that Sendcloud has; False if that is no use."""
        if self.state != "waiting" or self.external_id:
            return False
        # A try before this one makes the job ask before it buys.
        self.failed_tries = max(self.failed_tries, 1)
        self._enqueue()
        return True

    @api.model
    def _adopt(self, orphan):
        """Take a label at Sendcloud for the delivery that its reference names."""
        picking = orphan.picking_id
        picking.sendcloud_shipment_ids.filtered(
            lambda shipment: shipment.state in ("waiting", "attention")
        )._give_up()
        reference = orphan.external_reference
        shipment = self.search([("external_reference", "=", reference)])
        if not shipment:
            values = self._prepare_values(picking)
            shipment = self.create({**values, "external_reference": reference})
        shipment.write({"state": "waiting", "is_refused": False})
        shipment._ask_again()

    def _give_up(self):
        for shipment in self:
            shipment.state = "cancelled"
            self.env["o2c.exception"]._close(shipment)

    def _check_bought(self, request, shipment):
        """Make sure that it is a label, and the one for this delivery."""
        if shipment.is_pending:
            raise RetryableError(_("The carrier has not answered yet."))
        if shipment.is_refused:
            message = " ".join(shipment.errors) or _("The carrier refused the parcel.")
            raise BlockedError(REFUSED, message, advice=self._advice())
        if shipment.is_cancelled:
            raise BlockedError(
                REFUSED,
                _("This label was cancelled at Sendcloud."),
                advice=_("Try again to buy a new one."),
            )
        found = mapping.differences(request, shipment)
        if found:
            raise self._differs(found)

    def _advice(self):
        return _("Correct the delivery address or the parcel, then try again.")
