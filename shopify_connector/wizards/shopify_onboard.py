from odoo import _, fields, models
from odoo.exceptions import UserError

#: orders from which the shop's words are read
ORDERS = 50
#: SKUs without a product that are named
NAMED = 20


class ShopifyOnboard(models.TransientModel):
    """Connects a shop in four steps, each with what was found and what lacks."""

    _name = "shopify.onboard"
    _description = "Connect a Shopify Shop"
    _rec_name = "name"

    step = fields.Selection(
        [
            ("keys", "Keys"),
            ("health", "Health"),
            ("choices", "Choices"),
            ("trial", "Trial"),
        ],
        default="keys",
        required=True,
        readonly=True,
    )
    shop_id = fields.Many2one("shopify.shop", readonly=True, ondelete="cascade")
    name = fields.Char("Name in Odoo", required=True)
    domain = fields.Char("Shop Address", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    keys = fields.Selection(
        [("client", "Client ID and Secret"), ("token", "Access Token")],
        default="client",
        required=True,
        help="Apps of Shopify's Dev Dashboard have a client ID and a client secret."
        " Only an older app, made in the shop's own settings, has an access token.",
    )
    client_id = fields.Char("Client ID", copy=False, groups="base.group_system")
    client_secret = fields.Char(copy=False, groups="base.group_system")
    access_token = fields.Char(copy=False, groups="base.group_system")
    orders_since = fields.Datetime(
        "Orders From", required=True, default=fields.Datetime.now
    )
    health = fields.Html(related="shop_id.health", sanitize=False)
    webhook_trouble = fields.Char(related="shop_id.webhook_trouble")
    location_line_ids = fields.One2many(
        "shopify.onboard.line", "onboard_id", domain=[("kind", "=", "location")]
    )
    gateway_line_ids = fields.One2many(
        "shopify.onboard.line", "onboard_id", domain=[("kind", "=", "gateway")]
    )
    tax_line_ids = fields.One2many(
        "shopify.onboard.line", "onboard_id", domain=[("kind", "=", "tax")]
    )
    shipping_line_ids = fields.One2many(
        "shopify.onboard.line", "onboard_id", domain=[("kind", "=", "shipping")]
    )
    products = fields.Text("Products Found", readonly=True)

    # === Steps === #

    def action_connect(self):
        """Make the shop, or mend its keys, and connect.

        :raise UserError: Shopify refuses, or the app lacks permissions; nothing is
            kept then
        """
        self.ensure_one()
        shop = self.shop_id or self.env["shopify.shop"].search(
            [("domain", "=", self.domain)], limit=1
        )
        if shop:
            shop.write(self._keys())
        else:
            shop = self.env["shopify.shop"].create(self._shop_vals())
        shop.action_test_connection()
        self.write(
            {
                "shop_id": shop.id,
                "step": "health",
                # They belong to the shop now, and nowhere else.
                "client_id": False,
                "client_secret": False,
                "access_token": False,
            }
        )
        return self._shown()

    def _keys(self):
        if self.keys == "token":
            return {
                "access_token": self.access_token,
                "client_secret": self.client_secret,
            }
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "access_token": False,
        }

    def _shop_vals(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return {
            **self._keys(),
            "name": self.name,
            "domain": self.domain,
            "company_id": self.company_id.id,
            "orders_since": self.orders_since,
            "warehouse_id": warehouse.id,
            # Nothing is imported while a person is still choosing.
            "import_paused": True,
        }

    def action_repair_messages(self):
        """Order the messages again that Shopify does not send."""
        self.shop_id.action_repair_webhooks()
        return self._shown()

    def action_propose(self):
        """Read the shop's words from its orders and propose what they mean."""
        shop = self.shop_id
        with shop._service_errors():
            payloads = shop._client().recent_orders(ORDERS)
            self.products = self._said_products(*shop._unknown_skus())
        lines = self.env["shopify.onboard.line"]
        lines.search([("onboard_id", "=", self.id)]).unlink()
        lines.create([{"onboard_id": self.id, **v} for v in shop._proposals(payloads)])
        self.step = "choices"
        return self._shown()

    def _said_products(self, count, unknown, without):
        said = [_("The shop has %s products and variants.", count)]
        if unknown:
            names = ", ".join(unknown[:NAMED]) + (" …" if len(unknown) > NAMED else "")
            said.append(
                _(
                    "%(count)s have no product here with the same reference: %(names)s",
                    count=len(unknown),
                    names=names,
                )
            )
        if without:
            said.append(_("%s have no SKU at Shopify.", without))
        if not unknown and not without:
            said.append(_("All of them are known here by their SKU."))
        return "\n".join(said)

    def action_apply(self):
        """Keep the choices, and show what real orders would become with them."""
        lines = self.env["shopify.onboard.line"]
        lines.search([("onboard_id", "=", self.id)])._apply()
        self.step = "trial"
        return self.shop_id.action_try_out()

    def action_start(self):
        """Begin with the import, and show the shop."""
        if not self.shop_id:
            raise UserError(_("Connect the shop first."))
        self.shop_id.action_start_import()
        return self.shop_id.get_formview_action()

    def _shown(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Connect a Shopify Shop"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }
