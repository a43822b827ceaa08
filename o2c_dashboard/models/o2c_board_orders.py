from datetime import timedelta
from operator import itemgetter

from odoo import _, fields, models
from odoo.tools import SQL

from ..lib import board_sql
from ..lib.flow_sql import STEPS_OF_TIME

#: what an order goes through, in order
STAGES = ("ordered_at", *board_sql.PASSED)
#: steps whose duration is shown
STEPS = tuple(STEPS_OF_TIME)
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
                "actor": who,
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
        names = self.env["o2c.order.flow"].fields_get(STAGES, ["string"])
        return [
            {
                "key": stage,
                "label": names[stage]["string"],
                **self._sum_of_stage(stage),
                "open": self._opens(
                    "o2c.order.flow",
                    [*domain, (stage, "!=", False)],
                    names[stage]["string"],
                ),
            }
            for stage in STAGES
        ]

    def _sum_of_stage(self, stage):
        there = [
            (count, amount)
            for _key, stages, count, amount in self._sums()
            if board_sql.has_passed(stages, stage)
        ]
        return {
            "count": sum(count for count, _amount in there),
            "amount": self._rounded(sum(amount for _count, amount in there)),
        }

    def _sums(self):
        """Look at the orders of the period once, for all panels that add them up.

        :return: ``[((day, shop, country), stages passed, count, amount)]``; the day is
            the first of its week for a long period
        """
        known = self.env.context["o2c_sums"]
        if "rows" not in known:
            known["rows"] = self._read_sums()
        return known["rows"]

    def _read_sums(self):
        # Exactly the columns of an index: the orders themselves are not read.
        days = self._days_of_bars(self._unit_of_sales())
        rows = self._select(
            "SELECT %s AS bar, shop_id, country_id, stages, COUNT(*), SUM(%s)"
            " FROM %s AS flow GROUP BY bar, shop_id, country_id, stages",
            self._bar(days),
            self._amount(),
            self._flow(
                self._domain_of_period(),
                "ordered_at",
                "shop_id",
                "country_id",
                "stages",
                "company_id",
                "amount_company",
            ),
        )
        return [
            ((days[bar - 1], shop, country), stages, count, amount or 0)
            for bar, shop, country, stages, count, amount in rows
        ]

    def _unit_of_sales(self):
        return "week" if self._days > 90 else "day"

    def _sums_by(self, part):
        """Return ``[(value, count, amount)]`` for a part of the key of the sums."""
        found = {}
        for key, _stages, more, worth in self._sums():
            count, amount = found.get(key[part], (0, 0))
            found[key[part]] = (count + more, amount + worth)
        return [(value, *sums) for value, sums in found.items()]

    # === Days and weeks === #

    def _days_of_bars(self, unit):
        """Return the days, or Mondays, of the period at which a bar begins."""
        today = self._today()
        first = today - timedelta(days=self._days - 1)
        if unit == "week":
            first -= timedelta(days=first.weekday())
        step = 7 if unit == "week" else 1
        return [
            first + timedelta(days=ahead)
            for ahead in range(0, (today - first).days + 1, step)
        ]

    def _bar(self, days):
        """Return SQL for the number of the bar an order is in, from 1.

        The last one has no end: it holds what is dated later, too.
        """
        starts = [self._start_of(day) for day in days]
        return SQL("width_bucket(ordered_at, %s::timestamp[])", starts)

    # === How long it takes === #

    def _lead(self):
        """Return median and 90th percentile of each step, of all and over time."""
        domain = self._domain_of_period()
        unit = "week" if self._days > 60 else "day"
        days = self._days_of_bars(unit)
        every = board_sql.every(sum(row[2] for row in self._sums()))
        percentiles = [
            SQL(
                "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %s)", SQL(step)
            )
            for step in STEPS
        ]
        found = self._select(
            "SELECT bar, %s FROM (SELECT %s AS bar, flow.* FROM %s AS flow WHERE %s)"
            " AS dated GROUP BY GROUPING SETS ((bar), ())",
            SQL(", ").join(percentiles),
            self._bar(days),
            self._flow(domain, "id", "ordered_at", *STEPS),
            self._every(every),
        )
        rows = [(bar and days[bar - 1], *pairs) for bar, *pairs in found]
        rows.sort(key=lambda row: row[0] or days[0])
        return {
            "unit": unit,
            "every": every,
            "steps": [
                self._step(step, domain, [(row[0], row[1 + number]) for row in rows])
                for number, step in enumerate(STEPS)
            ],
        }

    def _every(self, every):
        """Return SQL that leaves every so many order, by an index of just those."""
        if every == 1:
            return SQL("TRUE")
        stride = SQL(str(board_sql.STRIDE))
        return SQL("MOD(id, %s) = 0 AND MOD(id, %s) = 0", stride, every)

    def _step(self, step, domain, rows):
        label = self.env["o2c.order.flow"].fields_get([step], ["string"])[step][
            "string"
        ]
        ends = [(end, "!=", False) for end in STEPS_OF_TIME[step][:2]]
        return {
            "key": step,
            "label": label.partition(" (")[0],
            "unit": "day" if step.endswith("_days") else "hour",
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
        days = self._days_of_bars(self._unit_of_sales())
        ends = dict(zip(days, days[1:], strict=False))
        return {
            "unit": self._unit_of_sales(),
            "points": [
                {
                    "day": fields.Date.to_string(day),
                    "count": count,
                    "amount": self._rounded(amount),
                    "open": self._opens(
                        "o2c.order.flow",
                        [*domain, *self._between(day, ends.get(day))],
                        _("Ordered"),
                    ),
                }
                for day, count, amount in rows
            ],
        }

    def _between(self, first, after):
        """Return the domain of the orders of some days of the user's."""
        start = fields.Datetime.to_string(self._start_of(first))
        domain = [("ordered_at", ">=", start)]
        if after:
            end = fields.Datetime.to_string(self._start_of(after))
            domain.append(("ordered_at", "<", end))
        return domain

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
