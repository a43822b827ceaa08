from math import floor

from odoo import models


class SaleOrderLine(models.Model):
    """What a line sells, and the goods that move for it: itself, or a kit's parts."""

    _inherit = "sale.order.line"

    def _shopify_parts(self, moves):
        """Return what of these moves makes one unit: ``[(moves, units of them)]``.

        A plain product is its own only part. The parts of a kit (with the addon for
        manufacturing) are told by the line of the bill of materials that each move
        comes from. Units are in the unit of measure of what moves.
        """
        self.ensure_one()
        moves = moves.filtered(lambda move: move.sale_line_id == self)
        plain = moves.filtered(lambda move: move.product_id == self.product_id)
        if plain or "bom_line_id" not in moves._fields:
            to_move = self.product_uom._compute_quantity
            return [(plain, to_move(1, self.product_id.uom_id, round=False))]
        return [
            (moves.filtered(lambda move, row=row: move.bom_line_id == row), units)
            for row, units in self._shopify_units_of_parts().items()
        ]

    def _shopify_units_of_parts(self):
        """Return ``{bom line: units of its product in one of the line's kits}``."""
        boms = self.env["mrp.bom"].sudo()
        boms = boms.with_company(self.company_id)._bom_find(
            self.product_id, company_id=self.company_id.id, bom_type="phantom"
        )
        bom = boms[self.product_id]
        if not bom:
            return {}
        # Exploding rounds parts up to whole units, which is least wrong for many.
        kits = max(self.product_uom_qty, 1)
        made = self.product_uom._compute_quantity(kits, bom.product_uom_id, round=False)
        units = {}
        for row, values in bom.explode(self.product_id, made / bom.product_qty)[1]:
            if row.product_id.type != "service" and values["qty"] > 0:
                units[row] = (
                    row.product_uom_id._compute_quantity(
                        values["qty"], row.product_id.uom_id, round=False
                    )
                    / kits
                )
        return units

    def _shopify_units_in(self, moves, measure):
        """Return how many units of the line these moves hold; of kits whole ones.

        :param measure: ``move -> quantity`` in the move's own unit of measure
        """
        parts = self._shopify_parts(moves)
        if not parts:
            return 0
        ratios = [
            sum(_in_product_uom(move, measure(move)) for move in of_part) / units
            for of_part, units in parts
        ]
        held = min(ratios)
        # Floats: three thirds of a kit are a kit.
        return floor(held + 1e-6) if self._shopify_moves_as_parts(moves) else held

    def _shopify_moves_as_parts(self, moves):
        """Tell whether these moves are parts of what the line sells."""
        of_line = moves.filtered(lambda move: move.sale_line_id == self)
        return bool(of_line) and self.product_id not in of_line.product_id

    def _shopify_spread(self, moves, units, measure):
        """Return ``{move: quantity}`` that together hold so many units of the line.

        Quantities are in the move's own unit of measure, never more than measured.
        """
        spread = {}
        for of_part, per_unit in self._shopify_parts(moves):
            left = units * per_unit
            for move in of_part:
                there = measure(move)
                wanted = move.product_id.uom_id._compute_quantity(
                    max(left, 0), move.product_uom, rounding_method="HALF-UP"
                )
                spread[move] = min(there, wanted)
                left -= _in_product_uom(move, spread[move])
        return spread


def _in_product_uom(move, quantity):
    return move.product_uom._compute_quantity(
        quantity, move.product_id.uom_id, rounding_method="HALF-UP"
    )
