"""Stock in a run of chaos: goods arrive, and the shop has to show what is there."""

from sandbox.catalogue import BY_SKU

#: pieces from which on more are bought, and how many come
LOW, COMING = 30, 90


class Stock:
    """The shelves in Odoo beside what the shop shows of them."""

    def __init__(self, odoo, sandbox):
        self.odoo = odoo
        self.sandbox = sandbox

    def open(self):
        """Let the shop show what Odoo has, from now on."""
        shops = self.odoo.call("shopify.shop", "search", [])
        self.odoo.call("shopify.shop", "action_fetch_locations", shops)
        self.odoo.call("shopify.shop", "write", shops, {"send_stock": True})

    def products(self):
        """Return ``{SKU: product}`` with what is there and what nobody was promised."""
        domain = [("default_code", "in", list(BY_SKU))]
        names = ["default_code", "qty_available", "free_qty"]
        rows = self.odoo.read("product.product", domain, names)
        return {row["default_code"]: row for row in rows}

    def receive(self):
        """Take in what arrives of the products that run low, as a new count."""
        warehouses = self.odoo.read("stock.warehouse", [], ["lot_stock_id"])
        shelf = warehouses[0]["lot_stock_id"][0]
        for product in self.products().values():
            if product["free_qty"] < LOW:
                counted = {
                    "product_id": product["id"],
                    "location_id": shelf,
                    "inventory_quantity_auto_apply": product["qty_available"] + COMING,
                }
                context = {"inventory_mode": True}
                self.odoo.call("stock.quant", "create", counted, context=context)

    def reserve(self):
        """Give what arrived to the deliveries that wait for it."""
        domain = [("state", "=", "confirmed"), ("picking_type_code", "=", "outgoing")]
        waiting = self.odoo.call("stock.picking", "search", domain)
        if waiting:
            self.odoo.call("stock.picking", "action_assign", waiting)

    def equal(self):
        """Return of how many products both sides have and show the same."""
        shown = self.sandbox.get("/control/api/summary")["stock"]
        products = self.products()
        return sum(
            level["available"] == products[sku]["free_qty"]
            and level["available"] + level["committed"]
            == products[sku]["qty_available"]
            for sku, level in shown.items()
        )
