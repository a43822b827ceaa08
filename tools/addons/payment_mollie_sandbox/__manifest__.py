{
    "name": "Mollie at the Sandbox",
    "summary": "For the demo only: Odoo's own Mollie provider asks the sandbox",
    # Without Odoo's series: the same file serves 17 and 19.
    "version": "1.0.0",
    "author": "Order to Cash Suite",
    "license": "LGPL-3",
    "depends": ["payment_mollie"],
    "installable": True,
}
