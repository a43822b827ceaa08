from odoo import _, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf


class SendcloudShipment(models.Model):
    """Customs papers: fetched once the label is there, by a job of their own.

    Whatever goes wrong with them never touches the label.
    """

    # The file of the model itself would be too long.
    _inherit = "sendcloud.shipment"

    papers_id = fields.Many2one("ir.attachment", "Customs Papers", readonly=True)

    def _on_done(self, method):
        res = super()._on_done(method)
        if method == "_apply" and self._needs_papers():
            self._enqueue_step("_fetch_papers")
        return res

    def _needs_papers(self):
        return not self.papers_id and any(self.parcel_ids.mapped("papers"))

    def _fetch_papers(self):
        """Put what customs want to see on the delivery; safe to run again.

        Service: https://sendcloud.dev/api/v3/parcel-documents
        """
        self._lock()
        if not self._needs_papers() or self.state != "label":
            return
        client = self.account_id._client()
        papers = [
            client.paper(parcel.external_id, kind)
            for parcel in self.parcel_ids.filtered("papers")
            for kind in parcel.papers.split(",")
        ]
        self.papers_id = self.env["ir.attachment"].create(
            {
                "name": self._papers_name(),
                "raw": papers[0] if len(papers) == 1 else merge_pdf(papers),
                "mimetype": "application/pdf",
                "res_model": "stock.picking",
                "res_id": self.picking_id.id,
            }
        )
        self.picking_id.message_post(
            body=_("Customs papers from Sendcloud: they go on the parcel."),
            attachment_ids=self.papers_id.ids,
        )

    def _papers_name(self):
        prefix = self.carrier_id._get_delivery_doc_prefix()
        numbers = self.tracking_number.replace(",", "-") or self.external_id
        return f"{prefix}-{numbers}.pdf"

    def action_open_papers(self):
        """Open the customs papers of these labels as one document."""
        self.check_access_rights("read")
        self.check_access_rule("read")
        if not self.papers_id:
            raise UserError(_("None of these has customs papers."))
        if len(self.papers_id) == 1:
            url = f"/web/content/{self.papers_id.id}"
        else:
            url = f"/sendcloud/papers/{'-'.join(map(str, self.ids))}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _papers_file(self):
        """Return the customs papers in this order, as one PDF."""
        return merge_pdf([s.papers_id.raw for s in self if s.papers_id])


class StockPicking(models.Model):
    _inherit = "stock.picking"

    sendcloud_papers_id = fields.Many2one(
        related="sendcloud_shipment_id.papers_id", string="Customs Papers"
    )

    def action_sendcloud_open_papers(self):
        """Open the customs papers, ready to print."""
        return self.sendcloud_shipment_id.action_open_papers()
