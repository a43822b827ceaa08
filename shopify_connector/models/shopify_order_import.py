from decimal import Decimal

from markupsafe import Markup

from odoo import _, fields, models
from odoo.tools import formatLang, plaintext2html

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib.lines import NO_TAX
from ..lib.mapping import (
    Resolved,
    amount_line_vals,
    facts,
    naive,
    order_vals,
    rounded,
)
from .res_partner_phone import BY_PHONE

#: what Odoo and Shopify may differ by, from rounding taxes line by line
ROUNDING_LIMIT = Decimal("0.05")
CENT = Decimal("0.01")


class ShopifyOrder(models.Model):
    """The way of an order from Shopify's answer to a confirmed sales order."""

    # Record, import and books are three stories, each in its own file.
    _inherit = "shopify.order"

    def _import(self):
        """Bring the sales order, its payments and its invoice to what Shopify says.

        Safe to repeat: what is there already is not made again. Many orders go
        through :meth:`_import_all`; this is for one that has to try again.

        :raise BlockedError: a person must decide or complete something
        """
        self._lock()
        order = self._look_at(self.shop_id._client().order(self.gid))
        if not order:
            return
        try:
            self._bring_in({self: order})
        except BlockedError as error:
            # What was read is undone with the rest, but a person needs to see it.
            error.order = order
            raise

    def _bring_in(self, theirs):
        """Bring these orders to what Shopify says, in as few big steps as possible.

        :param theirs: ``{order: lib.payload.ShopifyOrder}``
        :raise BlockedError: the only order needs a person
        :raise StoppedError: some of several do; nothing of them may be kept
        """
        new = self.filtered(lambda order: not order.sale_order_id)
        new._create_sale_orders(theirs)
        self._confirm_due(theirs)
        for order in self:
            order._hand_over(theirs[order])
            order._take_back_goods(theirs[order])
        self._book(theirs)

    def _lock(self):
        # Two jobs of one order come one after the other, whatever started them.
        self.env.cr.execute(
            "SELECT id FROM shopify_order WHERE id = %s FOR UPDATE", [self.id]
        )

    def _keep(self, order):
        """Keep what lists show of the order, and the facts to compare later."""
        self.write(
            {
                "name": order.name,
                "ordered_at": naive(order.created_at),
                "changed_at": naive(order.updated_at),
                "total": float(order.total),
                "currency_id": self.shop_id._currency(order.currency).id,
                "financial_status": order.financial_status or False,
                "current_facts": facts(order),
            }
        )

    def _why_leave_out(self, order):
        """Return why the order is not imported, ``False`` when it is."""
        if self.sale_order_id:
            return False
        if order.test and not self.shop_id.import_test_orders:
            return _("It is a test order.")
        if order.cancelled and not order.received:
            return _("It was cancelled before the import.")
        if naive(order.created_at) < self.shop_id.orders_since:
            return _("It was placed before the day from which orders are imported.")
        return False

    # === Sales order === #

    def _create_sale_orders(self, theirs):
        if not self:
            return
        orders = self.with_context(shopify_memo={})
        orders._know_products(theirs)
        words = {}
        orders._each(lambda order: words.update(order._words_of(theirs[order])))
        by_phone = set()
        contacts = self.env["res.partner"].with_context(**{BY_PHONE: by_phone})
        partners = contacts._shopify_partners(
            [theirs[order] for order in self], self.company_id
        )
        vals = [
            order._sale_order_vals(theirs[order], words[order], ids)
            for order, ids in zip(orders, partners, strict=True)
        ]
        sale_orders = self._make_sale_orders(vals)
        for order, sale_order in zip(self, sale_orders, strict=True):
            order.write(
                {
                    "sale_order_id": sale_order.id,
                    "imported_facts": facts(theirs[order]),
                    "known_by_phone": order.gid in by_phone,
                }
            )
        self._each(lambda order: order._settle_rounding(theirs[order]))
        notes = {order.sale_order_id.id: order._origin_note() for order in self}
        sale_orders._message_log_batch(notes)

    def _make_sale_orders(self, vals_list):
        """Return a sales order for each of these orders, in their order."""
        return self.env["sale.order"].create(vals_list)

    def _words_of(self, order):
        return {self: self._resolve(order)}

    def _sale_order_vals(self, order, words, partners):
        """Return the values of the ``sale.order``.

        :param words: what :meth:`_resolve` found
        :param partners: customer, invoice address, delivery address
        """
        customer, invoice_address, delivery_address = partners
        ids = Resolved(
            **words,
            partner_id=customer.id,
            invoice_address_id=invoice_address.id,
            delivery_address_id=delivery_address.id,
        )
        digits = self.env["decimal.precision"].precision_get("Product Price")
        vals = order_vals(order, ids, digits, self.currency_id.decimal_places)
        if order.words:
            vals["note"] = plaintext2html(order.words)
        if self.env.context.get("shopify_trial"):
            # What is undone again must not use up a number.
            vals["name"] = order.name
        if not self._once(("analytic",), self._has_analytic_models):
            # Odoo would ask for them line by line.
            for _command, _id, line in vals["order_line"]:
                line["analytic_distribution"] = False
        return vals

    def _has_analytic_models(self):
        models_ = self.env["account.analytic.distribution.model"]
        return bool(models_.search_count([], limit=1))

    def _origin_note(self):
        link = Markup('<a href="%s">%s</a>') % (
            self.action_open_at_shopify()["url"],
            self.name,
        )
        return Markup(_("From the Shopify order %s.")) % link  # nosec B704

    def _resolve(self, order):
        """Return what the order's words stand for in Odoo, its customer excepted.

        :raise BlockedError: something has no meaning here yet
        """
        shop = self.shop_id
        self.env["res.partner"]._check_shopify_customer(order)
        self._resolve_gateways(order)
        carrier, shipping_product = self._resolve_shipping(order)
        return {
            "company_id": self.company_id.id,
            "warehouse_id": shop.warehouse_id.id,
            "pricelist_id": self._resolve_pricelist().id,
            "team_id": shop.team_id.id,
            "user_id": shop.user_id.id,
            "carrier_id": carrier.id,
            "products": {
                line.gid: self._resolve_product(line).id
                for line in order.lines
                if line.quantity
            },
            "taxes": self._resolve_taxes(order, self._country_of(order)),
            "shipping_product_id": shipping_product.id,
            "tip_product_id": shop.tip_product_id.id,
        }

    def _country_of(self, order):
        """Return the country that the goods go to, the company's when they do not."""
        address = order.shipping or order.billing
        country = self.env["res.country"]
        if address and address.country_code:
            domain = [("code", "=", address.country_code)]
            country = self._once(domain[0], lambda: country.search(domain, limit=1))
        return country or self.company_id.country_id

    def _know_products(self, theirs):
        """Ask once for the products of all lines."""
        codes = {line.sku for order in theirs.values() for line in order.lines}
        domain = [("default_code", "in", list(codes))]
        domain += [("company_id", "in", (self.company_id.id, False))]
        found = self.env["product.product"].search(domain).grouped("default_code")
        self.env.context["shopify_memo"].update(
            {
                ("product", code): found.get(code, self.env["product.product"])
                for code in codes
            }
        )

    def _resolve_gateways(self, order):
        # Before anything is made: an order whose money has no place waits as a whole.
        for transaction in order.received + order.paid_back:
            key = ("gateway", transaction.gateway, transaction.currency)
            self._once(key, lambda t=transaction: self._gateway(t))

    def _resolve_product(self, line):
        products = self.env["product.product"]
        if line.sku:
            domain = [("default_code", "=", line.sku)]
            domain += [("company_id", "in", (self.company_id.id, False))]
            key = ("product", line.sku)
            products = self._once(key, lambda: products.search(domain, limit=2))
        if len(products) == 1:
            return products
        # Chosen by a person, found by the barcode, or a variant without SKU.
        known = not products and self._product_of_variant(line)
        if known:
            return known
        if not line.sku:
            message = _("“%s” has no SKU at Shopify.", line.name)
            advice = _(
                "Choose its product in the list of Shopify variants, or give it a SKU"
                " at Shopify. Then try again."
            )
        elif products:
            message = _("Several products have the SKU %s.", line.sku)
            advice = _("Leave it to one of them, then try again.")
        else:
            message = _("No product has the SKU %s.", line.sku)
            advice = _(
                "Make the product, or give it this internal reference. The order then"
                " goes on by itself."
            )
        raise BlockedError(
            "unknown_product", message, advice=advice, subject=_subject_of(line)
        )

    def _product_of_variant(self, line):
        if not line.variant_gid:
            return self.env["product.product"]
        find = self.env["shopify.variant"]._product_of
        key = ("variant", line.variant_gid)
        return self._once(key, lambda: find(self.shop_id, line.variant_gid))

    def _resolve_taxes(self, order, country):
        def ids(line):
            if not line.net and line.taxes == (NO_TAX,):
                return []
            included = order.taxes_included
            return [self._resolve_tax(tax, country, included) for tax in line.taxes]

        return {line.gid: ids(line) for line in (*order.lines, *order.shipping_lines)}

    def _resolve_tax(self, tax, country, included):
        def find():
            taxes = self.env["shopify.tax"]
            return taxes._find_tax(self.shop_id, tax, country, included).id

        return self._once(("tax", tax.rate, country.id, included), find)

    def _resolve_shipping(self, order):
        """Return the carrier, empty without one, and the product of its costs."""
        carrier = self.env["delivery.carrier"]
        methods = self.env["shopify.shipping.method"]
        for line in order.shipping_lines:
            carrier = self._once(
                ("carrier", line.title),
                lambda title=line.title: methods._find_carrier(self.shop_id, title),
            )
        return carrier, carrier.product_id or self.shop_id.shipping_product_id

    def _resolve_pricelist(self):
        """Return a pricelist in the order's currency; the company's needs none."""
        key = ("pricelist", self.currency_id.id)
        return self._once(key, self._find_pricelist)

    def _find_pricelist(self):
        pricelists = self.env["product.pricelist"]
        if self.currency_id == self.company_id.currency_id:
            return pricelists
        self.shop_id._check_rate(self.currency_id)
        # A catalogue's prices are for its companies only.
        domain = [("currency_id", "=", self.currency_id.id)]
        domain += [("from_shopify", "=", False)]
        domain += [("company_id", "in", (self.company_id.id, False))]
        pricelist = pricelists.search(domain, limit=1)
        if pricelist:
            return pricelist
        raise BlockedError(
            "currency_without_pricelist",
            _("There is no pricelist in %s.", self.currency_id.name),
            advice=_("Make one: sales orders take their currency from it."),
            subject=f"pricelist:{self.currency_id.name}",
        )

    # === Total === #

    def _settle_rounding(self, order):
        """Make the sales order's total Shopify's, or stop.

        A few cents from rounding taxes get a line of their own, so that they can be
        seen; more than that is a mistake that must not be hidden.
        """
        total = self._amount("amount_total")
        tax_limit = max(ROUNDING_LIMIT, CENT * len(order.lines))
        if abs(order.total - total) > ROUNDING_LIMIT:
            raise self._total_differs(_("total"), order.total, total)
        if abs(order.tax - self._amount("amount_tax")) > tax_limit:
            raise self._total_differs(_("tax"), order.tax, self._amount("amount_tax"))
        if order.total != total:
            product = self.shop_id.rounding_product_id
            vals = amount_line_vals(product.id, False, order.total - total)
            self.sale_order_id.order_line = [fields.Command.create(vals)]

    def _amount(self, name):
        # Odoo's floats carry dust such as 122.35000000000001.
        amount = Decimal(str(self.sale_order_id[name]))
        return rounded(amount, self.currency_id.decimal_places)

    def _said(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    def _total_differs(self, what, theirs, ours):
        return BlockedError(
            "total_differs",
            _(
                "The %(what)s is %(theirs)s at Shopify and would be %(ours)s here:"
                " a difference of %(difference)s.",
                what=what,
                theirs=self._said(theirs),
                ours=self._said(ours),
                difference=self._said(theirs - ours),
            ),
            advice=_("Check the taxes that are set for the shop."),
        )

    def _confirm_due(self, theirs):
        due = self.filtered(lambda order: order._is_confirm_due())
        # What a customer took along is validated at once, so it is reserved at once.
        at_once = due.filtered(lambda order: order._is_handed_over(theirs[order]))
        if at_once:
            at_once.sale_order_id.action_confirm()
        (due - at_once)._confirm_and_reserve_later()
        for order in due:
            # Confirming sets today; the customer ordered earlier.
            order.sale_order_id.date_order = order.ordered_at

    def _is_confirm_due(self):
        return self._may_confirm() and self.sale_order_id.state in (
            "draft",
            "sent",
        )


def _subject_of(line):
    """Return the subject of the exception about a line whose product is not known."""
    return f"sku:{line.sku}" if line.sku else f"variant:{line.variant_gid}"
