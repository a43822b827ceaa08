"""One process of :mod:`benchmarks.dashboard`, inside Odoo."""

import time

from benchmarks.inside import answer, arguments, environment, ready

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
        ordered_at, paid_on, reserved_at, packed_at, label_at, shipped_at, delivered_at,
        invoiced_on, in_payment_at, reconciled_at, payment_state, waits_for,
        is_open, waits_since, who, exception_count, pack_hours, label_hours, ship_hours,
        deliver_hours, cash_days, reserve_hours, payment_days, payout_days
    )
    SELECT id, id, name, '#' || id, CASE WHEN id %% 10 = 0 THEN 'odoo' ELSE 'shop' END,
           (%(shops)s)[1 + id %% 10], 'confirmed', partner_id,
           country.ids[1 + id %% 12], company_id, currency_id, amount_total,
           amount_total, 0, date_order, date_order, date_order + step / 2,
           packed, packed + interval '4 minutes', packed + interval '5 hours',
           packed + interval '1 day', date_order, date_order,
           CASE WHEN waits = 'nothing' THEN date_order + 3 * step END,
           CASE WHEN waits = 'nothing' THEN 'paid' ELSE 'in_payment' END,
           waits, waits != 'nothing', date_order,
           CASE WHEN waits != 'nothing' THEN 'warehouse' END,
           (id %% 3000 = 0)::integer, EXTRACT(EPOCH FROM step) / 3600, 0.07, 4.9, 19,
           CASE WHEN waits = 'nothing' THEN 3 * EXTRACT(EPOCH FROM step) / 86400 END,
           EXTRACT(EPOCH FROM step) / 7200, 0,
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


def fill(env, given):
    """Make ``count`` orders with their rows, spread over three years."""
    values = {
        "count": given["count"],
        "partner": env.company.partner_id.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "warehouse": env["stock.warehouse"].search([], limit=1).id,
        "shops": _shops(env),
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
    return {"rows": env["o2c.order.flow"].search_count([])}


def _shops(env):
    """Return the shops of ten orders: one of them was typed in Odoo."""
    make = env["shopify.shop"].create
    names = ("Shop", "Second Shop")
    one, two = (
        make({"name": name, "domain": f"{name.split()[0].lower()}.myshopify.com"}).id
        for name in names
    )
    return [None, one, one, one, one, one, one, two, two, two]


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
        "board, 90 days": board("90"),
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


def measure(env, given):
    """Return ``{look: seconds}``, and the same of two looks at Odoo's own orders."""
    return {
        "looks": {name: seconds(env, work) for name, work in looks(env).items()},
        "reference": reference(env),
    }


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


def panels(env, given):
    """Return the seconds that each panel of the board takes alone, for a year."""
    board = env["o2c.board"].with_context(
        o2c_filters={"period": given.get("period", "365"), "shop": False}
    )

    def alone(name):
        fresh = board.with_context(o2c_sums={})
        return fresh._panels()[name]

    return {name: seconds(env, lambda n=name: alone(n)()) for name in board._panels()}


TASKS = {"fill": fill, "measure": measure, "panels": panels}


def main():
    given = arguments()
    with environment(given) as env:
        # As a person, for whom the rules of records and companies count.
        env = env(user=env.ref("base.user_admin"))
        ready()
        answer(**TASKS[given["task"]](env, given))


if __name__ == "__main__":
    main()
