from odoo import _, api, fields, models

#: what Shopify calls gift cards as a way to pay
GIFT_CARD_GATEWAY = "gift_card"
#: fields whose usual value is a product of the addon's data
PRODUCT_FIELDS = (
    "shipping_product_id",
    "rounding_product_id",
    "adjustment_product_id",
    "tip_product_id",
    "gift_card_product_id",
    "duty_product_id",
    "fee_product_id",
    "custom_product_id",
    "service_product_id",
)


class ShopifyShop(models.Model):
    """How a shop's special orders are handled: vouchers, counters, risks, companies."""

    _inherit = "shopify.shop"

    confirm_policy = fields.Selection(
        selection_add=[("authorized", "When Paid or Authorized"), ("always",)],
        ondelete={"authorized": "set default"},
        help="Authorized money is promised by the bank and taken later, such as when"
        " the goods leave. Orders with payment terms are confirmed at once.",
    )
    deliver_policy = fields.Selection(
        [("always", "Before They Are Paid, Too"), ("paid", "Only When Paid")],
        "Deliver Orders",
        default="always",
        required=True,
        help="A confirmed order can be kept from leaving until it is paid. Orders with"
        " payment terms at Shopify leave before.",
    )
    amounts_in = fields.Selection(
        [("customer", "Customer's Currency"), ("shop", "Shop's Currency")],
        default="customer",
        required=True,
        help="The customer's is what was paid. Choose the shop's when the payment"
        " provider pays out in it. Orders that are here keep theirs.",
    )
    bundle_policy = fields.Selection(
        [("parts", "Components as Lines"), ("one", "The Bundle as One Line")],
        "Bundles",
        default="parts",
        required=True,
        help="One line needs a product with the bundle's SKU: a kit sends its"
        " components. Components with different taxes stay lines.",
    )
    pos_policy = fields.Selection(
        [
            ("deliver", "Import as Handed Over"),
            ("import", "Import Like Online Orders"),
            ("skip", "Leave Out"),
        ],
        "Counter Sales",
        default="deliver",
        required=True,
        help="Orders of Shopify's point of sale.",
    )
    hold_risky = fields.Boolean(
        "Hold Risky Orders",
        default=True,
        help="An order that Shopify advises to investigate or cancel is not confirmed"
        " until somebody accepts it.",
    )
    send_refunds = fields.Boolean(
        "Refund at Shopify",
        help="A credit note that is posted here is refunded at Shopify: goods, shipping"
        " and money. The app needs the permission write_orders.",
    )
    send_cancels = fields.Boolean(
        "Cancel at Shopify",
        help="Whoever cancels a sales order here is asked whether Shopify shall cancel"
        " its order, too. The app needs the permission write_orders.",
    )
    vat_attribute = fields.Char(
        "VAT Number In",
        default="VAT ID",
        help="The additional detail of an order that holds a company's VAT number."
        " Shopify's own companies bring theirs.",
    )
    gift_card_product_id = fields.Many2one(
        "product.product",
        "Gift Cards",
        required=True,
        default=lambda self: self._product("product_gift_card"),
        domain="[('type', '=', 'service')]",
        help="Its income account is what the shop owes the bearers.",
    )
    duty_product_id = fields.Many2one(
        "product.product",
        "Duties",
        required=True,
        default=lambda self: self._product("product_duty"),
        domain="[('type', '=', 'service')]",
    )
    fee_product_id = fields.Many2one(
        "product.product",
        "Additional Fees",
        required=True,
        default=lambda self: self._product("product_fee"),
        domain="[('type', '=', 'service')]",
    )
    custom_product_id = fields.Many2one(
        "product.product",
        "Custom Items",
        required=True,
        default=lambda self: self._product("product_custom"),
        domain="[('type', '!=', 'service')]",
        help="Lines that stand for no product of the shop and are sent.",
    )
    service_product_id = fields.Many2one(
        "product.product",
        "Custom Services",
        required=True,
        default=lambda self: self._product("product_service"),
        domain="[('type', '=', 'service')]",
        help="Lines that stand for no product of the shop and are not sent.",
    )

    # === Products that stand for what has none === #

    @api.model
    def _product(self, name):
        """Return a product of the addon's data; none while that is not loaded yet.

        Odoo fills a new column of the shops that are there before it loads the data.
        """
        return self.env.ref(f"shopify_connector.{name}", raise_if_not_found=False)

    @api.model
    def _fill_products(self):
        """Give shops from before a product was thought of that product."""
        shops = self.with_context(active_test=False).search([])
        for name in PRODUCT_FIELDS:
            without = shops.filtered(lambda shop, name=name: not shop[name])
            if without:
                without[name] = self.default_get([name])[name]

    def _reading(self):
        """Return how Shopify's answers about new orders are to be read."""
        return {
            "shop_currency": self.amounts_in == "shop",
            "vat_attribute": self.vat_attribute,
        }

    def _needed_scopes(self):
        scopes = super()._needed_scopes()
        writes = self.send_refunds or self.send_cancels
        return scopes | {"write_orders"} if writes else scopes

    # === Gift cards === #

    def action_prepare_gift_cards(self):
        """Make what gift cards need: a journal whose account is the debt to bearers.

        A card that is sold raises the debt; a card that pays lowers it, which is the
        payment of the journal.
        """
        self.check_access_rights("write")
        self.check_access_rule("write")
        for shop in self.sudo():
            account = shop._gift_card_account() or shop._gift_card_journal()
            product = shop.gift_card_product_id.with_company(shop.company_id)
            product.property_account_income_id = account
            subject = f"gift_card:{shop.id}"
            self.env["o2c.exception"]._retry_blocked("no_gift_card_account", subject)
        return self._notification(_("Gift cards are prepared."), "success")

    def _gift_card_account(self):
        """Return the account of the debt, empty when cards would be revenue."""
        product = self.gift_card_product_id.with_company(self.company_id)
        account = product.property_account_income_id
        return account.filtered(lambda a: a.internal_group == "liability")

    def _gift_card_journal(self):
        """Make the journal of payments by gift card and return its account."""
        journals = self.env["account.journal"].with_company(self.company_id)
        journal = journals.create(
            {
                "name": _("Gift Cards"),
                "type": "cash",
                "code": self._free_gift_card_code(),
                "company_id": self.company_id.id,
            }
        )
        account = journal.default_account_id
        account.account_type = "liability_current"
        for lines in (
            journal.inbound_payment_method_line_ids,
            journal.outbound_payment_method_line_ids,
        ):
            # Nothing arrives at a bank: the payment itself lowers the debt.
            lines.payment_account_id = account
        key = {"name": GIFT_CARD_GATEWAY, "shop_id": self.id}
        key["currency_id"] = self.company_id.currency_id.id
        gateways = self.env["shopify.payment.gateway"]
        gateways._ensure(key, {}).journal_id = journal
        return account

    def _free_gift_card_code(self):
        domain = [("company_id", "=", self.company_id.id)]
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search(domain).mapped("code"))
        codes = ("GIFT", *(f"GIFT{number}" for number in range(2, 10)))
        return next(code for code in codes if code not in taken)
