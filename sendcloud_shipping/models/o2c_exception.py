from odoo import _, api, models


class O2CException(models.Model):
    _inherit = "o2c.exception"

    @api.model
    def _reason_labels(self):
        return {
            **super()._reason_labels(),
            "label_refused": _("Label refused"),
            "label_differs": _("Label does not match"),
            "delivery_problem": _("Delivery problem"),
            "nothing_to_ship": _("Nothing to ship"),
            "label_not_cancelled": _("Label not cancelled"),
            "not_collected": _("Not collected"),
            "not_printed": _("Label not printed"),
            "label_formats": _("Labels do not fit together"),
            "return_not_cancelled": _("Return label not cancelled"),
            "label_missing": _("Label not at Sendcloud"),
            "no_scan": _("Parcel not seen"),
            "orphan_labels": _("Labels without a delivery"),
            "no_sender": _("No sender address"),
            "option_gone": _("Shipping option no longer offered"),
        }
