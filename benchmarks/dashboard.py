"""The dashboard over a million orders: do its list, its filters and its board answer?

The rows are made by SQL beside as many sales orders, so that Odoo's own list of sales
orders, in the same database, is what ours is held against.
"""

import json
import os
import subprocess
import sys
import time

SUITE_ORDERS = 1_000_000
#: answers wanted of a page that somebody looks at, in seconds
WANTED = 1.0

ORDERS = """
    INSERT INTO sale_order (
        name, state, date_order, create_date, write_date, partner_id,
        partner_invoice_id, partner_shipping_id, company_id, currency_id, currency_rate,
        warehouse_id, picking_policy, amount_untaxed, amount_tax, amount_total,
        invoice_status
    )
    SELECT 'BENCH' || lpad(number::text, 7, '0'), 'sale', day, day, day,
           %(partner)s, %(partner)s, %(partner)s, %(company)s, %(currency)s, 1,
           %(warehouse)s, 'direct', amount, 0, amount, 'invoiced'
      FROM (
            SELECT number, 5 + number %% 400 AS amount,
                   now() AT TIME ZONE 'UTC'
                   - number * interval '3 years' / %(count)s AS day
              FROM generate_series(1, %(count)s) AS number
           ) made
"""
ROWS = """
    INSERT INTO o2c_order_flow (
        id, order_id, name, shop_reference, channel, shop_id, state, partner_id,
        country_id, company_id, currency_id, amount_total, amount_company, amount_open,
        ordered_at, paid_on, packed_at, label_at, shipped_at, delivered_at,
        invoiced_on, in_payment_at, reconciled_at, payment_state, waits_for,
        is_open, waits_since, who, exception_count, pack_hours, label_hours, ship_hours,
        deliver_hours, cash_days
    )
    SELECT id, id, name, '#' || id, CASE WHEN id %% 10 = 0 THEN 'odoo' ELSE 'shop' END,
           NULL, 'confirmed', partner_id, country.ids[1 + id %% 12], company_id,
           currency_id, amount_total, amount_total, 0, date_order, date_order,
           packed, packed + interval '4 minutes', packed + interval '5 hours',
           packed + interval '1 day', date_order, date_order,
           CASE WHEN waits = 'nothing' THEN date_order + 3 * step END,
           CASE WHEN waits = 'nothing' THEN 'paid' ELSE 'in_payment' END,
           waits, waits != 'nothing', date_order,
           CASE WHEN waits != 'nothing' THEN 'warehouse' END,
           (id %% 3000 = 0)::integer, EXTRACT(EPOCH FROM step) / 3600, 0.07, 4.9, 19,
           CASE WHEN waits = 'nothing' THEN 3 * EXTRACT(EPOCH FROM step) / 86400 END
      FROM (
            SELECT o.*, interval '1 hour' * (1 + o.id %% 47) AS step,
                   date_order + interval '1 hour' * (1 + o.id %% 47) AS packed,
                   CASE WHEN date_order > now() - interval '9 days' OR o.id %% 500 = 0
                        THEN (ARRAY['stock', 'packing', 'label', 'payment', 'payout'])
                             [1 + o.id %% 5]
                        ELSE 'nothing' END AS waits
              FROM sale_order o WHERE o.name LIKE 'BENCH%%'
           ) made
     CROSS JOIN (
            SELECT array_agg(id) AS ids FROM res_country WHERE id <= 12
           ) country
"""


def fill(env, count):
    """Make ``count`` orders with their rows, spread over three years."""
    values = {
        "count": count,
        "partner": env.company.partner_id.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "warehouse": env["stock.warehouse"].search([], limit=1).id,
    }
    # What the triggers would note is written here at once.
    env.cr.execute("ALTER TABLE sale_order DISABLE TRIGGER USER")
    env.cr.execute(ORDERS, values)
    env.cr.execute(ROWS, values)
    env.cr.execute("ALTER TABLE sale_order ENABLE TRIGGER USER")
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE o2c_order_flow")
    env.cr.execute("VACUUM ANALYZE sale_order")
    env.cr._cnx.autocommit = False


def looks(env):
    """Return ``{what somebody looks at: function that answers it}``."""
    flow = env["o2c.order.flow"]
    columns = {name: {} for name in ("name", "amount_total", "waits_for", "ordered_at")}
    waiting = [("is_open", "=", True)]
    name = flow.search([], limit=1, offset=500).name

    def listed(domain):
        return lambda: flow.web_search_read(
            domain, columns, limit=80, count_limit=10001
        )

    def grouped(by):
        return lambda: flow._read_group([], [by], ["__count", "amount_company:sum"])

    def board(days):
        return lambda: env["o2c.board"].get_board({"period": days})

    return {
        "list": listed([]),
        "list, under way": listed(waiting),
        "list, one thing waited for": listed([*waiting, ("waits_for", "=", "packing")]),
        "list, exceptions": listed([("exception_count", ">", 0)]),
        "list, part of a number": listed([("name", "ilike", name[-5:])]),
        "grouped by what is waited for": grouped("waits_for"),
        "grouped by month": grouped("ordered_at:month"),
        "board, today": board("1"),
        "board, 30 days": board("30"),
        "board, a year": board("365"),
    }


def seconds(env, work, times=3):
    """Return the median time of some calls, each with nothing in Odoo's cache."""
    measured = []
    for _time in range(times):
        env.invalidate_all()
        start = time.perf_counter()
        work()
        measured.append(time.perf_counter() - start)
    return sorted(measured)[times // 2]


def reference(env):
    """Return what Odoo's own orders take for the same two looks, added up."""
    orders = env["sale.order"]
    columns = {name: {} for name in ("name", "amount_total", "state", "date_order")}

    def listed():
        orders.web_search_read(
            [("invoice_status", "=", "invoiced")], columns, limit=80, count_limit=10001
        )

    def grouped():
        orders._read_group([], ["date_order:month"], ["__count", "amount_total:sum"])

    return seconds(env, listed) + seconds(env, grouped)


def report(env):
    """Measure all looks, print them, and the comparison as the last line."""
    taken = {name: seconds(env, work) for name, work in looks(env).items()}
    for name, value in taken.items():
        print(f"{name:<32}{value:7.3f} s{'' if value < WANTED else '   too slow'}")
    ours = taken["list"] + taken["grouped by month"]
    theirs = reference(env)
    rows = env["o2c.order.flow"].search_count([])
    outcome = {
        "name": "dashboard",
        "ratio": round(theirs / ours, 2),
        "ours": round(ours, 3),
        "reference": round(theirs, 3),
        "reference_is": f"Odoo's own sales orders, same list and months, {rows} orders;"
        f" slowest look of ours {max(taken.values()):.2f} s",
        "cores": os.cpu_count(),
    }
    print(json.dumps(outcome))
    return max(taken.values()) < WANTED


def main(count):
    """Make a database, fill it, measure."""
    from tools import postgres
    from tools.database import Databases
    from tools.odoo_run import Odoo

    script = (
        f"from benchmarks import dashboard\ndashboard.fill(env, {count})\n"
        "dashboard.report(env)\n"
    )
    with postgres.running() as server:
        odoo = Odoo(server)
        databases = Databases(server, odoo)
        name = f"{odoo.prefix}benchmark_dashboard"
        databases.clone(databases.suite_template(), name)
        try:
            command = odoo.command("-d", name, "--no-http", sub_command="shell")
            environment = odoo.environment()
            subprocess.run(
                command, input=script, env=environment, text=True, check=True
            )
        finally:
            databases.drop(name)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUITE_ORDERS)
