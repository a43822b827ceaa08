from . import shopify_webhook
