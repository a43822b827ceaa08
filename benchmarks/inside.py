"""What a benchmark's worker needs inside Odoo."""

import json
import sys
from contextlib import contextmanager


def arguments():
    """Return the arguments that the benchmark gave this process."""
    return json.loads(sys.argv[1])


@contextmanager
def environment(given):
    """Give the ``env`` of the superuser in the benchmark's database."""
    import odoo  # only there inside the environment of Odoo
    from odoo.modules.registry import Registry

    options = ["-c", given["configuration"], "-d", given["database"]]
    odoo.tools.config.parse_config([*options, "--no-http", "--max-cron-threads=0"])
    with Registry(given["database"]).cursor() as cr:
        yield odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})


def ready():
    """Say that loading is over, and wait for the start."""
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.readline()


def answer(**found):
    """Hand the result back to the benchmark."""
    print(json.dumps(found), flush=True)


def do(tasks):
    """Do the task that the benchmark named, once it says so, and hand back the result.

    :param tasks: ``{name: function of the environment and the arguments}``
    """
    given = arguments()
    with environment(given) as env:
        ready()
        found = tasks[given["task"]](env, given)
        env.cr.commit()
    answer(**found)
