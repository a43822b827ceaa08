from odoo import fields, models


class Later:
    """What confirming many orders leaves to do afterwards, for all of them at once.

    It travels in the context, under the name ``shopify_later``.
    """

    def __init__(self):
        #: ids of moves that wait for stock
        self.moves = set()
        #: ``{picking id: sales order}`` for the note that names its origin
        self.origins = {}


class ShopifyOrder(models.Model):
    """Confirming orders without reserving, and reserving them a moment later."""

    _inherit = "shopify.order"

    def _confirm_and_reserve_later(self):
        """Confirm the sales orders; what waits for stock is reserved by a job."""
        if not self:
            return
        later = Later()
        self.sale_order_id.with_context(shopify_later=later).action_confirm()
        self.env["stock.picking"].browse(later.origins)._shopify_note(later.origins)
        moves = self.env["stock.move"].browse(later.moves)
        waiting = moves.picking_id.sale_id.shopify_order_ids & self
        self.env["shopify.order.step"]._add(waiting, "reserve")

    def _reserve(self, _data=None):
        """Reserve what the deliveries of these orders wait for.

        What is reserved already, cancelled or short of stock stays as it is: it is safe
        to repeat.
        """
        moves = self.sale_order_id.picking_ids.move_ids
        to_reserve = moves.filtered(lambda move: move._shopify_is_to_reserve())
        to_reserve._shopify_read_ahead()
        # Odoo asks for the places below a place twice for each move.
        to_reserve.with_context(shopify_places={})._action_assign()
        moves._shopify_reorder()
        # What is computed afterwards is written as quietly, here and not at the end.
        self.env.flush_all()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def message_post_with_source(self, source_ref, **kwargs):
        """Leave the note of the origin for later where an import asks for it."""
        later = self.env.context.get("shopify_later")
        if not later or source_ref != "mail.message_origin_link":
            return super().message_post_with_source(source_ref, **kwargs)
        origin = kwargs["render_values"]["origin"]
        later.origins.update(dict.fromkeys(self.ids, origin))
        return self.env["mail.message"]

    def _shopify_note(self, origins):
        """Write the notes that Odoo writes one by one.

        :param origins: ``{picking id: sales order}``
        """
        render = self.env["ir.qweb"]._render
        notes = {
            picking.id: render(
                "mail.message_origin_link",
                {"self": picking, "origin": origins[picking.id]},
                minimal_qcontext=True,
            )
            for picking in self
        }
        self._message_log_batch(notes)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Leave what needs stock for later where an import asks for it."""
        later = self.env.context.get("shopify_later")
        if not later:
            return super()._action_assign(force_qty)
        waiting = self.filtered(lambda move: not move._should_bypass_reservation())
        later.moves.update(waiting.ids)
        return super(StockMove, self - waiting)._action_assign(force_qty)

    def _trigger_scheduler(self):
        """Leave reordering for later, too: two imports would write one purchase."""
        later = self.env.context.get("shopify_later")
        if not later:
            return super()._trigger_scheduler()
        later.moves.update(self.filtered(lambda move: move.state != "done").ids)
        return None

    def _shopify_is_to_reserve(self):
        """Tell whether Odoo itself would have reserved it when it was confirmed."""
        if self.state not in ("confirmed", "partially_available"):
            return False
        today = fields.Date.context_today(self)
        on_day = self.reservation_date and self.reservation_date <= today
        return self.picking_type_id.reservation_method == "at_confirm" or on_day

    def _shopify_read_ahead(self):
        """Read at once what reserving reads of each move by itself."""
        for name in ("sale_line_id", "move_dest_ids", "move_orig_ids", "picking_id"):
            self[name].mapped("display_name")
        self.mapped("analytic_account_line_ids")
        self.product_id.mapped("orderpoint_ids")

    def _shopify_reorder(self):
        """Reorder what has a rule for it, as confirming an order does."""
        # Odoo asks for the rule of each move; most have none.
        rules = [("product_id", "in", self.product_id.ids), ("trigger", "=", "auto")]
        products = self.env["stock.warehouse.orderpoint"].search(rules).product_id
        waiting = self.filtered(lambda move: move.state not in ("done", "cancel"))
        waiting.filtered(lambda move: move.product_id in products)._trigger_scheduler()


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _get_gather_domain(self, product_id, location_id, *args, **kwargs):
        """Name the places below a place, where many moves ask for the same."""
        domain = super()._get_gather_domain(product_id, location_id, *args, **kwargs)
        places = self.env.context.get("shopify_places")
        if places is None or not isinstance(domain, list):
            return domain
        below = ("location_id", "child_of", location_id.id)
        if location_id not in places:
            found = self.env["stock.location"].search([("id", *below[1:])])
            places[location_id] = ("location_id", "in", found.ids)
        return [places[location_id] if leaf == below else leaf for leaf in domain]
