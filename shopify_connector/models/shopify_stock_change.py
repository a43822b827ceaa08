from odoo import api, fields, models
from odoo.tools import SQL

#: where a transaction collects the products whose stock it changes
COLLECTED = "shopify_changed_products"


class ShopifyStockChange(models.Model):
    """A product whose stock changed and that a shop was not told of yet.

    Rows are only added and taken away, never changed: a busy product would otherwise
    make all who sell it wait for each other.
    """

    _name = "shopify.stock.change"
    _description = "Shopify Stock Change"
    _log_access = False

    shop_id = fields.Many2one(
        "shopify.shop", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")

    @api.model
    def _hear_of(self, product_ids):
        """Have shops told of products, once this transaction is about to end."""
        precommit = self.env.cr.precommit
        collected = precommit.data.setdefault(COLLECTED, set())
        if not collected and product_ids:
            precommit.add(self._note_collected)
        collected.update(product_ids)

    @api.model
    def _note_collected(self):
        product_ids = self.env.cr.precommit.data.pop(COLLECTED, set())
        shops = self.env["shopify.shop"].sudo().search([("send_stock", "=", True)])
        for shop in shops:
            if self._note(product_ids, shop):
                shop._enqueue_stock()
        self.env.flush_all()

    @api.model
    def _note(self, product_ids, shop):
        """Write down that a shop has to be told of products; return how many."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO shopify_stock_change (shop_id, product_id)
                   SELECT %s, product.id
                     FROM product_product product
                    WHERE product.id = ANY(%s)""",
                shop.id,
                list(product_ids),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _take(self, shop, limit):
        """Take changes of a shop off the list; return their products, each once.

        Whoever else is at it has other rows. Should this transaction fail, they are
        all on the list again.
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM shopify_stock_change
                    WHERE id IN (SELECT id
                                   FROM shopify_stock_change
                                  WHERE shop_id = %s
                               ORDER BY id
                                  LIMIT %s
                             FOR UPDATE SKIP LOCKED)
                RETURNING product_id""",
                shop.id,
                limit,
            )
        )
        ids = {product_id for (product_id,) in self.env.cr.fetchall()}
        return self.env["product.product"].browse(sorted(ids))
