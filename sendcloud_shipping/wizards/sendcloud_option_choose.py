from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib import options


class SendcloudOptionChoose(models.TransientModel):
    """What Sendcloud offers for a country and a weight, ready to be ticked."""

    _name = "sendcloud.option.choose"
    _description = "Choose Shipping Options"

    account_id = fields.Many2one("sendcloud.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id")
    country_id = fields.Many2one(
        "res.country",
        "To",
        default=lambda self: self.env.company.country_id,
        help="Empty: everywhere, without prices.",
    )
    weight = fields.Float("Weight (kg)", digits="Stock Weight", default=1.0)
    last_mile = fields.Selection(
        [
            (options.HOME, "To the door"),
            (options.SERVICE_POINT, "To a service point"),
            (options.MAILBOX, "To the mailbox"),
        ],
        "Delivered",
    )
    signature = fields.Boolean("With Signature")
    tracked = fields.Boolean()
    only_country = fields.Boolean(
        "Offer in This Country Only",
        help="The new shipping methods are shown for orders to this country only.",
    )
    line_ids = fields.One2many("sendcloud.option.choose.line", "choose_id")
    searched = fields.Boolean()

    def action_search(self):
        """Ask Sendcloud what fits, with today's prices, and show it."""
        self.ensure_one()
        with self.account_id._service_errors():
            offers = self._offers()
        self.line_ids = [
            Command.clear(),
            *(Command.create(self._prepare_line(offer)) for offer in offers),
        ]
        self.searched = True
        return self._show()

    def _offers(self):
        account = self.account_id
        return account.sudo()._offers(
            account._client(),
            to_country=self.country_id.code or "",
            weight=self.weight,
            last_mile=self.last_mile or None,
            signature=self.signature or None,
            tracked=self.tracked or None,
        )

    def _prepare_line(self, offer):
        currency = self.env["res.currency"].search([("name", "=", offer.currency)])
        return {
            "code": offer.code,
            "name": offer.name,
            "carrier_name": offer.carrier_name,
            "features": self.env["sendcloud.option"]._in_words(offer),
            "max_weight": float(offer.max_weight),
            "contract_number": offer.contract_id,
            "contract_name": offer.contract_name,
            "price": float(offer.price or 0),
            "currency_id": currency.id,
            "hours": offer.hours or 0,
            "is_used": bool(self._used().get(offer.code)),
        }

    def _used(self):
        carriers = self.env["delivery.carrier"].search(
            [("sendcloud_account_id", "=", self.account_id.id)]
        )
        return carriers.grouped("sendcloud_option_code")

    def _show(self):
        return {
            "name": _("Choose Shipping Options"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_create(self):
        """Make one shipping method of each option that is ticked."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(_("Tick at least one shipping option."))
        return self._create_carriers([line._prepare_carrier() for line in chosen])

    def action_create_by_rules(self):
        """Make a shipping method for which Sendcloud's own rules choose."""
        self.ensure_one()
        return self._create_carriers(
            [{"name": _("Chosen by Sendcloud"), "sendcloud_choice": "rules"}]
        )

    def _create_carriers(self, rows):
        carriers = self.env["delivery.carrier"].create(
            [self._prepare_carrier(row) for row in rows]
        )
        return {
            "name": _("New Shipping Methods"),
            "type": "ir.actions.act_window",
            "res_model": "delivery.carrier",
            "view_mode": "tree,form",
            "domain": [("id", "in", carriers.ids)],
        }

    def _prepare_carrier(self, row):
        """Return the values of a shipping method; its product keeps the price."""
        price = row.pop("list_price", 0.0)
        product = self.env["product.product"].create(
            {
                "name": row["name"],
                "detailed_type": "service",
                "sale_ok": False,
                "purchase_ok": False,
                "invoice_policy": "order",
                "list_price": price,
                "company_id": self.company_id.id,
            }
        )
        countries = self.country_id.ids if self.only_country else []
        return {
            "delivery_type": "sendcloud",
            "integration_level": "rate_and_ship",
            "product_id": product.id,
            "company_id": self.company_id.id,
            "sendcloud_account_id": self.account_id.id,
            "country_ids": [Command.set(countries)],
            **row,
        }


class SendcloudOptionChooseLine(models.TransientModel):
    """One option on offer."""

    _name = "sendcloud.option.choose.line"
    _description = "Shipping Option on Offer"

    choose_id = fields.Many2one(
        "sendcloud.option.choose", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="choose_id.company_id")
    is_chosen = fields.Boolean("Use")
    is_used = fields.Boolean("Used Already", readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char("Shipping Option", readonly=True)
    carrier_name = fields.Char("Carrier", readonly=True)
    features = fields.Char("Includes", readonly=True)
    max_weight = fields.Float("Up To (kg)", digits=(16, 3), readonly=True)
    contract_number = fields.Integer(readonly=True)
    contract_name = fields.Char("Contract", readonly=True)
    price = fields.Monetary("Costs You", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    hours = fields.Integer(readonly=True)

    @api.model
    def _prepare_name(self, name, carrier):
        """Return an option's name, led by its carrier's where that is not in it."""
        return name if carrier.casefold() in name.casefold() else f"{carrier} {name}"

    def _prepare_carrier(self):
        """Return what a shipping method takes from this option."""
        company = self.company_id
        today = fields.Date.context_today(self)
        return {
            "name": self._prepare_name(self.name, self.carrier_name),
            "sendcloud_option_code": self.code,
            "sendcloud_contract_id": self.contract_number,
            "sendcloud_pricing": "quoted" if self.currency_id else "fixed",
            "list_price": self.currency_id._convert(
                self.price, company.currency_id, company, today
            )
            if self.currency_id
            else 0.0,
        }
