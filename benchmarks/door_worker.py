"""One process of :mod:`benchmarks.webhook_door`, inside Odoo."""

from benchmarks.inside import do


def set_up(env, given):
    """Make a shop with a door, and the table of the bare route."""
    shop = env["shopify.shop"].create(
        {
            "name": "Bench",
            "domain": "bench.myshopify.com",
            "access_token": "bench",
            "client_secret": given["secret"],
        }
    )
    env.cr.execute("CREATE TABLE bench_door (id serial PRIMARY KEY, body bytea)")
    return {"token": shop.webhook_token}


def check(env, given):
    """Count what the door kept, and the work it put on the list."""
    return {
        "events": env["o2c.webhook.event"].search_count([]),
        "jobs": env["queue.job"].search_count(
            [("model_name", "=", "o2c.webhook.event")]
        ),
    }


TASKS = {"set_up": set_up, "check": check}


if __name__ == "__main__":
    do(TASKS)
