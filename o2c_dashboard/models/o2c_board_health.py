from datetime import timedelta

from odoo import _, api, fields, models

#: the connections of the suite, each with the words for its kind
CONNECTIONS = ("shopify.shop", "sendcloud.account", "mollie.account")
#: a job that is due waits so long at most while the runner works
PATIENCE = timedelta(minutes=5)
#: whose work the documents of a model are -> the part of the board that shows it
PARTS = {"mollie": "accounting", "sendcloud": "warehouse", "stock": "warehouse"}
#: ages of exceptions: name -> from so many hours, to so many
AGES = {"day": (0, 24), "days": (24, 72), "old": (72, None)}
#: labels that somebody or something still has to do something about
TO_DO = ("to_print", "waiting", "problem")
#: products shown as lacking
PRODUCTS = 10


class O2CBoard(models.AbstractModel):
    """What the board says of trouble: exceptions, proofs, connections, machinery."""

    # The file of the model itself would be too long.
    _inherit = "o2c.board"

    def _panels(self):
        return {
            **super()._panels(),
            "exceptions": self._exceptions,
            "proofs": self._proofs,
            "health": self._health,
            "stock": self._stock,
            "labels": self._labels_by_state,
        }

    # === Exceptions === #

    def _exceptions(self):
        """Return the open exceptions by kind, each by how long it is open."""
        domain = [
            ("state", "=", "open"),
            ("company_id", "in", [*self.env.companies.ids, False]),
        ]
        groups = self.env["o2c.exception"]._read_group(
            domain,
            ["reason"],
            ["__count", "opened_at:min", "res_model:array_agg"],
            order="__count desc",
        )
        labels = self.env["o2c.exception"]._reason_labels()
        return [
            {
                "key": reason,
                "label": labels.get(reason, reason),
                "count": count,
                "since": fields.Datetime.to_string(oldest),
                "parts": self._parts_of(model_names),
                "ages": self._by_age([*domain, ("reason", "=", reason)]),
                "open": self._opens(
                    "o2c.exception",
                    [*domain, ("reason", "=", reason)],
                    labels.get(reason, reason),
                ),
            }
            for reason, count, oldest, model_names in groups
        ]

    @api.model
    def _parts_of(self, names):
        """Return whose work documents of these models are: empty when anybody's."""
        parts = {PARTS.get(name.partition(".")[0]) for name in names}
        return [] if None in parts else sorted(parts)

    def _by_age(self, domain):
        return {
            name: {
                "count": self.env["o2c.exception"].search_count(aged),
                "open": self._opens("o2c.exception", aged, _("Exceptions")),
            }
            for name, (first, last) in AGES.items()
            for aged in [[*domain, *self._opened_between(first, last)]]
        }

    def _opened_between(self, first, last):
        # To the hour, so that what a click opens is what was counted a minute ago.
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        until = now + timedelta(hours=1) if not first else now - timedelta(hours=first)
        domain = [("opened_at", "<", fields.Datetime.to_string(until))]
        if last is not None:
            since = fields.Datetime.to_string(now - timedelta(hours=last))
            domain.append(("opened_at", ">=", since))
        return domain

    # === Proofs === #

    def _proofs(self):
        """Return the lights: does each service have what the books have?"""
        return self.env["o2c.proofs"]._lights(self.env.companies)

    # === Machinery === #

    def _health(self):
        """Return how the connections, the job runner and the crons are."""
        return [*self._connections(), self._runner(), self._crons()]

    def _connections(self):
        for model in filter(self._may_read, CONNECTIONS):
            states = self._labels(model, "state")
            domain = [("company_id", "in", self.env.companies.ids)]
            for connection in self.env[model].search(domain):
                well = connection.state == "connected" and not connection.last_error
                yield {
                    "key": f"{model}-{connection.id}",
                    "label": f"{connection._service_name}: {connection.name}",
                    "colour": "green" if well else "red",
                    "text": connection.last_error or states[connection.state],
                    "count": 1,
                    "open": self._opens(
                        model, [("id", "=", connection.id)], connection.name
                    ),
                }

    def _runner(self):
        """Return whether the job runner takes what is due."""
        jobs = self.env["queue.job"].sudo()
        late = jobs._o2c_late_domain(PATIENCE)
        oldest = jobs.search(late, order="date_created", limit=1)
        text = self._words_of_waiting(oldest) if oldest else _("Working")
        return {
            "key": "runner",
            "label": _("Job runner"),
            "colour": "red" if oldest else "green",
            "text": text,
            "count": jobs.search_count(late),
            "open": self._may_read("queue.job")
            and self._opens("queue.job", late, _("Work That Waits")),
        }

    def _words_of_waiting(self, job):
        """Return what waits, for how long, and why."""
        waits = fields.Datetime.now() - max(filter(None, (job.eta, job.date_created)))
        minutes = int(waits.total_seconds() // 60)
        words = {
            "sendcloud": _("Labels wait for %s minutes: the job runner does not run."),
            "shopify": _("Orders wait for %s minutes: the job runner does not run."),
            "mollie": _("Payouts wait for %s minutes: the job runner does not run."),
        }
        usual = _("Work waits for %s minutes: the job runner does not run.")
        return words.get(job.model_name.partition(".")[0], usual) % minutes

    def _crons(self):
        """Return whether the suite's scheduled actions run when they should."""
        crons = self.env["ir.cron"].sudo()
        late = crons.search(crons._o2c_late_domain(), order="nextcall")
        return {
            "key": "crons",
            "label": _("Scheduled actions"),
            "colour": "red" if late else "green",
            "text": self._words_of_late(late),
            "count": len(late),
            "open": self._may_read("ir.cron")
            and self._opens("ir.cron", [("id", "in", late.ids)], _("Late")),
        }

    def _words_of_late(self, late):
        """Return what late scheduled actions mean for the user, the latest first."""
        if not late:
            return _("On time")
        if len(late) == late.search_count(late._o2c_domain()):
            return _(
                "None of them runs: nothing is fetched or looked at by itself."
                " Ask who runs the server."
            )
        if len(late) == 1:
            return _("“%s” is late", late.name)
        return _(
            "%(count)s are late, “%(name)s” the most",
            count=len(late),
            name=late[0].name,
        )

    # === Labels === #

    def _labels_by_state(self):
        """Return the labels that are to be printed, wait, or need somebody."""
        shipments = self.env["sendcloud.shipment"]
        if not self._may_read(shipments._name):
            return None
        words = self._labels(shipments._name, "board_state")
        own = [("company_id", "in", self.env.companies.ids)]
        groups = shipments._read_group(
            [*own, ("board_state", "in", TO_DO)],
            ["board_state"],
            ["__count", "create_date:min"],
        )
        found = {state: rest for state, *rest in groups}
        return [
            {
                "key": state,
                "label": words[state],
                "count": count,
                "since": oldest and fields.Datetime.to_string(oldest),
                "open": self._opens(
                    shipments._name, [*own, ("board_state", "=", state)], words[state]
                ),
            }
            for state in TO_DO
            for count, oldest in [found.get(state, (0, False))]
        ]

    # === Stock === #

    def _stock(self):
        """Return the products of which more is sold than there is."""
        if not self._may_read("product.product", "stock.move"):
            return None
        # Without the shop's wish: stock is one for all who sell it.
        domain = [
            ("company_id", "in", self.env.companies.ids),
            ("state", "in", ("confirmed", "partially_available")),
            ("picking_type_id.code", "in", ("outgoing", "internal")),
            ("sale_line_id", "!=", False),
        ]
        groups = self.env["stock.move"]._read_group(
            domain, ["product_id"], ["__count", "product_qty:sum"]
        )
        lacking = sorted(groups, key=lambda group: -group[2])
        return {
            "count": len(lacking),
            "open": self._opens(
                "product.product",
                [("id", "in", [product.id for product, _count, _sum in lacking])],
                _("Sold, Not in Stock"),
            ),
            "products": [
                {
                    "key": product.id,
                    "label": product.display_name,
                    "count": count,
                    "quantity": quantity,
                    "free": product.free_qty,
                    "open": self._opens(
                        "stock.move",
                        [*domain, ("product_id", "=", product.id)],
                        product.display_name,
                    ),
                }
                for product, count, quantity in lacking[:PRODUCTS]
            ],
        }
