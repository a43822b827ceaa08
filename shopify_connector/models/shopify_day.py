from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import _, api, fields, models

from ..lib.mapping import naive
from ..lib.proof import NAMES, Figures, day_bounds, figures_of

#: days that are proved again each night: refunds and late payments change them
RECENT = 7
#: seconds until a day is proved whose orders are being booked
BOOKING = 60


class ShopifyDay(models.Model):
    """The proof of a day: are all its orders here, and worth the same as at Shopify?"""

    _name = "shopify.day"
    _description = "Shopify Day"
    _inherit = ["o2c.exception.mixin"]
    _order = "day desc, shop_id, currency_id"
    _rec_name = "day"

    shop_id = fields.Many2one(
        "shopify.shop", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True, help="In the shop's time zone.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Not Proved"), ("differs", "Differs"), ("equal", "Equal")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    proved_at = fields.Datetime("Proved On", readonly=True)
    their_count = fields.Integer("Orders at Shopify", readonly=True)
    our_count = fields.Integer("Orders Here", readonly=True)
    their_gross = fields.Monetary("Total at Shopify", readonly=True)
    our_gross = fields.Monetary("Total Here", readonly=True)
    their_tax = fields.Monetary("Tax at Shopify", readonly=True)
    our_tax = fields.Monetary("Tax Here", readonly=True)
    their_paid = fields.Monetary("Paid at Shopify", readonly=True)
    our_paid = fields.Monetary("Paid Here", readonly=True)
    their_refunded = fields.Monetary("Refunded at Shopify", readonly=True)
    our_refunded = fields.Monetary("Refunded Here", readonly=True)
    line_ids = fields.One2many("shopify.day.order", "day_id", "Orders That Differ")

    _sql_constraints = [
        (
            "day_unique",
            "unique(shop_id, day, currency_id)",
            "This day is there already.",
        ),
    ]

    @api.model
    def _prove_recent(self, shop):
        """Prove the last days and all earlier ones that still differ."""
        today = datetime.now(ZoneInfo(shop.timezone or "UTC")).date()
        differing = self.search([("shop_id", "=", shop.id), ("state", "!=", "equal")])
        days = {today - timedelta(days=ago) for ago in range(1, RECENT + 1)}
        for day in sorted(days | set(differing.mapped("day"))):
            self._enqueue_proof(shop, day)

    @api.model
    def _enqueue_proof(self, shop, day, seconds=0):
        start = day_bounds(day, ZoneInfo(shop.timezone or "UTC"))[1]
        if naive(start) <= shop.orders_since:
            return
        row = self._row(shop, day, shop.currency_id)
        row.with_delay(
            eta=seconds,
            identity_key=f"shopify-day-{row.id}",
            description=_("Prove %(day)s: %(shop)s", day=day, shop=shop.display_name),
        )._attempt("_prove")

    @api.model
    def _row(self, shop, day, currency):
        key = {"shop_id": shop.id, "day": day, "currency_id": currency.id}
        domain = [(name, "=", value) for name, value in key.items()]
        return self.search(domain, limit=1) or self.create(key)

    # === Work and its outcome === #

    def _o2c_connection(self):
        return self.shop_id

    def _retry_after_exception(self, reason):
        for row in self:
            row._enqueue_proof(row.shop_id, row.day)

    def _prove(self):
        """Compare the day at Shopify with the day here, each currency by itself."""
        start, end = day_bounds(self.day, ZoneInfo(self.shop_id.timezone or "UTC"))
        nodes = self.shop_id._client().day_orders(_text(start), _text(end))
        theirs = {node["id"]: node for node in nodes}
        ours = self._our_orders(naive(start), naive(end), list(theirs))
        if self.env["shopify.order.step"]._are_at_hand(ours, ("pay", "invoice")):
            # They are being booked this very moment: a difference would be none.
            self._enqueue_proof(self.shop_id, self.day, seconds=BOOKING)
            return
        currencies = {node["presentmentCurrencyCode"] for node in theirs.values()}
        names = currencies | set(ours.currency_id.mapped("name"))
        for name in names | {self.currency_id.name}:
            currency = self.shop_id._currency(name)
            row = self._row(self.shop_id, self.day, currency)
            row._compare(
                {
                    gid: node
                    for gid, node in theirs.items()
                    if node["presentmentCurrencyCode"] == name
                },
                ours.filtered(lambda order, c=currency: order.currency_id == c),
            )

    def _our_orders(self, start, end, gids):
        domain = [("shop_id", "=", self.shop_id.id), ("is_draft", "=", False)]
        domain += ["|", ("gid", "in", gids)]
        domain += ["&", ("ordered_at", ">=", start), ("ordered_at", "<", end)]
        return self.env["shopify.order"].search(domain)

    def _compare(self, theirs, ours):
        left_out = set(ours.filtered(lambda o: o.state == "skipped").mapped("gid"))
        wanted = {
            gid: node
            for gid, node in theirs.items()
            if gid not in left_out and (not node["test"] or self._wants_test())
        }
        known = {order.gid: order for order in ours.filtered("sale_order_id")}
        known = {gid: order for gid, order in known.items() if gid not in left_out}
        here = {gid: order._figures() for gid, order in known.items()}
        there = {gid: figures_of(node) for gid, node in wanted.items()}
        waits = self._why_waiting(ours - ours.filtered("sale_order_id"))
        commands = [fields.Command.clear()]
        for gid in sorted(there.keys() | here.keys()):
            difference = self._difference(there.get(gid), here.get(gid))
            if difference:
                difference = waits.get(gid, difference)
                name = known[gid].name if gid in known else wanted[gid]["name"]
                vals = {"gid": gid, "name": name, "difference": difference}
                commands.append(fields.Command.create(vals))
        self.write(
            {
                **self._sums("their", there.values()),
                **self._sums("our", here.values()),
                "line_ids": commands,
                "proved_at": fields.Datetime.now(),
                "state": "differs" if len(commands) > 1 else "equal",
            }
        )
        self._tell()

    @api.model
    def _why_waiting(self, orders):
        """Return ``{gid: in words why an order is not imported}``, of those stopped."""
        domain = [("res_model", "=", orders._name), ("res_id", "in", orders.ids)]
        stopped = self.env["o2c.exception"].search([*domain, ("state", "=", "open")])
        messages = {row.res_id: row.message for row in stopped}
        return {
            order.gid: _("Not imported yet: %s", messages[order.id])
            for order in orders
            if order.id in messages
        }

    def _wants_test(self):
        return self.shop_id.import_test_orders

    @api.model
    def _sums(self, side, figures):
        total = sum(figures, Figures())
        values = {f"{side}_{name}": float(getattr(total, name)) for name in NAMES}
        return {**values, f"{side}_count": len(figures)}

    def _difference(self, theirs, ours):
        """Return in words what differs, empty when nothing does."""
        if ours is None:
            return _("Missing here.")
        if theirs is None:
            return _("Not at Shopify any more.")
        labels = {
            "gross": _("total"),
            "tax": _("tax"),
            "paid": _("paid"),
            "refunded": _("refunded"),
        }
        return " ".join(
            _(
                "%(what)s: %(theirs)s at Shopify, %(ours)s here.",
                what=labels[name],
                theirs=self.currency_id.format(float(getattr(theirs, name))),
                ours=self.currency_id.format(float(getattr(ours, name))),
            )
            for name in theirs.differing(ours)
        )

    def _tell(self):
        """Tell a person what differs; a day that became equal needs nobody."""
        exceptions = self.env["o2c.exception"]
        if self.state == "equal":
            exceptions._close(self, "day_differs")
            return
        names = self.line_ids.mapped("name")
        message = _(
            "%(count)s orders of %(day)s differ: %(names)s.",
            count=len(names),
            day=self.day,
            names=", ".join(names[:10]) + (" …" if len(names) > 10 else ""),
        )
        advice = _("Press Repair on the day: the orders are read again.")
        exceptions._open(self, "day_differs", message, advice)

    def _succeeded(self, connection, method):
        # Proving succeeded; what it found stays told until the day is equal.
        connection._mark_answering()
        self.filtered("failed_tries").failed_tries = 0

    # === Buttons === #

    def action_repair(self):
        """Read the orders that differ again, then prove the day again."""
        for row in self._checked():
            for line in row.line_ids:
                self.env["shopify.order"].sudo()._hear_of(
                    row.shop_id, line.gid, line.name
                )
            row._enqueue_proof(row.shop_id, row.day, seconds=60)
        return True

    def action_prove(self):
        """Prove the day now."""
        for row in self._checked():
            row._enqueue_proof(row.shop_id, row.day)
        return True

    def _checked(self):
        self.check_access_rights("read")
        self.check_access_rule("read")
        return self.sudo()


class ShopifyDayOrder(models.Model):
    """An order that is not the same at Shopify and here."""

    _name = "shopify.day.order"
    _description = "Shopify Order That Differs"
    _order = "name, id"

    day_id = fields.Many2one(
        "shopify.day", required=True, ondelete="cascade", index=True
    )
    gid = fields.Char("Shopify ID", required=True)
    name = fields.Char("Order")
    difference = fields.Char()

    def action_open_order(self):
        """Show what is known of the order here."""
        self.ensure_one()
        domain = [("shop_id", "=", self.day_id.shop_id.id), ("gid", "=", self.gid)]
        order = self.env["shopify.order"].search(domain, limit=1)
        return order.get_formview_action() if order else False


def _text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
