from markupsafe import Markup

from odoo import _, api, fields, models


class ShopifyOrder(models.Model):
    """Why a sales order is as it is, in sentences."""

    _inherit = "shopify.order"

    decisions = fields.Html(compute="_compute_decisions")
    known_by_phone = fields.Boolean("Customer Known by Telephone", readonly=True)

    @api.depends(
        "sale_order_id",
        "payment_ids",
        "refund_ids",
        "financial_status",
        "payment_methods",
    )
    def _compute_decisions(self):
        for order in self:
            order.decisions = order.sale_order_id and order._decisions(
                [order._said_payment(payment) for payment in order.payment_ids],
                len(order.refund_ids),
            )

    def _decisions(self, payments, refunds):
        """Return one sentence for each decision, as HTML.

        :param payments: sentences about what was paid
        :param refunds: number of refunds
        """
        sentences = [
            self._said_customer(),
            self._said_delivery(),
            *self._said_bundles(),
            *self._said_taxes(),
            *payments,
            *self._said_rules(),
            self._said_invoice(),
            *self._said_rest(refunds),
        ]
        items = (Markup("<li>%s</li>") % said for said in sentences)
        return Markup("<ul>%s</ul>") % Markup("").join(items)

    def _said_customer(self):
        customer = self.sale_order_id.partner_id
        if self.known_by_phone:
            return _("%s is known by the telephone number.", customer.name)
        # What one import makes has one moment: that of its transaction.
        if customer.create_date >= self.sale_order_id.create_date:
            return _("%s becomes a new customer.", customer.name)
        if not customer.email:
            return _("%s is known as a company.", customer.name)
        return _("%s is known by the e-mail address.", customer.name)

    def _said_delivery(self):
        sale_order = self.sale_order_id
        place = sale_order.partner_shipping_id
        values = {
            "warehouse": sale_order.warehouse_id.name,
            "place": ", ".join(filter(None, [place.street, place.city])),
            "carrier": sale_order.carrier_id.name,
        }
        if sale_order.carrier_id:
            return _("From %(warehouse)s to %(place)s by %(carrier)s.", **values)
        return _("From %(warehouse)s to %(place)s, without a carrier.", **values)

    def _said_taxes(self):
        country = self.sale_order_id.partner_shipping_id.country_id
        country = country or self.company_id.country_id
        return [
            _(
                "%(rate)s %% delivered to %(country)s is %(tax)s.",
                rate=format(tax.amount, "g"),
                country=country.name,
                # a name such as “21 % incl.” ends the sentence itself
                tax=tax.name.rstrip("."),
            )
            for tax in self.sale_order_id.order_line.tax_id
        ]

    def _said_payment(self, payment):
        values = {
            "amount": self._said(payment.amount),
            "journal": payment.journal_id.name,
            "day": payment.date,
        }
        if payment.payment_type == "outbound":
            return _("%(amount)s went back on %(day)s from %(journal)s.", **values)
        return _("%(amount)s was paid on %(day)s into %(journal)s.", **values)

    def _said_invoice(self):
        policy = self._policy("invoice_policy")
        if policy == "manual":
            return _("You invoice by hand.")
        waits = any(
            line.product_id.invoice_policy == "delivery"
            for line in self.sale_order_id.order_line
        )
        if policy == "delivery" or waits:
            return _("Invoiced when delivered.")
        if policy == "confirmed":
            return _("Invoiced when confirmed.")
        return _("Invoiced at once.") if self._is_paid() else _("Invoiced when paid.")

    def _said_rest(self, refunds):
        product = self.shop_id.rounding_product_id
        rounding = self.sale_order_id.order_line.filtered(
            lambda line: line.product_id == product
        )
        said = []
        if rounding:
            amount = self._said(sum(rounding.mapped("price_total")))
            said.append(
                _("%s differ from rounding taxes, on a line of its own.", amount)
            )
        if refunds:
            said.append(_("%s refunds are booked after it.", refunds))
        return said
