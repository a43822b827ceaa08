"""What a database looks like, and what a merchant had in it before an upgrade.

Runs inside ``odoo-bin shell``; each function prints JSON.
"""

import json

MODULES = (
    "o2c_base",
    "shopify_connector",
    "sendcloud_shipping",
    "mollie_reconcile",
    "o2c_dashboard",
)
#: kind -> question for ``(name, definition)`` of everything that is ours; whether two
#: fields that core gives every chatter bear our name depends on what was loaded first
CATALOGUE = {
    "columns": """
        SELECT table_name || '.' || column_name,
               concat_ws(' ', udt_name, is_nullable, column_default)
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "indexes": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    """,
    "constraints": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "triggers": """
        SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
          FROM pg_trigger WHERE NOT tgisinternal
    """,
    "functions": """
        SELECT proname, prosrc FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prolang <> 13
    """,
    "sequences": """
        SELECT sequence_name, data_type FROM information_schema.sequences
         WHERE sequence_schema = 'public'
    """,
    "names": """
        SELECT module || '.' || name, model || coalesce(' ' || noupdate, '')
          FROM ir_model_data
         WHERE module IN %(modules)s
           AND name !~ '__(message_has_sms_error|website_message_ids)$'
    """,
    "crons": """
        SELECT d.name, concat_ws(' ', c.interval_number, c.interval_type, c.active)
          FROM ir_cron c JOIN ir_model_data d ON d.model = 'ir.cron' AND d.res_id = c.id
         WHERE d.module IN %(modules)s
    """,
    "jobs": """
        SELECT f.name, c.complete_name FROM queue_job_function f
          JOIN queue_job_channel c ON c.id = f.channel_id
    """,
    "rights": """
        SELECT a.name, concat_ws(' ', perm_read, perm_write, perm_create, perm_unlink)
          FROM ir_model_access a
          JOIN ir_model_data d ON d.model = 'ir.model.access' AND d.res_id = a.id
         WHERE d.module IN %(modules)s
    """,
    "rules": """
        SELECT d.name, r.domain_force FROM ir_rule r
          JOIN ir_model_data d ON d.model = 'ir.rule' AND d.res_id = r.id
         WHERE d.module IN %(modules)s
    """,
}


def catalogue(env):
    """Print all of the database's structure and our data as JSON."""
    found = {}
    for kind, query in CATALOGUE.items():
        env.cr.execute(query, {"modules": MODULES})
        found[kind] = dict(env.cr.fetchall())
    print(json.dumps({"catalogue": found}))


def use(env):
    """Put in what a merchant has: connections with keys, mappings, an order."""
    shop = env["shopify.shop"].create(
        {
            "name": "Kept",
            "domain": "kept.myshopify.com",
            "access_token": "shpat_kept",
            "state": "connected",
        }
    )
    env["shopify.order"].create(
        {"shop_id": shop.id, "gid": "gid://shopify/Order/1", "name": "#1"}
    )
    env["sendcloud.account"].create({"name": "Kept", "secret_key": "kept"})
    env["mollie.account"].create({"name": "Kept", "access_token": "access_kept"})
    env["o2c.exception"].create(
        {
            "res_model": "shopify.shop",
            "res_id": shop.id,
            "reason": "kept",
            "message": "Kept",
        }
    )
    product = env["product.product"].create({"name": "Kept"})
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Kept"}).id,
            "client_order_ref": "#1",
            "order_line": [(0, 0, {"product_id": product.id})],
        }
    )
    order.action_confirm()
    env["o2c.order.flow"].search([])
    env.cr.commit()
    print(json.dumps({"order": order.name}))


def kept(env):
    """Print whether what :func:`use` made is there and works on."""
    shop = env["shopify.shop"].search([("name", "=", "Kept")])
    order = env["sale.order"].search([("client_order_ref", "=", "#1")])
    row = env["o2c.order.flow"].search([("order_id", "=", order.id)])
    order.picking_ids.move_ids.picked = True
    order.picking_ids.with_context(skip_sms=True).button_validate()
    order._create_invoices().action_post()
    env.flush_all()
    mollie = env["mollie.account"].search([("name", "=", "Kept")])
    exception = env["o2c.exception"].search([("reason", "=", "kept")])
    seen = {
        "token": shop.access_token,
        "state": shop.state,
        "orders": env["shopify.order"]
        .search([("shop_id", "=", shop.id)])
        .mapped("name"),
        "mollie": mollie.access_token,
        "webhooks": bool(shop.webhook_token and mollie.webhook_token),
        "exception": exception.mapped("state"),
        "row": row.mapped("name") == order.mapped("name"),
        "invoiced": order.invoice_status,
    }
    env.cr.rollback()
    print(json.dumps(seen))
