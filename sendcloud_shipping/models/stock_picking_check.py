from odoo import _, api, fields, models

from ..lib import customs, preflight
from .stock_picking import decimal

OPEN_STATES = ("draft", "waiting", "confirmed", "assigned")


class StockPicking(models.Model):
    """What would keep the label from being made, told long before packing."""

    # The file of the model itself would be too long.
    _inherit = "stock.picking"

    sendcloud_check = fields.Selection(
        [("ok", "Label OK"), ("warning", "Check"), ("problem", "Label Problem")],
        "Label Check",
        compute="_compute_sendcloud_check",
        store=True,
        index="btree_not_null",
        copy=False,
    )
    sendcloud_check_text = fields.Text(
        "To Mend", compute="_compute_sendcloud_check", store=True, copy=False
    )
    sendcloud_address_split = fields.Char(
        "Street as Sent",
        compute="_compute_sendcloud_check",
        store=True,
        copy=False,
        help="Street | house number | the rest, as the carrier gets them.",
    )

    sendcloud_mend_address = fields.Boolean(compute="_compute_sendcloud_mend")
    sendcloud_mend_products = fields.Boolean(compute="_compute_sendcloud_mend")

    @api.depends("sendcloud_check", "sendcloud_check_text")
    def _compute_sendcloud_mend(self):
        """Tell where what was found is mended: a form offers only what helps."""
        for picking in self:
            found = ()
            if picking.sendcloud_check in ("warning", "problem"):
                found = picking._sendcloud_findings(picking._sendcloud_address())
            places = {finding.where for finding in found}
            picking.sendcloud_mend_address = preflight.ADDRESS in places
            picking.sendcloud_mend_products = any(
                isinstance(place, int) for place in places
            )

    # What belongs to partners and products is watched by them: a dependency would
    # also compute all deliveries of the past, see _sendcloud_recheck.
    @api.depends(
        "state",
        "picking_type_id",
        "partner_id",
        "carrier_id",
        "sendcloud_point_id",
        "move_ids.state",
        "move_ids.product_id",
        "move_ids.sale_line_id",
    )
    def _compute_sendcloud_check(self):
        for picking in self:
            picking.sendcloud_check = False
            picking.sendcloud_check_text = False
            picking.sendcloud_address_split = False
            if not picking._sendcloud_is_checked():
                continue
            address = picking._sendcloud_address()
            found = picking._sendcloud_findings(address)
            picking.sendcloud_address_split = " | ".join(
                filter(None, [address.line_1, address.house_number, address.line_2])
            )
            sentences = [picking._sendcloud_sentence(finding) for finding in found]
            picking.sendcloud_check_text = "\n".join(dict.fromkeys(sentences))
            blocking = any(finding.is_blocking for finding in found)
            picking.sendcloud_check = (
                "problem" if blocking else "warning" if found else "ok"
            )

    def _sendcloud_is_checked(self):
        return (
            self.carrier_id.delivery_type == "sendcloud"
            and self.picking_type_code == "outgoing"
            and self.state in OPEN_STATES
        )

    def _sendcloud_findings(self, address):
        """Return the :class:`preflight.Finding` of this delivery."""
        contents = [
            self._sendcloud_content(move)
            for move in self.move_ids
            if move.state != "cancel"
        ]
        found = preflight.findings(
            address,
            contents,
            self._sendcloud_from_country(),
            self._sendcloud_minimum_weight(),
        )
        return [*self._sendcloud_carrier_findings(), *found, *self._limits(address)]

    def _limits(self, address):
        """Return what the way of shipping does not take of this delivery."""
        carrier = self.carrier_id
        option = carrier.sendcloud_option_id
        if not option or carrier.sendcloud_choice != "option":
            return []
        asked = preflight.Limits(
            max_weight=decimal(option.max_weight),
            sides=option._sides(),
            fields=frozenset((option.wanted_fields or "").split(",")),
        )
        weight = decimal(self._sendcloud_planned_weight())
        return list(
            preflight.limit_findings(
                asked, address, weight, carrier.sendcloud_package_type_id._sides()
            )
        )

    def _sendcloud_planned_weight(self):
        """Return the kilograms that are to go out, box included."""
        box = self.carrier_id.sendcloud_package_type_id.base_weight
        goods = sum(
            move.product_id.weight * move.product_qty
            for move in self.move_ids
            if move.state != "cancel"
        )
        return (goods + box) * float(self._sendcloud_kilograms())

    def _sendcloud_minimum_weight(self):
        carrier = self.carrier_id
        account = carrier.sendcloud_account_id
        return carrier.sendcloud_minimum_weight or account.minimum_weight

    def _sendcloud_carrier_findings(self):
        """Yield what is wrong with the way of shipping itself."""
        carrier = self.carrier_id
        if carrier.sendcloud_gone:
            yield self._sendcloud_finding("option_gone")
        if self._sendcloud_is_insured_in_part():
            yield self._sendcloud_finding("insured_in_part")
        if self._sendcloud_passes_customs() and not self._sendcloud_has_eori():
            yield self._sendcloud_finding("no_eori")

    def _sendcloud_finding(self, code):
        return preflight.Finding(code, None)

    def _sendcloud_content(self, move):
        product = move.product_id
        price = move.sale_line_id.price_unit or product.lst_price
        return preflight.Content(
            key=product.id,
            name=product.display_name,
            weight=decimal(product.weight),
            price=decimal(price),
            hs_code=product.hs_code or "",
            origin_country=product.country_of_origin.code or "",
        )

    def _sendcloud_sentence(self, finding):
        """Return a finding in words that say what to do."""
        return self._sendcloud_words(finding)[finding.code]

    def _sendcloud_words(self, finding):
        """Return what each code of a finding means, in words."""
        country = self.partner_id.country_id
        return {
            "no_name": _("The customer has no name."),
            "no_street": _("The address has no street."),
            "no_house_number": _("The address has no house number."),
            "unsure_house_number": _(
                "Which part is the house number? The street is sent in one line."
            ),
            "no_postal_code": _("The address has no postal code."),
            "no_city": _("The address has no city."),
            "no_country": _("The address has no country."),
            "no_state": _("%s needs a state or province.", country.name),
            "no_phone": _("No usable telephone number: some carriers want one."),
            "no_phone_abroad": _(
                "No usable telephone number: carriers to %s want one.", country.name
            ),
            "no_phone_wanted": _("%s wants a telephone number.", self.carrier_id.name),
            "no_email_wanted": _("%s wants an e-mail address.", self.carrier_id.name),
            "no_products": _("There is nothing to ship."),
            **self._sendcloud_words_of_goods(finding),
            **self._sendcloud_words_of_carrier(),
        }

    def _sendcloud_words_of_goods(self, finding):
        country = self.partner_id.country_id
        place = customs.special_territory(country.code, self.partner_id.zip)
        missing = {
            "no_hs_code": _("HS code"),
            "no_origin": _("origin of goods"),
            "no_value": _("value"),
        }
        words = {
            code: _(
                "%(product)s: %(what)s missing, customs of %(place)s want it.",
                product=finding.name,
                what=what,
                place=place or country.name,
            )
            for code, what in missing.items()
        }
        no_weight = _("%s has no weight.", finding.name)
        return {**words, "minimum_weight": no_weight, "no_weight": no_weight}

    def _sendcloud_words_of_carrier(self):
        carrier = self.carrier_id
        option = carrier.sendcloud_option_id
        return {
            "option_gone": _(
                "Sendcloud no longer offers the option of %s.", carrier.name
            ),
            "too_heavy": _(
                "%(carrier)s takes %(most)s kg a parcel: pack it in several.",
                carrier=carrier.name,
                most=format(option.max_weight, "g"),
            ),
            "too_large": _("The box is too large for %s.", carrier.name),
            "no_size": _("%s wants to know the size of the box.", carrier.name),
            "no_eori": _("The sender address at Sendcloud has no EORI number."),
            "insured_in_part": _("Sendcloud insures 5,000 euros at most."),
        }

    @api.model
    def _sendcloud_open_domain(self):
        return [
            ("state", "in", OPEN_STATES),
            ("carrier_id.delivery_type", "=", "sendcloud"),
        ]

    @api.model
    def _sendcloud_recheck(self, domain):
        """Check the open Sendcloud deliveries of ``domain`` again."""
        pickings = self.sudo().search([*self._sendcloud_open_domain(), *domain])
        self.env.add_to_compute(self._fields["sendcloud_check"], pickings)
        self.env.add_to_compute(self._fields["sendcloud_check_text"], pickings)
        self.env.add_to_compute(self._fields["sendcloud_address_split"], pickings)

    # === Mending in place === #

    def action_sendcloud_mend_address(self):
        """Open the delivery address over the delivery."""
        self.ensure_one()
        return {
            "name": _("Delivery Address"),
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_sendcloud_mend_products(self):
        """List the products in which something is missing, ready to be filled in."""
        self.ensure_one()
        found = self._sendcloud_findings(self._sendcloud_address())
        keys = {f.where for f in found if isinstance(f.where, int)}
        ids = list(keys) or self.move_ids.product_id.ids
        view = self.env.ref("sendcloud_shipping.product_product_view_tree_customs")
        return {
            "name": _("Products of %s", self.name),
            "type": "ir.actions.act_window",
            "res_model": "product.product",
            "views": [(view.id, "tree")],
            "domain": [("id", "in", ids)],
        }
