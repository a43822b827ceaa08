from . import mollie_proof, mollie_webhook
