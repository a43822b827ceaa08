from odoo import fields, models
from odoo.tools import SQL

#: digests of ours show these; each has a field of the same name with ``_value``
KPIS = (
    "kpi_o2c_orders",
    "kpi_o2c_sales",
    "kpi_o2c_paid",
    "kpi_o2c_on_its_way",
    "kpi_o2c_labels",
    "kpi_o2c_exceptions",
    "kpi_o2c_cash_days",
)


#: of these less is better: the mail would paint their growth green
LESS_IS_BETTER = {"kpi_o2c_exceptions", "kpi_o2c_cash_days"}


class DigestDigest(models.Model):
    """What the mail of a day or a week says of orders and money.

    Values are of the digest's company, else of the reader's, in its currency, and only
    what the reader may see: core leaves out what raises an AccessError.
    """

    _inherit = "digest.digest"

    kpi_o2c_orders = fields.Boolean("Orders")
    kpi_o2c_orders_value = fields.Integer(
        "Number of Orders", compute="_compute_kpi_o2c_orders_value"
    )
    kpi_o2c_sales = fields.Boolean("Worth of Orders")
    kpi_o2c_sales_value = fields.Monetary(
        "Worth of All Orders", compute="_compute_kpi_o2c_sales_value"
    )
    kpi_o2c_paid = fields.Boolean("Paid by Customers")
    kpi_o2c_paid_value = fields.Monetary(
        "Amount Paid by Customers", compute="_compute_kpi_o2c_paid_value"
    )
    kpi_o2c_on_its_way = fields.Boolean("Paid, Money on Its Way")
    kpi_o2c_on_its_way_value = fields.Monetary(
        "Amount Paid and on Its Way", compute="_compute_kpi_o2c_on_its_way_value"
    )
    kpi_o2c_labels = fields.Boolean("Labels Made")
    kpi_o2c_labels_value = fields.Integer(
        "Number of Labels Made", compute="_compute_kpi_o2c_labels_value"
    )
    kpi_o2c_exceptions = fields.Boolean("Open Exceptions")
    kpi_o2c_exceptions_value = fields.Integer(
        "Number of Open Exceptions", compute="_compute_kpi_o2c_exceptions_value"
    )
    kpi_o2c_cash_days = fields.Boolean("Order to Cash (Days, Median)")
    kpi_o2c_cash_days_value = fields.Float(
        "Median Days From Order to Cash", compute="_compute_kpi_o2c_cash_days_value"
    )

    # === Values === #

    def _compute_kpi_o2c_orders_value(self):
        self._o2c_fill("kpi_o2c_orders_value", self._o2c_sums("ordered_at", "__count"))

    def _compute_kpi_o2c_sales_value(self):
        sums = self._o2c_sums("ordered_at", "amount_company:sum")
        self._o2c_fill("kpi_o2c_sales_value", sums)

    def _compute_kpi_o2c_paid_value(self):
        # Days, not moments: the last 24 hours are the day before.
        sums = self._o2c_sums("paid_on", "amount_company:sum", until=10)
        self._o2c_fill("kpi_o2c_paid_value", sums)

    def _compute_kpi_o2c_on_its_way_value(self):
        """As it was at the end of the time: paid, and not in the books yet."""
        _start, end, companies = self._get_kpi_compute_parameters()
        groups = self.env["o2c.order.flow"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("in_payment_at", "<", end),
                "|",
                ("reconciled_at", "=", False),
                ("reconciled_at", ">=", end),
            ],
            ["company_id"],
            ["amount_company:sum"],
        )
        self._o2c_fill("kpi_o2c_on_its_way_value", _by_company(groups))

    def _compute_kpi_o2c_labels_value(self):
        self._calculate_company_based_kpi(
            "sendcloud.shipment", "kpi_o2c_labels_value", date_field="bought_at"
        )

    def _compute_kpi_o2c_exceptions_value(self):
        """As it was at the end of the time."""
        _start, end, companies = self._get_kpi_compute_parameters()
        groups = self.env["o2c.exception"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("opened_at", "<", end),
                "|",
                ("closed_at", "=", False),
                ("closed_at", ">=", end),
            ],
            ["company_id"],
            ["__count"],
        )
        self._o2c_fill("kpi_o2c_exceptions_value", _by_company(groups))

    def _compute_kpi_o2c_cash_days_value(self):
        """Take the median of the orders whose money came in that time."""
        rows = self.env["o2c.order.flow"]._search(self._o2c_domain("reconciled_at"))
        self.env.cr.execute(
            SQL(
                "SELECT company_id, percentile_cont(0.5) WITHIN GROUP"
                " (ORDER BY cash_days) FROM %s AS flow GROUP BY company_id",
                rows.subselect("company_id", "cash_days"),
            )
        )
        self._o2c_fill("kpi_o2c_cash_days_value", dict(self.env.cr.fetchall()))

    def _o2c_domain(self, moment, until=None):
        """Return the domain of orders whose ``moment`` lies in the time of the column.

        :param until: letters of a moment that count: ten are its day
        """
        start, end, companies = self._get_kpi_compute_parameters()
        return [
            ("company_id", "in", companies.ids),
            ("state", "=", "confirmed"),
            (moment, ">=", start[:until]),
            (moment, "<", end[:until]),
        ]

    def _o2c_sums(self, moment, aggregate, until=None):
        groups = self.env["o2c.order.flow"]._read_group(
            self._o2c_domain(moment, until), ["company_id"], [aggregate]
        )
        return _by_company(groups)

    def _o2c_fill(self, field, by_company):
        for digest in self:
            company = digest.company_id or self.env.company
            digest[field] = by_company.get(company.id) or 0

    # === The mail === #

    def _compute_kpis(self, company, user):
        """Show no growth of what should shrink: core knows only one colour for it."""
        kpis = super()._compute_kpis(company, user)
        for kpi in kpis:
            if kpi["kpi_name"] in LESS_IS_BETTER:
                for column in ("kpi_col1", "kpi_col2", "kpi_col3"):
                    kpi.get(column, {}).pop("margin", None)
        return kpis

    def _compute_kpis_actions(self, company, user):
        """Let each figure lead to what it counts."""
        res = super()._compute_kpis_actions(company, user)
        orders = "o2c_dashboard.o2c_order_flow_action"
        return {
            **res,
            **dict.fromkeys(KPIS, orders),
            "kpi_o2c_labels": "sendcloud_shipping.sendcloud_shipment_action",
            "kpi_o2c_exceptions": "o2c_base.o2c_exception_action",
            "kpi_o2c_cash_days": "o2c_dashboard.o2c_board_action",
        }

    def _check_daily_logs(self):
        """Leave the rhythm of a digest alone that nobody has asked for yet."""
        return super()._check_daily_logs().filtered("user_ids")


def _by_company(groups):
    return {company.id: value for company, value in groups}
