from dateutil.relativedelta import relativedelta

from odoo import _, fields, models

from odoo.addons.o2c_base.lib.errors import RejectedError
from odoo.addons.o2c_base.words import said

from ..lib import guard
from ..lib.client import AdminClient

#: months that Shopify keeps a version, at least
LIFE = 12


class ShopifyShop(models.Model):
    """Whether Shopify will still understand Odoo after its next change."""

    _inherit = "shopify.shop"

    api_checked_at = fields.Datetime("API Checked On", readonly=True, copy=False)
    api_trouble = fields.Text(
        "What Shopify Will Not Understand", readonly=True, copy=False
    )

    def _check_api(self):
        """Keep what this version of the API and the next one do not understand."""
        versions = self._client().api_versions()
        following = guard.next_version(versions, self.api_version)
        said = []
        for version in filter(None, (self.api_version, following)):
            said += self._said_of_version(version)
        self.write(
            {
                "api_trouble": "\n".join(said) or False,
                "api_checked_at": fields.Datetime.now(),
            }
        )
        return following

    def _said_of_version(self, version):
        try:
            found = list(guard.check(self._client_of(version)))
        except RejectedError as error:
            return [
                _(
                    "%(version)s: %(trouble)s",
                    version=version,
                    trouble=said(self.env, error),
                )
            ]
        words = {
            "refused": _("Version %(version)s refuses “%(what)s”: %(why)s"),
            "going": _("Version %(version)s will drop what “%(what)s” uses: %(why)s"),
        }
        return [
            words[kind] % {"version": version, "what": what, "why": why}
            for what, kind, why in found
        ]

    def _client_of(self, version):
        client = self._client()
        shop = self.sudo()
        token = client.headers["X-Shopify-Access-Token"]
        return AdminClient(shop.domain, version, token, base_url=shop.base_url or None)

    def _api_ends(self):
        """Return the day until which Shopify keeps the version in use, at least."""
        start = fields.Date.to_date(f"{self.api_version}-01")
        return start + relativedelta(months=LIFE)

    def action_check_api(self):
        """Say whether Shopify understands everything, now and in its next version."""
        self._may_start()
        with self._service_errors():
            following = self.sudo()._check_api()
        if self.api_trouble:
            return self._notification(self.api_trouble, "warning")
        if following:
            said = _(
                "Shopify understands everything, in version %(now)s and in %(next)s.",
                now=self.api_version,
                next=following,
            )
        else:
            said = _(
                "Shopify understands everything. Version %(now)s is its newest and"
                " lasts until %(until)s at least.",
                now=self.api_version,
                until=self._api_ends(),
            )
        return self._notification(said, "success")
