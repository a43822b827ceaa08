from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _message_post_on_failure(self):
        """Give the document of a failed job an exception that a person can see."""
        res = super()._message_post_on_failure()
        for job in self.filtered(lambda job: hasattr(job.records, "_tell_stopped")):
            for record in job.records.exists():
                record._tell_stopped(job.exc_name or job.name)
        return res
