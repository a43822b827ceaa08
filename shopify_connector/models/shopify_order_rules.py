from odoo import _, api, fields, models

from ..lib.methods import methods_of
from .shopify_payment_rule import STRICTNESS


class ShopifyOrder(models.Model):
    """What the payment methods of an order say about it.

    Each speaks for its part of the money. As long as some is still to come, those that
    bring it decide, afterwards all; of several the strictest. "By hand" always counts.
    """

    _inherit = "shopify.order"

    payment_methods = fields.Json(
        readonly=True, help="Method, currency, and whether its money is still to come."
    )
    waits_for_payment = fields.Boolean(
        compute="_compute_waits_for_payment",
        compute_sudo=True,
        help="It is sold, but does not leave before it is paid.",
    )

    def _keep(self, order):
        res = super()._keep(order)
        self.payment_methods = methods_of(order)
        return res

    # === Which rule counts === #

    def _policy(self, name):
        """Return what counts for the order of a policy that its shop has, too.

        :param name: ``confirm_policy``, ``invoice_policy`` or ``deliver_policy``
        """
        return self._decided(name)[0]

    def _decided(self, name):
        """Return the policy that counts, and the method whose own rule it is."""
        of_shop = self.shop_id[name]
        methods = self._methods_and_rules()
        deciding = self._deciding(methods)
        options = []
        for label, rules, is_open in methods:
            policy = rules[name] or of_shop
            if policy == "manual" or (label, rules, is_open) in deciding:
                options.append((policy, rules[name] and label))
        strictness = STRICTNESS[name].index
        return max(
            options,
            key=lambda option: strictness(option[0]),
            default=(of_shop, False),
        )

    def _methods_and_rules(self):
        """Return ``[(label, shopify.payment.gateway, money is still to come)]``."""
        find = self.env["shopify.payment.gateway"].sudo()._rules_of
        return [
            (label, find(self.shop_id, label, currency), is_open)
            for label, currency, is_open in self.payment_methods or []
        ]

    @api.model
    def _deciding(self, methods):
        waiting = [method for method in methods if method[2]]
        return waiting or methods

    def _agreed_term(self):
        """Return the payment term of money that is still to come, empty without one.

        Of several it is the one that is due first. Shopify's own terms go before.
        """
        none = self.env["account.payment.term"]
        if self.on_terms or self._is_paid():
            return none
        methods = self._deciding(self._methods_and_rules())
        terms = none.union(*(rules.payment_term_id for _l, rules, _o in methods))
        return terms.sorted(_due_day)[:1]

    # === What follows === #

    def _resolve(self, order):
        found = super()._resolve(order)
        term = self._agreed_term()
        return {**found, "payment_term_id": term.id} if term else found

    def _confirm_due(self, theirs):
        # Said after the quotation was made, such as by the change that frees it.
        for order in self:
            term = order._is_confirm_due() and order._agreed_term()
            if term and order.sale_order_id.payment_term_id != term:
                order.sale_order_id.payment_term_id = term
        return super()._confirm_due(theirs)

    @api.depends(
        "financial_status",
        "cancelled",
        "on_terms",
        "payment_methods",
        "sale_order_id.state",
        "shop_id.deliver_policy",
    )
    def _compute_waits_for_payment(self):
        for order in self:
            sold = order.sale_order_id.state == "sale" and not order.cancelled
            paid = order._is_paid() or order.on_terms
            only_paid = order._policy("deliver_policy") == "paid"
            order.waits_for_payment = sold and only_paid and not paid

    @api.model
    def _freed_by(self, rows):
        """Return the orders by these payment methods that nothing holds any more."""
        open_orders = [("sale_order_id.state", "in", ("draft", "sent"))]
        to_invoice = [("sale_order_id.invoice_status", "=", "to invoice")]
        domain = [("shop_id", "in", rows.shop_id.ids), ("state", "=", "imported")]
        orders = self.search([*domain, "|", *open_orders, *to_invoice])
        return orders.filtered(lambda order: order._is_freed_by(rows))

    def _is_freed_by(self, rows):
        speak = any(rules in rows for _l, rules, _o in self._methods_and_rules())
        return speak and (self._is_confirm_due() or self._is_invoice_due())

    # === In words === #

    def _said_rules(self):
        """Return in sentences what the order's payment methods decide."""
        said = [
            self._by_method(name, self._said_rule(name, self._policy(name)))
            for name in ("confirm_policy", "deliver_policy")
            if self._decided(name)[1]
        ]
        if self._decided("deliver_policy") == ("paid", False):
            said.append(self._said_rule("deliver_policy", "paid"))
        term = self._agreed_term()
        if term:
            said.append(_("To be paid later: %s.", term.name.rstrip(".")))
        methods = self._methods_and_rules()
        if said and len(methods) > 1:
            said.insert(0, self._said_who_decides(methods))
        return said

    def _said_invoice(self):
        return self._by_method("invoice_policy", super()._said_invoice())

    def _by_method(self, name, sentence):
        """Say whose rule it is, when it is a payment method's."""
        method = self._decided(name)[1]
        return f"{method}: {sentence}" if method else sentence

    @api.model
    def _said_rule(self, name, policy):
        return {
            ("confirm_policy", "always"): _("Confirmed at once."),
            ("confirm_policy", "authorized"): _("Confirmed when paid or authorized."),
            ("confirm_policy", "paid"): _("Confirmed when paid."),
            ("confirm_policy", "manual"): _("You confirm by hand."),
            ("deliver_policy", "always"): _("Delivered before it is paid, too."),
            ("deliver_policy", "paid"): _("Delivered only when paid."),
        }[name, policy]

    @api.model
    def _said_who_decides(self, methods):
        if self._deciding(methods) == methods:
            return _("Of several payment methods the strictest rule counts.")
        waiting = ", ".join(label for label, _rules, is_open in methods if is_open)
        return _("%s decides: its money is still to come.", waiting)


def _due_day(term):
    today = fields.Date.today()
    days = (line._get_due_date(today) for line in term.line_ids)
    return max(days, default=today)
