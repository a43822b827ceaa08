import secrets
from datetime import timedelta, timezone

from odoo import _, api, fields, models

from ..lib.exposition import Metric, exposition
from .o2c_board_health import CONNECTIONS

KEY = "o2c_dashboard.health_key"
#: where the figures are
ADDRESS = "/o2c/health"
OUR_JOBS = ("channel", "=like", "root.o2c%")
#: states of a job that are told; what is done or cancelled is history
JOB_STATES = ("wait_dependencies", "pending", "enqueued", "started", "failed")


class O2CHealth(models.AbstractModel):
    """What a monitoring system asks for: counts and times, nobody's name.

    It is for the whole database, not for one company.
    """

    _name = "o2c.health"
    _description = "Figures for Monitoring"

    @api.model
    def _key(self):
        """Return the key that a monitoring system has to show, if one is set."""
        return self.env["ir.config_parameter"].sudo().get_param(KEY)

    @api.model
    def _exposition(self):
        """Return the figures as text, with a fixed number of questions."""
        return exposition(
            [
                *self._jobs(),
                *self._exceptions(),
                self._messages(),
                *self._crons(),
                self._connections(),
                *self._proofs(),
            ]
        )

    def _age(self, moment):
        """Return the seconds since a moment, 0 without one."""
        passed = fields.Datetime.now() - moment if moment else timedelta()
        return max(0, int(passed.total_seconds()))

    def _jobs(self):
        jobs = self.env["queue.job"]
        groups = jobs._read_group([OUR_JOBS], ["state"], ["__count"])
        counts = dict.fromkeys(JOB_STATES, 0)
        counts.update((state, n) for state, n in groups if state in counts)
        due = jobs._o2c_late_domain(timedelta())
        oldest = jobs.search(due, order="date_created", limit=1)
        waits_since = oldest and max(
            oldest.eta or oldest.date_created, oldest.date_created
        )
        yield Metric(
            "o2c_jobs",
            "Jobs by state; a job with a later time of its own is pending too.",
            [({"state": state}, count) for state, count in counts.items()],
        )
        yield Metric(
            "o2c_oldest_due_job_seconds",
            "How long the oldest job that could run waits.",
            [({}, self._age(waits_since))],
        )

    def _exceptions(self):
        groups = self.env["o2c.exception"]._read_group(
            [("state", "=", "open")], ["reason"], ["__count", "opened_at:min"]
        )
        yield Metric(
            "o2c_open_exceptions",
            "Documents that wait for a person, by kind.",
            [({"kind": reason}, count) for reason, count, _oldest in groups],
        )
        oldest = min((at for _reason, _count, at in groups if at), default=None)
        yield Metric(
            "o2c_oldest_exception_seconds",
            "How long the oldest of them waits.",
            [({}, self._age(oldest))],
        )

    def _messages(self):
        groups = self.env["o2c.webhook.event"]._read_group(
            [("state", "!=", "done")], ["state"], ["__count"]
        )
        counts = {"received": 0, "blocked": 0, **dict(groups)}
        samples = [({"state": state}, count) for state, count in counts.items()]
        return Metric("o2c_messages", "Messages of services not worked on.", samples)

    def _crons(self):
        crons = self.env["ir.cron"]
        ours = crons.search(crons._o2c_domain())
        names = ours.get_external_id()
        yield Metric(
            "o2c_cron_last_run_timestamp_seconds",
            "When a scheduled action ran last; 0 when it never did.",
            [({"cron": names[c.id]}, self._timestamp(c.lastcall)) for c in ours],
        )
        yield Metric(
            "o2c_crons_late",
            "Scheduled actions that should have begun.",
            [({}, crons.search_count(crons._o2c_late_domain()))],
        )

    def _connections(self):
        samples = [
            ({"service": row._service_name, "id": row.id}, int(row._is_open()))
            for model in CONNECTIONS
            for row in self.env[model].search([])
        ]
        return Metric("o2c_connection_up", "1 connected, 0 paused or refused.", samples)

    def _proofs(self):
        lights = self.env["o2c.proofs"]._lights(self.env["res.company"].search([]))
        yield Metric(
            "o2c_proof_differences",
            "Days, labels or balances that differ from the service.",
            [({"proof": light["key"]}, light["count"]) for light in lights],
        )
        yield Metric(
            "o2c_proof_timestamp_seconds",
            "When a service was compared last; 0 when it never was.",
            [
                (
                    {"proof": light["key"]},
                    self._timestamp(fields.Datetime.to_datetime(light["proved_at"])),
                )
                for light in lights
            ],
        )

    def _timestamp(self, moment):
        return int(moment.replace(tzinfo=timezone.utc).timestamp()) if moment else 0


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_health_key = fields.Char(
        "Monitoring Key",
        config_parameter=KEY,
        groups="base.group_system",
        help="A monitoring system shows it to read the figures of /o2c/health. Without"
        " a key nobody can.",
    )
    o2c_health_url = fields.Char("Address", compute="_compute_o2c_health_url")

    @api.depends("company_id")
    def _compute_o2c_health_url(self):
        for settings in self:
            settings.o2c_health_url = f"{settings.get_base_url()}{ADDRESS}"

    def action_o2c_new_health_key(self):
        """Set a new key; whoever has the former one is shut out."""
        self.env["ir.config_parameter"].set_param(KEY, secrets.token_urlsafe(32))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": _("There is a new key."),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "reload"},
            },
        }
