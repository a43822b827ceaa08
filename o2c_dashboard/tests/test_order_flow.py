from odoo import fields
from odoo.tests import new_test_user

from ..lib import changes_sql
from .common import DashboardCase


class TestOrderFlow(DashboardCase):
    def test_quotation_has_no_row_until_it_is_confirmed(self):
        order = self.order(confirm=False)
        self.assertFalse(self.row(order))
        order.action_confirm()
        row = self.row(order)
        self.assertEqual(row.id, order.id)
        self.assertEqual((row.channel, row.state), ("odoo", "confirmed"))
        self.assertEqual(row.country_id.code, "BE")

    def test_part_of_a_number_is_found_by_an_index(self):
        if not self.registry.has_trigram:
            self.skipTest("This database has no pg_trgm.")
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'o2c_order_flow'"
            " AND indexdef LIKE '%gin_trgm_ops%' ORDER BY indexname"
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        self.assertEqual(len(names), 2, names)

    def test_order_walks_from_stock_to_the_bank(self):
        order = self.order(2)
        row = self.row(order)
        self.assertEqual((row.waits_for, row.who), ("stock", "purchase"))
        self.assertEqual(row.waits_since, order.date_order)
        self.assertFalse(row.reserved_at)

        self.put_on_shelf(2)
        order.picking_ids.action_assign()
        row = self.row(order)
        self.assertEqual((row.waits_for, row.who), ("packing", "warehouse"))
        self.assertTrue(row.reserved_at)
        self.assertEqual(row.waits_since, row.reserved_at)

        self.pack(order.picking_ids)
        row = self.row(order)
        self.assertEqual((row.waits_for, row.who), ("invoice", "accounting"))
        self.assertEqual(row.packed_at, order.picking_ids.date_done)
        self.assertEqual(row.shipped_at, row.packed_at)

        invoice = self.invoice(order)
        row = self.row(order)
        self.assertEqual((row.waits_for, row.who), ("payment", "customer"))
        self.assertEqual(row.amount_open, 200)
        self.assertEqual(row.due_on, invoice.invoice_date_due)

        self.pay(invoice)
        row = self.row(order)
        self.assertEqual((row.waits_for, row.payment_state), ("nothing", "paid"))
        self.assertEqual(row.amount_open, 0)
        self.assertTrue(row.paid_on and row.in_payment_at and row.reconciled_at)
        self.assertGreaterEqual(row.cash_days, 0)

    def test_reservation_given_back_is_not_reserved_any_more(self):
        self.put_on_shelf(1)
        order = self.order()
        self.assertTrue(self.row(order).reserved_at)
        order.picking_ids.do_unreserve()
        row = self.row(order)
        self.assertEqual((row.waits_for, row.reserved_at), ("stock", False))

    def test_backorder_keeps_the_order_waiting(self):
        self.put_on_shelf(2)
        order = self.order(3)
        self.pack(order.picking_ids, 2)
        self.assertEqual(len(order.picking_ids), 2)
        row = self.row(order)
        self.assertEqual((row.waits_for, row.packed_at), ("stock", False))
        self.put_on_shelf(1)
        backorder = order.picking_ids.filtered(lambda p: p.state != "done")
        self.pack(backorder)
        row = self.row(order)
        self.assertEqual(row.packed_at, max(order.picking_ids.mapped("date_done")))
        self.assertEqual(row.waits_for, "invoice")

    def test_several_invoices_and_a_payment_in_part(self):
        self.put_on_shelf(2)
        order = self.order(2)
        self.pack(order.picking_ids)
        first = self.invoice_quantity(order, 1)
        self.assertEqual(self.row(order).waits_for, "invoice")
        self.pay(first)
        second = self.invoice_quantity(order, 1)
        row = self.row(order)
        self.assertEqual((row.payment_state, row.waits_for), ("partial", "payment"))
        self.assertEqual(row.amount_open, 100)
        self.pay(second, 40)
        self.assertEqual(self.row(order).amount_open, 60)
        self.pay(second)
        row = self.row(order)
        self.assertEqual((row.payment_state, row.amount_open), ("paid", 0))

    def invoice_quantity(self, order, quantity):
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = quantity
        invoice.action_post()
        return invoice

    def test_invoice_of_two_orders_counts_for_each_with_its_share(self):
        self.put_on_shelf(4)
        orders = self.order(1) | self.order(3)
        for order in orders:
            self.pack(order.picking_ids)
        self.assertEqual(len(self.invoice(orders)), 1)
        self.assertEqual([self.row(o).amount_open for o in orders], [100, 300])

    def test_refunded_order_is_done(self):
        self.put_on_shelf(1)
        order = self.order()
        self.pack(order.picking_ids)
        invoice = self.invoice(order)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"journal_id": invoice.journal_id.id}).refund_moves()
        # Core matches it with its invoice as it is posted.
        domain = [("reversed_entry_id", "=", invoice.id)]
        self.env["account.move"].search(domain).action_post()
        row = self.row(order)
        self.assertEqual((row.payment_state, row.amount_open), ("refunded", 0))
        self.assertEqual(row.amount_refunded, 100)

    def test_cancelled_order_waits_for_nothing_unless_its_money_is_here(self):
        order = self.order()
        self.row(order)
        order._action_cancel()
        row = self.row(order)
        self.assertEqual((row.state, row.waits_for), ("cancelled", "nothing"))
        paid = self.order()
        self.pay(self.invoice(paid))
        paid._action_cancel()
        row = self.row(paid)
        self.assertEqual((row.waits_for, row.who), ("refund", "accounting"))

    def test_deleted_order_takes_its_row_along(self):
        order = self.order()
        self.row(order)
        order._action_cancel()
        order.unlink()
        self.assertFalse(self.env["o2c.order.flow"].search([("id", "=", order.id)]))

    def test_services_wait_for_no_goods(self):
        self.product = self.env["product.product"].create(
            {"name": "Advice", "detailed_type": "service", "taxes_id": False}
        )
        row = self.row(self.order())
        self.assertEqual((row.waits_for, row.packed_at), ("invoice", False))

    def test_other_currency_is_shown_in_the_companys_as_well(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "name": "2020-01-01",
                "rate": 2,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id}
        )
        row = self.row(self.order(pricelist_id=pricelist.id))
        self.assertEqual(row.currency_id, dollar)
        self.assertEqual((row.amount_total, row.amount_company), (200, 100))

    def test_plain_sql_is_noticed_too(self):
        order = self.order()
        self.row(order)
        self.env.cr.execute(
            "UPDATE sale_order SET client_order_ref = 'by hand' WHERE id = %s",
            (order.id,),
        )
        self.assertEqual(self.row(order).shop_reference, "by hand")

    def test_two_steps_pick_before_they_pack(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.put_on_shelf(1)
        order = self.order()
        self.assertEqual(self.row(order).waits_for, "picking")
        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.pack(pick)
        row = self.row(order)
        self.assertEqual(row.waits_for, "packing")
        self.assertEqual(row.picked_at, pick.date_done)

    def test_exception_on_the_order_is_counted_and_leaves(self):
        order = self.order()
        self.env.cr.execute(
            """INSERT INTO o2c_exception (res_model, res_id, reason, message, state)
               VALUES ('stock.picking', %s, 'rejected', 'It stopped', 'open')""",
            (order.picking_ids.id,),
        )
        self.assertEqual(self.row(order).exception_count, 1)
        self.env.cr.execute("UPDATE o2c_exception SET state = 'closed'")
        self.assertEqual(self.row(order).exception_count, 0)


class TestRefresh(DashboardCase):
    def waiting(self):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT COUNT(*) FROM {changes_sql.LOG}")
        return self.env.cr.fetchone()[0]

    def test_log_is_worked_off_once(self):
        self.order()
        self.assertTrue(self.waiting())
        flow = self.env["o2c.order.flow"]
        self.assertTrue(flow._refresh())
        self.assertEqual((self.waiting(), flow._refresh()), (0, 0))

    def test_a_hundred_orders_take_as_many_queries_as_one(self):
        flow = self.env["o2c.order.flow"]
        orders = self.env["sale.order"].concat(*(self.order() for _i in range(100)))
        self.waiting()
        flow._refresh()
        for some in (orders[:1], orders):
            times = dict.fromkeys(some.ids, fields.Datetime.now())
            with self.assertQueryCount(1):
                flow._write_rows(times)

    def test_rows_made_again_are_the_same(self):
        self.put_on_shelf(1)
        order = self.order()
        self.pack(order.picking_ids)
        self.pay(self.invoice(order))
        row = self.row(order)
        before = row.read()
        row._write_rows({order.id: None})
        self.assertEqual(row.read(), before)

    def test_grouping_sees_the_present(self):
        customer = self.env["res.partner"].create({"name": "New"})
        self.order(partner_id=customer.id)
        self.env.flush_all()
        groups = self.env["o2c.order.flow"]._read_group(
            [("partner_id", "=", customer.id)], ["waits_for"], ["__count"]
        )
        self.assertEqual(groups, [("stock", 1)])

    def test_orders_of_before_the_addon_get_their_row(self):
        order = self.order()
        self.row(order)
        self.env.cr.execute("DELETE FROM o2c_order_flow WHERE id = %s", (order.id,))
        self.env["o2c.order.flow"].init()
        self.env["o2c.order.flow"]._cron_refresh()
        self.assertTrue(self.row(order))

    def test_rows_are_for_the_users_of_their_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        row = self.row(self.order())
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="o2c_base.group_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        flow = self.env["o2c.order.flow"]
        self.assertFalse(flow.with_user(user).search([("id", "=", row.id)]))
        user.company_ids |= self.company
        found = flow.with_user(user).with_context(
            allowed_company_ids=(other | self.company).ids
        )
        self.assertEqual(found.search([("id", "=", row.id)]), row)
