from odoo import _, models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _message_post_on_failure(self):
        """Give the document of a failed job an exception that a person can see."""
        res = super()._message_post_on_failure()
        ours = "_retry_after_exception"
        for job in self.filtered(lambda job: hasattr(job.records, ours)):
            for record in job.records.exists():
                self.env["o2c.exception"]._open(
                    record,
                    "failed",
                    _("This stopped unexpectedly: %s", job.exc_name or job.name),
                    advice=_("Try again. If it stops again, ask your administrator."),
                )
        return res
