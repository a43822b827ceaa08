from odoo import _, api, fields, models
from odoo.exceptions import UserError


class SendcloudOrphan(models.Model):
    """A label that exists at Sendcloud and belongs to no label here."""

    _name = "sendcloud.orphan"
    _description = "Label Without Delivery"
    _inherit = ["mail.thread"]
    _order = "announced_at desc, id desc"
    _rec_name = "external_id"

    account_id = fields.Many2one(
        "sendcloud.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    external_id = fields.Char("Sendcloud No.", required=True, readonly=True)
    external_reference = fields.Char("Reference", readonly=True)
    order_number = fields.Char("Order", readonly=True)
    tracking_number = fields.Char(readonly=True)
    announced_at = fields.Datetime("Bought On", readonly=True)
    kind = fields.Selection(
        [
            ("lost", "Delivery Has No Label"),
            ("second", "Delivery Has Another Label"),
            ("panel", "Made Outside Odoo"),
            ("gone", "Delivery Not Known"),
        ],
        "What It Is",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("adopted", "Adopted"),
            ("cancelled", "Cancelled"),
            ("explained", "Explained"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    price = fields.Monetary("Quoted Price", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    explanation = fields.Char(tracking=True, help="Why this label is right as it is.")

    _sql_constraints = [
        (
            "external_id_unique",
            "unique(account_id, external_id)",
            "This label is on the list already.",
        ),
    ]

    def action_adopt(self):
        """Take the label for its delivery; what does not match is told there."""
        self._check_open()
        for orphan in self:
            if orphan.kind != "lost":
                raise UserError(_("Only a delivery without a label can take one."))
            self.env["sendcloud.shipment"].sudo()._adopt(orphan)
            orphan.state = "adopted"
        self.account_id._tell_orphans()

    def action_cancel_label(self):
        """Cancel the label at Sendcloud, so that it is given back."""
        self._check_open()
        for orphan in self:
            account = orphan.account_id
            with account._service_errors():
                account._client().cancel(orphan.external_id)
            orphan.state = "cancelled"
        self.account_id._tell_orphans()

    def action_explain(self):
        """Leave the label as it is; the explanation says why."""
        self._check_open()
        for orphan in self:
            if not orphan.explanation:
                raise UserError(_("Write down first why this label is right."))
            orphan.state = "explained"
        self.account_id._tell_orphans()

    def _check_open(self):
        self.check_access_rights("write")
        self.check_access_rule("write")
        if any(orphan.state != "open" for orphan in self):
            raise UserError(_("This label is dealt with already."))

    @api.model
    def _note(self, account, bought, picking, kind):
        """Write down a label that nobody here knows, with what it costs."""
        return self.create(
            {
                "account_id": account.id,
                "external_id": bought.id,
                "external_reference": bought.external_reference,
                "order_number": bought.order_number,
                "tracking_number": ",".join(p.tracking_number for p in bought.parcels),
                "announced_at": bought.announced_at,
                "picking_id": picking.id,
                "kind": kind,
                **account._quote_of(bought),
            }
        )
