from odoo.tests import new_test_user

from .common import DashboardCase


class TestTimeline(DashboardCase):
    def timeline(self, order):
        self.env.flush_all()
        order.invalidate_recordset()
        return order.o2c_timeline

    def steps(self, order):
        steps = self.timeline(order)["steps"]
        return {step["key"]: step for step in steps}

    def test_quotation_has_none(self):
        order = self.order(confirm=False)
        self.assertFalse(self.timeline(order))
        self.assertFalse(order.o2c_answer)

    def test_steps_have_their_time_and_their_document(self):
        self.put_on_shelf(1)
        order = self.order()
        self.assertFalse(self.steps(order)["packed_at"]["at"])
        self.pack(order.picking_ids)
        invoice = self.invoice(order)
        payment = self.pay(invoice)
        steps = self.steps(order)
        self.assertTrue(steps["packed_at"]["at"])
        for step, record in (
            ("packed_at", order.picking_ids),
            ("invoiced_on", invoice),
            ("in_payment_at", payment),
        ):
            self.assertEqual(
                steps[step]["documents"],
                [
                    {
                        "model": record._name,
                        "id": record.id,
                        "name": record.display_name,
                    }
                ],
            )
        self.assertFalse(self.timeline(order)["next"])

    def test_next_step_says_who_and_why(self):
        order = self.order()
        exception = self.env["o2c.exception"].create(
            {
                "res_model": "stock.picking",
                "res_id": order.picking_ids.id,
                "reason": "rejected",
                "message": "The address is not known.",
                "company_id": self.company.id,
            }
        )
        following = self.timeline(order)["next"]
        self.assertEqual(
            (following["label"], following["who"]), ("Stock", "Purchasing")
        )
        self.assertEqual(
            following["why"],
            [{"id": exception.id, "message": "The address is not known."}],
        )
        action = order.action_o2c_exceptions()
        found = self.env["o2c.exception"].search(action["domain"])
        self.assertEqual(found, exception)

    def test_packer_sees_the_steps_but_no_invoice_to_open(self):
        self.put_on_shelf(1)
        order = self.order()
        self.pack(order.picking_ids)
        self.invoice(order)
        packer = new_test_user(
            self.env,
            "timeline_packer",
            groups="stock.group_stock_user,sales_team.group_sale_salesman_all_leads,"
            "o2c_base.group_user",
        )
        steps = self.steps(order.with_user(packer))
        self.assertTrue(steps["packed_at"]["documents"])
        self.assertTrue(steps["invoiced_on"]["at"])

    def test_answer_follows_the_goods(self):
        order = self.order(client_order_ref="#1042")
        self.assertIn("waits for goods", self.answer(order))
        self.put_on_shelf(1)
        order.picking_ids.action_assign()
        self.assertIn("#1042", self.answer(order))
        self.assertIn("is being packed", self.answer(order))
        self.pack(order.picking_ids)
        self.assertIn("is with the carrier since", self.answer(order))
        order._action_cancel()
        self.assertFalse(self.answer(order))

    def answer(self, order):
        self.env.flush_all()
        order.invalidate_recordset()
        return order.o2c_answer
