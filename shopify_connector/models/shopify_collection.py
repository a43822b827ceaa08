from odoo import _, api, fields, models
from odoo.fields import Command

from .shopify_product_flow import write_differing


class ShopifyCollection(models.Model):
    """A collection at Shopify, and the products that are in it."""

    _name = "shopify.collection"
    _description = "Shopify Collection"
    _inherit = ["o2c.exception.mixin"]
    _order = "name, id"

    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    active = fields.Boolean(
        default=True, readonly=True, help="Archived once it is deleted at Shopify."
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Collection", required=True, readonly=True)
    handle = fields.Char("Page Name", readonly=True)
    is_automatic = fields.Boolean(
        "By a Rule",
        readonly=True,
        help="Shopify decides by a rule which products are in it.",
    )
    product_ids = fields.Many2many(
        "shopify.product", string="Products at Shopify", readonly=True
    )
    product_count = fields.Integer("Products", compute="_compute_product_count")

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This collection is known already."),
    ]

    @api.depends("product_ids")
    def _compute_product_count(self):
        for collection in self:
            collection.product_count = len(collection.product_ids)

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        self._enqueue_read()

    @api.model
    def _take_in_all(self, shop, kinds):
        """Have the collections that the shop has, no others, and read who is in them.

        :param kinds: ``[(is filled by a rule, nodes of Shopify)]``
        """
        everything = self.with_context(active_test=False)
        known = everything.search([("shop_id", "=", shop.id)]).grouped("gid")
        values = {
            node["id"]: _values(node["title"], node["handle"], is_automatic)
            for is_automatic, nodes in kinds
            for node in nodes
        }
        gone = self.browse(row.id for gid, row in known.items() if gid not in values)
        gone.filtered("active").active = False
        for gid in values.keys() & known.keys():
            write_differing(known[gid], values[gid])
        new = [gid for gid in values if gid not in known]
        made = self.create([{"shop_id": shop.id, "gid": g, **values[g]} for g in new])
        kept = self.browse(known[gid].id for gid in values if gid in known)
        (kept + made)._enqueue_read()

    def _enqueue_read(self):
        for row in self:
            row.with_delay(
                identity_key=f"shopify-collection-{row.id}",
                description=_("Read collection: %s", row.name),
            )._attempt("_read")

    def _read(self):
        """Take over name and products; forget a collection that is gone."""
        found = self.shop_id._client().collection(self.gid)
        if found is None:
            self.active = False
            return
        name, handle, gids = found
        domain = [("shop_id", "=", self.shop_id.id), ("gid", "in", gids)]
        products = self.env["shopify.product"].search(domain)
        write_differing(self, {"name": name, "handle": handle})
        if products != self.product_ids:
            self.product_ids = [Command.set(products.ids)]
        self._show_on_products()

    def _show_on_products(self):
        """Let the products here be in it as at Shopify, where Shopify decides."""
        if self.shop_id.owner_collections != "shopify":
            return
        theirs = self.product_ids.template_id
        here = self.env["product.template"].with_context(active_test=False)
        ours = here.search([("shopify_collection_ids", "in", self.ids)])
        (theirs - ours).shopify_collection_ids = [Command.link(self.id)]
        (ours - theirs).shopify_collection_ids = [Command.unlink(self.id)]

    def action_read(self):
        """Read the collections at Shopify again."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._enqueue_read()


def _values(title, handle, is_automatic):
    names = {"name": title, "handle": handle}
    return {**names, "is_automatic": is_automatic, "active": True}
