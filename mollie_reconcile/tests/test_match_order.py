from .common import MollieCase

CODE = "rAbCdEfGhIjKlMnOpQrStUvWx"
OTHER = "rZyXwVuTsRqPoNmLkJiHgFeDc"


class TestMatchOrder(MollieCase):
    """Which clue decides, and what a person is shown where none does."""

    def provider(self):
        """Return a payment provider of Odoo that books into Mollie's journal."""
        return self.env["payment.provider"].create(
            {"name": "Mollie", "state": "test", "code": "none"}
        )

    def online(self, amount, reference, provider_reference=False):
        """Return a payment that Odoo's own online payment has made."""
        payment = self.payment(False, amount)
        methods = self.env["payment.method"].with_context(active_test=False)
        method = methods.search([], limit=1)
        payment.payment_transaction_id = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider().id,
                "payment_method_id": method.id,
                "reference": reference,
                "provider_reference": provider_reference,
                "amount": amount,
                "currency_id": self.env.company.currency_id.id,
                "partner_id": self.customer.id,
                "state": "done",
            }
        )
        return payment

    def test_online_payment_is_found_by_the_id_its_provider_gave(self):
        sold = self.pay("nothing to go by", "121.00")
        payment = self.online(121.0, "S00012-1", sold["id"])
        self.fetch()
        self.assertTrue(payment.is_matched)
        self.assertFalse(self.lines().payment_was_read)

    def test_online_payment_is_found_by_its_reference_in_the_description(self):
        self.pay("S00012-1", "121.00")
        payment = self.online(121.0, "S00012-1")
        self.fetch()
        self.assertTrue(payment.is_matched)

    def test_id_of_mollie_wins_over_a_code_in_the_description(self):
        sold = self.pay(CODE, "121.00")
        by_code, by_id = self.payment(CODE, 121.0), self.payment(sold["id"], 121.0)
        self.fetch()
        self.assertEqual((by_id.is_matched, by_code.is_matched), (True, False))

    def test_metadata_win_over_the_description(self):
        by_text, by_data = self.payment(CODE, 121.0), self.payment(OTHER, 121.0)
        self.pay(f"Order {CODE}", "121.00", metadata={"payment": OTHER})
        self.fetch()
        self.assertEqual((by_data.is_matched, by_text.is_matched), (True, False))

    def test_clue_of_another_amount_lets_the_next_one_decide(self):
        sold = self.pay(CODE, "121.00")
        wrong, right = self.payment(sold["id"], 20.0), self.payment(CODE, 121.0)
        self.fetch()
        self.assertEqual((right.is_matched, wrong.is_matched), (True, False))

    # === Names of orders and invoices === #

    def test_payment_under_the_short_name_of_the_order_needs_the_amount(self):
        wrong, right = self.payment("#1042", 20.0), self.payment("#1042", 121.0)
        self.pay("Order 1042", "121.00")
        self.fetch()
        self.assertEqual((right.is_matched, wrong.is_matched), (True, False))

    def test_invoice_of_a_named_order_is_paid_if_the_amount_is_the_same(self):
        invoice = self.invoice(121.0, invoice_origin="S00012")
        other = self.invoice(120.0, invoice_origin="S00012")
        self.pay("Trade Wins S00012", "121.00")
        self.fetch()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(other.payment_state, "not_paid")
        self.assertEqual(self.lines().invoice_ids, invoice)
        gross = self.lines().line_ids.filtered(lambda p: p.mollie_part == "gross")
        self.assertEqual(gross.partner_id, self.customer)
        self.assertInBalance()

    def test_invoice_that_comes_later_closes_the_line(self):
        self.pay("Trade Wins S00012", "121.00")
        self.fetch()
        self.assertEqual(self.lines().open_reason, "no_payment_found")
        invoice = self.invoice(121.0, invoice_origin="S00012")
        self.run_jobs()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.open_exceptions())

    def test_invoice_of_another_name_starts_nothing(self):
        self.pay("Trade Wins S00012", "121.00")
        self.fetch()
        self.invoice(121.0, invoice_origin="S00013")
        self.assertEqual(self.run_jobs(), 0)

    def test_part_of_an_invoice_is_for_a_person(self):
        invoice = self.invoice(121.0, invoice_origin="S00012")
        self.pay("Trade Wins S00012", "21.00")
        self.fetch()
        self.assertEqual(self.lines().open_reason, "no_payment_found")
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_two_invoices_of_one_order_are_both_shown(self):
        invoices = self.invoice(121.0, invoice_origin="S00012")
        invoices |= self.invoice(121.0, invoice_origin="S00012")
        self.pay("Trade Wins S00012", "121.00")
        self.fetch()
        line = self.lines()
        self.assertEqual(line.open_reason, "several_invoices")
        self.assertEqual(line.candidate_line_ids.move_id, invoices)
        for invoice in invoices:
            self.assertIn(invoice.name, line.candidates)

    def test_two_payments_of_one_batch_do_not_share_an_invoice(self):
        invoice = self.invoice(121.0, invoice_origin="S00012")
        self.pay("S00012", "121.00", settle=False)
        self.pay("S00012", "121.00", settle=False)
        self.mollie.settle()
        self.fetch()
        self.assertEqual(self.lines().mapped("state"), ["booked", "open"])
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertInBalance()

    # === What a person is shown === #

    def test_open_line_proposes_entries_of_its_amount_and_takes_none(self):
        waiting = self.payment(OTHER, 121.0)
        invoice = self.invoice(121.0)
        self.invoice(120.0)
        self.pay(CODE, "121.00")
        self.fetch()
        line = self.lines()
        self.assertEqual(line.candidate_line_ids.move_id, waiting.move_id | invoice)
        self.assertIn(f"{invoice.name}, {self.customer.name}", line.candidates)
        self.assertIn("121.00", line.candidates)
        self.assertEqual(line.advice, self.open_exceptions(line).advice)
        self.assertFalse(waiting.is_matched)

    def test_entry_that_another_line_took_is_proposed_no_more(self):
        taken, left = self.invoice(121.0), self.invoice(121.0)
        self.pay(CODE, "121.00")
        self.fetch()
        line = self.lines()
        self.assertIn(taken.name, line.candidates)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=taken.ids
        ).create({})._create_payments()
        line.invalidate_recordset(["candidates"])
        self.assertNotIn(taken.name, line.candidates)
        self.assertIn(left.name, line.candidates)

    def test_candidates_are_forgotten_when_the_line_closes(self):
        self.payment(OTHER, 121.0)
        self.pay(CODE, "121.00")
        self.fetch()
        line = self.lines()
        self.assertTrue(line.candidate_line_ids)
        self.payment(CODE, 121.0)
        self.run_jobs()
        self.assertEqual(line.state, "booked")
        self.assertFalse(line.candidate_line_ids)
        self.assertFalse(line.advice)


