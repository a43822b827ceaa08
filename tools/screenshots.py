"""``make screenshots``: the pictures in ``docs/pictures``, of a suite with orders."""

import subprocess

from . import flow
from .common import ROOT, Problem, say
from .odoo_rpc import OdooRpc
from .runtime import running
from .sandbox_rpc import SandboxRpc

#: went all the way / wait to be packed
FINISHED, FRESH = 8, 3


def main(_command, _arguments):
    """Run a suite beside the demo, let some orders happen, take the pictures."""
    with running("pictures", fresh=True) as place:
        odoo = OdooRpc(place.odoo_url, place.database, "admin", "admin")
        sandbox = SandboxRpc(place.shop_url)
        flow.Flow(odoo, sandbox, FINISHED).run()
        waiting = flow.Flow(odoo, sandbox, FRESH)
        waiting.names = flow.place_orders(sandbox, FRESH)
        waiting.wait("new orders in Odoo", waiting.sale_orders)
        say("Taking the pictures")
        command = [place.odoo.python, "-m", "tools.pictures"]
        command += [place.shop_url, place.odoo_url]
        environment = place.odoo.environment()
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            raise Problem("The pictures could not be taken.")
