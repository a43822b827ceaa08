from odoo import api, fields, models


class SendcloudListed(models.AbstractModel):
    """Something that an account has at Sendcloud, kept here to choose from.

    What Sendcloud no longer lists stays, marked: shipping methods may still name it.
    """

    _name = "sendcloud.listed"
    _description = "Listed at Sendcloud"
    _order = "is_listed desc, name"

    #: the field by which Sendcloud names a row
    _key = "external_id"

    account_id = fields.Many2one(
        "sendcloud.account",
        "Sendcloud Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    name = fields.Char(required=True, readonly=True)
    is_listed = fields.Boolean("Offered", default=True, readonly=True)

    @api.model
    def _renew(self, account, rows):
        """Make the rows of ``account`` what Sendcloud lists now.

        :param rows: list of values, each with the model's key
        :return: the records that are no longer listed
        """
        known = self.search([("account_id", "=", account.id)])
        by_key = {record[self._key]: record for record in known}
        listed = {row[self._key] for row in rows}
        for row in rows:
            record = by_key.get(row[self._key])
            if record:
                record._take({**row, "is_listed": True})
        self.create(
            [
                {**r, "account_id": account.id}
                for r in rows
                if r[self._key] not in by_key
            ]
        )
        gone = known.filtered(lambda r: r[self._key] not in listed)
        gone.filtered("is_listed").is_listed = False
        return gone

    def _take(self, values):
        """Write what is new: most days nothing is."""
        current = self._convert_to_write({name: self[name] for name in values})
        changed = {k: v for k, v in values.items() if current[k] != v}
        if changed:
            self.write(changed)
