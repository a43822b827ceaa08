from . import (
    account_move_send,
    mollie_connect,
    mollie_connect_line,
    mollie_line_solve,
    mollie_refund_wizard,
)
