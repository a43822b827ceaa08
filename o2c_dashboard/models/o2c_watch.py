from dataclasses import dataclass
from datetime import timedelta

from odoo import _, api, fields, models

#: reason of the exceptions that a watch opens
REASON = "watch"
#: what a parcel's status means while somebody should still see it
UNDERWAY = ("underway", "problem")
#: kind -> unit of its limit
UNITS = {
    "no_orders": "hours",
    "packing": "hours",
    "label": "minutes",
    "runner": "minutes",
    "webhook": "hours",
    "payout": "days",
    "parcel": "days",
    "proof": "hours",
}


@dataclass(frozen=True)
class News:
    """What a service also tells by messages.

    :param field: of the model; names the connection
    :param moment: field of the model; when it happened
    :param by_itself: whether the connection asks for its messages by itself
    """

    model: str
    field: str
    moment: str
    by_itself: bool = False


NEWS = {
    "shopify.shop": News("shopify.order", "shop_id", "create_date", by_itself=True),
    "sendcloud.account": News("sendcloud.parcel", "account_id", "status_at"),
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
            ("parcel", "Parcels without news"),
            ("proof", "Proofs that differ or lack"),
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
        for watch in self:
            # the language of who is told, not of the cron
            watch = watch.with_context(lang=watch.responsible_id.lang)
            exceptions = watch.env["o2c.exception"]
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

    def _look_at_parcel(self, before):
        """Tell how many parcels nobody has seen since before."""
        count = self.env["sendcloud.parcel"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("shipment_id.state", "=", "label"),
                ("meaning", "in", UNDERWAY),
                ("status_at", "<", before),
            ]
        )
        return count and (
            _(
                "Parcels without news for more than %(limit)s days: %(count)s",
                limit=self.limit,
                count=count,
            ),
            _("Ask the carrier where they are, and tell the customers."),
        )

    def _look_at_proof(self, before):
        """Tell which proofs are red, or have not been made, since before."""
        names = self.env["o2c.proofs"]._red_since(self.company_id, before)
        return names and (
            _(
                "Differs or not proved for more than %(limit)s hours: %(proofs)s",
                limit=self.limit,
                proofs=", ".join(names),
            ),
            _("Open the light on the board and see what differs."),
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
        """Tell which service had news while its messages stayed away."""
        own = [("company_id", "=", self.company_id.id), ("state", "=", "connected")]
        silent = [
            connection.display_name
            for model in NEWS
            for connection in self.env[model].search(own)
            if self._is_silent(connection, before)
        ]
        return silent and (
            _("No message for a long time: %s", ", ".join(silent)),
            _("News still come in by asking for them. Test the connection."),
        )

    def _is_silent(self, connection, before):
        events = self.env["o2c.webhook.event"].sudo()
        own = [
            ("connection_model", "=", connection._name),
            ("connection_id", "=", connection.id),
        ]
        if events.search_count([*own, ("create_date", ">=", before)], limit=1):
            return False
        news = NEWS[connection._name]
        # Where a person has to set messages up, one has to have come before.
        if not news.by_itself and not events.search_count(own, limit=1):
            return False
        # Where nothing happened there is nothing to tell.
        domain = [(news.field, "=", connection.id), (news.moment, ">=", before)]
        return bool(self.env[news.model].search_count(domain, limit=1))

    def _look_at_payout(self, before):
        """Tell how many payouts left Mollie before and are not at the bank."""
        count = self.env["mollie.balance.transaction"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("payout_state", "=", "on_way"),
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
