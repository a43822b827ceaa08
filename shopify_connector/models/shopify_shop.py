from datetime import timedelta

from odoo import _, api, fields, models, tools
from odoo.exceptions import ValidationError

from odoo.addons.o2c_base.lib.errors import RetryableError, UnauthorizedError

from ..lib.client import AdminClient, request_token
from ..lib.signature import is_authentic

#: a granted token is renewed this long before it ends
RENEW_BEFORE = timedelta(minutes=10)
#: without these Shopify would refuse or leave out what orders need
SCOPES = (
    "read_orders",
    "read_customers",
    "read_products",
    "read_locations",
    "read_payment_terms",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
)
#: what of a shop can get stuck
DOCUMENTS = (
    "shopify.order",
    "shopify.fulfillment",
    "shopify.refund",
    "shopify.return",
    "shopify.cancellation",
    "shopify.day",
    "shopify.product",
    "shopify.collection",
    "shopify.catalog",
    "shopify.tagged",
)


class ShopifyShop(models.Model):
    """A Shopify shop: its keys, how its orders are handled, and its mappings."""

    _name = "shopify.shop"
    _description = "Shopify Shop"
    _inherit = ["o2c.connection", "o2c.exception.mixin"]
    _order = "name, id"
    _service_name = "Shopify"

    # === Keys === #
    domain = fields.Char(
        "Shop Address", required=True, help="Such as my-shop.myshopify.com"
    )
    api_version = fields.Char("API Version", required=True, default="2026-10")
    access_token = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Of an app made in the shop's own settings. Newer apps have none: leave it"
        " empty and fill in client ID and secret.",
    )
    client_id = fields.Char("Client ID", copy=False, groups="base.group_system")
    client_secret = fields.Char(
        copy=False, groups="base.group_system", help="Shopify signs messages with it."
    )
    previous_client_secret = fields.Char(
        copy=False,
        groups="base.group_system",
        help="After a change Shopify signs with the former one for up to an hour.",
    )
    granted_token = fields.Char(copy=False, groups="base.group_system")
    granted_token_until = fields.Datetime(copy=False, groups="base.group_system")

    # === What Shopify says about itself === #
    currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    timezone = fields.Char(
        "Time Zone", readonly=True, copy=False, help="Payments get their day in it."
    )
    webhook_trouble = fields.Char(readonly=True, copy=False)

    # === How orders are handled === #
    orders_since = fields.Datetime(
        "Orders From",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="Orders placed before are left alone.",
    )
    synced_until = fields.Datetime(
        "Complete Until",
        readonly=True,
        copy=False,
        help="All changes at Shopify until then are known here.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        domain="[('company_id', '=', company_id)]",
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", domain="[('company_id', 'in', (company_id, False))]"
    )
    user_id = fields.Many2one("res.users", "Salesperson")
    confirm_policy = fields.Selection(
        [("paid", "When Paid"), ("always", "At Once"), ("manual", "By Hand")],
        "Confirm Orders",
        default="paid",
        required=True,
    )
    invoice_policy = fields.Selection(
        [
            ("payment", "When Paid"),
            ("delivery", "When Delivered"),
            ("manual", "By Hand"),
        ],
        "Invoice Orders",
        default="payment",
        required=True,
        help="Products that are invoiced by delivered quantity always wait for it.",
    )
    import_test_orders = fields.Boolean()
    notify_customer = fields.Boolean(
        "Shopify Mails the Tracking Link",
        help="Leave off when Odoo or the carrier does it.",
    )
    shipping_product_id = fields.Many2one(
        "product.product",
        "Shipping Costs",
        required=True,
        default=lambda self: self._product("product_shipping"),
        domain="[('type', '=', 'service')]",
        help="For shipping methods whose carrier has no product.",
    )
    rounding_product_id = fields.Many2one(
        "product.product",
        "Rounding",
        required=True,
        default=lambda self: self._product("product_rounding"),
        domain="[('type', '=', 'service')]",
    )
    adjustment_product_id = fields.Many2one(
        "product.product",
        "Refund Adjustments",
        required=True,
        default=lambda self: self._product("product_adjustment"),
        domain="[('type', '=', 'service')]",
        help="What is paid back beyond goods and shipping, or kept of them.",
    )
    tip_product_id = fields.Many2one(
        "product.product",
        "Tips",
        required=True,
        default=lambda self: self._product("product_tip"),
        domain="[('type', '=', 'service')]",
    )

    # === Mappings and orders === #
    gateway_ids = fields.One2many(
        "shopify.payment.gateway", "shop_id", "Payment Methods"
    )
    tax_ids = fields.One2many("shopify.tax", "shop_id", "Taxes")
    shipping_method_ids = fields.One2many(
        "shopify.shipping.method", "shop_id", "Shipping Methods"
    )
    order_ids = fields.One2many("shopify.order", "shop_id", "Orders")
    order_count = fields.Integer(compute="_compute_order_counts")
    waiting_count = fields.Integer(compute="_compute_order_counts")
    blocked_count = fields.Integer(compute="_compute_order_counts")
    exception_count = fields.Integer(compute="_compute_exception_count")
    unmapped_count = fields.Integer(compute="_compute_unmapped_count")

    _sql_constraints = [
        ("domain_unique", "unique(domain)", "This shop is connected already."),
    ]

    @api.depends("order_ids.state")
    def _compute_order_counts(self):
        groups = self.env["shopify.order"]._read_group(
            [("shop_id", "in", self.ids)], ["shop_id", "state"], ["__count"]
        )
        counts = {(shop.id, state): count for shop, state, count in groups}
        for shop in self:
            of_shop = {state: n for (i, state), n in counts.items() if i == shop.id}
            shop.order_count = sum(of_shop.values())
            shop.waiting_count = of_shop.get("waiting", 0)
            shop.blocked_count = of_shop.get("blocked", 0)

    def _compute_exception_count(self):
        for shop in self:
            shop.exception_count = len(shop._open_exceptions())

    @api.depends("gateway_ids", "tax_ids", "shipping_method_ids")
    def _compute_unmapped_count(self):
        for shop in self:
            rows = (*shop.gateway_ids, *shop.tax_ids, *shop.shipping_method_ids)
            shop.unmapped_count = sum(not row._is_complete() for row in rows)

    @api.constrains("domain")
    def _check_domain(self):
        for shop in self:
            if not shop.domain.endswith(".myshopify.com") or "/" in shop.domain:
                raise ValidationError(
                    _("The shop's address looks like my-shop.myshopify.com.")
                )

    # === Connection === #

    def _o2c_connection(self):
        return self

    def _client(self):
        shop = self.sudo()
        return AdminClient(
            shop.domain,
            shop.api_version,
            shop.access_token or shop._granted_token(),
            base_url=shop.base_url or None,
        )

    def _granted_token(self):
        """Return the token of the client-credentials grant, renewed in time."""
        if not (self.client_id and self.client_secret):
            raise UnauthorizedError(
                _("Fill in an access token, or client ID and secret."),
                service=self._service_name,
            )
        until = self.granted_token_until
        now = fields.Datetime.now()
        if self.granted_token and until - RENEW_BEFORE > now:
            return self.granted_token
        if self._is_mine_to_renew():
            return self._renewed_token()
        if self.granted_token and until > now:
            return self.granted_token
        raise RetryableError(
            _("Another worker gets a new key from Shopify."),
            seconds=3,
            service=self._service_name,
        )

    def _is_mine_to_renew(self):
        # One asks; the others go on with the token that is good for some minutes yet.
        self.env.cr.execute(
            "SELECT id FROM shopify_shop WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
            [self.id],
        )
        return bool(self.env.cr.fetchone())

    def _renewed_token(self):
        token, seconds = request_token(
            self.domain,
            self.api_version,
            self.client_id,
            self.client_secret,
            base_url=self.base_url or None,
        )
        until = fields.Datetime.now() + timedelta(seconds=seconds)
        self.write({"granted_token": token, "granted_token_until": until})
        return token

    def write(self, vals):
        res = super().write(vals)
        if {"base_url", "domain", "client_id", "client_secret"} & set(vals):
            # A token of other keys must not be used on.
            self.sudo().write({"granted_token": False, "granted_token_until": False})
        return res

    def _needed_scopes(self):
        """Return the permissions that the app must have for what the shop does."""
        return set(SCOPES)

    def _check_connection(self):
        answer = self._client().shop()
        scopes = answer["currentAppInstallation"]["accessScopes"]
        missing = self._needed_scopes() - {scope["handle"] for scope in scopes}
        self._keep_health(answer, missing)
        if missing:
            raise UnauthorizedError(
                _("The Shopify app lacks permissions: %s", ", ".join(sorted(missing))),
                service=self._service_name,
            )
        details = answer["shop"]
        self.write(
            {
                "timezone": details["ianaTimezone"],
                "currency_id": self._currency(details["currencyCode"]).id,
            }
        )
        return _("Connected with %s.", details["name"])

    @api.model
    def _currency(self, code):
        """Return a currency by its code, also one that is not in use."""
        return self.env["res.currency"].browse(self._currency_id(code))

    @api.model
    @tools.ormcache("code")
    def _currency_id(self, code):
        # Asked for every order; Odoo brings all of the world's currencies.
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1).id

    @api.model
    def _webhook_path(self):
        return "shopify/webhook"

    def _webhook_is_authentic(self, raw, headers):
        shop = self.sudo()
        secrets = (shop.client_secret, shop.previous_client_secret)
        return is_authentic(raw, headers.get("X-Shopify-Hmac-Sha256"), secrets)

    def _webhook_identity(self, raw, headers):
        delivery_id = headers.get("X-Shopify-Webhook-Id")
        topic = headers.get("X-Shopify-Topic")
        if not delivery_id or not topic:
            raise ValueError("a message of Shopify names its delivery and its topic")
        self._order_in_webhook(raw)
        return delivery_id, topic

    # === Buttons === #

    def action_fetch_orders(self):
        """Ask Shopify for new and changed orders now."""
        self._may_start()
        self._enqueue_sweep()
        return self._notification(_("New orders arrive in a moment."))

    def action_show_orders(self):
        """Show the shop's orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "shopify_connector.shopify_order_action"
        )
        return {**action, "domain": [("shop_id", "=", self.id)]}

    def action_show_exceptions(self):
        """Show what is open on the shop, its orders, deliveries and days."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_base.o2c_exception_action"
        )
        return {**action, "domain": [("id", "in", self._open_exceptions().ids)]}

    def _open_exceptions(self):
        """Return what is open on the shop, its orders, deliveries and days."""
        exceptions = self.env["o2c.exception"]
        of_shop = [("shop_id", "in", self.ids)]
        # Subqueries: a shop can have a million orders.
        found = {name: self.env[name]._search(of_shop) for name in DOCUMENTS}
        documents = {"shopify.shop": self.ids, **found}
        for model, ids in documents.items():
            domain = [("res_model", "=", model), ("res_id", "in", ids)]
            exceptions |= exceptions.search([*domain, ("state", "=", "open")])
        return exceptions
