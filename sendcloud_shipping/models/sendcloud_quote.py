from datetime import timedelta

from odoo import api, fields, models

#: parcels up to so many kilograms cost the same: where carriers' tariffs have steps
BANDS = (0.25, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 23, 25, 30, 31.5, 40, 50, 70)
#: prices older than this are of no use even when Sendcloud is silent
KEPT_DAYS = 30


class SendcloudQuote(models.Model):
    """What Sendcloud asked for an option, kept so that it is not asked each time.

    Rows are only ever added, the newest counts: two orders that ask at once never
    wait for each other.
    """

    _name = "sendcloud.quote"
    _description = "Quoted Price"
    _order = "id desc"
    _rec_name = "option_code"

    account_id = fields.Many2one(
        "sendcloud.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    option_code = fields.Char("Shipping Option", required=True, readonly=True)
    contract_number = fields.Integer(readonly=True)
    from_country = fields.Char("From", readonly=True)
    to_country = fields.Char("To", readonly=True)
    weight = fields.Float("Up To (kg)", digits=(16, 3), readonly=True)
    price = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    is_offered = fields.Boolean("Goes There", readonly=True)

    def init(self):
        """Find the newest price of a question without reading the others."""
        self.env.cr.execute(
            """CREATE INDEX IF NOT EXISTS sendcloud_quote_question
                   ON sendcloud_quote (account_id, option_code, to_country, weight)"""
        )

    @api.model
    def _band(self, weight):
        """Return the weight to ask for: the end of the band that ``weight`` is in."""
        return next((band for band in BANDS if weight <= band), weight)

    @api.model
    def _newest(self, question, hours=None):
        """Return the newest price of ``question``.

        :param question: values of the row
        :param hours: not older than this; default: however old
        """
        domain = [(name, "=", value) for name, value in question.items()]
        if hours is not None:
            since = fields.Datetime.now() - timedelta(hours=hours)
            domain.append(("create_date", ">=", since))
        return self.search(domain, limit=1)

    @api.autovacuum
    def _gc_quotes(self):
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", before)]).unlink()
