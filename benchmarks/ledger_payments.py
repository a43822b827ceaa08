"""Thousands of waiting payments for :mod:`benchmarks.ledger`, in seconds.

Odoo makes and posts the first one; the others are copies of its rows, with a number,
a reference and an amount of their own. Odoo would take longer for 10,000 of them than
what is measured, and nothing of it belongs to the measurement.
"""

DAY = "2026-11-02"
#: what differs from the first payment's rows, by table; ``n`` is the payment's number
CODE = "%(code)s || lpad(n::text, 20, '0')"
PAID = "(10 + n %% 900 + (n %% 7) / 100.0)"
NUMBER = "sequence_prefix || lpad((sequence_number + n)::text, 5, '0')"
OWN = {
    "account_payment": {
        "id": "%(account_payment)s + n",
        "move_id": "%(account_move)s + n",
        "payment_reference": CODE,
        "mollie_code": CODE,
        "amount": PAID,
        "amount_company_currency_signed": PAID,
    },
    "account_move": {
        "id": "%(account_move)s + n",
        # known once its payment is there: each of the two names the other
        "payment_id": "NULL",
        "name": NUMBER,
        "sequence_number": "sequence_number + n",
        "ref": CODE,
        "payment_reference": CODE,
        "amount_total": PAID,
        "amount_total_signed": PAID,
        "amount_total_in_currency_signed": PAID,
    },
    "account_move_line": {
        # two for each payment, the one that is owed and the one in transit
        "id": "%(account_move_line)s + 2 * n + (balance > 0)::int",
        "move_id": "%(account_move)s + n",
        "payment_id": "%(account_payment)s + n",
        "move_name": "split_part(move_name, '/', 1) || '/' ||"
        " split_part(move_name, '/', 2) || '/' ||"
        " lpad((split_part(move_name, '/', 3)::int + n)::text, 5, '0')",
        "ref": CODE,
        "name": CODE,
        "debit": f"(balance > 0)::int * {PAID}",
        "credit": f"(balance < 0)::int * {PAID}",
        **dict.fromkeys(
            ("balance", "amount_currency"),
            f"sign(balance) * {PAID}",
        ),
        **dict.fromkeys(
            ("amount_residual", "amount_residual_currency"),
            f"sign(amount_residual) * {PAID}",
        ),
    },
}
#: the first payment's entry, by the column of each table that names it
ENTRY = {"account_move": "id"}


def code(side, number):
    """Return the reference of a payment: one word, as OCA's rules need it."""
    return f"r{side}{number:020d}"


def amount(number):
    """Return what the customer of a payment paid, in euros."""
    return 10 + number % 900 + number % 7 / 100


def make(env, journal, side, count):
    """Let ``count`` payments wait in ``journal``, posted and not settled."""
    first = _pay(env, journal, side)
    env.flush_all()
    entry = first.move_id
    known = {"code": f"r{side}", "entry": entry.id, "last": count - 1}
    for table in OWN:
        env.cr.execute(f"SELECT max(id) FROM {table}")
        known[table] = env.cr.fetchone()[0]
    for table in ("account_move", "account_payment", "account_move_line"):
        _copy(env.cr, table, known)
    env.cr.execute(
        "UPDATE account_move SET payment_id = payment.id FROM account_payment payment"
        " WHERE payment.move_id = account_move.id AND account_move.payment_id IS NULL"
    )
    env.invalidate_all()
    _compare(env, journal, count)


def _pay(env, journal, side):
    payment = env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": env.ref("base.main_partner").id,
            "amount": amount(0),
            "date": DAY,
            "journal_id": journal.id,
            "payment_reference": code(side, 0),
            "ref": code(side, 0),
        }
    )
    payment.action_post()
    return payment


def _copy(cr, table, known):
    """Copy the first payment's rows of ``table``, with what is each one's own."""
    cr.execute(
        "SELECT quote_ident(column_name) FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    values = [OWN[table].get(name, name) for name in columns]
    cr.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {table}, generate_series(1, %(last)s) n"
        f" WHERE {ENTRY.get(table, 'move_id')} = %(entry)s",
        known,
    )
    cr.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
    )
    cr.execute(f"ANALYZE {table}")


def _compare(env, journal, count):
    """Make sure that Odoo takes the copies for what it would have made itself."""
    payments = env["account.payment"].search([("journal_id", "=", journal.id)])
    total = round(sum(amount(number) for number in range(count)), 2)
    assert len(payments) == count
    assert round(sum(payments.mapped("amount")), 2) == total
    waiting = payments.move_id.line_ids.filtered(
        lambda line: line.account_id == line.payment_id.outstanding_account_id
    )
    assert round(sum(waiting.mapped("amount_residual")), 2) == total
    assert len(set(payments.mapped("name"))) == count
