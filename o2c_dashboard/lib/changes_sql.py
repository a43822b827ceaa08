"""How the database itself notes which orders have changed.

A trigger on each document writes the number of its order into a log that is only ever
added to: it costs a fraction of a millisecond, never waits for another transaction and
cannot miss what a job, a person or a plain SQL statement does. Whoever reads the rows,
and a scheduled action, works the log off.
"""

from dataclasses import dataclass

from .documents_sql import EXCEPTION_ORDERS

LOG = "o2c_order_flow_change"
FUNCTION = "o2c_order_flow_note"

OF_PICKING = "SELECT sale_id FROM stock_picking WHERE id = ($1).picking_id"
OF_INVOICE = """
    SELECT line.order_id FROM account_move_line entry
      JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = entry.id
      JOIN sale_order_line line ON line.id = rel.order_line_id
     WHERE entry.move_id = ($1).id
     UNION
    SELECT shop.sale_order_id FROM account_payment payment
      JOIN shopify_order shop ON shop.id = payment.shopify_order_id
     WHERE payment.move_id = ($1).id
"""


@dataclass(frozen=True)
class Source:
    """A table whose changes concern an order.

    :param columns: those that the row of the order is made of
    :param orders: SQL for the ids of the orders; ``$1`` is the row of the table
    :param on_insert: whether a new row can tell anything that no update of it will
    """

    table: str
    columns: tuple
    orders: str
    on_insert: bool = True


SOURCES = (
    Source(
        "sale_order",
        (
            "name",
            "state",
            "invoice_status",
            "client_order_ref",
            "partner_id",
            "partner_shipping_id",
            "company_id",
            "user_id",
            "currency_id",
            "currency_rate",
            "amount_total",
            "date_order",
        ),
        "SELECT ($1).id WHERE ($1).state IN ('sale', 'cancel')"
        " OR EXISTS (SELECT 1 FROM o2c_order_flow WHERE id = ($1).id)",
    ),
    Source(
        "stock_move",
        ("state", "sale_line_id"),
        "SELECT order_id FROM sale_order_line WHERE id = ($1).sale_line_id",
        on_insert=False,
    ),
    Source(
        "stock_picking",
        ("sale_id", "state", "date_done", "carrier_id", "carrier_tracking_ref"),
        "SELECT ($1).sale_id",
    ),
    Source("sendcloud_shipment", ("state", "bought_at", "delivered_at"), OF_PICKING),
    Source(
        "sendcloud_parcel",
        ("status", "meaning", "status_at"),
        "SELECT picking.sale_id FROM sendcloud_shipment shipment"
        " JOIN stock_picking picking ON picking.id = shipment.picking_id"
        " WHERE shipment.id = ($1).shipment_id",
    ),
    Source(
        "account_move",
        (
            "state",
            "payment_state",
            "amount_residual",
            "invoice_date",
            "invoice_date_due",
        ),
        OF_INVOICE,
        on_insert=False,
    ),
    Source(
        "account_payment",
        ("shopify_order_id", "move_id"),
        "SELECT sale_order_id FROM shopify_order WHERE id = ($1).shopify_order_id",
    ),
    Source("shopify_order", ("sale_order_id", "shop_id"), "SELECT ($1).sale_order_id"),
    Source(
        "o2c_exception",
        ("state",),
        EXCEPTION_ORDERS.format(model="($1).res_model", id="($1).res_id"),
    ),
)

#: whether any order has changed since the last refresh
ANYTHING = f"SELECT 1 FROM {LOG} LIMIT 1"  # nosec B608

CREATE_LOG = f"""
    CREATE TABLE IF NOT EXISTS {LOG} (
        id bigserial PRIMARY KEY,
        order_id integer NOT NULL,
        noted_at timestamp DEFAULT (now() AT TIME ZONE 'UTC')
    )
"""  # nosec B608

#: the first argument of a trigger is the SQL that finds the orders of its row
CREATE_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger AS $note$
    BEGIN
        EXECUTE 'INSERT INTO {LOG} (order_id) SELECT DISTINCT found FROM ('
             || TG_ARGV[0] || ') AS orders(found) WHERE found IS NOT NULL'
          USING NEW;
        RETURN NULL;
    END
    $note$ LANGUAGE plpgsql
"""  # nosec B608

#: takes the oldest notes; what another transaction holds is left to it
TAKE = f"""
    WITH taken AS (
        DELETE FROM {LOG}
         WHERE id IN (
                SELECT id FROM {LOG} ORDER BY id LIMIT %(limit)s
                   FOR UPDATE SKIP LOCKED
               )
     RETURNING order_id, noted_at
    )
    SELECT order_id, MIN(noted_at) FROM taken GROUP BY order_id
"""  # nosec B608

#: orders that have no row yet, as on the day the addon is installed, or one of before a
#: duration was measured; when their stock was reserved is not known then
NOTE_MISSING = f"""
    INSERT INTO {LOG} (order_id, noted_at)
    SELECT o.id, NULL FROM sale_order o
     WHERE o.state IN ('sale', 'cancel')
       AND NOT EXISTS (
            SELECT 1 FROM o2c_order_flow flow
             WHERE flow.id = o.id
               AND (flow.reserve_hours IS NULL) = (flow.reserved_at IS NULL)
               AND (flow.payout_days IS NULL) = (flow.reconciled_at IS NULL)
       )
     ORDER BY o.id DESC
"""  # nosec B608

INDEXES = (
    "CREATE INDEX IF NOT EXISTS o2c_order_flow_newest"
    " ON o2c_order_flow (ordered_at DESC, id DESC)",
    "CREATE INDEX IF NOT EXISTS o2c_order_flow_open"
    " ON o2c_order_flow (ordered_at DESC, id DESC) WHERE is_open",
    "CREATE INDEX IF NOT EXISTS o2c_order_flow_waiting"
    " ON o2c_order_flow (waits_for, ordered_at DESC, id DESC) WHERE is_open",
    "CREATE INDEX IF NOT EXISTS o2c_order_flow_in_trouble"
    " ON o2c_order_flow (ordered_at DESC, id DESC) WHERE exception_count > 0",
)


def create_triggers():
    """Yield the statements that put a trigger on each source, the old ones away."""
    for number, source in enumerate(SOURCES):
        changed = " OR ".join(
            f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in source.columns
        )
        events = {"update": f"UPDATE OF {', '.join(source.columns)}"}
        if source.on_insert:
            events["insert"] = "INSERT"
        for event, words in events.items():
            name = f"o2c_order_flow_{number}_{event}"
            when = f"WHEN ({changed})" if event == "update" else ""
            yield f"DROP TRIGGER IF EXISTS {name} ON {source.table}"
            yield (
                f"CREATE TRIGGER {name} AFTER {words} ON {source.table}"
                f" FOR EACH ROW {when}"
                f" EXECUTE FUNCTION {FUNCTION}($orders${source.orders}$orders$)"
            )


def drop_all():
    """Yield the statements that leave nothing of this behind."""
    yield f"DROP FUNCTION IF EXISTS {FUNCTION}() CASCADE"
    yield f"DROP TABLE IF EXISTS {LOG}"
