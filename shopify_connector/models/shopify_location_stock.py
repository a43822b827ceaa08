from odoo import _, models

from odoo.addons.o2c_base.lib.errors import RejectedError, RetryableError
from odoo.addons.o2c_base.words import said

from ..lib import stock as lib
from ..lib.stock_calls import ROWS

#: readings in one go, before a lively product is left to the next job
TRIES = 3


class ShopifyLocation(models.Model):
    """How a location is told its stock: read, compute, write if nothing changed."""

    # What a place is and how it is told are two stories, each in its file.
    _inherit = "shopify.location"

    def _compare_stock(self, variants):
        """Write down what the location shows of variants; return their rows."""
        rows = self.env["shopify.stock"]._ensure(variants, self)
        products = rows.product_id
        free = products._shopify_free(self._shelf(), self.shop_id.stock_counts)
        promised = self.shop_id._promised(products).get(self.id, {})
        client = self.shop_id._client()
        for chunk in _in_chunks(rows):
            items = chunk.variant_id.mapped("item_gid")
            chunk._judge(client.levels(self.gid, items), free, promised)
        return rows

    def _send_stock(self, variants):
        """Bring what the location shows of variants to what it should show."""
        for _try in range(TRIES):
            rows = self._compare_stock(variants)
            self._stock_missing(rows.filtered(lambda r: r.state == "not_stocked"))
            wrong = rows.filtered(lambda row: row.state == "differs")
            stale = wrong.browse()
            for chunk in _in_chunks(wrong):
                stale |= self._write_chunk(chunk)
            if not stale:
                return
            # Somebody bought meanwhile, or a row was refused: only those again.
            variants = stale.variant_id
        message = _("The stock at Shopify changes faster than it can be set.")
        raise RetryableError(message, seconds=5)

    def _write_chunk(self, rows):
        """Write at most 250 quantities; return the rows that must be read again.

        Shopify takes all or none. What it refuses for good is set aside, and the rest
        is read again together with what was sold meanwhile.
        """
        # The moment of the level makes the key another one for each change.
        wishes = [row._wish() for row in rows]
        attempt = self.shop_id.failed_tries
        key = lib.idempotency_key(wishes, self.gid, attempt)
        errors = self.shop_id._client().set_available(
            wishes, self.gid, key, f"gid://odoo/ShopifyLocation/{self.id}"
        )
        if not errors:
            rows._mark_sent()
            return rows.browse()
        return rows - self._refused(rows, errors)

    def _refused(self, rows, errors):
        """Set aside the rows that Shopify will never take, and return them."""
        refused = rows.browse()
        for error in errors:
            place = lib.row_of(error)
            if error["code"] in lib.USED_KEY:
                raise RetryableError(error["message"], seconds=5)
            if error["code"] == lib.STALE:
                continue
            if place is None:
                # About the whole call, not about a product: nothing was set.
                message = f"Shopify: {error['message']}"
                raise RejectedError(message, code=error["code"], service="Shopify")
            rows[place]._refuse(error["message"])
            refused |= rows[place]
        return refused

    def _stock_missing(self, rows):
        """Let the location stock what it has some of and Shopify does not stock."""
        if not self.activate_missing:
            return
        client = self.shop_id._client()
        for row in rows.filtered("wanted_quantity"):
            item = row.variant_id.item_gid
            wish = lib.Wish(item, row.wanted_quantity, 0, "")
            key = lib.idempotency_key([wish], self.gid, self.shop_id.failed_tries)
            try:
                client.stock_item(item, self.gid, row.wanted_quantity, key)
            except RejectedError as error:
                row._refuse(said(self.env, error))
            else:
                row._mark_sent()


def _in_chunks(rows):
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]
