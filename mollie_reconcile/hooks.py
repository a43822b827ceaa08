#: keys from our tables, which go anyway, would keep data of ours in core's tables
KEYS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
     WHERE contype = 'f' AND conrelid::regclass::text LIKE 'mollie\\_%'
       AND confrelid IN ('product_product'::regclass, 'res_partner'::regclass)
"""


def uninstall_hook(env):
    """Let invoices read as core would say without us, and take away what waits."""
    # Taking the journal away recomputes the stored payment state of its invoices.
    env["mollie.balance"].with_context(active_test=False).search([]).journal_id = False
    for name in "o2c.exception.res_model", "o2c.webhook.event.connection_model":
        model, _dot, field = name.rpartition(".")
        env[model].search([(field, "=like", "mollie.%")]).unlink()
    env.cr.execute("DELETE FROM queue_job WHERE model_name LIKE 'mollie.%'")
    env.cr.execute(KEYS)
    for table, name in env.cr.fetchall():
        env.cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
