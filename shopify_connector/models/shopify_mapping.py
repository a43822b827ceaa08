import itertools

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from odoo.addons.o2c_base.lib.errors import BlockedError


class UnmappedError(BlockedError):
    """A word of Shopify's has no meaning in Odoo yet.

    :param model: of the mapping that lacks
    :param key: ``{field: value}`` that names the row which a person shall complete
    :param values: what else is known about it
    """

    def __init__(self, reason, message, *, model, key, values=None, **kwargs):
        super().__init__(reason, message, **kwargs)
        self.model = model
        self.key = key
        self.values = values or {}


class ShopifyMapping(models.AbstractModel):
    """What a word of a shop means in Odoo.

    Saving one that orders wait for lets them go on.
    """

    _name = "shopify.mapping"
    _description = "Shopify Mapping"

    #: reason of the exceptions that a complete row mends
    _reasons = ()

    shop_id = fields.Many2one(
        "shopify.shop", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True)

    def _is_complete(self):
        """Tell whether orders can be imported with this row."""
        raise NotImplementedError

    def _subject(self):
        """Return the subject of the exceptions that wait for this row."""
        raise NotImplementedError

    def _subjects(self):
        """Return all subjects whose exceptions this row mends."""
        return [self._subject()]

    @api.model
    def _find_row(self, key):
        """Return the row with these values, empty when there is none."""
        return self.search([(name, "=", value) for name, value in key.items()], limit=1)

    @api.model
    def _ensure(self, key, values):
        """Return the row named by ``key``, made with ``values`` when there is none."""
        row = self._find_row(key)
        if row:
            return row
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return self.create({**key, **values})
        except UniqueViolation:
            # Another worker made it a moment ago; this transaction cannot see it.
            return self.browse()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._free_blocked()
        return rows

    def write(self, vals):
        res = super().write(vals)
        self._free_blocked()
        return res

    def _free_blocked(self):
        for row in self.filtered(lambda row: row._is_complete()):
            for reason, subject in itertools.product(row._reasons, row._subjects()):
                self.env["o2c.exception"]._retry_blocked(reason, subject)
