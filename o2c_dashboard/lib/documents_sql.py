"""What an order's documents say, a piece of SQL each, for the orders in ``ids``."""

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
