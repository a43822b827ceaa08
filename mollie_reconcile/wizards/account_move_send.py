from markupsafe import Markup

from odoo import models


class AccountMoveSend(models.TransientModel):
    _inherit = "account.move.send"

    def _get_default_mail_body(self, move, mail_template, mail_lang):
        """Put the link to pay below the text of the mail, above the signature.

        It leads to the invoice in the portal, with its access token: what is paid
        meanwhile, or changed, is seen there.
        """
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        # The dialogue that is not saved yet hands over the invoice under a new id.
        move = move._origin
        if not body or not move._mollie_takes_payment():
            return body
        button = (
            self.env["ir.qweb"]
            .with_context(lang=mail_lang)
            ._render(
                "mollie_reconcile.mail_pay_online",
                {
                    "invoice": move.with_context(lang=mail_lang),
                    "url": move.get_base_url() + move.get_portal_url(),
                },
            )
        )
        return _above_signature(Markup(body), button, move)  # nosec B704


def _above_signature(body, button, move):
    """Return ``body`` with ``button`` where the text ends, whatever template it is."""
    signature = move.invoice_user_id.signature or ""
    text, found, rest = body.rpartition(signature) if signature else (body, "", "")
    return text + button + found + rest if found else body + button
