from collections import defaultdict
from datetime import datetime

import pytz

from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from odoo.addons.o2c_base.words import said


class O2CReminderLetter(models.Model):
    """One mail to one customer about all invoices it should have paid.

    Whatever is not sent yet is made anew each day: what has been paid, promised or
    disputed since leaves it by itself.
    """

    _name = "o2c.reminder.letter"
    _description = "Reminder"
    _inherit = ["mail.thread", "o2c.exception.mixin"]
    _order = "state, sent_on desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    email = fields.Char(related="partner_id.email")
    state = fields.Selection(
        [("draft", "To Send"), ("sent", "Sent")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    sent_on = fields.Date(readonly=True)
    reminder_ids = fields.One2many("o2c.reminder", "letter_id", "Invoices")
    level_id = fields.Many2one(
        "o2c.reminder.level", "Level", compute="_compute_level_id", store=True
    )
    responsible_id = fields.Many2one(related="level_id.responsible_id")
    amount = fields.Monetary("Open", compute="_compute_amount", store=True)
    amount_words = fields.Char(compute="_compute_amount_words")
    invoices_html = fields.Html(
        compute="_compute_invoices_html",
        sanitize=False,
        help="The invoices as a table, each with its link to pay.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("reminder_ids.level_id")
    def _compute_level_id(self):
        for letter in self:
            letter.level_id = letter.reminder_ids.level_id.sorted("days")[-1:]

    @api.depends("reminder_ids.amount")
    def _compute_amount(self):
        for letter in self:
            letter.amount = sum(letter.reminder_ids.mapped("amount"))

    @api.depends("amount")
    @api.depends_context("lang")
    def _compute_amount_words(self):
        for letter in self:
            letter.amount_words = formatLang(
                self.env, letter.amount, currency_obj=letter.currency_id
            )

    @api.depends("reminder_ids.amount")
    @api.depends_context("lang")
    def _compute_invoices_html(self):
        for letter in self:
            letter.invoices_html = self.env["ir.qweb"]._render(
                "o2c_dashboard.reminder_invoices", {"letter": letter}
            )

    @api.depends("level_id", "reminder_ids.amount")
    def _compute_preview(self):
        for letter in self:
            # Who may see reminders need not be one who may write mail templates.
            template = letter.level_id.sudo().template_id
            letter.preview = template and letter._rendered(template)

    def _rendered(self, template):
        try:
            bodies = template._render_field("body_html", self.ids, compute_lang=True)
        except UserError as error:
            return said(self.env, error)
        return bodies[self.id]

    def _o2c_connection(self):
        # A reminder goes through no service: its level names who is told.
        return self

    def _retry_after_exception(self, reason):
        self._send()

    # === Making === #

    @api.model
    def _cron_remind(self):
        """Make the reminders that are due; send them where that is switched on."""
        for company in self.env["res.company"].search([]):
            drafts = self.with_company(company)._prepare(company)
            if company.o2c_send_reminders:
                drafts._send()

    def action_prepare(self):
        """Make the reminders of the user's companies, and show them."""
        self.check_access_rights("read")
        for company in self.env.companies:
            self.sudo().with_company(company)._prepare(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_dashboard.o2c_reminder_letter_action"
        )

    @api.model
    def _prepare(self, company):
        """Return the reminders to send of a company: unsent ones are made to fit."""
        levels = self._levels_due(company)
        drafts = self.search([("company_id", "=", company.id), ("state", "=", "draft")])
        drafts.reminder_ids.filtered(
            lambda each: (
                levels.get(each.move_id) != each.level_id
                or self._customer(each.move_id)[0] != each.letter_id.partner_id
            )
        ).unlink()
        for reminder in drafts.reminder_ids:
            reminder.amount = reminder.move_id.amount_residual
        drafts |= self._add(company, levels, drafts)
        empty = drafts.filtered(lambda letter: not letter.reminder_ids)
        for letter in empty:
            self.env["o2c.exception"]._close(letter)
        empty.unlink()
        return drafts - empty

    @api.model
    def _levels_due(self, company):
        """Return ``{invoice: level}`` of what a company has to remind today."""
        today = self._today_of(company)
        levels = self.env["o2c.reminder.level"]._of_company(company)
        invoices = self.env["account.move"]._o2c_to_remind(company, today)
        due = {}
        for invoice in invoices:
            sent = invoice.o2c_reminder_ids.filtered(lambda r: r.state == "sent")
            last = sent.sorted(lambda each: each.level_id.days)[-1:]
            days_late = (today - invoice.invoice_date_due).days
            if level := levels._next(last, days_late, today):
                due[invoice] = level
        return due

    @api.model
    def _today_of(self, company):
        """Return the day it is where the company is."""
        zone = pytz.timezone(company.partner_id.tz or "UTC")
        return datetime.now(zone).date()

    def _add(self, company, levels, drafts):
        """Put invoices that are in no unsent reminder into one per customer."""
        there = drafts.reminder_ids.move_id
        by_customer = defaultdict(list)
        for invoice, level in levels.items():
            if invoice not in there:
                by_customer[self._customer(invoice)].append((invoice, level))
        unsent = {(each.partner_id, each.currency_id): each for each in drafts}
        for (partner, currency), found in by_customer.items():
            letter = unsent.get((partner, currency)) or self.create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": currency.id,
                }
            )
            letter.reminder_ids = [
                Command.create(
                    {
                        "move_id": invoice.id,
                        "level_id": level.id,
                        "amount": invoice.amount_residual,
                    }
                )
                for invoice, level in found
            ]
            drafts |= letter
        return drafts

    def _customer(self, invoice):
        """Return who gets the mail, and the currency its total is in."""
        customer = invoice.commercial_partner_id
        address = customer.address_get(["invoice"])["invoice"]
        return self.env["res.partner"].browse(address), invoice.currency_id

    # === Sending === #

    def action_send(self):
        """Send these reminders now, after looking once more what is still open."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(_("Only accounting sends reminders."))
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._send()

    def _send(self):
        """Send what is still due; a person is told of what cannot be sent."""
        for company, letters in self.grouped("company_id").items():
            letters = letters.with_company(company)._locked()
            due = letters._prepare(company) if letters else letters
            for letter in letters & due:
                letter._send_or_tell()

    def _locked(self):
        """Return those of these that are unsent and that nobody else sends now."""
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT id FROM o2c_reminder_letter WHERE id IN %s AND state = 'draft'"
            " FOR UPDATE SKIP LOCKED",
            (tuple(self.ids),),
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _send_or_tell(self):
        exceptions = self.env["o2c.exception"]
        try:
            with self.env.cr.savepoint():
                self._send_one()
        except UserError as error:
            advice = _("Mend the customer's address or the mail of the level.")
            exceptions._open(self, "reminder", said(self.env, error), advice)
        else:
            exceptions._close(self)

    def _send_one(self):
        """Write the mail and that it is sent together: both are there, or neither."""
        if not self.partner_id.email:
            raise UserError(_("The customer has no e-mail address."))
        self.level_id.template_id.send_mail(
            self.id, email_layout_xmlid="mail.mail_notification_light"
        )
        self.write({"state": "sent", "sent_on": self._today_of(self.company_id)})
        note = _("Reminder sent: %s", self.level_id.name)
        invoices = self.reminder_ids.move_id
        invoices._message_log_batch(bodies=dict.fromkeys(invoices.ids, note))
