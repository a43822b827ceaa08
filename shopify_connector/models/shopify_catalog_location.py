from collections import defaultdict

from odoo import api, fields, models

from ..lib.business import Company


class ShopifyCatalogLocation(models.Model):
    """A company's location that buys from a catalogue at Shopify."""

    _name = "shopify.catalog.location"
    _description = "Company in a Shopify Catalogue"
    _order = "company_name, name, id"
    _rec_name = "company_name"

    catalog_id = fields.Many2one(
        "shopify.catalog", required=True, readonly=True, ondelete="cascade", index=True
    )
    shop_id = fields.Many2one(related="catalog_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(
        related="catalog_id.company_id", store=True, index=True
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Location", required=True, readonly=True)
    company_gid = fields.Char(
        "Company's Shopify ID", required=True, readonly=True, index=True
    )
    company_name = fields.Char("Company at Shopify", required=True, readonly=True)
    vat = fields.Char("VAT Number", readonly=True)
    location_count = fields.Integer(
        readonly=True, help="How many locations the company has at Shopify in all."
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index=True
    )
    state = fields.Selection(
        [
            ("given", "Has These Prices"),
            ("unknown", "No Customer Here Yet"),
            ("several", "Prices Differ by Location"),
            ("own", "Has Another Pricelist"),
            ("off", "Catalogue Not in Use"),
        ],
        "In Odoo",
        default="unknown",
        required=True,
        readonly=True,
        help="A customer has one pricelist. Where a company's locations do not all buy"
        " from this one catalogue, or somebody chose another pricelist, it is left"
        " alone.",
    )

    _sql_constraints = [
        ("gid_unique", "unique(catalog_id, gid)", "This location is known already."),
    ]

    @api.model
    def _take_in(self, catalog, branches):
        """Have the locations of a catalogue, no others.

        :param branches: ``lib.catalogs.Branch``
        """
        known = catalog.location_ids.grouped("gid")
        wanted = {branch.gid: _values(branch) for branch in branches}
        gone = [row.id for gid, row in known.items() if gid not in wanted]
        self.browse(gone).unlink()
        for gid in wanted.keys() & known.keys():
            row = known[gid]
            changed = {k: v for k, v in wanted[gid].items() if (row[k] or "") != v}
            if changed:
                row.write(changed)
        self.create(
            [
                {"catalog_id": catalog.id, "gid": gid, **values}
                for gid, values in wanted.items()
                if gid not in known
            ]
        )

    @api.model
    def _hear_of_company(self, gid):
        """Give a company that became a customer here the prices it has at Shopify."""
        rows = self.sudo().search([("company_gid", "=", gid)])
        rows.shop_id._enqueue_giving_prices()

    def _buyer(self):
        return Company(self.company_gid, self.company_name, "", self.vat or "")

    def _has_prices(self):
        """Tell whether the catalogue has a pricelist in use."""
        return self.catalog_id.active and self.catalog_id.pricelist_id.active

    # === Customers === #

    @api.model
    def _give_prices(self, shop):
        """Let the companies that are customers here have their catalogue's pricelist.

        A pricelist that a person chose stays, and so does one of another shop. Safe
        to repeat: what is as it should be is not written.
        """
        rows = self.search([("shop_id", "=", shop.id)])
        partners = self.env["res.partner"].with_company(shop.company_id)
        buyers = {row: row._buyer() for row in rows}
        found = partners._shopify_known_companies(buyers.values(), shop.company_id)
        of_partner = defaultdict(self.browse)
        for row in rows:
            of_partner[found[buyers[row]]] |= row
        wanted = {
            partner: of_company._one_pricelist()
            for partner, of_company in of_partner.items()
            if partner
        }
        left = partners._shopify_take_pricelists(shop._catalog_pricelists(), wanted)
        for partner, of_company in of_partner.items():
            of_company._keep_state(partner, wanted.get(partner), partner in left)

    def _one_pricelist(self):
        """Return the pricelist that all locations of one company buy from, else none.

        One that is in two catalogues pays the lower price, which no pricelist says
        (https://help.shopify.com/en/manual/b2b/price-lists).
        """
        lists = self.filtered(lambda row: row._has_prices()).catalog_id.pricelist_id
        covered = {row.gid for row in self if row._has_prices()}
        if len(lists) != 1 or len(covered) < max(self.mapped("location_count")):
            return lists.browse()
        return lists

    def _keep_state(self, partner, pricelist, is_left):
        """Keep which customer these locations are, and what became of their prices."""
        for row in self:
            state = row._state_for(partner, pricelist, is_left)
            if (row.partner_id, row.state) != (partner, state):
                row.write({"partner_id": partner.id, "state": state})

    def _state_for(self, partner, pricelist, is_left):
        if not self._has_prices():
            return "off"
        if not partner:
            return "unknown"
        if not pricelist:
            return "several"
        return "own" if is_left else "given"


def _values(branch):
    """Return the values of a row; texts are never false, to be compared."""
    return {
        "name": branch.company.location,
        "company_gid": branch.company.gid,
        "company_name": branch.company.name,
        "vat": branch.company.vat,
        "location_count": branch.of,
    }
