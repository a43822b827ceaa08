from odoo import api, fields, models


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.model
    def _o2c_late_domain(self, patience):
        """Return the domain of our work that is due for longer than ``patience``."""
        before = fields.Datetime.to_string(fields.Datetime.now() - patience)
        return [
            ("state", "in", ("pending", "enqueued")),
            ("channel", "=like", "root.o2c%"),
            ("date_created", "<", before),
            "|",
            ("eta", "=", False),
            ("eta", "<", before),
        ]
