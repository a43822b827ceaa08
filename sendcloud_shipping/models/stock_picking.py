from decimal import Decimal

from odoo import _, api, fields, models
from odoo.tools import groupby

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib import address, const, mapping
from ..lib.customs import shipping_country
from ..lib.options import KILOGRAMS
from ..lib.phone import e164
from ..lib.points import without_reference


class StockPicking(models.Model):
    _inherit = "stock.picking"

    sendcloud_shipment_ids = fields.One2many(
        "sendcloud.shipment", "picking_id", "Labels"
    )
    sendcloud_shipment_id = fields.Many2one(
        "sendcloud.shipment",
        "Label",
        compute="_compute_sendcloud_shipment_id",
        store=True,
    )
    sendcloud_state = fields.Selection(
        related="sendcloud_shipment_id.state", string="Label State"
    )
    sendcloud_problem = fields.Char(
        related="sendcloud_shipment_id.problem", string="Label Problem"
    )
    sendcloud_trouble = fields.Selection(related="sendcloud_shipment_id.trouble")
    sendcloud_waits_for = fields.Char(related="sendcloud_shipment_id.notice")
    sendcloud_carrier_status = fields.Char(
        related="sendcloud_shipment_id.carrier_status", string="Carrier Says"
    )
    sendcloud_cancel_notice = fields.Char(related="sendcloud_shipment_id.cancel_notice")
    sendcloud_confirmation = fields.Selection(
        [("held", "Held back"), ("held_without_sms", "Held back, no text message")],
        "Confirmation to Customer",
        readonly=True,
        copy=False,
        help="Goes out with the tracking link, once there is a label.",
    )

    @api.depends("sendcloud_shipment_ids")
    def _compute_sendcloud_shipment_id(self):
        for picking in self:
            attempts = picking.sendcloud_shipment_ids.sorted("attempt")
            picking.sendcloud_shipment_id = attempts[-1:]

    # === Validation === #

    def _send_confirmation_email(self):
        """Ask for Sendcloud labels, and hold the mail until it has a tracking link."""
        waiting = self.filtered(lambda picking: picking._sendcloud_waits())
        # As send_to_shipper does, for all of them at once.
        self.env["sendcloud.shipment"].sudo()._request_labels(waiting.sudo())
        for picking in waiting:
            picking._check_carrier_details_compliance()
        without_sms = self.env.context.get("skip_sms")
        waiting.sendcloud_confirmation = "held_without_sms" if without_sms else "held"
        return super(StockPicking, self - waiting)._send_confirmation_email()

    def _sendcloud_waits(self):
        """Tell whether core would send this picking to Sendcloud now."""
        self.ensure_one()
        return (
            self.carrier_id.delivery_type == "sendcloud"
            and self.carrier_id.integration_level == "rate_and_ship"
            and self.picking_type_code != "incoming"
            and self.picking_type_id.print_label
            and not self.carrier_tracking_ref
            and self.sendcloud_state not in ("label", "cancelling")
        )

    def _sendcloud_send_held_confirmation(self):
        held = self.sendcloud_confirmation
        if not held:
            return
        self.sendcloud_confirmation = False
        without_sms = held == "held_without_sms"
        self.with_context(skip_sms=without_sms)._send_confirmation_email()

    def _action_done(self):
        """Give back the label of a delivery that has come back whole."""
        res = super()._action_done()
        returned = self.move_ids.origin_returned_move_id.picking_id
        for delivery in returned.filtered("sendcloud_shipment_id"):
            if all(move._sendcloud_is_back() for move in delivery.move_ids):
                delivery.sudo().sendcloud_shipment_id._cancel_if_uncollected()
        return res

    def send_to_shipper(self):
        """Ask for a label instead of buying it here.

        A purchase inside this transaction would be paid for even when Odoo undoes
        or repeats the transaction.
        """
        self.ensure_one()
        if self.carrier_id.delivery_type != "sendcloud":
            return super().send_to_shipper()
        # Customers see their deliveries in the portal; a label is ours to buy.
        self.check_access_rights("write")
        self.check_access_rule("write")
        self.env["sendcloud.shipment"].sudo()._request_label(self.sudo())
        return None

    def _sendcloud_shipped(self):
        """Let core write tracking, cost and its note, now that there is a label."""
        return super().send_to_shipper()

    def _on_parcel_status(self, status, happened_at, words="", number=""):
        """Hear how a parcel of this delivery travels; nothing is done with it here.

        The name is all that carriers' and shops' addons share: a shop's addon that
        tells its customers overrides it.

        :param status: collected, underway, out_for_delivery, ready_for_pickup,
            attempt_failed, delayed, delivered, problem or returned
        :param happened_at: naive datetime in UTC
        :param words: what the carrier said, for people
        :param number: tracking number of the parcel
        """
        others = getattr(super(), "_on_parcel_status", lambda *args, **kwargs: None)
        return others(status, happened_at, words=words, number=number)

    # === Facts for Sendcloud === #

    def _sendcloud_request(self, shipment):
        """Return the :class:`mapping.ShipmentRequest` of this delivery."""
        account, carrier = shipment.account_id, shipment.carrier_id
        sender = self._sendcloud_sender(account)
        if not sender:
            raise BlockedError(
                "no_sender",
                _("%s has no sender address.", account.name),
                advice=_("Choose one on the account and test the connection."),
            )
        order = self.sale_id
        return mapping.ShipmentRequest(
            external_reference=shipment.external_reference,
            order_number=order.name or self.origin or self.name,
            reference=self.name,
            sender_address_id=sender,
            to_address=self._sendcloud_address(),
            option_code=carrier._sendcloud_code(),
            contract_id=carrier.sendcloud_contract_id or None,
            delivery_indicator=self._sendcloud_indicator(),
            service_point=self._sendcloud_point_reference(),
            parcels=self._sendcloud_insured(self._sendcloud_parcels(shipment)),
            total=decimal(order.amount_total) if order else None,
            currency=order.currency_id.name or "",
            declaration=self._sendcloud_declaration(),
            label_format=shipment._wanted_format(),
        )

    def _sendcloud_sender(self, account):
        """Return the number of the address that the delivery leaves from."""
        own = self.picking_type_id.warehouse_id.sendcloud_sender_id
        return own.external_id or account.sender_address_id

    def _sendcloud_from_country(self):
        account = self.carrier_id.sendcloud_account_id
        own = self.picking_type_id.warehouse_id.sendcloud_sender_id
        country = own.country_code or account.sender_country_code
        return country or self.company_id.country_id.code

    def _sendcloud_indicator(self):
        """Return the way of shipping in the shop's words, for Sendcloud's rules."""
        lines = self.sale_id.order_line.filtered("is_delivery")
        return lines[:1].name or self.carrier_id.name

    def _sendcloud_address(self):
        partner = self.partner_id
        country = partner.country_id.code or ""
        rest = without_reference(partner.street2)
        street = address.split(partner.street, rest, country)
        name = partner.name or partner.parent_id.name or ""
        company = partner.commercial_company_name or ""
        state = partner.state_id.code
        needs_state = state and country in const.WITH_STATE
        return mapping.Address(
            name=name,
            company_name=company if company != name else "",
            line_1=street.line_1,
            house_number=street.house_number,
            line_2=street.line_2,
            po_box=street.po_box,
            postal_code=partner.zip or "",
            city=partner.city or "",
            state_code=f"{country}-{state}" if needs_state else "",
            country_code=shipping_country(country, partner.zip),
            email=partner.email or "",
            phone=self._sendcloud_phone(country),
        )

    def _sendcloud_phone(self, country):
        partner = self.partner_id
        numbers = (e164(n, country) for n in (partner.mobile, partner.phone) if n)
        fallback = self.carrier_id.sendcloud_account_id.fallback_phone
        return next(filter(None, numbers), fallback or "")

    def _sendcloud_lines(self):
        return self.move_line_ids.filtered(
            lambda line: line.state == "done" and line.quantity
        )

    def _sendcloud_value_of(self, lines):
        """Return what these goods are sold for; customs want it without taxes."""
        net = self._sendcloud_passes_customs()
        return sum(line._sendcloud_value(without_tax=net) for line in lines)

    def _sendcloud_parcels(self, shipment):
        """Yield a parcel for each package, and one for what is in none."""
        lines = self._sendcloud_lines()
        if not lines:
            raise BlockedError("nothing_to_ship", _("%s is empty.", self.name))
        kilograms = self._sendcloud_kilograms()
        minimum = decimal(self._sendcloud_minimum_weight())
        for package, found in groupby(lines, lambda line: line.result_package_id):
            contents = self.env["stock.move.line"].union(*found)
            items = list(self._sendcloud_items(contents, kilograms))
            box = package.package_type_id or self.carrier_id.sendcloud_package_type_id
            # What the packer weighed wins over what the products should weigh.
            weight = decimal(package.shipping_weight) * kilograms
            tare = decimal(box.base_weight) * kilograms
            yield mapping.packed(items, weight, minimum, tare, box._sides())

    def _sendcloud_items(self, lines, kilograms):
        currency = self.sale_id.currency_id or self.company_id.currency_id
        for product, found in groupby(lines, lambda line: line.product_id):
            same = self.env["stock.move.line"].union(*found)
            quantity = sum(
                decimal(
                    line.product_uom_id._compute_quantity(
                        line.quantity, product.uom_id, round=False
                    )
                )
                for line in same
            )
            yield mapping.ParcelItem(
                description=product._customs_description(),
                quantity=quantity,
                weight=decimal(product.weight) * kilograms,
                price=decimal(self._sendcloud_value_of(same)) / quantity,
                currency=currency.name,
                hs_code=product.hs_code or "",
                origin_country=product.country_of_origin.code or "",
                sku=product.default_code or "",
            )

    def _sendcloud_kilograms(self):
        """Return how many kilograms the database's unit of weight is."""
        # The setting itself: core's record of the unit is read each time.
        setting = self.env["ir.config_parameter"].sudo()
        in_pounds = setting.get_param("product.weight_in_lbs") == "1"
        return KILOGRAMS["lbs" if in_pounds else "kg"]

    # === Buttons === #

    def action_sendcloud_open_label(self):
        """Open the label, ready to print."""
        return self.sendcloud_shipment_id.action_open_label()

    def action_sendcloud_solved(self):
        """Say that the trouble with the parcel has been dealt with."""
        self.sendcloud_shipment_id.action_solved()

    def action_sendcloud_retry(self):
        """Try again to get the label."""
        self.sendcloud_shipment_id.action_retry()


def decimal(number):
    """Return a float of Odoo's as the decimal that it stands for."""
    return Decimal(str(number))
