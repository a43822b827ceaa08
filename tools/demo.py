"""``make demo``: the shop and Odoo, connected, with data to play with."""

import time

from .common import LOGS, say
from .runtime import running

READY = """
  The shop            {shop}
  Behind the scenes   {shop}/control
  Odoo                {odoo}          (admin / admin)

Buy something in the shop and watch it arrive in Odoo under Order to Cash.
Logs are in {logs}. Ctrl-C stops everything; the data is kept.
"""


def main(command, _arguments):
    """Run the demo until Ctrl-C; ``demo-reset`` starts with new data."""
    with running("demo", fresh=command == "demo-reset") as place:
        say(READY.format(logs=LOGS, **place.urls))
        try:
            while True:
                place.check()
                time.sleep(1)
        except KeyboardInterrupt:
            say("\nStopping ...")
    say("Stopped. The data is kept: run make demo again to go on.")
