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
LEDGER = "mollie.balance.transaction"
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
    odoo.call("account.move", "action_post", list(invoices.values()))
    return invoices


def pay(odoo, sandbox, invoice, is_given_back=False):
    """Pay an invoice by its name; one is given back, with a credit note."""
    moves = [("id", "=", invoice)]
    [row] = odoo.read("account.move", moves, ["name", "amount_total"])
    paid = sandbox.post(
        "/control/api/payment",
        {"amount": f"{row['amount_total']:.2f}", "description": row["name"]},
    )
    if is_given_back:
        give_back(odoo, sandbox, invoice, paid["payment"]["id"])


def give_back(odoo, sandbox, invoice, payment):
    """Credit an invoice that the ledger has shown as paid, and refund it."""
    sandbox.post("/control/api/settle")
    flow.Flow(odoo, sandbox, 1).fetch_ledger()
    domain = [("id", "=", invoice), ("payment_state", "=", "paid")]
    wait("invoice paid", odoo, "account.move", domain, 1)
    credit_note(odoo, invoice)
    sandbox.post("/control/api/refund", {"payment_id": payment})


def credit_note(odoo, invoice):
    """Post the credit note of a whole invoice."""
    moves = [("id", "=", invoice)]
    [row] = odoo.read("account.move", moves, ["invoice_date", "journal_id"])
    values = {
        "move_ids": [(6, 0, [invoice])],
        "date": row["invoice_date"],
        "journal_id": row["journal_id"][0],
    }
    chosen = {"active_model": "account.move", "active_ids": [invoice]}
    model = "account.move.reversal"
    wizard = odoo.call(model, "create", values, context=chosen)
    odoo.call(model, "refund_moves", [wizard])
    notes = odoo.call("account.move", "search", [("reversed_entry_id", "=", invoice)])
    odoo.call("account.move", "action_post", notes)


def fetch_and_prove(odoo, sandbox):
    """Fetch, and let the nightly work begin that bills and proofs come from."""
    books = flow.Flow(odoo, sandbox, 1)
    books.fetch_ledger()
    books.wait("books of the last weeks equal Mollie", books.ledger_equal)
    import_bank_lines(odoo)
    for name in ("cron_fetch_bills", "cron_prove"):
        run_cron(odoo, name)
    months = [("period", "=", "month"), ("state", "!=", "open")]
    wait("month proved", odoo, "mollie.proof", months, 1)


def import_bank_lines(odoo):
    """Let the bank's statements bring the payouts."""
    domain = [("settlement_reference", "!=", False)]
    fields = ["settlement_reference", "result_amount", "created_at"]
    payouts = odoo.read(LEDGER, [*domain, ("result_amount", "<", 0)], fields)
    values = [{"type": "bank", "name": "Bank", "code": "BNKM"}]
    [bank] = odoo.call("account.journal", "create", values)
    odoo.call(
        "account.bank.statement.line",
        "create",
        [
            {
                "journal_id": bank,
                "date": payout["created_at"][:10],
                "payment_ref": f"MOLLIE PAYOUT {payout['settlement_reference']}",
                "amount": -payout["result_amount"],
            }
            for payout in sorted(payouts, key=lambda row: row["created_at"])
        ],
    )


def spoil(odoo):
    """Let somebody remove a line from the journal, and the night find it."""
    day = str(date.today() - timedelta(days=SPOILED))
    domain = [("date", "<=", day), ("mollie_transaction_id", "!=", False)]
    model = "account.bank.statement.line"
    lines = odoo.call(model, "search", [*domain, ("amount", ">", 0)], 0, 1, "date desc")
    odoo.call(model, "write", lines, {"statement_id": False})
    for side in ("debit", "credit"):
        matched = [(f"{side}_move_id.statement_line_id", "in", lines)]
        matches = odoo.call("account.partial.reconcile", "search", matched)
        odoo.call("account.partial.reconcile", "unlink", matches)
    odoo.call(model, "unlink", lines)
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
