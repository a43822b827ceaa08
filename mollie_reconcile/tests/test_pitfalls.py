"""What is easily got wrong with Mollie, and the tests that would notice.

== ===================================================================
1  ``from`` is inclusive, webhook and schedule race: nothing comes twice
2  moments are UTC, days and months those of Amsterdam; closed periods
3  money on its way is not on the balance yet
4  PayPal and vouchers never reach the balance
5  several refunds of one payment; refunds that fail; no credit note
6  chargebacks: months later, of a refunded payment, reversed
7  payments and balances in other currencies, also without cents
8  payments without an order: given back, or a prepayment
9  captures by delivery
10 fees: rounded up, compensated the month after; reserves are no cost
11 the shop's own payment code is the key
12 payments of the shop are there before Mollie's line
13 rules of the reconciliation addon work outside of tests only
14 the token is the administrators', nothing personal is logged
15 Odoo Enterprise decides what is paid; it is asked
== ===================================================================
"""

from importlib import import_module
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.account.models.account_move import AccountMove

from .common import MollieCase

PITFALLS = {
    1: """
        test_fetch.TestFetch.test_fetching_again_books_nothing_twice
        test_fetch.TestFetch.test_crash_while_booking_leaves_nothing_and_the_next_fetch_books_all
        test_backfill.TestBackfill.test_killed_while_taking_in_it_stores_nothing_twice
        test_webhook.TestWebhook.test_repeated_event_is_stored_and_worked_on_once
    """,
    2: """
        test_mapping.TestMapping.test_dates_are_those_of_amsterdam
        test_reconcile.TestReconcile.test_last_minute_of_the_year_belongs_to_the_next_in_amsterdam
        test_reconcile.TestReconcile.test_closed_period_is_booked_on_its_first_open_day_and_says_so
        test_proof.TestProof.test_new_years_eve_is_cut_in_amsterdam
    """,
    3: """
        test_reconcile.TestReconcile.test_paid_at_the_shop_in_payment_until_mollie_pays_then_paid
        test_fetch.TestFetch.test_first_fetch_waits_until_the_balance_stands_still
    """,
    4: """
        test_elsewhere.TestElsewhere.test_paypal_goes_to_its_own_journal_and_waits_for_nobody
        test_vouchers.TestVouchers.test_part_of_the_voucher_goes_to_its_own_journal
    """,
    5: """
        test_refund_request.TestRefundRequest.test_equal_refunds_of_one_payment_are_two
        test_refund_request.TestRefundRequest.test_refund_that_fails_opens_the_credit_note_again
        test_refunds.TestRefunds.test_refund_that_came_back_opens_the_credit_note
        test_refunds.TestRefunds.test_refund_without_credit_note_asks_for_one
    """,
    6: """
        test_chargebacks.TestChargebacks.test_reversal_pays_the_invoice_and_keeps_the_history
        test_payment_state.TestPaymentState.test_chargeback_of_a_partly_refunded_payment_opens_what_is_left
        test_types.TestTypes.test_chargeback_of_a_closed_month_reopens_its_invoice
    """,
    7: """
        test_currencies.TestForeignPayments.test_payment_is_matched_and_odoo_books_the_difference
        test_currencies.TestForeignPayments.test_currency_without_cents_is_matched_in_whole_numbers
        test_currencies.TestForeignBalance.test_balance_is_kept_in_its_own_currency
    """,
    8: """
        test_by_hand.TestByHand.test_stray_payment_is_given_back_and_meets_its_refund
        test_by_hand.TestByHand.test_prepayment_waits_for_the_customers_next_invoice
    """,
    9: """
        test_match_order.TestCaptures.test_each_capture_takes_its_part_of_the_payment
        test_match_order.TestCaptures.test_each_delivery_has_its_invoice_paid_by_its_capture
        test_match_order.TestCaptures.test_equal_captures_take_one_payment_each
    """,
    10: """
        test_bills.TestBills.test_posting_it_settles_all_to_zero
        test_bills.TestBills.test_compensation_that_comes_later_completes_it
        test_open_lines.TestOpenLines.test_reservation_without_an_account_is_a_line_of_its_own_and_open
    """,
    11: """
        test_reconcile.TestReconcile.test_code_is_found_in_every_place_shops_put_it
        test_matching.TestMatching.test_code_is_the_same_with_and_without_counter
        test_match_order.TestMatchOrder.test_open_line_proposes_entries_of_its_amount_and_takes_none
    """,
    12: """
        test_reconcile.TestReconcile.test_paid_at_the_shop_in_payment_until_mollie_pays_then_paid
        test_open_lines.TestOpenLines.test_payment_without_counterpart_is_matched_when_it_is_posted
        test_payment_state.TestPaymentState.test_other_banks_part_is_not_waited_for_once_mollies_has_arrived
    """,
    13: """
        test_choke_point.TestChokePoint.test_rule_answers_nothing_for_mollies_lines
        test_choke_point.TestChokePoint.test_rule_leaves_mollies_lines_alone_on_creation_and_on_view
    """,
    14: """
        test_account.TestAccount.test_secrets_are_for_administrators
        test_client.TestClient.test_token_of_another_kind_is_refused_without_being_told
    """,
    15: """
        test_pitfalls.TestEnterprise.test_other_journals_are_judged_by_whoever_comes_after_us
    """,
}


@tagged("standard", "post_install", "-at_install")
class TestPitfalls(BaseCase):
    def test_each_has_its_tests(self):
        self.assertEqual(list(PITFALLS), list(range(1, 16)))
        for number, names in PITFALLS.items():
            self.assertTrue(names.split(), number)
            for name in names.split():
                module, case, test = name.split(".")
                module = import_module(f".{module}", __package__)
                self.assertTrue(hasattr(getattr(module, case), test), name)


class TestEnterprise(MollieCase):
    """Odoo Enterprise lets every unmatched payment read "in payment"."""

    def test_other_journals_are_judged_by_whoever_comes_after_us(self):
        invoice = self.invoice(10.0)
        self.assertEqual(invoice._get_invoice_in_payment_state(), "paid")
        enterprise = patch.object(
            AccountMove, "_get_invoice_in_payment_state", lambda move: "in_payment"
        )
        with enterprise:
            self.assertEqual(invoice._get_invoice_in_payment_state(), "in_payment")
