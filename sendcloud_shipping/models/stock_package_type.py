from decimal import Decimal

from odoo import models

from ..lib.options import CENTIMETRES


class StockPackageType(models.Model):
    _inherit = "stock.package.type"

    def _sides(self):
        """Return length, width and height in centimetres, empty if one is missing."""
        sides = (self.packaging_length, self.width, self.height)
        if not all(sides):
            return ()
        setting = self.env["ir.config_parameter"].sudo()
        in_feet = setting.get_param("product.volume_in_cubic_feet") == "1"
        unit = CENTIMETRES["ft" if in_feet else "mm"]
        return tuple(Decimal(str(side)) * unit for side in sides)
