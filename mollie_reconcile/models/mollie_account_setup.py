from odoo import _, api, fields, models

from odoo.addons.o2c_base.lib.errors import UnauthorizedError

#: without these nothing works
NEEDED = ("organizations.read", "balances.read", "payments.read")


class MollieAccount(models.Model):
    """What a token may do at Mollie, and what is left out without it."""

    _inherit = "mollie.account"

    missing_permissions = fields.Text(
        readonly=True, copy=False, help="What the token may not do, one a line."
    )

    @api.model
    def _use_of_permissions(self):
        """Return ``{permission: what does not happen without it}``."""
        return {
            "balance-reports.read": _("the days are not proved"),
            "invoices.read": _("Mollie's bills are not fetched"),
            "refunds.read": _("refunds are found by the payment only"),
            "refunds.write": _("no refund can be ordered from here"),
            "settlements.read": _("payouts are not matched with the bank"),
        }

    def _check_permissions(self, client):
        """Note what the token may not do.

        :raise UnauthorizedError: something that nothing works without
        """
        granted = client.permissions()
        missing = [name for name in NEEDED if name not in granted]
        if missing:
            raise UnauthorizedError(
                _("The token needs the permission %s as well.", ", ".join(missing)),
                service="Mollie",
            )
        lines = [
            _("%(name)s: without it, %(loss)s.", name=name, loss=loss)
            for name, loss in self._use_of_permissions().items()
            if name not in granted
        ]
        self.missing_permissions = "\n".join(lines) or False

    def action_connect(self):
        """Open the wizard that connects this account, or a new one."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Connect Mollie"),
            "res_model": "mollie.connect",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self[:1].id},
        }
