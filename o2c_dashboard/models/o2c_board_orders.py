from datetime import timedelta
from operator import itemgetter

from odoo import _, fields, models
from odoo.tools import SQL

from ..lib.flow_sql import STEPS_OF_TIME

#: field -> words; what an order goes through, in order
STAGES = (
    "ordered_at",
    "paid_on",
    "packed_at",
    "shipped_at",
    "delivered_at",
    "invoiced_on",
    "in_payment_at",
    "reconciled_at",
)
#: steps whose duration is shown; the last one counts days, the others hours
STEPS = tuple(STEPS_OF_TIME)
#: from this many orders on, durations are taken from every second, third … order
SAMPLE = 50_000
#: countries shown by name
COUNTRIES = 8


class O2CBoard(models.AbstractModel):
    """What the board says of orders: where they are, how long they take, who buys."""

    # The file of the model itself would be too long.
    _inherit = "o2c.board"

    def _panels(self):
        return {
            **super()._panels(),
            "waiting": self._waiting,
            "funnel": self._funnel,
            "lead": self._lead,
            "sales": self._sales,
        }

    # === Where orders are === #

    def _waiting(self):
        """Return what open orders wait for, each with the longest wait."""
        domain = [*self._domain_of_shop(), ("is_open", "=", True)]
        rows = self._select(
            "SELECT waits_for, MIN(who), COUNT(*), SUM(%s), MIN(waits_since),"
            " SUM(exception_count) FROM %s AS flow GROUP BY waits_for",
            self._amount(),
            self._flow(
                domain,
                "waits_for",
                "who",
                "company_id",
                "amount_company",
                "waits_since",
                "exception_count",
            ),
        )
        labels = self._labels("o2c.order.flow", "waits_for")
        actors = self._labels("o2c.order.flow", "who")
        order = list(labels)
        return [
            {
                "key": key,
                "label": labels[key],
                "who": actors.get(who, ""),
                "count": count,
                "amount": self._rounded(amount),
                "since": since and fields.Datetime.to_string(since),
                "exceptions": exceptions,
                "open": self._opens(
                    "o2c.order.flow",
                    [*domain, ("waits_for", "=", key)],
                    _("Waits For: %s", labels[key]),
                ),
            }
            for key, who, count, amount, since, exceptions in sorted(
                rows, key=lambda row: order.index(row[0])
            )
        ]

    def _funnel(self):
        """Return how far the orders of the period have come, with their worth."""
        domain = self._domain_of_period()
        sums = [sum(column) for column in zip(*self._sums().values(), strict=True)]
        names = self.env["o2c.order.flow"].fields_get(STAGES, ["string"])
        return [
            {
                "key": stage,
                "label": names[stage]["string"],
                "count": sums[2 * number] if sums else 0,
                "amount": self._rounded(sums[2 * number + 1] if sums else 0),
                "open": self._opens(
                    "o2c.order.flow",
                    [*domain, (stage, "!=", False)],
                    names[stage]["string"],
                ),
            }
            for number, stage in enumerate(STAGES)
        ]

    def _sums(self):
        """Look at the orders of the period once, for all panels that add them up.

        :return: ``{(day or week, shop, country): [count, amount of each stage …]}``;
            the first stage, ordered, is all of them
        """
        known = self.env.context["o2c_sums"]
        if "rows" not in known:
            known["rows"] = self._read_sums()
        return known["rows"]

    def _read_sums(self):
        domain = self._domain_of_period()
        sums = [
            SQL(
                "COUNT(%(stage)s),"
                " COALESCE(SUM(amount) FILTER (WHERE %(stage)s IS NOT NULL), 0)",
                stage=SQL(stage),
            )
            for stage in STAGES
        ]
        # Grouped by plain columns, so that the database can use several processes.
        rows = self._select(
            "SELECT bucket, shop_id, country_id, %s"
            " FROM (SELECT %s AS bucket, %s AS amount, flow.* FROM %s AS flow) AS sold"
            " GROUP BY bucket, shop_id, country_id",
            SQL(", ").join(sums),
            self._bucket(self._unit_of_sales()),
            self._amount(),
            self._flow(
                domain, *STAGES, "shop_id", "country_id", "company_id", "amount_company"
            ),
        )
        return {row[:3]: row[3:] for row in rows}

    def _unit_of_sales(self):
        return "week" if self._days > 90 else "day"

    def _sums_by(self, part):
        """Return ``[(value, count, amount)]`` for a part of the key of the sums."""
        found = {}
        for key, values in self._sums().items():
            count, amount = found.get(key[part], (0, 0))
            found[key[part]] = (count + values[0], amount + values[1])
        return [(value, *sums) for value, sums in found.items()]

    # === How long it takes === #

    def _lead(self):
        """Return median and 90th percentile of each step, of all and over time."""
        domain = self._domain_of_period()
        unit = "week" if self._days > 60 else "day"
        every = self._sample_every(domain)
        percentiles = [
            SQL(
                "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %s)", SQL(step)
            )
            for step in STEPS
        ]
        rows = self._select(
            "SELECT bucket, %s FROM (SELECT %s AS bucket, flow.* FROM %s AS flow"
            " WHERE MOD(flow.id, %s) = 0) AS dated"
            " GROUP BY GROUPING SETS ((bucket), ()) ORDER BY bucket",
            SQL(", ").join(percentiles),
            self._bucket(unit),
            self._flow(domain, "id", "ordered_at", *STEPS),
            every,
        )
        return {
            "unit": unit,
            "every": every,
            "steps": [
                self._step(step, domain, [(row[0], row[1 + number]) for row in rows])
                for number, step in enumerate(STEPS)
            ],
        }

    def _step(self, step, domain, rows):
        label = self.env["o2c.order.flow"].fields_get([step], ["string"])[step][
            "string"
        ]
        ends = [(end, "!=", False) for end in STEPS_OF_TIME[step][:2]]
        return {
            "key": step,
            "label": label.partition(" (")[0],
            "unit": "day" if step == "cash_days" else "hour",
            "open": self._opens("o2c.order.flow", [*domain, *ends], label),
            **self._durations(rows),
        }

    def _durations(self, rows):
        """Sort ``(day or None for all, [median, p90] or None)`` of a step."""
        overall = next((pair for day, pair in rows if day is None), None)
        median, p90 = overall or (None, None)
        points = [
            {"day": fields.Date.to_string(day), "median": pair[0], "p90": pair[1]}
            for day, pair in rows
            if day and pair
        ]
        return {"median": median, "p90": p90, "points": points}

    def _sample_every(self, domain):
        count = self.env["o2c.order.flow"].search_count(domain)
        return max(1, count // SAMPLE)

    def _bucket(self, unit):
        """Return SQL for the day, or the Monday, of an order where the user is."""
        return SQL(
            "date_trunc(%s, timezone(%s, timezone('UTC', ordered_at)))::date",
            unit,
            self._zone().zone,
        )

    # === Who buys === #

    def _sales(self):
        """Return sales by day, by channel and by country."""
        domain = self._domain_of_period()
        best_first = itemgetter(2)
        return {
            "days": self._sales_by_day(domain, sorted(self._sums_by(0))),
            "channels": self._sales_by_channel(
                domain, sorted(self._sums_by(1), key=best_first, reverse=True)
            ),
            "countries": self._sales_by_country(
                domain, sorted(self._sums_by(2), key=best_first, reverse=True)
            ),
        }

    def _sales_by_day(self, domain, rows):
        unit = self._unit_of_sales()
        length = timedelta(days=7 if unit == "week" else 1)
        return {
            "unit": unit,
            "points": [
                {
                    "day": fields.Date.to_string(day),
                    "count": count,
                    "amount": self._rounded(amount),
                    "open": self._opens(
                        "o2c.order.flow",
                        [*domain, *self._between(day, day + length)],
                        _("Ordered"),
                    ),
                }
                for day, count, amount in rows
            ],
        }

    def _between(self, first, after):
        """Return the domain of the orders of some days of the user's."""
        start = fields.Datetime.to_string(self._start_of(first))
        end = fields.Datetime.to_string(self._start_of(after))
        return [("ordered_at", ">=", start), ("ordered_at", "<", end)]

    def _sales_by_channel(self, domain, rows):
        shops = self.env["shopify.shop"].browse([row[0] for row in rows if row[0]])
        names = {shop.id: shop.name for shop in shops.sudo()}
        return [
            self._sale(domain, "shop_id", row, names.get(row[0]) or self._typed_name())
            for row in rows
        ]

    def _sales_by_country(self, domain, rows):
        countries = self.env["res.country"].browse([row[0] for row in rows if row[0]])
        names = {country.id: country.name for country in countries}
        shown = [
            self._sale(domain, "country_id", row, names.get(row[0]) or _("Unknown"))
            for row in rows[:COUNTRIES]
        ]
        if rest := rows[COUNTRIES:]:
            total = (None, sum(r[1] for r in rest), sum(r[2] or 0 for r in rest))
            other = self._sale(domain, "country_id", total, _("Other Countries"))
            ids = [row[0] or False for row in rest]
            other["open"]["domain"] = [*domain, ("country_id", "in", ids)]
            shown.append(other)
        return shown

    def _sale(self, domain, field, row, label):
        value, count, amount = row
        return {
            "key": value or 0,
            "label": label,
            "count": count,
            "amount": self._rounded(amount),
            "open": self._opens(
                "o2c.order.flow", [*domain, (field, "=", value or False)], label
            ),
        }
