"""The one statement that writes the rows of orders, and what it is made of.

It takes the ids of some hundred or thousand orders and looks at each document once.
Times come from the documents themselves, so the rows can be made again at any moment;
only what Odoo keeps nowhere (when stock was reserved, when the carrier took a parcel)
is the time at which it was first seen, and stays.
"""

from .documents_sql import GOODS, MONEY, SHOP, TROUBLES

#: every fact of an order by name; ``old`` is the row as it was
FACTS = """
    facts AS (
        SELECT o.id, o.name, o.client_order_ref, o.partner_id, o.company_id,
               o.user_id, o.currency_id, o.amount_total, o.date_order, o.state,
               o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1)
                   AS amount_company,
               o.invoice_status = 'to invoice' OR (
                   COALESCE(money.posted, 0) = 0
                   AND o.invoice_status IN ('invoiced', 'upselling')
               ) AS to_invoice,
               address.country_id, shop.shop_id,
               COALESCE(moves.lacking, 0) > 0 OR (
                   COALESCE(goods.behind, 0) > 0 AND COALESCE(goods.unpicked, 0) = 0
               ) AS lacking,
               COALESCE(goods.deliveries, 0) AS deliveries,
               COALESCE(goods.unpacked, 0) AS unpacked,
               COALESCE(goods.unpicked, 0) AS unpicked,
               COALESCE(goods.unlabelled, 0) AS unlabelled,
               COALESCE(goods.uncollected, 0) AS uncollected,
               COALESCE(goods.underway, 0) AS underway,
               COALESCE(goods.undelivered, 0) AS undelivered,
               COALESCE(goods.picked_at, goods.packed_at) AS picked_at,
               goods.packed_at, goods.label_at, goods.delivered_at,
               COALESCE(old.shipped_at, goods.moved_at) AS moved_at,
               old.reserved_at AS old_reserved_at, notes.noted_at,
               money.invoiced_on, money.invoiced_at, money.due_on, money.refunded,
               COALESCE(money.residual, 0) AS residual,
               matches.matched_at,
               GREATEST(matches.matched_at, matches.bank_at) AS bank_at,
               received.paid_on AS received_on, matches.paid_on AS matched_on,
               received.amount AS received, received.held,
               CASE
                   WHEN money.posted > 0 AND (
                       money.reversed OR money.refunded >= money.invoiced
                                         AND money.in_payment
                   ) THEN 'refunded'
                   WHEN money.posted > 0 AND money.paid THEN 'paid'
                   WHEN money.posted > 0 AND money.in_payment THEN 'in_payment'
                   WHEN money.posted > 0 AND NOT money.unpaid THEN 'partial'
                   WHEN money.posted > 0 THEN 'not_paid'
                   WHEN received.held >= o.amount_total THEN 'received'
                   ELSE 'not_paid'
               END AS payment_state,
               COALESCE(troubles.open, 0) AS troubles
          FROM sale_order o
          LEFT JOIN res_partner address ON address.id = o.partner_shipping_id
          LEFT JOIN moves ON moves.order_id = o.id
          LEFT JOIN goods ON goods.order_id = o.id
          LEFT JOIN money ON money.order_id = o.id
          LEFT JOIN matches ON matches.order_id = o.id
          LEFT JOIN shop ON shop.order_id = o.id
          LEFT JOIN received ON received.order_id = o.id
          LEFT JOIN troubles ON troubles.order_id = o.id
          LEFT JOIN o2c_order_flow old ON old.id = o.id
          LEFT JOIN notes ON notes.order_id = o.id
         WHERE o.id = ANY(%(ids)s)
           AND (o.state = 'sale' OR o.state = 'cancel' AND (
                goods.deliveries > 0 OR money.posted > 0 OR shop.order_id IS NOT NULL
                OR old.id IS NOT NULL
           ))
    )
"""

WAITS_FOR = """
    CASE
        WHEN state = 'cancel' AND payment_state = 'received' AND held > 0
            THEN 'refund'
        WHEN state = 'cancel' AND payment_state IN ('in_payment', 'paid')
            THEN 'refund'
        WHEN state = 'cancel' THEN 'nothing'
        WHEN unpacked > 0 AND lacking THEN 'stock'
        WHEN unpacked > 0 AND unpicked > 0 THEN 'picking'
        WHEN unpacked > 0 THEN 'packing'
        WHEN unlabelled > 0 THEN 'label'
        WHEN to_invoice THEN 'invoice'
        WHEN payment_state IN ('not_paid', 'partial') AND residual > 0 THEN 'payment'
        WHEN uncollected > 0 THEN 'carrier'
        WHEN underway > 0 THEN 'delivery'
        WHEN payment_state = 'in_payment' THEN 'payout'
        ELSE 'nothing'
    END
"""

#: what is waited for -> who can act, and since which time it waits
WAITING = {
    "stock": ("purchase", "date_order"),
    "picking": ("warehouse", "COALESCE(reserved_at, date_order)"),
    "packing": ("warehouse", "COALESCE(reserved_at, date_order)"),
    "label": ("warehouse", "packed_at"),
    "invoice": ("accounting", "COALESCE(packed_at, date_order)"),
    "payment": ("customer", "invoiced_at"),
    "carrier": ("carrier", "label_at"),
    "delivery": ("carrier", "moved_at"),
    "payout": ("provider", "matched_at"),
    "refund": ("accounting", "GREATEST(matched_at, date_order)"),
}


def _case(part):
    whens = " ".join(
        f"WHEN '{waits}' THEN {value[part] if part else repr(value[0])}"
        for waits, value in WAITING.items()
    )
    return f"CASE waits_for {whens} END"


def _duration(start, end, unit):
    """Return SQL for the time from one column to another, never below zero."""
    # GREATEST takes no notice of NULL: a step that has not ended has no duration.
    return (
        f"CASE WHEN {start} IS NOT NULL AND {end} IS NOT NULL"
        f" THEN GREATEST(EXTRACT(EPOCH FROM {end} - {start}) / {unit}.0, 0) END"
    )


#: column of the row -> SQL over the facts, with what is waited for
COLUMNS = {
    "id": "id",
    "order_id": "id",
    "name": "name",
    "shop_reference": "client_order_ref",
    "channel": "CASE WHEN shop_id IS NULL THEN 'odoo' ELSE 'shop' END",
    "shop_id": "shop_id",
    "state": "CASE state WHEN 'cancel' THEN 'cancelled' ELSE 'confirmed' END",
    "partner_id": "partner_id",
    "country_id": "country_id",
    "user_id": "user_id",
    "company_id": "company_id",
    "currency_id": "currency_id",
    "amount_total": "amount_total",
    "amount_company": "ROUND(amount_company, 2)",
    "amount_open": "ROUND(residual, 2)",
    "amount_refunded": "COALESCE(refunded, 0)",
    "ordered_at": "date_order",
    "paid_on": "CASE WHEN payment_state IN ('received', 'in_payment', 'paid')"
    " THEN COALESCE(received_on, matched_on)"
    " WHEN payment_state = 'refunded' THEN received_on END",
    "reserved_at": "reserved_at",
    "picked_at": "CASE WHEN unpicked = 0 THEN picked_at END",
    "packed_at": "CASE WHEN unpacked = 0 THEN packed_at END",
    "label_at": "CASE WHEN unpacked = 0 AND unlabelled = 0 THEN label_at END",
    "shipped_at": "shipped_at",
    "delivered_at": "CASE WHEN unpacked = 0 AND undelivered = 0 THEN delivered_at END",
    "invoiced_on": "invoiced_on",
    "due_on": "due_on",
    "in_payment_at": "CASE WHEN payment_state IN ('in_payment', 'paid')"
    " THEN matched_at END",
    "reconciled_at": "CASE WHEN payment_state = 'paid' THEN bank_at END",
    "payment_state": "payment_state",
    "waits_for": "waits_for",
    "is_open": "waits_for != 'nothing'",
    "waits_since": _case(1),
    "who": _case(0),
    "exception_count": "troubles",
}

#: how long each step took, from one time of the row to another
STEPS_OF_TIME = {
    "reserve_hours": ("ordered_at", "reserved_at", 3600),
    "pack_hours": ("ordered_at", "packed_at", 3600),
    "label_hours": ("packed_at", "label_at", 3600),
    "ship_hours": ("label_at", "shipped_at", 3600),
    "deliver_hours": ("shipped_at", "delivered_at", 3600),
    "payment_days": ("invoiced_on", "in_payment_at", 86400),
    "payout_days": ("in_payment_at", "reconciled_at", 86400),
    "cash_days": ("ordered_at", "reconciled_at", 86400),
}

#: the facts with what follows from them: is it reserved, what is waited for
STEPS = f"""
    steps AS (
        SELECT facts.*,
               {WAITS_FOR} AS waits_for,
               CASE WHEN deliveries = 0 OR lacking THEN NULL
                    WHEN unpacked > 0 THEN COALESCE(old_reserved_at, noted_at)
                    ELSE old_reserved_at
               END AS reserved_at,
               CASE WHEN deliveries > 0 AND unpacked = 0 AND unlabelled = 0
                     AND uncollected = 0 THEN moved_at END AS shipped_at
          FROM facts
    )
"""  # nosec B608

_VALUES = ", ".join(f"{value} AS {name}" for name, value in COLUMNS.items())
_TIMES = ", ".join(_duration(*step) for step in STEPS_OF_TIME.values())
_NAMES = (*COLUMNS, *STEPS_OF_TIME)
_UPDATES = ", ".join(f"{name} = EXCLUDED.{name}" for name in _NAMES if name != "id")

#: needs ``ids``, ``times`` (when each was noted, UTC) and ``uncollected``
UPSERT = f"""
    WITH notes AS (
        SELECT * FROM unnest(%(ids)s::integer[], %(times)s::timestamp[])
            AS note(order_id, noted_at)
    ), {GOODS}, {MONEY}, {SHOP}, {TROUBLES}, {FACTS}, {STEPS},
    told AS (SELECT {_VALUES} FROM steps)
    INSERT INTO o2c_order_flow ({", ".join(_NAMES)})
    SELECT told.*, {_TIMES} FROM told
        ON CONFLICT (id) DO UPDATE SET {_UPDATES}
 RETURNING id
"""  # nosec B608
