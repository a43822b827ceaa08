"""``python -m sandbox``: Shopify, Sendcloud, Mollie and the shop, on this computer."""

from .server import main

main()
