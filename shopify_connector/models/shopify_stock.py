from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..lib.stock import Wish, is_right, to_show


class ShopifyStock(models.Model):
    """What one location of a shop shows of one variant, and what it should show."""

    _name = "shopify.stock"
    _description = "Shopify Stock"
    _order = "shop_id, variant_id, location_id"
    _rec_name = "variant_id"

    variant_id = fields.Many2one(
        "shopify.variant", required=True, readonly=True, ondelete="cascade", index=True
    )
    location_id = fields.Many2one(
        "shopify.location", required=True, readonly=True, ondelete="cascade", index=True
    )
    # Known before a row is written: afterwards each would be a statement of its own.
    shop_id = fields.Many2one(
        related="variant_id.shop_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="variant_id.company_id", store=True, index=True, precompute=True
    )
    product_id = fields.Many2one(
        related="variant_id.product_id", store=True, index=True, precompute=True
    )
    product_tmpl_id = fields.Many2one(
        related="variant_id.product_tmpl_id", store=True, index=True, precompute=True
    )
    sku = fields.Char(related="variant_id.sku", string="SKU")
    free_quantity = fields.Float(
        "We Have",
        digits="Product Unit of Measure",
        readonly=True,
        help="Units at this location that nobody was promised.",
    )
    wanted_quantity = fields.Integer(
        "Should Show",
        readonly=True,
        help="What we have, less what is kept back and what the shop sold and Odoo has"
        " not taken over yet.",
    )
    shown_quantity = fields.Integer("Shop Shows", readonly=True)
    looked_at = fields.Datetime("Looked On", readonly=True)
    shown_since = fields.Char(
        readonly=True, help="Shopify's time of the last change, as it wrote it."
    )
    sent_quantity = fields.Integer("Last Sent", readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    state = fields.Selection(
        [
            ("new", "Not Compared"),
            ("equal", "Equal"),
            ("differs", "Differs"),
            ("not_stocked", "Not Stocked There"),
            ("untracked", "Not Counted There"),
            ("problem", "Refused"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    problem = fields.Char("Shopify Says", readonly=True)

    _sql_constraints = [
        (
            "place_unique",
            "unique(variant_id, location_id)",
            "This stock is there already.",
        ),
    ]

    @api.model
    def _ensure(self, variants, location):
        """Return the rows of variants at a location, made where there is none."""
        domain = [("location_id", "=", location.id)]
        rows = self.search([*domain, ("variant_id", "in", variants.ids)])
        missing = variants - rows.variant_id
        values = [{"variant_id": v.id, "location_id": location.id} for v in missing]
        return rows | self.create(values)

    # === What is wanted === #

    def _judge(self, levels, free, promised):
        """Write down what the shop shows and what it should show.

        :param levels: ``{item gid: lib.stock.Level}``
        :param free: ``{product id: units}`` here
        :param promised: ``{product id: units}`` sold by the shop and known here
        """
        gone = self.filtered(lambda row: row.variant_id.item_gid not in levels)
        gone.variant_id._mark_gone()
        now = fields.Datetime.now()
        values = []
        for row in self - gone:
            level = levels[row.variant_id.item_gid]
            product = row.product_id.id
            wanted = to_show(
                free.get(product, 0),
                row._kept_back(),
                level.committed,
                promised.get(product, 0),
            )
            shown = level.available or 0
            state = row._state_of(level, wanted)
            values.append(
                (
                    row.id,
                    free.get(product, 0),
                    wanted,
                    shown,
                    level.updated_at,
                    state,
                    now,
                )
            )
        self._write_rows(values)

    def _kept_back(self):
        return max(self.shop_id.safety_stock, self.variant_id.safety_stock)

    def _state_of(self, level, wanted):
        if not level.tracked:
            return "untracked"
        if level.available is None:
            return "not_stocked"
        return "equal" if is_right(level.available, wanted) else "differs"

    def _wish(self):
        """Return the ``lib.stock.Wish`` that makes the shop show what it should."""
        return Wish(
            item_gid=self.variant_id.item_gid,
            quantity=self.wanted_quantity,
            change_from=self.shown_quantity,
            updated_at=self.shown_since,
        )

    @api.model
    def _write_rows(self, values):
        """Write many rows by one statement: each has numbers of its own."""
        if not values:
            return
        names = (
            "free_quantity",
            "wanted_quantity",
            "shown_quantity",
            "shown_since",
            "state",
            "looked_at",
        )
        self.flush_model(names)
        rows = SQL(", ").join(SQL("%s", row) for row in values)
        self.env.cr.execute(
            SQL(
                """UPDATE shopify_stock AS stock
                      SET free_quantity = new.free,
                          wanted_quantity = new.wanted,
                          shown_quantity = new.shown,
                          shown_since = new.since,
                          state = new.state,
                          problem = NULL,
                          looked_at = new.looked_at
                     FROM (VALUES %s)
                       AS new (id, free, wanted, shown, since, state, looked_at)
                    WHERE stock.id = new.id""",
                rows,
            )
        )
        self.browse(row[0] for row in values).invalidate_recordset([*names, "problem"])

    def _mark_sent(self):
        """Write down that the shop shows what it should."""
        self.flush_recordset(["wanted_quantity"])
        self.env.cr.execute(
            SQL(
                """UPDATE shopify_stock
                      SET sent_quantity = wanted_quantity,
                          shown_quantity = wanted_quantity,
                          sent_at = %s,
                          state = 'equal'
                    WHERE id IN %s""",
                fields.Datetime.now(),
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset()

    def _refuse(self, message):
        """Set a row aside that Shopify refuses; the others go on."""
        self.write({"state": "problem", "problem": message})

    # === Buttons === #

    def action_send(self):
        """Send the chosen rows, whatever changed or not."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        shops = self.shop_id.filtered("send_stock")
        if not shops:
            raise UserError(_("This shop is not sent any stock: see its page Stock."))
        for shop in shops:
            rows = self.filtered(lambda row, shop=shop: row.shop_id == shop)
            self.env["shopify.stock.change"].sudo()._note(rows.product_id.ids, shop)
            shop.sudo()._enqueue_stock(seconds=0)
