import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..lib.mapping import naive
from ..lib.payload import moment
from ..models.shopify_order_news import HISTORY

#: order numbers that one search of Shopify's takes
NUMBERS_AT_ONCE = 50


class ShopifyImport(models.TransientModel):
    """Fetches chosen orders of a shop: by number, or by the day they were placed."""

    _name = "shopify.import"
    _description = "Fetch Shopify Orders"
    _rec_name = "shop_id"

    shop_id = fields.Many2one(
        "shopify.shop",
        required=True,
        ondelete="cascade",
        domain="[('state', '=', 'connected')]",
        default=lambda self: self.env["shopify.shop"].search(
            [("state", "=", "connected")], limit=1
        ),
    )
    by = fields.Selection(
        [
            ("number", "By Number"),
            ("date", "By Date"),
            ("history", "All Since a Day"),
        ],
        "Choose",
        default="number",
        required=True,
    )
    numbers = fields.Text(help="Such as #1001, separated by spaces, commas or lines.")
    date_from = fields.Date("From")
    date_to = fields.Date("To", help="This day included, in the shop's time zone.")

    fetched_before = fields.Char(compute="_compute_fetched_before")
    again = fields.Boolean("Fetch Again", help="What is here already stays as it is.")

    @api.depends("shop_id")
    def _compute_fetched_before(self):
        for row in self:
            row.fetched_before = row._said_before()

    def _said_before(self):
        shop = self.shop_id
        if not shop.history_from:
            return False
        values = {
            "taken": shop.history_row,
            "count": shop.history_count,
            "since": shop.history_from.date(),
        }
        if shop.history_done_at:
            said = _("The %(count)s orders since %(since)s were fetched.", **values)
        else:
            said = _(
                "The orders since %(since)s are being fetched: %(taken)s of %(count)s.",
                **values,
            )
        return said

    def action_import(self):
        """Put the orders on the waiting list, and show them.

        :raise UserError: nothing was chosen, an order is not at Shopify, or Shopify
            does not answer
        """
        self.ensure_one()
        self.shop_id._may_start()
        if self.by == "history":
            return self._fetch_history()
        with self.shop_id._service_errors():
            heard = self._by_number() if self.by == "number" else self._by_date()
        if not heard:
            raise UserError(_("Shopify has no order of these days."))
        orders = self.env["shopify.order"].sudo()
        shop = self.shop_id.sudo()
        orders._hear_of_all(shop, heard, priority=HISTORY if self.by == "date" else 0)
        gids = [row[0] for row in heard]
        action = self.shop_id.action_show_orders()
        return {**action, "domain": [*action["domain"], ("gid", "in", gids)]}

    def _fetch_history(self):
        if not self.date_from:
            raise UserError(_("Choose the first day."))
        if self.fetched_before and not self.again:
            raise UserError(_("%s Tick Fetch Again to go on.", self.fetched_before))
        start = datetime.combine(self.date_from, time(), self._zone())
        self.shop_id.sudo()._start_history(naive(start))
        return self.shop_id._notification(
            _("Shopify lists its orders. They arrive after those placed now.")
        )

    def _zone(self):
        return ZoneInfo(self.shop_id.timezone or "UTC")

    def _by_number(self):
        names = re.split(r"[\s,;]+", (self.numbers or "").strip())
        names = list(dict.fromkeys(name for name in names if name))
        if not names:
            raise UserError(_("Enter at least one order number."))
        heard = []
        for start in range(0, len(names), NUMBERS_AT_ONCE):
            heard += self._found(names[start : start + NUMBERS_AT_ONCE])
        found = {name for _gid, name, _changed in heard}
        missing = [name for name in names if not {name, f"#{name}"} & found]
        if missing:
            raise UserError(_("Shopify does not have %s.", ", ".join(missing)))
        return heard

    def _found(self, names):
        quoted = (f"name:{_quoted(name)}" for name in names)
        nodes = self._client().changed_orders(" OR ".join(quoted))
        # What a person asks for is read again, whether it changed or not.
        return [(node["id"], node["name"], None) for node in nodes]

    def _by_date(self):
        if not self.date_from or not self.date_to or self.date_to < self.date_from:
            raise UserError(_("Choose the first and the last day."))
        zone = self._zone()
        start = datetime.combine(self.date_from, time(), zone)
        end = datetime.combine(self.date_to + timedelta(days=1), time(), zone)
        condition = (
            f"created_at:>='{naive(start).isoformat()}Z'"
            f" AND created_at:<'{naive(end).isoformat()}Z'"
        )
        return [
            (node["id"], node["name"], naive(moment(node["updatedAt"])))
            for node in self._client().changed_orders(condition)
        ]

    def _client(self):
        return self.shop_id.sudo()._client()

    @api.model
    def _open_for(self, shop):
        """Return the action that opens the choice for a shop."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "shopify_connector.shopify_import_action"
        )
        return {**action, "context": {"default_shop_id": shop.id}}


def _quoted(name):
    """Return an order number as a term of Shopify's search.

    :raise UserError: it would be more than one term
    """
    if not re.fullmatch(r"[\w#./-]+", name):
        raise UserError(_("“%s” is no order number.", name))
    return f"'{name}'" if name.startswith("#") else name
