from datetime import timedelta

from odoo import _, api, fields, models

#: reason of the exceptions that a watch opens
REASON = "watch"
#: kind -> unit of its limit
UNITS = {
    "no_orders": "hours",
    "packing": "hours",
    "label": "minutes",
    "runner": "minutes",
    "webhook": "hours",
    "payout": "days",
}


class O2CWatch(models.Model):
    """Something that is looked at all the time, and told when it takes too long.

    An alarm is an exception on the watch: it has its activity, is passed on by the same
    rules, and closes itself when all is well again.
    """

    _name = "o2c.watch"
    _description = "Watch"
    _inherit = ["o2c.exception.mixin"]
    _order = "sequence, id"
    _rec_name = "kind"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("no_orders", "No new order"),
            ("packing", "Orders not packed"),
            ("label", "Labels not made"),
            ("runner", "Work not done by the job runner"),
            ("webhook", "No message from a service"),
            ("payout", "Payout not at the bank"),
        ],
        "Watches",
        required=True,
    )
    limit = fields.Integer("For Longer Than", required=True)
    unit = fields.Selection(
        [("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days")],
        compute="_compute_unit",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    responsible_id = fields.Many2one("res.users", "Tell")
    checked_at = fields.Datetime("Looked At", readonly=True)

    _sql_constraints = [
        ("limit_positive", 'CHECK("limit" > 0)', "The limit has to be above zero."),
        (
            "kind_unique",
            "unique(kind, company_id)",
            "This is watched already.",
        ),
    ]

    @api.depends("kind")
    def _compute_unit(self):
        for watch in self:
            watch.unit = UNITS.get(watch.kind)

    # === Hooks of exceptions === #

    def _o2c_connection(self):
        # A watch goes through no service: it names its own responsible person.
        return self

    def _retry_after_exception(self, reason):
        self._look()

    # === Looking === #

    @api.model
    def _cron_look(self):
        """Look at everything that is watched."""
        self.search([])._look()

    def action_look(self):
        """Look now."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.sudo()._look()

    def _look(self):
        """Open an exception for each watch that has something to tell; close others."""
        exceptions = self.env["o2c.exception"]
        for watch in self:
            before = fields.Datetime.now() - timedelta(**{watch.unit: watch.limit})
            told = getattr(watch, f"_look_at_{watch.kind}")(before)
            if told:
                message, advice = told
                exceptions._open(watch, REASON, message, advice)
            else:
                exceptions._close(watch, REASON)
        self.write({"checked_at": fields.Datetime.now()})

    def _look_at_no_orders(self, before):
        """Tell when the last order of the company is older than ``before``."""
        last = self.env["sale.order"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "sale")],
            order="date_order desc",
            limit=1,
        )
        if not last or last.date_order >= before:
            return None
        return (
            _("No new order for more than %s hours.", self.limit),
            _("Try to buy something in the shop, and test its connection."),
        )

    def _look_at_packing(self, before):
        """Tell how many orders can be packed since before."""
        count = self.env["o2c.order.flow"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("is_open", "=", True),
                ("waits_for", "in", ("picking", "packing")),
                ("waits_since", "<", before),
            ]
        )
        return count and (
            _(
                "Orders not packed for more than %(limit)s hours: %(count)s",
                limit=self.limit,
                count=count,
            ),
            _("See the orders that wait for packing."),
        )

    def _look_at_label(self, before):
        """Tell how many labels are asked for since before and not there."""
        count = self.env["sendcloud.shipment"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "waiting"),
                ("create_date", "<", before),
            ]
        )
        return count and (
            _(
                "Labels not made for more than %(limit)s minutes: %(count)s",
                limit=self.limit,
                count=count,
            ),
            _("See why on the labels; the board says whether the job runner works."),
        )

    def _look_at_runner(self, before):
        """Tell how much work is due since before."""
        jobs = self.env["queue.job"].sudo()
        late = jobs._o2c_late_domain(fields.Datetime.now() - before)
        count = jobs.search_count(late)
        return count and (
            _(
                "Work waits for more than %(limit)s minutes: %(count)s pieces.",
                limit=self.limit,
                count=count,
            ),
            _("The job runner does not run. Ask your administrator to start it."),
        )

    def _look_at_webhook(self, before):
        """Tell which shop changed orders while its messages stayed away."""
        silent = [
            shop.name
            for shop in self.env["shopify.shop"].search(
                [("company_id", "=", self.company_id.id), ("state", "=", "connected")]
            )
            if self._is_silent(shop, before)
        ]
        return silent and (
            _("No message for a long time: %s", ", ".join(silent)),
            _("Orders still come in by the sweep. Test the connection to renew it."),
        )

    def _is_silent(self, shop, before):
        events = self.env["o2c.webhook.event"].sudo()
        of_shop = [
            ("connection_model", "=", shop._name),
            ("connection_id", "=", shop.id),
        ]
        recent = [("create_date", ">=", before)]
        if events.search_count([*of_shop, *recent], limit=1):
            return False
        # Where nothing was bought there is nothing to tell.
        orders = self.env["shopify.order"]
        return bool(orders.search_count([("shop_id", "=", shop.id), *recent], limit=1))

    def _look_at_payout(self, before):
        """Tell how many payouts left Mollie before and are not at the bank."""
        count = self.env["mollie.balance.transaction"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("waits_for_bank", "=", True),
                ("created_at", "<", before),
            ]
        )
        return count and (
            _(
                "Payouts not at the bank for more than %(limit)s days: %(count)s",
                limit=self.limit,
                count=count,
            ),
            _("Is the bank's statement in Odoo? If it is, ask Mollie."),
        )
