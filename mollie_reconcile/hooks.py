#: the runner would try for ever to load a job whose document is gone; on Odoo 19
#: the column is a text of JSON within JSON, which #>> unwraps
JOBS = """
    DELETE FROM queue_job WHERE model_name LIKE 'mollie.%'
        OR model_name = 'o2c.webhook.event'
       AND ((records::jsonb #>> '{}')::jsonb -> 'ids' ->> 0)::int IN (
           SELECT id FROM o2c_webhook_event WHERE connection_model LIKE 'mollie.%')
"""
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
    _hand_over_activities(env)
    env.cr.execute(JOBS)
    for name in "o2c.exception.res_model", "o2c.webhook.event.connection_model":
        model, _dot, field = name.rpartition(".")
        env[model].search([(field, "=like", "mollie.%")]).unlink()
    env.cr.execute(KEYS)
    for table, name in env.cr.fetchall():
        env.cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def _hand_over_activities(env):
    """Turn what is to be done about money taken back into plain to-dos.

    Their own type goes with the addon, and would be kept by them.
    """
    own = env.ref("mollie_reconcile.mail_activity_taken_back", False)
    plain = env.ref("mail.mail_activity_data_todo", False)
    if own and plain:
        activities = env["mail.activity"].with_context(active_test=False)
        domain = [("activity_type_id", "=", own.id)]
        activities.search(domain).activity_type_id = plain
