"""Names, keys and addresses of the simulated merchant "Trade Wins".

They are not secrets: they open nothing but the sandbox.
"""

SHOP_NAME = "Trade Wins"
SHOP_DOMAIN = "trade-wins.myshopify.com"
SHOPIFY_TOKEN = "shpat_sandbox_0123456789abcdef"
SHOPIFY_CLIENT_ID = "sandbox-client-id"
SHOPIFY_CLIENT_SECRET = "sandbox-client-secret"  # also signs the webhooks

SENDCLOUD_PUBLIC_KEY = "sandbox-public-key"
SENDCLOUD_SECRET_KEY = "sandbox-secret-key"  # also signs the webhooks

MOLLIE_TOKEN = "access_sandbox0123456789abcdefghijklmnop"
MOLLIE_WEBHOOK_SECRET = "sandbox-mollie-signing-secret"

PORTS = {"shop": 8100, "shopify": 8101, "sendcloud": 8102, "mollie": 8103}
