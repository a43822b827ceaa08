"""What happened before the pictures are taken: businesses paid invoices at Mollie.

The simulated services begin some weeks ago, and their clock comes to today day by day.
"""

from datetime import date, timedelta

from . import flow

#: so many days ago the simulated services begin: a whole month is among them
DAYS = 53
#: a business pays every so many days; one invoice is given back
EVERY, GIVEN_BACK = 2, 5
BUSINESSES = ("De Groene Tuin", "Hofmans Hoveniers", "Tuincentrum Zuid")
GOODS = (
    ("Watering cans", 39.90),
    ("Planters", 64.50),
    ("Garden chairs", 118.75),
    ("Lanterns", 24.95),
)
#: days since a day that ends up with a wrong entry
SPOILED = 4


def live_through(odoo, sandbox):
    """Let invoices be paid and paid out, day by day until today, then prove it."""
    invoices = make_invoices(odoo)
    for ago in range(DAYS, 0, -1):
        if ago in invoices:
            is_given_back = ago == DAYS - GIVEN_BACK * EVERY
            pay(odoo, sandbox, invoices[ago], is_given_back)
        sandbox.post("/control/api/settle")
        if (date.today() - timedelta(days=ago)).weekday() == 0:
            sandbox.post("/control/api/payout")
        sandbox.post("/control/api/advance", {"days": 1})
    fetch_and_prove(odoo, sandbox)


def make_invoices(odoo):
    """Return ``{days ago: invoice to be paid then}``, each posted some days before."""
    customers = [
        odoo.call("res.partner", "create", {"name": name, "is_company": True})
        for name in BUSINESSES
    ]
    invoices = {}
    for number, ago in enumerate(range(DAYS, 0, -EVERY)):
        goods, price = GOODS[number % len(GOODS)]
        values = {
            "move_type": "out_invoice",
            "partner_id": customers[number % len(customers)],
            "invoice_date": str(date.today() - timedelta(days=ago + 3)),
            "invoice_line_ids": [
                (0, 0, {"name": goods, "price_unit": price, "quantity": 2 + number % 5})
            ],
        }
        invoices[ago] = odoo.call("account.move", "create", values)
    odoo.call(
        "account.move", "action_post", [i for row in invoices.values() for i in row]
    )
    return invoices


def pay(odoo, sandbox, invoice, is_given_back=False):
    """Pay an invoice by its name; one is given back, with a credit note."""
    fields = ["name", "amount_total", "partner_id", "invoice_date"]
    [row] = odoo.read("account.move", [("id", "=", invoice)], fields)
    paid = sandbox.post(
        "/control/api/payment",
        {"amount": f"{row['amount_total']:.2f}", "description": row["name"]},
    )
    if is_given_back:
        credit_note(odoo, invoice, row)
        # what was paid has to be available before it can be given back
        sandbox.post("/control/api/settle")
        sandbox.post("/control/api/refund", {"payment_id": paid["payment"]["id"]})


def credit_note(odoo, invoice, row):
    """Post the credit note of a whole invoice."""
    wizard = odoo.call(
        "account.move.reversal",
        "create",
        {"move_ids": [(6, 0, [invoice])], "date": row["invoice_date"]},
        context={"active_model": "account.move", "active_ids": [invoice]},
    )
    odoo.call("account.move.reversal", "refund_moves", [wizard])
    domain = [("reversed_entry_id", "=", invoice)]
    notes = odoo.call("account.move", "search", domain)
    odoo.call("account.move", "action_post", notes)


def fetch_and_prove(odoo, sandbox):
    """Fetch, and let the nightly work begin that bills and proofs come from."""
    books = flow.Flow(odoo, sandbox, 1)
    books.fetch_ledger()
    books.wait("books of the last weeks equal Mollie", books.ledger_equal)
    for name in ("cron_fetch_bills", "cron_prove"):
        run_cron(odoo, name)
    months = [("period", "=", "month"), ("state", "!=", "open")]
    wait("month proved", odoo, "mollie.proof", months, 1)


def spoil(odoo):
    """Let somebody remove a line from the journal, and the night find it."""
    day = str(date.today() - timedelta(days=SPOILED))
    domain = [("date", "<=", day), ("mollie_transaction_id", "!=", False)]
    domain += [("statement_id", "=", False), ("amount", ">", 0)]
    lines = odoo.call(
        "account.bank.statement.line", "search", domain, 0, 1, "date desc"
    )
    odoo.call("account.bank.statement.line", "action_undo_reconciliation", lines)
    odoo.call("account.bank.statement.line", "unlink", lines)
    run_cron(odoo, "cron_prove")
    differs = [("state", "=", "differs"), ("period", "=", "day")]
    wait("day that differs", odoo, "mollie.proof", differs, 1)


def run_cron(odoo, name):
    """Do now what is done by night."""
    domain = [("module", "=", "mollie_reconcile"), ("name", "=", name)]
    [row] = odoo.read("ir.model.data", domain, ["res_id"])
    odoo.call("ir.cron", "method_direct_trigger", [row["res_id"]])


def wait(what, odoo, model, domain, wanted):
    """Wait until so many records match."""
    seconds = flow.LEAST_SECONDS
    flow.wait_for(what, lambda: odoo.count(model, domain), wanted, seconds)
