from odoo import _, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    shopify_journey = fields.Json(
        copy=False, help="What the carrier said before Shopify knew of the delivery."
    )
    shopify_return_id = fields.Many2one(
        "shopify.return", copy=False, readonly=True, index="btree_not_null"
    )

    def _action_done(self):
        res = super()._action_done()
        self._after_shopify_delivery()
        return res

    def _create_backorder(self, *args, **kwargs):
        """Let what of a return is still to come belong to it, too."""
        backorders = super()._create_backorder(*args, **kwargs)
        for picking in backorders.filtered("backorder_id.shopify_return_id"):
            picking.shopify_return_id = picking.backorder_id.shopify_return_id
        return backorders

    def write(self, vals):
        res = super().write(vals)
        if vals.get("carrier_tracking_ref"):
            self._plan_shopify_fulfillment()
            self._shopify_fulfillments()._enqueue_tracking()
        return res

    def button_validate(self):
        """Refuse to send what Shopify holds back, or what is not paid yet."""
        for picking in self._of_shopify_order():
            picking._check_shopify_payment()
            held = picking.sale_id.sudo().shopify_order_id.held_because
            if held and not self.env.context.get("shopify_handed_over"):
                raise UserError(
                    _(
                        "%(delivery)s is on hold at Shopify: %(reason)s. Release it"
                        " there; it is free here a moment later.",
                        delivery=picking.name,
                        reason=held,
                    )
                )
        return super().button_validate()

    def _check_shopify_payment(self):
        order = self.sale_id.sudo().shopify_order_id
        has_left = {"shopify_handed_over", "shopify_sent_elsewhere"}
        if not order.waits_for_payment or has_left & set(self.env.context):
            return
        raise UserError(
            _(
                "%(delivery)s leaves only when the order is paid. Odoo reads from"
                " Shopify that it is; nothing else needs to be done.",
                delivery=self.name,
            )
        )

    def _cancel_shopify_label(self):
        """Ask the carrier to take a label back; tell whether it was asked.

        Carriers of Odoo's own have nobody to ask.
        """
        if not self._awaits_tracking():
            return False
        try:
            with self.env.cr.savepoint():
                self.cancel_shipment()
        except UserError as error:
            self.message_post(body=_("The label was not cancelled: %s", error))
            return False
        return True

    def _shopify_fulfillments(self):
        """Return what Shopify was told of these deliveries, unless by others."""
        return (
            self.env["shopify.fulfillment"]
            .sudo()
            .search(
                [
                    ("picking_id", "in", self.ids),
                    ("state", "=", "done"),
                    ("sent_elsewhere", "=", False),
                ]
            )
            .filtered(
                lambda row: (
                    row.tracking_reference != row.picking_id.carrier_tracking_ref
                )
            )
        )

    def _on_parcel_status(self, status, happened_at, words="", number=""):
        """Take in how a parcel of this delivery travels; told by who carries it.

        The name is all that carriers' and shops' addons share: whoever knows where a
        parcel is calls it, whoever wants to know overrides it and passes it on.

        :param status: collected, underway, out_for_delivery, ready_for_pickup,
            attempt_failed, delayed, delivered, problem or returned
        :param happened_at: naive datetime in UTC
        :param words: what the carrier said, for people
        :param number: tracking number of the parcel
        """
        others = getattr(super(), "_on_parcel_status", lambda *args, **kwargs: None)
        res = others(status, happened_at, words=words, number=number)
        told = self.env["shopify.fulfillment"].sudo()
        told = told.search([("picking_id", "in", self.ids)])
        told.filtered("shop_id.tell_journey")._travels(status, happened_at, words)
        early = (self - told.picking_id)._of_shopify_order()
        early._keep_journey([status, f"{happened_at.isoformat()}Z", words or ""])
        return res

    def _keep_journey(self, step):
        """Keep a step that came before Shopify is told of the delivery at all."""
        for picking in self.sudo():
            tells = picking.sale_id.shopify_order_id.shop_id.tell_journey
            if tells and step not in (picking.shopify_journey or []):
                picking.shopify_journey = [*(picking.shopify_journey or []), step]

    def _after_shopify_delivery(self):
        self._plan_shopify_fulfillment()
        for sale_order in self._shopify_deliveries().sale_id.sudo():
            order = sale_order.shopify_order_id
            early = any(row._is_unprepared() for row in order.return_ids)
            if early or sale_order.invoice_status == "to invoice":
                order._enqueue_import()

    def _plan_shopify_fulfillment(self):
        """Have Shopify told about the deliveries that are complete."""
        if self.env.context.get("shopify_handed_over"):
            # Shopify knows what its own counter gave away.
            return
        for picking in self._shopify_deliveries():
            if picking.carrier_tracking_ref or not picking._awaits_tracking():
                order = picking.sale_id.sudo().shopify_order_id
                self.env["shopify.fulfillment"].sudo()._plan(picking, order)

    def _shopify_deliveries(self):
        return self._of_shopify_order().filtered(
            lambda picking: picking.state == "done"
        )

    def _of_shopify_order(self):
        return self.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing"
                and picking.sale_id.sudo().shopify_order_id
            )
        )

    def _awaits_tracking(self):
        """Tell whether a carrier's service is going to give a tracking number."""
        own_carriers = ("fixed", "base_on_rule")
        return bool(self.carrier_id) and self.delivery_type not in own_carriers
