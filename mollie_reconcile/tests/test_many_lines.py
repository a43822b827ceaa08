from odoo import Command

from .common import MollieCase


class TestManyLines(MollieCase):
    """Bank lines that are made together: numbers, sums, followers and effort."""

    def sell(self, count, start=0):
        for number in range(start, start + count):
            code = f"rManyLines{number:014d}"
            self.payment(code, 10.0 + number)
            self.pay(code, f"{10 + number}.00", settle=False)
        self.mollie.settle()

    def entries(self):
        lines = self.lines().line_ids
        return lines.move_id.sorted(lambda move: (move.date, move.sequence_number))

    def test_names_follow_each_other_without_a_gap(self):
        self.sell(2)
        self.fetch()
        self.sell(5, start=2)
        self.fetch()
        entries = self.entries()
        self.assertEqual(len(entries), 14)
        numbers = entries.mapped("sequence_number")
        self.assertEqual(numbers, list(range(1, 15)))
        self.assertEqual(len(set(entries.mapped("name"))), 14)
        self.assertEqual(set(entries.mapped("state")), {"posted"})
        self.assertInBalance()

    def test_new_year_begins_its_own_numbers(self):
        self.sell(1)
        self.fetch()
        self.world.clock.advance(days=60)
        self.sell(2, start=1)
        self.fetch()
        self.sell(2, start=3)
        self.fetch()
        later = self.entries().filtered(lambda move: move.date.year == 2027)
        self.assertEqual(later.mapped("sequence_number"), list(range(1, 9)))
        self.assertTrue(all("2027" in name for name in later.mapped("name")))

    def test_sums_are_checked_once_for_all(self):
        self.sell(2)
        self.fetch()
        for move in self.entries():
            self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0.0, places=2)

    def test_entry_out_of_balance_is_not_booked(self):
        transactions = type(self.env["mollie.balance.transaction"])
        whole = transactions._prepare_entry_vals

        def short(line, vals, account, balance):
            return whole(line, vals, account, balance - 0.01)

        self.patch(transactions, "_prepare_entry_vals", short)
        self.sell(1)
        self.env["mollie.balance"]._cron_fetch()
        self.run_jobs()
        self.assertFalse(self.lines().line_ids)
        self.assertIn("not_possible", self.reasons(self.lines()))

    def test_customers_do_not_follow_bank_entries(self):
        self.sell(2)
        self.fetch()
        self.assertFalse(self.entries().message_partner_ids & self.customer)

    def test_fee_at_once_carries_no_tax_of_its_account(self):
        tax = self.env["account.tax"].create(
            {"name": "Of the account", "amount": 21.0, "type_tax_use": "purchase"}
        )
        costs = self.env["account.account"].create(
            {
                "name": "Costs of payments",
                "code": "X4711",
                "account_type": "expense",
                "tax_ids": [Command.set(tax.ids)],
            }
        )
        self.account.write({"fee_mode": "direct", "fee_account_id": costs.id})
        self.sell(1)
        self.fetch()
        [fee] = self.lines().line_ids.filtered(lambda line: line.mollie_part == "fees")
        entries = fee.move_id.line_ids
        self.assertEqual(len(entries), 2)
        self.assertFalse(entries.tax_ids)
        self.assertEqual(self.ledger(costs), abs(fee.amount))

    def test_each_line_costs_few_queries(self):
        self.sell(3)
        self.fetch()
        self.sell(40, start=3)
        self.env["mollie.balance"]._cron_fetch()
        balance = self.balance
        balance._fetch()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        balance._book()
        self.env.flush_all()
        queries = (self.env.cr.sql_log_count - before) / 40
        # 58 before the lines of a batch were made together; core writes most of them.
        self.assertLess(queries, 30)
        self.assertEqual(set(self.lines().mapped("state")), {"booked"})
