"""Fills the database of ``docker compose up``; safe to run at every start."""

import subprocess

from .common import ADDONS
from .database import DUTCH_COMPANY, core_modules
from .runtime import DATA_SCRIPT, DEMO_PORTS, SANDBOX_ADDON
from .series import ODOO_17
from .servers import HOST

DATABASE = "o2c_demo"


def odoo(*arguments, script=None):
    """Run the image's Odoo once; its settings are in ``container.conf``."""
    subprocess.run(["odoo", *arguments], input=script, text=True, check=True)


def main():
    """Install what is missing, update our addons, set up company and connections."""
    addons = ",".join((*ADDONS, SANDBOX_ADDON))
    once = ["-d", DATABASE, "--no-http"]
    odoo(*once, "--stop-after-init", "-i", ",".join(core_modules(ODOO_17)))
    odoo("shell", *once, script=DUTCH_COMPANY)
    odoo(*once, "--stop-after-init", "-i", addons, "-u", addons)
    # All containers share one network address, so these hold inside as outside.
    urls = {name: f"{HOST}:{port}" for name, port in DEMO_PORTS.items()}
    odoo("shell", *once, script=DATA_SCRIPT.format(urls=urls))


if __name__ == "__main__":
    main()
