from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class ShopifyLocation(models.Model):
    """A place from which a shop sells, and the shelf in Odoo that it stands for.

    Rows come from the shop itself. A person chooses the warehouse, or says that Odoo
    does not look after the place.
    """

    _name = "shopify.location"
    _description = "Shopify Location"
    _inherit = ["shopify.mapping"]
    _order = "shop_id, active desc, name, id"
    _reasons = ("unknown_location",)

    name = fields.Char("Location at Shopify", required=True, readonly=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True, help="Open at Shopify.")
    sells_online = fields.Boolean(
        "Online Orders", readonly=True, help="Shopify lets it send online orders."
    )
    is_service = fields.Boolean(
        "Other Company",
        readonly=True,
        help="A fulfilment service keeps this stock and tells Shopify itself.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Warehouse",
        domain="[('company_id', '=', company_id)]",
        ondelete="restrict",
    )
    stock_location_id = fields.Many2one(
        "stock.location",
        "Stock In",
        domain="[('usage', '=', 'internal'), ('warehouse_id', '=', warehouse_id)]",
        ondelete="restrict",
        help="What lies here and below can be sold. Empty: the warehouse's stock.",
    )
    without_stock = fields.Boolean(
        "Not Ours", help="Odoo neither sends this place's stock nor ships from it."
    )
    activate_missing = fields.Boolean(
        "Stock New Products",
        default=True,
        help="A product that Shopify does not stock here yet is stocked as soon as"
        " there is some.",
    )

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This location is there already."),
    ]

    def write(self, vals):
        res = super().write(vals)
        if {"warehouse_id", "stock_location_id", "without_stock"} & set(vals):
            # Another shelf has another number of everything.
            for shop in self.shop_id.filtered("send_stock"):
                shop._enqueue_comparison()
        return res

    def _is_complete(self):
        return bool(self.warehouse_id) or self.without_stock or self.is_service

    def _subject(self):
        return f"location:{self.shop_id.id}:{self.gid}"

    @api.constrains("warehouse_id", "stock_location_id", "without_stock", "active")
    def _check_shelf(self):
        for row in self:
            shelf = row._shelf()
            if shelf and shelf.company_id != row.company_id:
                raise ValidationError(_("The stock belongs to another company."))
            siblings = row.shop_id.location_ids.filtered("active") - row
            if any(_overlap(shelf, other._shelf()) for other in siblings):
                raise ValidationError(
                    _("One shop cannot sell the same stock from two of its locations.")
                )

    @api.onchange("warehouse_id")
    def _onchange_warehouse_id(self):
        if self.stock_location_id.warehouse_id != self.warehouse_id:
            self.stock_location_id = False

    def _shelf(self):
        """Return the ``stock.location`` whose stock this is, empty when not ours."""
        self.ensure_one()
        if self.without_stock or self.is_service or not self.active:
            return self.env["stock.location"]
        return self.stock_location_id or self.warehouse_id.lot_stock_id

    @api.model
    def _take_in(self, shop, nodes):
        """Bring the rows of a shop to what Shopify says; return all of them.

        :param nodes: of ``queries_stock.LOCATIONS``, all of the shop's locations
        """
        known = self.with_context(active_test=False).search([("shop_id", "=", shop.id)])
        rows = {row.gid: row for row in known}
        for node in nodes:
            values = self._prepare_values(node)
            if node["id"] in rows:
                rows[node["id"]].write(values)
            else:
                key = {"shop_id": shop.id, "gid": node["id"]}
                rows[node["id"]] = self.create({**key, **values})
        theirs = {node["id"] for node in nodes}
        # Shopify forgets a deleted place; what was sent from it stays true here.
        known.filtered(lambda row: row.gid not in theirs).active = False
        self._take_only_warehouse(shop)
        return self.browse(row.id for row in rows.values())

    @api.model
    def _prepare_values(self, node):
        return {
            "name": node["name"],
            "active": node["isActive"],
            "sells_online": node["fulfillsOnlineOrders"],
            "is_service": node["isFulfillmentService"],
        }

    @api.model
    def _take_only_warehouse(self, shop):
        """One place that sends online orders is the warehouse chosen for orders."""
        ours = shop.location_ids.filtered(lambda row: row.active and not row.is_service)
        online = ours.filtered("sells_online")
        if len(online) == 1 and not any(row._is_complete() for row in ours):
            online.warehouse_id = shop.warehouse_id


def _overlap(shelf, other):
    """Tell whether what lies in one place lies in the other, too."""
    paths = shelf.parent_path, other.parent_path
    return all(paths) and (
        paths[0].startswith(paths[1]) or paths[1].startswith(paths[0])
    )
