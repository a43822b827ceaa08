from odoo import fields, models


class ShopifyFulfillmentPart(models.Model):
    """One fulfilment at Shopify: what of a delivery left from one of its locations."""

    _name = "shopify.fulfillment.part"
    _description = "Part of a Shopify Delivery"
    _order = "id"

    fulfillment_id = fields.Many2one(
        "shopify.fulfillment",
        "Delivery",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    shop_id = fields.Many2one(related="fulfillment_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(
        related="fulfillment_id.company_id", store=True, index=True
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Name at Shopify", readonly=True)
    location_id = fields.Many2one("shopify.location", "From", readonly=True)
    lines = fields.Json(readonly=True, help="Units by line at Shopify.")

    _sql_constraints = [
        ("gid_unique", "unique(shop_id, gid)", "This fulfilment is known already."),
    ]
