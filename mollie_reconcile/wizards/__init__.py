from . import mollie_refund_wizard
