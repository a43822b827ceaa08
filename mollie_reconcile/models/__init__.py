from . import (
    mollie_account,
    mollie_balance,
    mollie_matching,
    mollie_balance_transaction,
    account_bank_statement_line,
    account_journal,
    account_move,
    account_payment,
    account_reconcile_model,
    o2c_exception,
)
