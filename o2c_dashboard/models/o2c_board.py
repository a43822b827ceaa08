from datetime import datetime, time, timedelta

import pytz

from odoo import _, api, fields, models
from odoo.tools import SQL

#: days that the board can look back, today included; the first is the usual one
PERIODS = ("30", "1", "7", "90", "365")
#: orders typed in Odoo, in the place of a shop
TYPED = "odoo"


class O2CBoard(models.AbstractModel):
    """The board: figures of orders and money, each with the records it counts.

    A figure is a dictionary with ``count``, perhaps ``amount``, and ``open``: the model
    and the domain of exactly the records that were counted.
    """

    _name = "o2c.board"
    _description = "Order to Cash Board"

    @api.model
    def get_board(self, filters=None):
        """Return all that the board shows to this user.

        :param dict filters: ``period`` (days, see :data:`PERIODS`), ``shop`` (id of a
            shop, or ``odoo``); companies are those of the context
        :return: ``{"filters", "currency_id", "part", "panels": {name: panel}}``; a
            panel that the user may not see is left out
        """
        filters = self._checked_filters(filters or {})
        board = self.with_context(o2c_filters=filters, o2c_sums={})
        panels = {name: make() for name, make in board._panels().items()}
        return {
            "filters": filters,
            "shops": self.env["shopify.shop"].search_read([], ["name"]),
            "currency_id": self.env.company.currency_id.id,
            "part": self._part_of_user(),
            "panels": {
                name: panel for name, panel in panels.items() if panel is not None
            },
        }

    @api.model
    def _panels(self):
        """Return ``{name: method that returns the panel, or nothing}``; addons add."""
        return {}

    @api.model
    def _part_of_user(self):
        """Return the part of the board that the user's work is in."""
        user = self.env.user
        if user.has_group("o2c_base.group_manager"):
            return "all"
        if user.has_group("account.group_account_invoice"):
            return "accounting"
        if user.has_group("sales_team.group_sale_salesman"):
            return "sales"
        if user.has_group("stock.group_stock_user"):
            return "warehouse"
        return "all"

    @api.model
    def _may_read(self, *names):
        """Tell whether the user may read all these models."""
        return all(
            self.env[name].check_access_rights("read", raise_exception=False)
            for name in names
        )

    # === Filters === #

    @api.model
    def _checked_filters(self, filters):
        """Return the filters with what the address of the page got wrong put right."""
        period = str(filters.get("period") or "")
        shop = str(filters.get("shop") or "")
        if shop != TYPED:
            known = self.env["shopify.shop"].search([]).ids
            shop = int(shop) if shop.isdigit() and int(shop) in known else False
        return {"period": period if period in PERIODS else PERIODS[0], "shop": shop}

    @property
    def _filters(self):
        return self.env.context["o2c_filters"]

    @property
    def _days(self):
        return int(self._filters["period"])

    def _zone(self):
        return pytz.timezone(self.env.user.tz or "UTC")

    def _today(self):
        return fields.Date.context_today(self.with_context(tz=self._zone().zone))

    def _start_of(self, day):
        """Return when a day of the user's begins, as the ORM keeps it: naive UTC."""
        start = self._zone().localize(datetime.combine(day, time()))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    def _domain_of_shop(self):
        """Return the domain of rows that the chosen companies and shop leave."""
        domain = [("company_id", "in", self.env.companies.ids)]
        shop = self._filters["shop"]
        if shop == TYPED:
            domain.append(("shop_id", "=", False))
        elif shop:
            domain.append(("shop_id", "=", shop))
        return domain

    def _domain_of_period(self):
        """Return the domain of the orders of the period that were not cancelled."""
        start = self._start_of(self._today() - timedelta(days=self._days - 1))
        return [
            *self._domain_of_shop(),
            ("state", "=", "confirmed"),
            ("ordered_at", ">=", fields.Datetime.to_string(start)),
        ]

    # === Figures === #

    def _opens(self, model, domain, name):
        """Return what a click on a figure shows: exactly the records it counts."""
        return {"model": model, "domain": domain, "name": name}

    def _flow(self, domain, *columns):
        """Return a table of the rows of a domain that the user may see, as SQL."""
        return self.env["o2c.order.flow"]._search(domain).subselect(*columns)

    def _select(self, text, *arguments):
        """Return the rows of a statement made of SQL parts."""
        self.env.cr.execute(SQL(text, *arguments))
        return self.env.cr.fetchall()

    def _amount(self):
        """Return SQL for the amount of a row in the currency of the board."""
        return self._converted("amount_company", "company_id")

    def _converted(self, amount, company):
        """Return SQL for an amount in a company's currency, in that of the board."""
        rates = {
            each.id: self._rate(each)
            for each in self.env.companies
            if each.currency_id != self.env.company.currency_id
        }
        if not rates:
            return SQL(amount)
        cases = [SQL("WHEN %s THEN %s", number, rate) for number, rate in rates.items()]
        return SQL(
            "(%s * CASE %s %s ELSE 1 END)",
            SQL(amount),
            SQL(company),
            SQL(" ").join(cases),
        )

    def _rate(self, company):
        """Return what one of a company's currency is worth today on the board."""
        return self.env["res.currency"]._get_conversion_rate(
            company.currency_id, self.env.company.currency_id, company, self._today()
        )

    def _rounded(self, amount):
        return self.env.company.currency_id.round(float(amount or 0.0))

    def _labels(self, model, field):
        """Return ``{value: words}`` of a selection field, in the user's language."""
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    def _typed_name(self):
        return _("Typed in Odoo")