class TestCaptures(MollieCase):
    """One order, one payment at Mollie, captured with each delivery."""

    def capture(self, payment, amount):
        context = {"paymentId": payment["id"], "captureId": f"cpt_{amount}"}
        self.mollie.book("capture", amount, context=context)
        self.fetch()

    def authorised(self, amount):
        return self.mollie.create_payment(amount, description=CODE, method="klarna")

    def test_each_capture_takes_its_part_of_the_payment(self):
        invoice, payment = self.paid_invoice(CODE, 121.0)
        at_mollie = self.authorised("121.00")
        self.capture(at_mollie, "40.00")
        self.assertEqual(self.lines().state, "booked")
        self.assertEqual(invoice.payment_state, "in_payment")
        self.assertFalse(payment.is_matched)
        self.capture(at_mollie, "81.00")
        self.assertTrue(payment.is_matched)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertInBalance()

    def test_each_delivery_has_its_invoice_paid_by_its_capture(self):
        first, _payment = self.paid_invoice(CODE, 40.0)
        second, _payment = self.paid_invoice(CODE, 81.0)
        sold = self.mollie.create_payment("121.00", description=CODE)
        self.mollie.authorize(sold["id"])
        self.fetch()
        states = (first | second).mapped("payment_state")
        self.assertEqual(states, ["in_payment", "in_payment"])
        self.mollie.capture(sold["id"], "40.00")
        self.mollie.settle()
        self.fetch()
        states = (first | second).mapped("payment_state")
        self.assertEqual(states, ["paid", "in_payment"])
        self.mollie.capture(sold["id"])
        self.mollie.settle()
        self.fetch()
        self.assertEqual((first | second).mapped("payment_state"), ["paid", "paid"])
        self.assertInBalance()

    def test_capture_of_more_than_is_left_stays_open(self):
        self.paid_invoice(CODE, 121.0)
        at_mollie = self.authorised("200.00")
        self.capture(at_mollie, "100.00")
        self.capture(at_mollie, "30.00")
        self.assertEqual(self.lines().mapped("state"), ["booked", "open"])
        self.assertEqual(self.lines()[1].open_reason, "amount_differs")

    def test_capture_prefers_the_payment_of_its_own_amount(self):
        big, small = self.payment(CODE, 81.0), self.payment(CODE, 40.0)
        self.capture(self.authorised("121.00"), "40.00")
        self.assertEqual((small.is_matched, big.is_matched), (True, False))

    def test_equal_captures_take_one_payment_each(self):
        payments = self.payment(CODE, 40.0) | self.payment(CODE, 40.0)
        at_mollie = self.authorised("80.00")
        self.capture(at_mollie, "40.00")
        self.assertEqual(payments.mapped("is_matched"), [True, False])
        context = {"paymentId": at_mollie["id"], "captureId": "cpt_2"}
        self.mollie.book("capture", "40.00", context=context)
        self.fetch()
        self.assertEqual(payments.mapped("is_matched"), [True, True])
