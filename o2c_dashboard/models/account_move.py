from odoo import _, api, fields, models

#: what Shopify says of orders whose money did not come through the shop
UNPAID_AT_SHOP = ("PENDING", "PARTIALLY_PAID")


class AccountMove(models.Model):
    _inherit = "account.move"

    o2c_promised_on = fields.Date(
        "Payment Promised For",
        copy=False,
        tracking=True,
        help="No reminder is sent until this day is over.",
    )
    o2c_disputed = fields.Boolean(
        "Disputed", copy=False, tracking=True, help="No reminder is sent."
    )
    o2c_dispute_note = fields.Char("Dispute", copy=False, tracking=True)
    o2c_reminder_ids = fields.One2many(
        "o2c.reminder", "move_id", "Reminders", readonly=True
    )
    o2c_reminder_level_id = fields.Many2one(
        "o2c.reminder.level", "Last Reminder", compute="_compute_o2c_reminder"
    )
    o2c_reminded_on = fields.Date("Reminded On", compute="_compute_o2c_reminder")

    @api.depends("o2c_reminder_ids.state")
    def _compute_o2c_reminder(self):
        for move in self:
            # Who sees the invoice may see that it was reminded.
            sent = move.sudo().o2c_reminder_ids.filtered(lambda r: r.state == "sent")
            last = sent.sorted(lambda each: each.level_id.days)[-1:]
            move.o2c_reminder_level_id = last.level_id
            move.o2c_reminded_on = last.letter_id.sent_on

    @api.model
    def _o2c_to_remind(self, company, today):
        """Return overdue invoices of businesses that nothing speaks for waiting with.

        :param today: the day it is where the company is
        """
        invoices = self.search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("amount_residual", ">", 0),
                ("invoice_date_due", "<", today),
                ("o2c_disputed", "=", False),
                "|",
                ("o2c_promised_on", "=", False),
                ("o2c_promised_on", "<", today),
                "|",
                ("commercial_partner_id.is_company", "=", True),
                ("commercial_partner_id.vat", "not in", (False, "")),
            ]
        )
        return invoices.filtered(
            lambda move: not (move._o2c_paid_at_shop() or move._o2c_paid_online())
        )

    def _o2c_paid_at_shop(self):
        """Tell whether the shop asks, or asked, for the money of this invoice."""
        sales = self.sudo().line_ids.sale_line_ids.order_id
        return any(
            not order.on_terms or order.financial_status not in UNPAID_AT_SHOP
            for order in sales.shopify_order_ids
        )

    def _o2c_paid_online(self):
        """Tell whether money is on its way that the books do not show yet."""
        transactions = self.sudo().transaction_ids
        if transactions.filtered(
            lambda each: (
                each.state in ("pending", "authorized")
                and each.provider_code not in ("none", "custom")
            )
        ):
            return True
        booked = self.amount_total - self.amount_residual
        unbooked = self.sudo().amount_paid - booked
        return self.currency_id.compare_amounts(unbooked, 0) > 0

    def o2c_pay_url(self):
        """Return the address of the customer's page, where the invoice can be paid."""
        self.ensure_one()
        url = self.get_portal_url(anchor="portal_pay")
        return f"{self.get_base_url()}{url}"

    def action_o2c_reminders(self):
        """Show the reminders that this invoice is in."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_dashboard.o2c_reminder_letter_action"
        )
        action["domain"] = [("reminder_ids.move_id", "in", self.ids)]
        action["context"] = {}
        action["name"] = _("Reminders")
        return action
