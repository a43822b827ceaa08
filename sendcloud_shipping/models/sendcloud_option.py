from odoo import _, api, fields, models

from ..lib import options


class SendcloudOption(models.Model):
    """A way of shipping that Sendcloud offers this account."""

    _name = "sendcloud.option"
    _description = "Shipping Option"
    _inherit = ["sendcloud.listed"]
    _rec_names_search = ["name", "code"]

    _key = "code"

    code = fields.Char(required=True, readonly=True)
    carrier_code = fields.Char(readonly=True)
    carrier_name = fields.Char("Carrier", readonly=True)
    last_mile = fields.Char("Delivered To", readonly=True)
    features = fields.Char("Includes", readonly=True)
    min_weight = fields.Float("From (kg)", digits=(16, 3), readonly=True)
    max_weight = fields.Float("Up To (kg)", digits=(16, 3), readonly=True)
    longest_side = fields.Float("Length (cm)", readonly=True)
    middle_side = fields.Float("Width (cm)", readonly=True)
    shortest_side = fields.Float("Height (cm)", readonly=True)
    wanted_fields = fields.Char("Asks For", readonly=True)
    needs_service_point = fields.Boolean("Service Point", readonly=True)

    _sql_constraints = [
        (
            "code_unique",
            "unique(account_id, code)",
            "This shipping option is known already.",
        ),
    ]

    @api.model
    def _prepare_values(self, offer):
        """Return the values of an :class:`options.ShippingOption`."""
        sides = [float(side) for side in offer.sides] or [0.0] * 3
        return {
            "code": offer.code,
            "name": offer.name,
            "carrier_code": offer.carrier_code,
            "carrier_name": offer.carrier_name,
            "last_mile": offer.last_mile,
            "features": self._in_words(offer),
            "min_weight": float(offer.min_weight),
            "max_weight": float(offer.max_weight),
            "longest_side": sides[0],
            "middle_side": sides[1],
            "shortest_side": sides[2],
            "wanted_fields": ",".join(sorted(offer.fields)),
            "needs_service_point": offer.needs_service_point,
        }

    @api.model
    def _in_words(self, offer):
        """Return what an offer does in words a merchant knows."""
        places = {
            options.HOME: _("to the door"),
            options.SERVICE_POINT: _("to a service point"),
            options.MAILBOX: _("to the mailbox"),
        }
        words = {
            "signature": _("signature"),
            "age_check": _("age check"),
            "id_check": _("identity check"),
            "insurance": _("insured"),
            "weekend_delivery": _("at the weekend"),
            "delivery_before": _("before a fixed hour"),
            "cash_on_delivery": _("cash on delivery"),
            "bulky_goods": _("bulky goods"),
            "eco_delivery": _("low emission"),
            "priority": _("express"),
            "incoterm": _("duties paid by you"),
            "untracked": _("not tracked"),
        }
        named = [places.get(offer.last_mile)]
        named += [words[feature] for feature in offer.features]
        return ", ".join(filter(None, named))

    def _sides(self):
        """Return the longest centimetres a parcel may have, empty when unknown."""
        sides = (self.longest_side, self.middle_side, self.shortest_side)
        return sides if any(sides) else ()
