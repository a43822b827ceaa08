import re
from datetime import timedelta, timezone

from odoo import _, api, fields, models

from ..lib import answers, quotes

#: how far the first comparison looks back
FIRST_LOOK = timedelta(days=7)
#: each comparison starts before the end of the last one
OVERLAP = timedelta(hours=2)
ORPHANS = "orphan_labels"


class SendcloudAccount(models.Model):
    """Proof that what Sendcloud charges for is what Odoo knows."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.account"

    proved_at = fields.Datetime("Compared On", readonly=True, copy=False)
    proof = fields.Char("Comparison", readonly=True, copy=False)
    orphan_ids = fields.One2many("sendcloud.orphan", "account_id")
    orphan_count = fields.Integer(compute="_compute_orphan_count")

    @api.depends("orphan_ids.state")
    def _compute_orphan_count(self):
        groups = self.env["sendcloud.orphan"]._read_group(
            [("account_id", "in", self.ids), ("state", "=", "open")],
            ["account_id"],
            ["__count"],
        )
        counts = dict(groups)
        for account in self:
            account.orphan_count = counts.get(account, 0)

    @api.model
    def _cron_prove(self):
        for account in self.search([("state", "=", "connected")]):
            account._work_or_note_trouble("_prove")

    def action_prove(self):
        """Compare Sendcloud's labels with ours now."""
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        with self._service_errors():
            self.sudo()._prove()
        return self._notification(self.proof, "success")

    def action_show_orphans(self):
        """Show the labels that belong to no delivery."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sendcloud_shipping.sendcloud_orphan_action"
        )
        action["domain"] = [("account_id", "in", self.ids)]
        return action

    def _prove(self):
        """Compare the labels that Sendcloud made with ours; note what is left over."""
        now = fields.Datetime.now()
        since = self._prove_since(now).replace(tzinfo=timezone.utc)
        shown = self._client().shipments_since(since)
        found = map(answers.shipment_from_answer, shown)
        seen = {bought.id: bought for bought in found}
        charged = {key: bought for key, bought in seen.items() if bought.is_charged}
        missing = self._compare_ours(seen, since.replace(tzinfo=None))
        self._settle_orphans(charged)
        matched = self._match(charged)
        self.write(
            {
                "proved_at": now,
                "proof": _(
                    "%(all)s labels at Sendcloud since %(since)s: %(known)s known here,"
                    " %(open)s open. %(missing)s of ours not found there.",
                    all=len(charged),
                    since=fields.Date.to_string(since),
                    known=matched,
                    open=len(self._open_orphans()),
                    missing=missing,
                ),
            }
        )
        self._tell_orphans()

    def _prove_since(self, now):
        moments = [self.proved_at - OVERLAP if self.proved_at else now - FIRST_LOOK]
        # Until somebody has dealt with them they are looked at again.
        moments += self._open_orphans().mapped("announced_at")
        return min(moments) - timedelta(seconds=1)

    def _open_orphans(self):
        return self.orphan_ids.filtered(lambda orphan: orphan.state == "open")

    def _settle_orphans(self, charged):
        """Close what was cancelled at Sendcloud meanwhile."""
        for orphan in self._open_orphans():
            if orphan.external_id not in charged:
                orphan.state = "cancelled"

    def _reopen_orphans(self, charged):
        """A label whose cancellation failed is charged, and on the list again."""
        for orphan in self.orphan_ids:
            if orphan.state == "cancelled" and orphan.external_id in charged:
                orphan.state = "open"

    def _match(self, charged):
        """Note each label that is not known here; return how many are."""
        shipments = self.env["sendcloud.shipment"].search(
            [
                "|",
                "&",
                ("account_id", "=", self.id),
                ("external_id", "in", list(charged)),
                ("external_reference", "in", _references(charged)),
            ]
        )
        known = set(shipments.filtered("external_id").mapped("external_id"))
        self._reopen_orphans(charged)
        noted = set(self.orphan_ids.mapped("external_id"))
        by_reference = shipments.grouped("external_reference")
        left = [b for b in charged.values() if b.id not in known | noted]
        pickings = self._pickings_meant(left)
        for bought in left:
            shipment = by_reference.get(bought.external_reference)
            if shipment and shipment._ask_again():
                known.add(bought.id)
                continue
            picking = pickings.get(bought.id, self.env["stock.picking"])
            kind = self._kind(bought, picking)
            self.env["sendcloud.orphan"]._note(self, bought, picking, kind)
        return len(known & set(charged))

    def _pickings_meant(self, left):
        """Return the delivery that each label names, by our reference or the order."""
        ids = {b.id: _picking_id(b.external_reference, self._database()) for b in left}
        pickings = self.env["stock.picking"].search(
            [
                ("company_id", "=", self.company_id.id),
                "|",
                ("id", "in", list(filter(None, ids.values()))),
                ("name", "in", [b.reference for b in left if b.reference]),
            ]
        )
        by_id = {picking.id: picking for picking in pickings}
        by_name = pickings.grouped("name")
        return {
            b.id: by_id.get(ids[b.id]) or by_name.get(b.reference) or pickings.browse()
            for b in left
        }

    def _kind(self, bought, picking):
        if not _picking_id(bought.external_reference, self._database()):
            return "panel"
        if not picking or picking.carrier_id.delivery_type != "sendcloud":
            return "gone"
        return "second" if picking.sendcloud_state == "label" else "lost"

    def _database(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")[:8]

    def _quote_of(self, bought):
        """Return what a label costs: Sendcloud's lists do not say."""
        criteria = quotes.quote_of_bought(bought, self.sender_country_code)
        price = quotes.price_from_options(self._client().shipping_options(criteria))
        if not price:
            return {}
        currency = self.env["res.currency"].search([("name", "=", price[1])])
        return {"price": float(price[0]), "currency_id": currency.id}

    def _tell_orphans(self):
        """Keep one exception as long as a label has no delivery."""
        exceptions = self.env["o2c.exception"]
        for account in self:
            orphans = account._open_orphans()
            if not orphans:
                exceptions._close(account, ORPHANS)
                continue
            currency = orphans.currency_id[:1].name or ""
            euros = f"{sum(orphans.mapped('price')):.2f} {currency}"
            exceptions._open(
                account,
                ORPHANS,
                _(
                    "%(count)s labels at Sendcloud have no delivery: %(euros)s.",
                    count=len(orphans),
                    euros=euros.strip(),
                ),
                advice=_("Adopt, cancel or explain each of them."),
            )


def _references(charged):
    return [b.external_reference for b in charged.values() if b.external_reference]


def _picking_id(reference, database):
    """Return the id of the delivery that our reference names, ``None`` if not ours."""
    found = re.fullmatch(rf"{re.escape(database)}-P(\d{{1,9}})-A\d+", reference or "")
    return int(found[1]) if found else None
