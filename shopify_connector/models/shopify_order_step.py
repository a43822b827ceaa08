from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .shopify_order import QUIET

#: names our advisory locks among PostgreSQL's; the number means nothing
STEP_LOCK = 170_272
#: orders that one job takes through a step
BATCH = 50
#: seconds after which a step is looked at again that another worker is at
LOOK_AGAIN = 2
#: what a step is, and the method of the orders that takes them through it
METHODS = {"reserve": "_reserve"}


class ShopifyOrderStep(models.Model):
    """What is left to do with an imported order where two workers would collide.

    Reserving writes the rows of the stock, which all orders share: two imports at once
    would undo and repeat each other's work. So an import leaves it here, and of each
    company one worker at a time does it, while the others go on importing.
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
        [("reserve", "Reserve")], required=True, readonly=True, index=True
    )

    @api.model
    def _add(self, orders, kind):
        """Leave a step of orders to a job that begins once this transaction ends."""
        for company, of_company in orders.grouped("company_id").items():
            values = {"company_id": company.id, "kind": kind}
            self.create([{**values, "order_id": order.id} for order in of_company])
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
        )._go_on(company.id, kind)

    @api.model
    def _go_on(self, company_id, kind):
        """Take the next orders of a company through a step; the body of a job.

        An order that cannot go on is set aside with its exception. Safe to repeat, and
        when it dies all of its rows are there again.
        """
        company = self.env["res.company"].browse(company_id)
        if not self._may_begin(company, kind):
            self._enqueue(company, kind, again=True, seconds=LOOK_AGAIN)
            return
        orders = self._take(company, kind).with_company(company)
        method = METHODS[kind]
        orders._in_parts(lambda part: getattr(part, method)(), method)
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
        self.env.cr.execute(
            SQL(
                "SELECT pg_try_advisory_xact_lock(%s, %s)",
                STEP_LOCK + list(METHODS).index(kind),
                company.id,
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _take(self, company, kind):
        """Return the orders that come next, off the list, locked until the end."""
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
        domain = [*self._domain(company, kind), ("order_id", "in", orders.ids)]
        self.search(domain).unlink()
        return orders.sudo().with_context(**QUIET)
