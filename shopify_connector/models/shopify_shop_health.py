from markupsafe import Markup

from odoo import _, api, fields, models

#: plans on which Shopify keeps customers' data from apps that a merchant made
#: https://shopify.dev/docs/apps/launch/protected-customer-data
PLANS_WITHOUT_CUSTOMERS = ("basic", "starter", "lite")
ICONS = {
    "good": "fa-check-circle text-success",
    "bad": "fa-times-circle text-danger",
    "look": "fa-exclamation-circle text-warning",
}


class ShopifyShop(models.Model):
    """Whether a shop is well: what works, what lacks, and what to do about it."""

    _inherit = "shopify.shop"

    plan_name = fields.Char("Plan at Shopify", readonly=True, copy=False)
    is_development = fields.Boolean("Development Shop", readonly=True, copy=False)
    missing_scopes = fields.Char("Missing Permissions", readonly=True, copy=False)
    health = fields.Html(compute="_compute_health", sanitize=False)

    def _keep_health(self, answer, missing):
        """Keep what Shopify says of the shop's plan and the app's permissions.

        :param answer: to ``queries.SHOP``
        :param missing: names of the permissions that lack
        """
        plan = answer["shop"]["plan"]
        self.write(
            {
                "plan_name": plan["publicDisplayName"],
                "is_development": plan["partnerDevelopment"],
                "missing_scopes": ", ".join(sorted(missing)) or False,
            }
        )

    def _hides_customers(self):
        """Tell whether the plan keeps names and addresses from the app."""
        words = (self.plan_name or "").lower().split()
        small = any(name in words for name in PLANS_WITHOUT_CUSTOMERS)
        return small and not self.is_development

    @api.depends("state", "plan_name", "missing_scopes", "webhook_trouble")
    def _compute_health(self):
        for shop in self:
            rows = [
                Markup('<li class="mb-1"><i class="fa %s me-2"></i>%s</li>')
                % (ICONS[how], said)
                for how, said in shop._health_rows()
            ]
            shop.health = Markup('<ul class="list-unstyled">%s</ul>') % Markup("").join(
                rows
            )

    def _health_rows(self):
        """Return ``[("good", "bad" or "look", sentence)]``."""
        return [
            self._said_connection(),
            self._said_scopes(),
            self._said_plan(),
            self._said_messages(),
            self._said_api(),
            self._said_choices(),
            self._said_orders(),
        ]

    def _said_connection(self):
        if self.state == "connected":
            return "good", _("Odoo is connected with %s.", self.domain)
        if self.state == "paused":
            return "look", _("The shop is paused: nothing is sent or fetched.")
        return "bad", self.last_error or _("Odoo is not connected.")

    def _said_scopes(self):
        if self.missing_scopes:
            names = self.missing_scopes
            return "bad", _("Add to the app, release it and connect: %s.", names)
        return "good", _("The app has all permissions that are needed.")

    def _said_plan(self):
        if not self.plan_name:
            return "look", _("The shop's plan is not known yet.")
        if self._hides_customers():
            return "bad", _(
                "On the plan %s Shopify gives apps neither names nor addresses nor"
                " e-mail addresses: orders cannot be delivered from here.",
                self.plan_name,
            )
        return "good", _("The plan %s gives names and addresses.", self.plan_name)

    def _said_messages(self):
        if self.webhook_trouble:
            return "look", _("Orders come every ten minutes: %s", self.webhook_trouble)
        return "good", _("Shopify tells at once of new and changed orders.")

    def _said_api(self):
        if self.api_trouble:
            return "bad", self.api_trouble
        if not self.api_checked_at:
            return "look", _("Shopify's next version was not checked yet.")
        return "good", _("Shopify understands Odoo, also in its next version.")

    def _said_choices(self):
        if self.unmapped_count:
            return "bad", _("%s choices are missing.", self.unmapped_count)
        return "good", _("No choice is missing.")

    def _said_orders(self):
        if self.import_paused:
            return "look", _("The import is not started yet.")
        if self.blocked_count:
            return "bad", _("%s orders need attention.", self.blocked_count)
        if self.synced_until:
            return "good", _("All orders are known until %s (UTC).", self.synced_until)
        return "look", _("No orders were fetched yet.")

    def action_try_out(self):
        """Show what the latest orders of the shop would become here."""
        self.ensure_one()
        trial = self.env["shopify.trial"].create({"shop_id": self.id})
        return trial.action_try()
