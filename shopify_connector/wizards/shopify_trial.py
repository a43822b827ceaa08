from odoo import _, api, fields, models
from odoo.exceptions import UserError

#: orders that a person looks through before starting
COUNT = 20


class ShopifyTrial(models.TransientModel):
    """The go-live check: real orders of the shop, imported for show."""

    _name = "shopify.trial"
    _description = "Shopify Trial Import"
    _rec_name = "shop_id"

    shop_id = fields.Many2one("shopify.shop", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id")
    import_paused = fields.Boolean(related="shop_id.import_paused")
    count = fields.Integer("Latest Orders", default=COUNT, required=True)
    line_ids = fields.One2many("shopify.trial.line", "trial_id", readonly=True)
    ready_count = fields.Integer(compute="_compute_counts")
    stopped_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.verdict")
    def _compute_counts(self):
        for trial in self:
            verdicts = trial.line_ids.mapped("verdict")
            trial.stopped_count = verdicts.count("stopped")
            trial.ready_count = verdicts.count("ready")

    def action_try(self):
        """Read the latest orders and show what each would become.

        :raise UserError: Shopify does not answer
        """
        self.ensure_one()
        if not 1 <= self.count <= 100:
            raise UserError(_("Between 1 and 100 orders can be tried out."))
        self.shop_id._may_start()
        with self.shop_id._service_errors():
            payloads = self.shop_id.sudo()._client().recent_orders(self.count)
        shop = self.shop_id.sudo().with_company(self.company_id)
        orders = shop.env["shopify.order"]
        tried = [orders._try_out(shop, payload) for payload in payloads]
        lines = [fields.Command.create(vals) for vals in tried]
        self.line_ids = [fields.Command.clear(), *lines]
        return self._shown()

    def action_start(self):
        """Begin with the import, and show the shop."""
        self.shop_id.action_start_import()
        return self.shop_id.get_formview_action()

    def _shown(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Try With Real Orders"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }
