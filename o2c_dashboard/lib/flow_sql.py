"""The one statement that writes the rows of orders, and what it is made of.

It takes the ids of some hundred or thousand orders and looks at each document once.
Times come from the documents themselves, so the rows can be made again at any moment;
only what Odoo keeps nowhere (when stock was reserved, when the carrier took a parcel)
is the time at which it was first seen, and stays.
"""

#: statuses of a parcel that the carrier has not got yet are given as ``uncollected``
GOODS = """
    lines AS (
        SELECT id, order_id FROM sale_order_line WHERE order_id = ANY(%(ids)s)
    ),
    moves AS (
        SELECT line.order_id,
               COUNT(*) FILTER (
                   WHERE move.state IN ('confirmed', 'partially_available')
               ) AS lacking
          FROM lines line
          JOIN stock_move move ON move.sale_line_id = line.id
         WHERE move.state NOT IN ('draft', 'cancel', 'done')
         GROUP BY line.order_id
    ),
    pickings AS (
        SELECT picking.*, kind.code, carrier.delivery_type = 'sendcloud' AS by_sendcloud
          FROM stock_picking picking
          JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
          LEFT JOIN delivery_carrier carrier ON carrier.id = picking.carrier_id
         WHERE picking.sale_id = ANY(%(ids)s)
           AND picking.state != 'cancel'
           AND kind.code IN ('outgoing', 'internal')
    ),
    shipments AS (
        SELECT shipment.picking_id,
               MAX(COALESCE(shipment.bought_at, shipment.create_date)) AS label_at,
               MAX(shipment.delivered_at) AS delivered_at,
               COUNT(DISTINCT shipment.id) FILTER (
                   WHERE shipment.delivered_at IS NULL
               ) AS undelivered,
               COUNT(parcel.id) FILTER (
                   WHERE parcel.status = ANY(%(uncollected)s)
               ) AS uncollected,
               COUNT(parcel.id) FILTER (
                   WHERE parcel.meaning NOT IN ('delivered', 'returned', 'cancelled')
               ) AS underway,
               MAX(parcel.status_at) AS moved_at
          FROM pickings picking
          JOIN sendcloud_shipment shipment
            ON shipment.picking_id = picking.id AND shipment.state = 'label'
          LEFT JOIN sendcloud_parcel parcel ON parcel.shipment_id = shipment.id
         GROUP BY shipment.picking_id
    ),
    goods AS (
        SELECT picking.sale_id AS order_id,
               COUNT(*) AS deliveries,
               COUNT(*) FILTER (WHERE state != 'done') AS unpacked,
               COUNT(*) FILTER (WHERE code = 'internal' AND state != 'done')
                   AS unpicked,
               COUNT(*) FILTER (WHERE code = 'outgoing' AND state = 'waiting')
                   AS behind,
               MAX(date_done) FILTER (WHERE code = 'internal') AS picked_at,
               MAX(date_done) FILTER (WHERE code = 'outgoing') AS packed_at,
               COUNT(*) FILTER (
                   WHERE code = 'outgoing' AND by_sendcloud
                     AND carrier_tracking_ref IS NULL
               ) AS unlabelled,
               MAX(label_at) AS label_at,
               SUM(uncollected) AS uncollected,
               SUM(underway) AS underway,
               SUM(undelivered) AS undelivered,
               GREATEST(
                   MAX(moved_at),
                   MAX(date_done) FILTER (
                       WHERE code = 'outgoing' AND by_sendcloud IS NOT TRUE
                   )
               ) AS moved_at,
               MAX(delivered_at) AS delivered_at
          FROM pickings picking
          LEFT JOIN shipments ON shipments.picking_id = picking.id
         GROUP BY picking.sale_id
    )
"""

#: an invoice of several orders counts for each with the share of its lines
MONEY = """
    invoices AS (
        SELECT line.order_id, invoice.id, invoice.move_type, invoice.payment_state,
               invoice.invoice_date, invoice.create_date, invoice.invoice_date_due,
               SUM(entry.price_total) AS amount,
               invoice.amount_residual * SUM(entry.price_total)
                   / NULLIF(invoice.amount_total, 0) AS residual
          FROM lines line
          JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
          JOIN account_move_line entry ON entry.id = rel.invoice_line_id
          JOIN account_move invoice ON invoice.id = entry.move_id
         WHERE invoice.state = 'posted'
           AND invoice.move_type IN ('out_invoice', 'out_refund')
         GROUP BY line.order_id, invoice.id
    ),
    matches AS (
        SELECT invoice.order_id,
               MAX(part.create_date) AS matched_at,
               MAX(part.max_date) AS paid_on,
               MAX(bank.create_date) AS bank_at
          FROM invoices invoice
          JOIN account_move_line entry ON entry.move_id = invoice.id
          JOIN account_partial_reconcile part ON part.debit_move_id = entry.id
          JOIN account_move_line other ON other.id = part.credit_move_id
          LEFT JOIN account_move_line rest
            ON rest.move_id = other.move_id AND rest.id != other.id
          LEFT JOIN account_partial_reconcile bank ON bank.debit_move_id = rest.id
         WHERE invoice.move_type = 'out_invoice'
         GROUP BY invoice.order_id
    ),
    money AS (
        SELECT order_id,
               COUNT(*) FILTER (WHERE move_type = 'out_invoice') AS posted,
               MIN(invoice_date) FILTER (WHERE move_type = 'out_invoice')
                   AS invoiced_on,
               MIN(create_date) FILTER (WHERE move_type = 'out_invoice')
                   AS invoiced_at,
               MIN(invoice_date_due) FILTER (
                   WHERE move_type = 'out_invoice'
                     AND payment_state IN ('not_paid', 'partial')
               ) AS due_on,
               COALESCE(SUM(amount) FILTER (WHERE move_type = 'out_invoice'), 0)
                   AS invoiced,
               COALESCE(SUM(amount) FILTER (WHERE move_type = 'out_refund'), 0)
                   AS refunded,
               COALESCE(SUM(residual) FILTER (WHERE move_type = 'out_invoice'), 0)
                   AS residual,
               BOOL_AND(payment_state = 'reversed')
                   FILTER (WHERE move_type = 'out_invoice') AS reversed,
               BOOL_AND(payment_state IN ('paid', 'reversed'))
                   FILTER (WHERE move_type = 'out_invoice') AS paid,
               BOOL_AND(payment_state IN ('in_payment', 'paid', 'reversed'))
                   FILTER (WHERE move_type = 'out_invoice') AS in_payment,
               BOOL_AND(payment_state = 'not_paid')
                   FILTER (WHERE move_type = 'out_invoice') AS unpaid
          FROM invoices
         GROUP BY order_id
    )
"""

SHOP = """
    shop AS (
        SELECT shop.sale_order_id AS order_id, MIN(shop.shop_id) AS shop_id
          FROM shopify_order shop
         WHERE shop.sale_order_id = ANY(%(ids)s)
         GROUP BY shop.sale_order_id
    ),
    received AS (
        SELECT shop.sale_order_id AS order_id,
               MAX(payment_day.date) FILTER (WHERE payment.payment_type = 'inbound')
                   AS paid_on,
               SUM(CASE payment.payment_type WHEN 'inbound' THEN payment.amount
                        ELSE -payment.amount END) AS held,
               SUM(payment.amount) FILTER (WHERE payment.payment_type = 'inbound')
                   AS amount
          FROM shopify_order shop
          JOIN account_payment payment ON payment.shopify_order_id = shop.id
          JOIN account_move payment_day ON payment_day.id = payment.move_id
         WHERE shop.sale_order_id = ANY(%(ids)s)
           AND payment_day.state = 'posted'
         GROUP BY shop.sale_order_id
    )
"""

#: documents that exceptions hang on -> the order behind each
EXCEPTION_ORDERS = """
    SELECT id FROM sale_order
     WHERE {model} = 'sale.order' AND id = {id}
     UNION ALL
    SELECT sale_order_id FROM shopify_order
     WHERE {model} = 'shopify.order' AND id = {id}
     UNION ALL
    SELECT shop.sale_order_id FROM shopify_fulfillment fulfillment
      JOIN shopify_order shop ON shop.id = fulfillment.order_id
     WHERE {model} = 'shopify.fulfillment' AND fulfillment.id = {id}
     UNION ALL
    SELECT sale_id FROM stock_picking
     WHERE {model} = 'stock.picking' AND id = {id}
     UNION ALL
    SELECT picking.sale_id FROM sendcloud_shipment shipment
      JOIN stock_picking picking ON picking.id = shipment.picking_id
     WHERE {model} = 'sendcloud.shipment' AND shipment.id = {id}
"""

TROUBLES = """
    troubles AS (
        SELECT document.order_id, COUNT(*) AS open
          FROM (
                SELECT 'sale.order' AS model, o.id, o.id AS order_id
                  FROM sale_order o WHERE o.id = ANY(%(ids)s)
                 UNION ALL
                SELECT 'shopify.order', shop.id, shop.sale_order_id
                  FROM shopify_order shop WHERE shop.sale_order_id = ANY(%(ids)s)
                 UNION ALL
                SELECT 'shopify.fulfillment', fulfillment.id, shop.sale_order_id
                  FROM shopify_fulfillment fulfillment
                  JOIN shopify_order shop ON shop.id = fulfillment.order_id
                 WHERE shop.sale_order_id = ANY(%(ids)s)
                 UNION ALL
                SELECT 'stock.picking', id, sale_id FROM pickings
                 UNION ALL
                SELECT 'sendcloud.shipment', shipment.id, picking.sale_id
                  FROM pickings picking
                  JOIN sendcloud_shipment shipment
                    ON shipment.picking_id = picking.id
               ) document
          JOIN o2c_exception exception
            ON exception.res_model = document.model
           AND exception.res_id = document.id
           AND exception.state = 'open'
         GROUP BY document.order_id
    )
"""

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
               COALESCE(received.paid_on, matches.paid_on) AS paid_on,
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


def _hours(start, end, unit=3600):
    """Return SQL for the time from one column to another, never below zero."""
    seconds = f"EXTRACT(EPOCH FROM {end} - {start})"
    return f"GREATEST({seconds} / {unit}.0, 0)"


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
    "paid_on": "paid_on",
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
    "waits_since": _case(1),
    "who": _case(0),
    "exception_count": "troubles",
    "pack_hours": f"CASE WHEN unpacked = 0 THEN {_hours('date_order', 'packed_at')}"
    " END",
    "label_hours": f"CASE WHEN unlabelled = 0 THEN {_hours('packed_at', 'label_at')}"
    " END",
    "ship_hours": _hours("label_at", "shipped_at"),
    "deliver_hours": "CASE WHEN undelivered = 0 THEN"
    f" {_hours('shipped_at', 'delivered_at')} END",
    "cash_days": "CASE WHEN payment_state = 'paid' THEN"
    f" {_hours('date_order', 'bank_at', 86400)} END",
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
"""

_NAMES = ", ".join(COLUMNS)
_VALUES = ", ".join(f"{value} AS {name}" for name, value in COLUMNS.items())
_UPDATES = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS if name != "id")

#: needs ``ids``, ``times`` (when each was noted, UTC) and ``uncollected``
UPSERT = f"""
    WITH notes AS (
        SELECT * FROM unnest(%(ids)s::integer[], %(times)s::timestamp[])
            AS note(order_id, noted_at)
    ), {GOODS}, {MONEY}, {SHOP}, {TROUBLES}, {FACTS}, {STEPS}
    INSERT INTO o2c_order_flow ({_NAMES})
    SELECT {_VALUES} FROM steps
        ON CONFLICT (id) DO UPDATE SET {_UPDATES}
 RETURNING id
"""
