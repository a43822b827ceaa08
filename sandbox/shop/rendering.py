"""HTML from templates, with the shop's way to write money and moments."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .. import settings

FOLDER = Path(__file__).parent
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def euro(value):
    """Return an amount as ``€ 1,234.50``."""
    amount = Decimal(value)
    return f"{'−' if amount < 0 else ''}€ {abs(amount):,.2f}"


def moment(text):
    """Return a moment of a service as ``Mon 2 November, 10:00`` in the shop's time."""
    local = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(AMSTERDAM)
    return f"{local:%a} {local.day} {local:%B, %H:%M}"


def words(status):
    """Return ``PARTIALLY_PAID`` as ``Partially paid``."""
    return status.replace("_", " ").capitalize()


def environment():
    """Return the template environment of the shop."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(euro=euro, moment=moment, words=words)
    made.globals.update(shop_name=settings.SHOP_NAME)
    return made
