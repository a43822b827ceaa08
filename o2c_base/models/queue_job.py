from datetime import timedelta

from odoo import fields, models

#: what a job meets when the database goes away under it, or two tell of one trouble
LOST = "InterfaceError OperationalError errors.AdminShutdown errors.UniqueViolation"
#: more often than this it is no accident
MOST_TRIES = 10


class QueueJob(models.Model):
    _inherit = "queue.job"

    def write(self, vals):
        """Begin a job of ours anew whose database went away, or kept it from a row.

        All that it did is undone, and ours are safe to do twice: nobody has to look.
        """
        lost = vals.get("exc_name") in [f"psycopg2.{name}" for name in LOST.split()]
        ours = all(hasattr(self.env.get(job.model_name), "_attempt") for job in self)
        if lost and ours and vals.get("retry", 0) < MOST_TRIES:
            again = fields.Datetime.now() + timedelta(seconds=MOST_TRIES)
            vals = {**vals, "state": "pending", "eta": again}
        return super().write(vals)

    def _message_post_on_failure(self):
        """Give the document of a failed job an exception that a person can see."""
        res = super()._message_post_on_failure()
        for job in self.filtered(lambda job: hasattr(job.records, "_tell_stopped")):
            for record in job.records.exists():
                record._tell_stopped(job.exc_name or job.name)
        return res


def uninstall_hook(env):
    """Take away the jobs of our models: the runner would try them for ever."""
    env.cr.execute("DELETE FROM queue_job WHERE model_name LIKE 'o2c.%'")
