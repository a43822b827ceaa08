from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .shopify_order import QUIET

#: names our advisory locks among PostgreSQL's; the number means nothing
STEP_LOCK = 170_272
#: orders that one job takes through a step
BATCH = 50
#: seconds after which a step is looked at again that another worker is at
LOOK_AGAIN = 1
#: a step that is older is not about to be done: something keeps it
SOON = timedelta(hours=1)
#: what a step is, and the method of the orders that takes them through it
METHODS = {"reserve": "_reserve", "pay": "_pay", "invoice": "_invoice"}
#: what an order tries again by itself that was set aside in a step: what was to be
#: booked is in Shopify's answer, which is read again
TRIES_AGAIN = {"reserve": "_reserve", "pay": "_import", "invoice": "_import"}


class ShopifyOrderStep(models.Model):
    """What is left to do with an imported order where two workers would collide.

    All orders write the same rows of the stock, and their entries are numbered one
    after the other: two imports at once would wait for each other, or undo and repeat
    their work. So an import leaves it here. Of each company one worker at a time is at
    a step, while others are at another one or go on importing.

    A row can be there twice, and stay when it is done already: each step looks first.
    """

    _name = "shopify.order.step"
    _description = "Shopify Order's Next Step"
    _order = "id"
    _rec_name = "order_id"
    _log_access = False

    order_id = fields.Many2one(
        "shopify.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [("reserve", "Reserve"), ("pay", "Book Payments"), ("invoice", "Invoice")],
        required=True,
        readonly=True,
        index=True,
    )
    left_at = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    data = fields.Json(readonly=True, help="What the step needs to know, as a list.")

    @api.model
    def _add(self, orders, kind, data=None):
        """Leave a step of orders to a job that begins once this transaction ends.

        :param data: ``{order: list of what the step needs to know}``
        """
        for company, of_company in orders.grouped("company_id").items():
            values = {"company_id": company.id, "kind": kind}
            self.create(
                [
                    {**values, "order_id": order.id, "data": data and data[order]}
                    for order in of_company
                ]
            )
            # A job of its own: one that waits already may begin before these rows
            # can be seen, and end without them.
            self._enqueue(company, kind)

    @api.model
    def _wake(self):
        """Have all that is left done, whatever became of the jobs for it."""
        for company, kind in self._read_group([], ["company_id", "kind"]):
            self._enqueue(company, kind, again=True)

    @api.model
    def _enqueue(self, company, kind, again=False, seconds=None):
        """Have a step of a company's orders done.

        :param again: the rows can be seen by any job that has not begun, so that one
            that waits is enough
        """
        labels = dict(self._fields["kind"]._description_selection(self.env))
        key = f"shopify-step-{kind}-{company.id}-{bool(seconds)}"
        self.sudo().with_delay(
            eta=seconds and timedelta(seconds=seconds),
            identity_key=key if again else None,
            description=f"{labels[kind]}: {company.name}",
        )._attempt(company.id, kind)

    @api.model
    def _attempt(self, company_id, kind):
        """Take the next orders of a company through a step; the body of a job.

        An order that cannot go on is set aside with its exception. Safe to repeat, and
        when it dies all of its rows are there again.
        """
        company = self.env["res.company"].browse(company_id)
        if not self._may_begin(company, kind):
            self._enqueue(company, kind, again=True, seconds=LOOK_AGAIN)
            return
        orders, data = self._take(company, kind)
        for shop, of_shop in orders.grouped("shop_id").items():
            # As in the import itself: the same user, and the same language.
            of_shop.with_env(shop._at_work().env)._in_parts(
                lambda part: getattr(part, METHODS[kind])(data), TRIES_AGAIN[kind]
            )
        if len(orders) == BATCH:
            self._enqueue(company, kind, again=True)
        elif self.search_count(self._domain(company, kind), limit=1):
            # Another worker has these orders in hand.
            self._enqueue(company, kind, again=True, seconds=LOOK_AGAIN)

    @api.model
    def _domain(self, company, kind):
        return [("company_id", "=", company.id), ("kind", "=", kind)]

    @api.model
    def _may_begin(self, company, kind):
        """Tell whether nobody else is at this step, and keep others from it."""
        key = _lock_key(company, kind)
        self.env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", *key))
        return self.env.cr.fetchone()[0]

    @api.model
    def _do_instead(self, orders, kinds):
        """Take these steps of orders off the list: who calls this does them now.

        Waits until nobody else is at them, and keeps others from them.
        """
        for company in orders.company_id.sorted("id"):
            for kind in kinds:
                key = _lock_key(company, kind)
                self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", *key))
        domain = [("order_id", "in", orders.ids), ("kind", "in", kinds)]
        self.search(domain).unlink()

    @api.model
    def _are_at_hand(self, orders, kinds):
        """Tell whether some of these steps will be done soon for any of the orders."""
        domain = [
            ("order_id", "in", orders.ids),
            ("kind", "in", kinds),
            ("left_at", ">", fields.Datetime.now() - SOON),
        ]
        return bool(self.search_count(domain, limit=1))

    @api.model
    def _take(self, company, kind):
        """Take the orders that come next off the list, locked until the end.

        :return: the orders, and ``{order id: what the step needs to know}``
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT o.id
                     FROM shopify_order o
                    WHERE o.id IN (SELECT order_id
                                     FROM shopify_order_step
                                    WHERE company_id = %s AND kind = %s)
                 ORDER BY o.id
                    LIMIT %s
                      FOR NO KEY UPDATE SKIP LOCKED""",
                company.id,
                kind,
                BATCH,
            )
        )
        orders = self.env["shopify.order"].browse(r[0] for r in self.env.cr.fetchall())
        rows = self.search(
            [*self._domain(company, kind), ("order_id", "in", orders.ids)]
        )
        data = {order_id: [] for order_id in orders.ids}
        for row in rows:
            data[row.order_id.id] += row.data or []
        rows.unlink()
        return orders.sudo().with_context(**QUIET), data


def _lock_key(company, kind):
    """Return the two numbers of the lock that who is at a step of a company has."""
    return STEP_LOCK + list(METHODS).index(kind), company.id
