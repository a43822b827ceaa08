"""Lets the demo's customers pay invoices and quotations in Odoo's own portal.

Part of :mod:`tools.demo_data`; runs inside Odoo.
"""

#: as Odoo's own provider wants it; opens the sandbox only
API_KEY = "live_sandbox0123456789abcdefghijklmn"
ADDRESS = "payment_mollie_sandbox.address"
METHODS = ("ideal", "bancontact")


def connect(env, journal, address):
    """Let Odoo's Mollie provider take payments for ``journal``, at the sandbox.

    Only where the sandbox's addon is installed: without it, core asks the real Mollie.

    :param address: of the simulated Mollie
    """
    sandbox = [("name", "=", "payment_mollie_sandbox"), ("state", "=", "installed")]
    if not env["ir.module.module"].search_count(sandbox):
        return
    parameters = env["ir.config_parameter"]
    parameters.set_param(ADDRESS, address)
    parameters.set_param("account_payment.enable_portal_payment", "True")
    # a quotation is an order once it is paid, without a signature besides
    confirmation = {"portal_confirmation_pay": True, "portal_confirmation_sign": False}
    journal.company_id.write(confirmation)
    provider = env.ref("payment.payment_provider_mollie")
    provider.write({"mollie_api_key": API_KEY, "state": "enabled"})
    provider.write({"is_published": True, "journal_id": journal.id})
    for method in METHODS:
        env.ref(f"payment.payment_method_{method}").active = True
