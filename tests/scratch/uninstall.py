"""Takes one addon after the other out of a database and looks for what stays behind.

Runs inside ``odoo-bin shell`` of a database that is thrown away afterwards: taking a
module out commits. The last line that it says is JSON.
"""

import json

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry

#: each goes before what it stands on
ORDER = (
    "o2c_dashboard",
    "mollie_reconcile",
    "sendcloud_shipping",
    "shopify_connector",
    "o2c_base",
)
#: words in names that only our addons give
WORDS = "o2c|shopify|sendcloud|mollie_(account|balance|bill|proof|payout|reconcile)"

TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname ~ %s"
FUNCTIONS = """
    SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
     WHERE n.nspname = 'public' AND proname ~ %s
"""
#: tables, indexes, sequences and views
RELATIONS = """
    SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE n.nspname = 'public' AND relname ~ %s
"""
CONSTRAINTS = "SELECT conname FROM pg_constraint WHERE conname ~ %s"
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public'
"""


def use(env):
    """Leave traces: an order on its way, connections, a job, a picture, a key."""
    sell(env)
    shop = env["shopify.shop"].create(
        {"name": "Left", "domain": "left.myshopify.com", "access_token": "x"}
    )
    carrier = env["sendcloud.account"].create({"name": "Left"})
    account = env["mollie.account"].create({"name": "Left", "access_token": "x"})
    for connection in (shop, carrier, account):
        env["o2c.webhook.event"]._receive(connection, "left", "Left behind", b"{}")
    env["ir.attachment"].create(
        {"name": "x", "raw": b"x", "res_model": shop._name, "res_id": shop.id}
    )
    env["o2c.exception"].create(
        {
            "res_model": shop._name,
            "res_id": shop.id,
            "reason": "left",
            "message": "Left behind",
        }
    )
    account.message_post(body="Left behind")
    shop.with_delay(description="Left behind")._attempt("_nothing")
    env["res.config.settings"].action_o2c_new_health_key()
    env["o2c.order.flow"].search([])


def sell(env):
    """Sell, deliver and invoice something, as any shop does without our addons."""
    product = env["product.product"].create(
        {"name": "Spade", "detailed_type": "product", "invoice_policy": "order"}
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 5)
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Customer"}).id,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
        }
    )
    order.action_confirm()
    order.picking_ids.move_ids.picked = True
    order.picking_ids.with_context(skip_sms=True).button_validate()
    invoice = order._create_invoices()
    invoice.action_post()
    assert (order.picking_ids.state, invoice.state) == ("done", "posted")
    env.flush_all()


def belongings(env, addon):
    """Return what a database has because of an addon."""
    data = env["ir.model.data"].search([("module", "=", addon)])
    records = {(row.model, row.res_id) for row in data}
    models = env["ir.model"].browse([i for m, i in records if m == "ir.model"])
    own = [m.model for m in models if env[m.model]._original_module == addon]
    field_ids = [i for model, i in records if model == "ir.model.fields"]
    shared = env["ir.model.data"].search(
        [("model", "=", "ir.model.fields"), ("module", "!=", addon)]
    )
    columns = {
        (env[field.model]._table, field.name)
        for field in env["ir.model.fields"].browse(field_ids)
        if field.id not in shared.mapped("res_id") and field.model in env
    }
    skip = ("ir.model", "ir.model.fields", "ir.model.inherit", "ir.module.module")
    return {
        "models": own,
        "columns": columns,
        "records": [pair for pair in sorted(records) if pair[0] not in skip],
    }


def lost_jobs(env):
    """Return the jobs that the runner could not even load, in words."""
    jobs = env["queue.job"].search([("state", "!=", "done")])
    return [
        f"job {job.name}"
        for job in jobs
        if job.model_name not in env or len(job.records.exists()) != len(job.records)
    ]


def left_of(env, addon, had):
    """Return what is still there of an addon that was taken out, in words."""
    env.cr.execute(COLUMNS)
    left = [f"column {pair}" for pair in set(env.cr.fetchall()) & had["columns"]]
    for model, number in had["records"]:
        if model in env and env[model].browse(number).exists():
            left.append(f"{model} {number}: {env[model].browse(number).display_name}")
    for name, field in (
        ("ir.attachment", "res_model"),
        ("mail.message", "model"),
        ("mail.followers", "res_model"),
        ("mail.activity", "res_model"),
        ("ir.model", "model"),
        ("ir.model.fields", "model"),
        ("ir.filters", "model_id"),
        ("ir.rule", "model_id.model"),
        ("ir.cron", "model_id.model"),
        ("ir.actions.server", "model_id.model"),
        ("ir.actions.act_window", "res_model"),
        ("queue.job", "model_name"),
        ("queue.job.function", "model_id.model"),
    ):
        count = env[name].search_count([(field, "in", had["models"])])
        if count:
            left.append(f"{count} {name} of {addon}")
    left += lost_jobs(env)
    data = env["ir.model.data"].search([("module", "=", addon)])
    left += [f"name {row.complete_name}" for row in data]
    views = env["ir.ui.view"].with_context(active_test=False)
    left += [f"view {v.name}" for v in views.search([("key", "=like", f"{addon}.%")])]
    return left


def left_at_the_end(env):
    """Return what bears a name of ours although nothing of ours is installed."""
    left = []
    for query in (TRIGGERS, FUNCTIONS, RELATIONS, CONSTRAINTS):
        env.cr.execute(query, (WORDS,))
        left += [f"{query.split()[1]} {name}" for (name,) in env.cr.fetchall()]
    parameters = env["ir.config_parameter"].search([])
    words = ("o2c", "shopify", "sendcloud", "mollie_reconcile")
    left += [f"parameter {p.key}" for p in parameters if p.key.startswith(words)]
    channels = env["queue.job.channel"].search([("name", "=like", "o2c%")])
    return left + [f"channel {channel.complete_name}" for channel in channels]


def inside(database, work):
    """Call ``work(env)`` in a transaction of its own and commit."""
    with Registry(database).cursor() as cr:
        return work(api.Environment(cr, SUPERUSER_ID, {}))


def take_out(env, addon):
    """Uninstall an addon; Odoo commits and loads its registry anew."""
    module = env["ir.module.module"].search([("name", "=", addon)])
    module.button_immediate_uninstall()


def sell_for_nothing(env):
    """Sell, and take it back."""
    with env.cr.savepoint() as savepoint:
        sell(env)
        savepoint.rollback()


def main(env):
    """Use the suite, take it out addon by addon, and say what is left."""
    database = env.cr.dbname
    env.cr.rollback()
    inside(database, use)
    left = {}
    for addon in ORDER:
        had = inside(database, lambda env, addon=addon: belongings(env, addon))
        inside(database, lambda env, addon=addon: take_out(env, addon))
        left[addon] = inside(
            database, lambda env, addon=addon, had=had: left_of(env, addon, had)
        )
        inside(database, sell_for_nothing)
    left["all"] = inside(database, left_at_the_end)
    print(json.dumps({"left": left, "at": fields.Datetime.now().isoformat()}))
