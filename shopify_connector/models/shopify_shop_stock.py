from odoo import _, fields, models


class ShopifyShop(models.Model):
    """Where a shop's goods lie."""

    # Keys, orders and stock are stories of their own, each in its file.
    _inherit = "shopify.shop"  # pylint: disable=consider-merging-classes-inherited

    location_ids = fields.One2many("shopify.location", "shop_id", "Locations")

    def _on_connected(self):
        res = super()._on_connected()
        self._fetch_locations()
        return res

    def _fetch_locations(self):
        """Read the shop's locations; rows appear, change their name or close.

        :return: all ``shopify.location`` of the shop, closed ones included
        """
        nodes = list(self._client().locations())
        return self.env["shopify.location"].sudo()._take_in(self, nodes)

    def action_fetch_locations(self):
        """Read the shop's locations now."""
        self._may_start()
        with self._service_errors():
            locations = self._fetch_locations()
        count = len(locations.filtered("active"))
        return self._notification(_("%s locations at Shopify.", count), "success")
