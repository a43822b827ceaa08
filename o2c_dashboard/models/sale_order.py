from datetime import datetime

from odoo import _, fields, models
from odoo.tools import format_date, format_datetime

#: field of the row -> name of the method that returns its documents
STEPS = {
    "ordered_at": "_o2c_nothing_more",
    "paid_on": "_o2c_payments",
    "reserved_at": "_o2c_deliveries",
    "picked_at": "_o2c_deliveries",
    "packed_at": "_o2c_deliveries",
    "label_at": "_o2c_labels",
    "shipped_at": "_o2c_labels",
    "delivered_at": "_o2c_labels",
    "invoiced_on": "_o2c_invoices",
    "in_payment_at": "_o2c_payments",
    "reconciled_at": "_o2c_invoices",
}


class SaleOrder(models.Model):
    """The timeline: each step of an order with its time and document."""

    _inherit = "sale.order"

    o2c_timeline = fields.Json(compute="_compute_o2c_timeline")
    o2c_answer = fields.Text(
        "Where Is My Parcel?",
        compute="_compute_o2c_answer",
        help="In the customer's language, to be copied into a mail.",
    )

    def _o2c_row(self):
        """Return the order's row, as it is now; empty for a quotation."""
        self.ensure_one()
        return self.env["o2c.order.flow"].sudo().search([("order_id", "=", self.id)])

    def _compute_o2c_timeline(self):
        for order in self:
            order.o2c_timeline = order._o2c_timeline_of(order._o2c_row())

    def _o2c_timeline_of(self, row):
        """Return ``{"steps": [{key, label, at, documents}], "next": …}`` of a row."""
        if not row:
            return False
        names = row.fields_get(list(STEPS), ["string", "type"])
        return {
            "steps": [
                {
                    "key": step,
                    "label": names[step]["string"],
                    "at": self._o2c_when(row[step]) if row[step] else False,
                    # What is packed was reserved and picked, at whatever time.
                    "passed": bool(row[step])
                    or (step in ("reserved_at", "picked_at") and bool(row.packed_at)),
                    "documents": self._o2c_documents(step) if row[step] else [],
                }
                for step in STEPS
            ],
            "next": self._o2c_next(row),
        }

    def _o2c_when(self, moment):
        if isinstance(moment, datetime):
            return format_datetime(self.env, moment, dt_format="short")
        return format_date(self.env, moment)

    def _o2c_next(self, row):
        """Return what the order waits for, since when, who can act, and why."""
        if row.waits_for == "nothing":
            return False
        words = dict(row._fields["waits_for"]._description_selection(self.env))
        actors = dict(row._fields["who"]._description_selection(self.env))
        exceptions = self._o2c_exceptions()
        return {
            "label": words[row.waits_for],
            "who": actors.get(row.who, ""),
            "since": row.waits_since and self._o2c_when(row.waits_since),
            "why": [
                {"id": exception.id, "message": exception.message}
                for exception in exceptions
            ],
        }

    # === Documents === #

    def _o2c_documents(self, step):
        """Return the documents of a step that the user may see, as links."""
        records = getattr(self.sudo(), STEPS[step])()
        shown = records.with_user(self.env.user)
        if not shown.check_access_rights("read", raise_exception=False):
            return []
        return [
            {"model": record._name, "id": record.id, "name": record.display_name}
            for record in shown._filter_access_rules("read")
        ]

    def _o2c_nothing_more(self):
        return self.browse()

    def _o2c_payments(self):
        matched = self.invoice_ids._get_reconciled_payments()
        return matched | self.shopify_order_ids.payment_ids

    def _o2c_deliveries(self):
        return self.picking_ids.filtered(
            lambda picking: (
                picking.state != "cancel" and picking.picking_type_code == "outgoing"
            )
        )

    def _o2c_labels(self):
        labels = self._o2c_deliveries().sendcloud_shipment_ids
        return labels.filtered(lambda label: label.state == "label")

    def _o2c_invoices(self):
        return self.invoice_ids.filtered(lambda move: move.state == "posted")

    def _o2c_exceptions(self):
        """Return the open exceptions on the documents of these orders."""
        orders = self.sudo()
        documents = {
            "sale.order": orders,
            "stock.picking": orders.picking_ids,
            "sendcloud.shipment": orders.picking_ids.sendcloud_shipment_ids,
            "shopify.order": orders.shopify_order_ids,
            "shopify.fulfillment": orders.shopify_order_ids.fulfillment_ids,
        }
        exceptions = self.env["o2c.exception"].sudo()
        for model, records in documents.items():
            exceptions |= exceptions.search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", records.ids),
                    ("state", "=", "open"),
                ]
            )
        return exceptions

    # === The answer to the customer === #

    def _compute_o2c_answer(self):
        for order in self:
            order = order.with_context(lang=order.partner_id.lang or self.env.lang)
            order.o2c_answer = order._o2c_answer_of(order._o2c_row())

    def _o2c_answer_of(self, row):
        """Return where the goods are, in sentences for the customer."""
        if not row or row.state == "cancelled":
            return False
        # Whoever may see the order may tell the customer where it is.
        parcels = self.sudo()._o2c_labels().parcel_ids
        sentences = [self._o2c_whereabouts(row)]
        for parcel in parcels.filtered("tracking_number"):
            sentences.append(
                _(
                    "Parcel %(number)s: %(link)s",
                    number=parcel.tracking_number,
                    link=parcel.tracking_url or "",
                ).rstrip(": ")
            )
        return "\n".join(sentences)

    def _o2c_whereabouts(self, row):
        name = self.client_order_ref or self.name
        if row.delivered_at:
            words = _("Your order %(order)s was delivered on %(day)s.")
            day = row.delivered_at
        elif row.shipped_at:
            words = _("Your order %(order)s is with the carrier since %(day)s.")
            day = row.shipped_at
        elif row.packed_at:
            words = _("Your order %(order)s was packed on %(day)s and leaves soon.")
            day = row.packed_at
        elif row.waits_for == "stock":
            words = _("Your order %(order)s of %(day)s waits for goods to come in.")
            day = row.ordered_at
        else:
            words = _("Your order %(order)s of %(day)s is being packed.")
            day = row.ordered_at
        local = fields.Datetime.context_timestamp(self, day)
        return words % {"order": name, "day": format_date(self.env, local.date())}

    def action_o2c_exceptions(self):
        """Show what is open on this order's documents."""
        return self._o2c_row().action_show_exceptions()
