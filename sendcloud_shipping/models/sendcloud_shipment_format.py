from odoo import _, api, fields, models
from odoo.tools.pdf import merge_pdf

from odoo.addons.o2c_base.lib.errors import BlockedError

from ..lib import formats, sheet


class SendcloudShipment(models.Model):
    """The label's file: in which format it is asked for, and how files are joined."""

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    label_format = fields.Selection(
        formats.CHOICES, required=True, readonly=True, default=formats.DEFAULT
    )
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)

    @api.model
    def _prepare_values(self, picking):
        user = self.env.user
        if user._is_superuser():
            # A job asks again for what a person asked for.
            user = picking.sendcloud_shipment_id.user_id or user
        choices = (
            user.sendcloud_label_format,
            picking.carrier_id.sendcloud_label_format,
            picking.carrier_id.sendcloud_account_id.label_format,
        )
        return {
            **super()._prepare_values(picking),
            "user_id": user.id,
            "label_format": next(filter(None, choices), formats.DEFAULT),
        }

    def _wanted_format(self):
        return formats.FORMATS[self.label_format]

    def _attach(self, documents):
        """Return the attachment of a label's files, one a parcel."""
        content = self._join(documents)
        kind = formats.kind(content)
        numbers = self.tracking_number.replace(",", "-") or self.external_id
        name = f"{self._label_prefix()}-{numbers}.{formats.EXTENSIONS[kind]}"
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": kind,
                "res_model": "stock.picking",
                "res_id": self.picking_id.id,
            }
        )

    def _label_prefix(self):
        return self.carrier_id._get_delivery_label_prefix()

    @api.model
    def _join(self, documents):
        """Return labels as one file; pictures become pages.

        :raise BlockedError: some are for a label printer, some are not
        """
        if len(documents) == 1:
            return documents[0]
        kinds = {formats.kind(document) for document in documents}
        if kinds == {formats.ZPL}:
            return b"\n".join(documents)
        if formats.ZPL in kinds:
            raise BlockedError(
                "label_formats",
                _("Only some of these labels are for a label printer."),
                advice=_("Print them one by one."),
            )
        return merge_pdf([_page(document) for document in documents])

    def _labels_file(self):
        """Return ``(bytes, kind)``: the labels in this order, then what is missing.

        Labels for a label printer come as such when all are; among others they are
        listed on the last page.
        """
        ready = self.filtered(lambda s: s.label_id and s.state == "label")
        documents = [shipment.label_id.raw for shipment in ready]
        kinds = {formats.kind(document) for document in documents}
        if kinds == {formats.ZPL}:
            missing = (self - ready)._missing(sheet.missing_labels_zpl)
            return b"\n".join(documents + missing), formats.ZPL
        zpl = ready.filtered(lambda s: s.label_id.mimetype == formats.ZPL)
        pages = [_page(s.label_id.raw) for s in ready - zpl]
        missing = self.filtered(lambda s: s not in ready or s in zpl)
        return merge_pdf(pages + missing._missing(sheet.missing_labels)), formats.PDF

    def _missing(self, make):
        if not self:
            return []
        title = _("%s without a label", len(self))
        return [make(title, [shipment._why_no_label() for shipment in self])]

    def _why_no_label(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        why = self.problem or self.notice or states[self.state]
        if self.state == "label":
            why = _("its label is for a label printer")
        return f"{self.picking_id.name}: {why}"


def _page(document):
    is_picture = formats.kind(document) == formats.PNG
    return sheet.picture_page(document) if is_picture else document
