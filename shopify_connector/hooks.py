#: the runner would try for ever to load a job whose document is gone; on Odoo 19
#: the column is a text of JSON within JSON, which #>> unwraps
JOBS = """
    DELETE FROM queue_job WHERE model_name LIKE 'shopify.%'
        OR model_name = 'o2c.webhook.event'
       AND ((records::jsonb #>> '{}')::jsonb -> 'ids' ->> 0)::int IN (
           SELECT id FROM o2c_webhook_event WHERE connection_model LIKE 'shopify.%')
"""
#: keys from our tables, which go anyway, would keep data of ours in core's tables
KEYS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
     WHERE contype = 'f' AND conrelid::regclass::text LIKE 'shopify\\_%'
       AND confrelid IN ('product_product'::regclass, 'res_partner'::regclass)
"""
#: indexes of ours on core's columns, which stay
INDEXES = "DROP INDEX IF EXISTS res_partner_shopify_phone, res_partner_shopify_mobile"


def uninstall_hook(env):
    """Take away what waits for the shops, and what Odoo could not delete itself."""
    # Nobody would keep these prices up to date any more.
    env["product.pricelist"].search([("from_shopify", "=", True)]).active = False
    env.cr.execute(INDEXES)
    env.cr.execute(JOBS)
    for name in "o2c.exception.res_model", "o2c.webhook.event.connection_model":
        model, _dot, field = name.rpartition(".")
        env[model].search([(field, "=like", "shopify.%")]).unlink()
    env.cr.execute(KEYS)
    for table, name in env.cr.fetchall():
        env.cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
