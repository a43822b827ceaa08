import logging
from decimal import Decimal

from odoo import _, fields, models

from odoo.addons.o2c_base.lib.errors import ServiceError

from ..lib import options, quotes

_logger = logging.getLogger(__name__)

#: a customer waits for this: seconds to connect and for an answer
PATIENCE = (3, 6)


class DeliveryCarrier(models.Model):
    """What a way of shipping costs, told while an order is made."""

    # The file of the model itself would be too long.
    _inherit = "delivery.carrier"

    sendcloud_pricing = fields.Selection(
        [("fixed", "The fixed price"), ("quoted", "What Sendcloud asks")],
        "Price",
        default="fixed",
        help="What Sendcloud asks, plus the margin. If Sendcloud does not answer, "
        "the fixed price.",
    )

    def sendcloud_rate_shipment(self, order):
        """Return what shipping ``order`` costs, in the order's currency.

        Never raises and never waits long: where Sendcloud gives no price the fixed
        one is taken. Core adds margin and free delivery.

        Service: https://sendcloud.dev/api/v3/shipping-options
        """
        self.ensure_one()
        fixed = self.fixed_rate_shipment(order)
        is_asked = self.sendcloud_pricing == "quoted" and self._sendcloud_code()
        if not (fixed["success"] and is_asked):
            return fixed
        quote = self.sudo()._sendcloud_quote(order)
        if not quote:
            notice = _("Sendcloud gives no price now: this is the fixed one.")
            return {**fixed, "warning_message": notice}
        if not quote.is_offered:
            return self._sendcloud_not_there(order)
        return {**fixed, "price": self._sendcloud_price(quote, order)}

    def _sendcloud_not_there(self, order):
        message = _(
            "%(method)s does not take %(weight)s kg to %(country)s.",
            method=self.name,
            weight=format(self._sendcloud_order_weight(order), ".2f"),
            country=order.partner_shipping_id.country_id.name,
        )
        return {
            "success": False,
            "price": 0.0,
            "error_message": message,
            "warning_message": False,
        }

    def _sendcloud_price(self, quote, order):
        """Return a quoted price in the order's currency, as the product has prices."""
        company = order.company_id
        price = self._sendcloud_as_priced(quote.price, quote.currency_id, company)
        date = order.date_order or fields.Date.context_today(self)
        return quote.currency_id._convert(price, order.currency_id, company, date)

    def _sendcloud_as_priced(self, price, currency, company):
        """Return a price of Sendcloud's as the prices of our product are meant.

        Sendcloud names prices without VAT; a product whose taxes are included in its
        price needs them added first.
        """
        taxes = self.product_id.taxes_id.filtered(lambda t: t.company_id == company)
        if not any(taxes.mapped("price_include")):
            return price
        outside = taxes.with_context(force_price_include=False)
        return outside.compute_all(price, currency)["total_included"]

    def _sendcloud_quote(self, order):
        """Return the price to go by, asked only when none is fresh enough."""
        quotes_ = self.env["sendcloud.quote"]
        question = self._sendcloud_question(order)
        if not question["to_country"]:
            return quotes_
        account = self.sendcloud_account_id
        known = quotes_._newest(question, account.quote_hours)
        if known or not account._is_open():
            return known or quotes_._newest(question)
        try:
            with self.env.cr.savepoint():
                return quotes_.create(self._sendcloud_ask_price(question))
        except ServiceError as error:
            _logger.warning("%s: no price: %s", self, error)
            return quotes_._newest(question)

    def _sendcloud_question(self, order):
        partner = order.partner_shipping_id
        weight = self._sendcloud_order_weight(order)
        option = self.sendcloud_option_id
        band = self.env["sendcloud.quote"]._band(weight)
        if option.max_weight and weight <= option.max_weight:
            # The end of a band may be more than the option takes.
            band = min(band, option.max_weight)
        return {
            "account_id": self.sendcloud_account_id.id,
            "option_code": self.sendcloud_option_code,
            "contract_number": self.sendcloud_contract_id,
            "from_country": self._sendcloud_order_from(order),
            "to_country": partner.country_id.code or "",
            "weight": band,
        }

    def _sendcloud_order_from(self, order):
        own = order.warehouse_id.sendcloud_sender_id.country_code
        account = self.sendcloud_account_id
        return own or account.sender_country_code or order.company_id.country_id.code

    def _sendcloud_order_weight(self, order):
        """Return the kilograms of an order, at least what a parcel weighs."""
        weight = self.env.context.get("order_weight") or order._get_estimated_weight()
        kilograms = float(self.env["stock.picking"]._sendcloud_kilograms())
        account = self.sudo().sendcloud_account_id
        least = self.sendcloud_minimum_weight or account.minimum_weight
        return max(weight * kilograms, least, 0.001)

    def _sendcloud_ask_price(self, question):
        """Return the values of a new quote.

        :raise ServiceError: Sendcloud does not answer
        """
        client = self.sendcloud_account_id._client()
        client.timeout = PATIENCE
        criteria = quotes.price_criteria(
            self.sendcloud_option_code,
            self.sendcloud_contract_id,
            question["from_country"],
            question["to_country"],
            Decimal(str(question["weight"])),
        )
        # A lost answer is not asked for again: the customer waits.
        rows = client.shipping_options(criteria, patient=False)
        offers = [
            o for o in map(options.option_from_answer, rows) if o.price is not None
        ]
        if not offers:
            return {**question, "is_offered": False}
        currency = self.env["res.currency"].search([("name", "=", offers[0].currency)])
        return {
            **question,
            "is_offered": True,
            "price": float(offers[0].price),
            "currency_id": currency.id,
        }
