from odoo import api, fields, models

#: orders whose turn comes after those that customers place now
HISTORY = 10


class ShopifyOrderNews(models.Model):
    """The waiting list: an order of which something was heard, not looked at yet.

    Rows of their own, because a message about an order that a worker is just
    importing must neither wait for that worker nor be lost in its work.
    """

    _name = "shopify.order.news"
    _description = "Shopify Order to Read"
    _order = "priority, order_id, id"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "shopify.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    priority = fields.Integer(readonly=True, help="The lower, the sooner.")

    @api.model
    def _add(self, orders, priority=0):
        """Put orders on the list; one that stands there already stands there again."""
        return self.create(
            [
                {
                    "order_id": order.id,
                    "shop_id": order.shop_id.id,
                    "priority": priority,
                }
                for order in orders
            ]
        )

    @api.model
    def _take(self, shop, limit):
        """Return the next orders of a shop, locked until this transaction ends.

        What another worker has in hand is passed over. News that come in while these
        orders are worked on stay on the list.
        """
        self.flush_model()
        self.env.cr.execute(
            """SELECT o.id
                 FROM shopify_order o
                 JOIN (SELECT order_id, min(priority) AS priority
                         FROM shopify_order_news
                        WHERE shop_id = %s
                        GROUP BY order_id) news ON news.order_id = o.id
                ORDER BY news.priority, o.id
                LIMIT %s
                  FOR NO KEY UPDATE OF o SKIP LOCKED""",
            [shop.id, limit],
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.search([("order_id", "in", ids)]).unlink()
        return self.env["shopify.order"].browse(ids)
