"""One process of :mod:`benchmarks.labels`, inside Odoo."""

import time

from psycopg2 import OperationalError

from benchmarks.inside import answer, arguments, environment, ready
from sandbox import settings

NEXT_JOB = """
    SELECT uuid FROM queue_job
     WHERE state = 'pending' AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')
     ORDER BY priority, date_created LIMIT 1 FOR UPDATE SKIP LOCKED
"""
#: seconds until somebody without work looks again, as the runner is told at once
REST = 0.05


# === 200 deliveries, validated === #


def validate(env, given):
    """Make the deliveries and validate them in one go; their labels then wait."""
    account = _account(env, given)
    pickings = _orders(env, _carrier(env, account), given["count"]).picking_ids
    env.cr.commit()
    env.invalidate_all()
    before, started = env.cr.sql_log_count, time.monotonic()
    context = {"skip_sms": True, "skip_backorder": True}
    assert pickings.with_context(**context).button_validate() is True
    env.cr.commit()
    seconds = time.monotonic() - started
    queries = (env.cr.sql_log_count - before) / given["count"]
    return {"seconds": round(seconds, 1), "queries": round(queries, 1)}


def _account(env, given):
    account = env["sendcloud.account"].create(
        {
            "name": "Benchmark",
            "base_url": given["address"],
            "public_key": settings.SENDCLOUD_PUBLIC_KEY,
            "secret_key": settings.SENDCLOUD_SECRET_KEY,
            "sender_address_id": 192,
        }
    )
    account.action_test_connection()
    return account


def _carrier(env, account):
    product = env["product.product"].create({"name": "Delivery", "type": "service"})
    return env["delivery.carrier"].create(
        {
            "name": "Benchmark",
            "delivery_type": "sendcloud",
            "product_id": product.id,
            "sendcloud_account_id": account.id,
            "sendcloud_option_code": "postnl:standard",
            "integration_level": "rate_and_ship",
        }
    )


def _orders(env, carrier, count):
    goods = env["product.product"].create(
        {"name": "Can", "detailed_type": "product", "weight": 1}
    )
    stock = env.ref("stock.warehouse0").lot_stock_id
    env["stock.quant"]._update_available_quantity(goods, stock, count)
    partner = env["res.partner"].create(
        {
            "name": "Jo Jansen",
            "street": "Keizersgracht 241",
            "zip": "1016 EA",
            "city": "Amsterdam",
            "country_id": env.ref("base.nl").id,
            "phone": "+31612345678",
        }
    )
    line = (0, 0, {"product_id": goods.id, "product_uom_qty": 1})
    values = {
        "partner_id": partner.id,
        "carrier_id": carrier.id,
        "order_line": [line],
    }
    orders = env["sale.order"].create([values] * count)
    orders.action_confirm()
    return orders


# === A worker: what the job runner lets it do === #


def run(env, given):
    """Do jobs until all labels are there; say how long that took."""
    if given["is_lifted"]:
        lift_pace()
    refused = _count_refusals()
    began, processor = time.time(), time.process_time()
    while _waiting(env):
        if not work_once(env):
            time.sleep(REST)
    return {
        "began": began,
        "ended": time.time(),
        "processor": time.process_time() - processor,
        "refused": len(refused),
    }


def lift_pace():
    """Let the addon buy as many labels as it can."""
    from odoo.addons.sendcloud_shipping.lib import pace
    from odoo.addons.sendcloud_shipping.models import sendcloud_account_pace

    pace.WRITES_PER_MINUTE = pace.BURST = 10**6
    sendcloud_account_pace.BURST = 10**6


def _count_refusals():
    import requests

    refused, send = [], requests.Session.send

    def counted(session, request, **kwargs):
        response = send(session, request, **kwargs)
        if response.status_code == 429:
            refused.append(request.url)
        return response

    requests.Session.send = counted
    return refused


def _waiting(env):
    env.cr.commit()
    env.invalidate_all()
    domain = [("state", "in", ("waiting", "attention"))]
    return env["sendcloud.shipment"].search_count(domain, limit=1)


def work_once(env):
    """Do the next job, in a transaction of its own; return whether there was one.

    On one cursor the environments of all former jobs would stay in its transaction,
    and Odoo looks through them each time that it makes another.
    """
    with env.registry.cursor() as cr:
        return _work(env(cr=cr))


def _work(env):
    """Do the next job as the runner has it done; return whether there was one."""
    from odoo.addons.queue_job.exception import RetryableJobError

    job = _claim(env)
    if not job:
        return False
    try:
        job.perform()
        job.set_done()
        job.store()
        env.cr.commit()
    except (RetryableJobError, OperationalError) as error:
        env.cr.rollback()
        env.invalidate_all()
        job.postpone(seconds=getattr(error, "seconds", None) or 1)
        job.set_pending(reset_retry=False)
        job.store()
        env.cr.commit()
    return True


def _claim(env):
    """Return the next job, noted as started; ``None`` when there is none for us."""
    from odoo.addons.queue_job.job import Job

    try:
        env.cr.execute(NEXT_JOB, log_exceptions=False)
        row = env.cr.fetchone()
        job = Job.load(env, row[0]) if row else None
        if job:
            job.set_started()
            job.store()
        env.cr.commit()
    except OperationalError:
        # The other worker was faster.
        env.cr.rollback()
        return None
    return job


WORKS = {"validate": validate, "run": run}


def main():
    """Do the work that the arguments name."""
    given = arguments()
    with environment(given) as env:
        ready()
        answer(**WORKS[given["work"]](env, given))


if __name__ == "__main__":
    main()
