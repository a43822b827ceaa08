from odoo import _, api, models


class O2CException(models.Model):
    _inherit = "o2c.exception"

    @api.model
    def _reason_labels(self):
        return {
            **super()._reason_labels(),
            "unknown_product": _("Unknown product"),
            "unknown_tax": _("Unknown tax"),
            "unknown_gateway": _("Unknown payment method"),
            "unknown_shipping_method": _("Unknown shipping method"),
            "currency_without_journal": _("Currency without journal"),
            "currency_without_rate": _("Currency without exchange rate"),
            "currency_not_active": _("Currency not in use"),
            "currency_without_pricelist": _("Currency without pricelist"),
            "sent_elsewhere": _("Sent without Odoo"),
            "duplicate_sku": _("SKU not unique"),
            "not_made": _("Product not made"),
            "not_sent": _("Product not sent"),
            "picture_refused": _("Picture refused by Shopify"),
            "unknown_location": _("Unknown location"),
            "no_address": _("No address"),
            "no_gift_card_account": _("No account for gift cards"),
            "total_differs": _("Total differs"),
            "order_changed": _("Changed at Shopify"),
            "cannot_refund": _("Cannot be refunded at Shopify"),
            "not_cancelled": _("Not cancelled at Shopify"),
            "risky_order": _("Risky order"),
            "invalid_vat": _("VAT number not valid"),
            "left_to_do": _("Refund or cancellation"),
            "day_differs": _("Day differs"),
            "history_stopped": _("Past orders incomplete"),
            "cannot_fulfill": _("Cannot be fulfilled at Shopify"),
        }
