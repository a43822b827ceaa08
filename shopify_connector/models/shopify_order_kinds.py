from dataclasses import replace

from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.lines import CUSTOM, GIFT_CARD, NO_TAX, TIP


class ShopifyOrder(models.Model):
    """Orders and lines that are not simply goods sent to a customer who paid."""

    _inherit = "shopify.order"

    waits_for_risk = fields.Boolean(
        compute="_compute_waits_for_risk",
        compute_sudo=True,
        help="Nothing is sent until a person accepts the risk.",
    )

    def _why_leave_out(self, order):
        because = super()._why_leave_out(order)
        if because or self.sale_order_id:
            return because
        if order.is_from_pos and self.shop_id.pos_policy == "skip":
            return _("It was sold over the counter.")
        return False

    def _uses_shop_currency(self):
        """Tell which side of the amounts counts, the same all the order's life."""
        wanted = self.shop_id.amounts_in == "shop"
        if not self.sale_order_id and self.in_shop_currency != wanted:
            self.in_shop_currency = wanted
        return self.in_shop_currency

    def _reading(self):
        """Return how Shopify's answer about the order is to be read."""
        uses_shop_currency = self._uses_shop_currency()
        return {**self.shop_id._reading(), "shop_currency": uses_shop_currency}

    def _keep(self, order):
        res = super()._keep(order)
        terms = order.payment_terms
        due_at = terms and terms.kind == "FIXED" and terms.due_at
        theirs = self.shop_id._currency(order.customer_currency)
        self.write(
            {
                "customer_currency_id": theirs.id,
                "risk": order.risk,
                "on_terms": bool(terms),
                "due_when_sent": bool(terms and terms.kind == "FULFILLMENT"),
                "due_on": due_at and due_at.astimezone(self._zone()).date(),
                "held_because": ", ".join(order.holds) or False,
            }
        )
        return res

    # === What lines stand for === #

    def _resolve(self, order):
        shop, terms = self.shop_id, order.payment_terms
        return {
            **super()._resolve(order),
            "duty_product_id": shop.duty_product_id.id,
            "fee_product_id": shop.fee_product_id.id,
            "payment_term_id": self._once(
                ("terms", terms and (terms.kind, terms.days)),
                lambda: self._resolve_payment_term(terms).id,
            ),
            "warehouse_id": self._resolve_warehouse(order).id,
        }

    def _resolve_product(self, line):
        shop = self.shop_id
        if line.kind == GIFT_CARD:
            self._check_gift_card_account()
            return shop.gift_card_product_id
        if line.kind == TIP:
            return shop.tip_product_id
        if line.kind == CUSTOM:
            return (
                shop.custom_product_id if line.is_shipped else shop.service_product_id
            )
        return super()._resolve_product(line)

    def _check_gift_card_account(self):
        # As anything else it would be revenue now, and again when it is redeemed.
        if self.shop_id._gift_card_account():
            return
        raise BlockedError(
            "no_gift_card_account",
            _("The order sells a gift card, which would be booked as revenue."),
            advice=_("Press Prepare Gift Cards on the shop."),
            subject=f"gift_card:{self.shop_id.id}",
        )

    def _resolve_taxes(self, order, country):
        """Return the ids of the taxes by line; extras have theirs, vouchers none."""
        # Taxes of a voucher are due when it is redeemed; a tip is no sale, and a duty
        # without tax is money laid out for the customer.
        untaxed = [line for line in order.lines if line.kind in (GIFT_CARD, TIP)]
        untaxed += [extra for extra in order.extras if extra.taxes == (NO_TAX,)]
        lines = [line for line in order.lines + order.extras if line not in untaxed]
        taxed = replace(order, lines=tuple(lines))
        found = super()._resolve_taxes(taxed, country)
        return {**found, **{line.gid: [] for line in untaxed}}

    def _resolve_warehouse(self, order):
        """Return the warehouse of the counter where it was sold, else the shop's.

        :raise BlockedError: nobody has said which stock the counter sells
        """
        if not order.location_gid:
            return self.shop_id.warehouse_id
        counter = self.shop_id.location_ids.filtered(
            lambda row: row.gid == order.location_gid
        )
        if counter and not counter._is_complete() and self._can_choose_warehouse():
            raise self._unknown_location(counter)
        return counter.warehouse_id or self.shop_id.warehouse_id

    def _can_choose_warehouse(self):
        domain = [("company_id", "=", self.company_id.id)]
        count = self.env["stock.warehouse"].search_count
        return self._once("warehouses", lambda: count(domain, limit=2)) > 1

    def _unknown_location(self, counter):
        # Taken from another warehouse, the stock of two would be wrong.
        return BlockedError(
            "unknown_location",
            _("Nobody has said which warehouse %s sells from.", counter.name),
            advice=_("Choose its warehouse on the shop's page Locations."),
            subject=counter._subject(),
        )

    def _resolve_payment_term(self, terms):
        """Return the payment term until when a company pays, empty for others.

        A fixed day is no term: it is the order's own, see ``sale.order``.
        """
        payment_terms = self.env["account.payment.term"]
        if not terms or terms.kind == "FIXED":
            return payment_terms
        domain = [("company_id", "in", (self.company_id.id, False))]
        for term in payment_terms.search(domain, order="company_id, id"):
            if _is_net(term.line_ids, terms.days):
                return term
        line = {"value": "percent", "value_amount": 100, "nb_days": terms.days}
        return payment_terms.create(
            {
                "name": terms.name,
                "company_id": self.company_id.id,
                "line_ids": [(0, 0, line)],
            }
        )

    # === What may go on === #

    def _may_confirm(self):
        """Tell whether shop and payment methods let the order be confirmed."""
        policy = self._policy("confirm_policy")
        if policy == "manual" or self._is_too_risky():
            return False
        # With payment terms a company gets the goods and the invoice first.
        promised = self._is_paid() or self.on_terms
        if policy == "authorized":
            promised = promised or self.financial_status == "AUTHORIZED"
        return policy == "always" or promised

    def _is_paid(self):
        on_terms = self.on_terms and not self.due_when_sent
        return super()._is_paid() or on_terms

    def _is_too_risky(self):
        """Tell whether a person must look at the order before anything is sent."""
        wary = self.shop_id.hold_risky and not self.risk_accepted
        return wary and self.risk in ("CANCEL", "INVESTIGATE")

    @api.depends("risk", "risk_accepted", "sale_order_id.state", "shop_id.hold_risky")
    def _compute_waits_for_risk(self):
        for order in self:
            waits = order.sale_order_id.state in ("draft", "sent")
            order.waits_for_risk = waits and order._is_too_risky()

    def _what_a_person_must_do(self):
        if self.waits_for_risk:
            return self._risky_error()
        return super()._what_a_person_must_do()

    def _risky_error(self):
        message = _("Shopify advises to ask the customer before anything is sent.")
        if self.risk == "CANCEL":
            message = _("Shopify advises to cancel the order: it may be fraud.")
        advice = _("Check it at Shopify. Press Accept Risk, or cancel it there.")
        return BlockedError("risky_order", message, advice=advice)

    def action_accept_risk(self):
        """Send the order although Shopify advises against it."""
        for order in self._checked():
            order.risk_accepted = True
            order.sale_order_id.message_post(
                body=_("%s accepted the risk that Shopify sees.", self.env.user.name)
            )
            order._enqueue_import()

    def _is_handed_over(self, order):
        """Tell whether the customer took the goods along at a counter."""
        return order.is_from_pos and self.shop_id.pos_policy == "deliver"

    def _hand_over(self, order):
        """Validate the delivery of what the customer took along at a counter."""
        if not self._is_handed_over(order):
            return
        waiting = self.sale_order_id.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.picking_type_code == "outgoing"
            )
        )
        for picking in waiting:
            self._hand_over_picking(picking)

    def _hand_over_picking(self, picking):
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        quiet = {"skip_sms": True, "skip_backorder": True, "shopify_handed_over": True}
        if picking.with_context(**quiet).button_validate() is not True:
            self._leave_to_do(
                _("Validate %s: the goods were handed over.", picking.name)
            )


def _is_net(lines, days):
    return (
        len(lines) == 1
        and lines.value == "percent"
        and lines.value_amount == 100
        and lines.delay_type == "days_after"
        and lines.nb_days == days
    )
