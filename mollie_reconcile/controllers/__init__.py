from . import mollie_webhook
