from . import mollie_connect, mollie_connect_line, mollie_refund_wizard
