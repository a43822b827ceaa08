from odoo import _, models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _message_post_on_failure(self):
        """Give the document of a failed job an exception that a person can see."""
        res = super()._message_post_on_failure()
        for job in self.filtered(lambda job: self._is_ours(job)):
            for record in job.records.exists():
                self.env["o2c.exception"]._open(
                    record,
                    "failed",
                    _("This stopped unexpectedly: %s", job.exc_name or job.name),
                    advice=_("Try again. If it stops again, ask your administrator."),
                )
        return res

    def _is_ours(self, job):
        return bool(job.records) and hasattr(job.records, "_retry_after_exception")
