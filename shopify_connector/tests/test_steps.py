"""What an import leaves to a job of its own: reserving, one worker at a time."""

from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.tools import mute_logger

from odoo.addons.queue_job.job import Job

from .test_batch import MIXIN_LOG, BatchCase


class StepCase(BatchCase):
    def import_only(self, orders):
        """Bring orders in, and leave the jobs that come after it waiting."""
        self.hear_of(orders)
        for _job in ("look at the list", "import"):
            self._perform(self._next_job(later=False))

    def pickings(self, orders):
        return self.sold(orders).picking_ids

    def find_all(self, orders):
        gids = [order["id"] for order in orders]
        return self.env["shopify.order"].search([("gid", "in", gids)])

    def steps(self):
        return self.env["shopify.order.step"].search([])

    def drop_jobs(self):
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()


class TestReserve(StepCase):
    def test_import_leaves_reserving_to_a_job(self):
        orders = self.buy_many(3)
        self.import_only(orders)
        self.assertEqual(self.pickings(orders).mapped("state"), ["confirmed"] * 3)
        self.assertEqual(self.steps().order_id, self.find_all(orders))
        self.run_jobs()
        self.assertEqual(self.pickings(orders).mapped("state"), ["assigned"] * 3)
        self.assertFalse(self.steps())
        shears = self.products["TW-SHEARS-01"]
        self.assertEqual(shears.stock_quant_ids.reserved_quantity, 6)

    def test_what_is_not_reserved_yet_is_not_sold_again(self):
        shears = self.products["TW-SHEARS-01"]
        shelf = self.shop.warehouse_id.lot_stock_id
        before = shears._shopify_free(shelf, "on_hand")[shears.id]
        self.import_only(self.buy_many(3))
        self.assertEqual(shears._shopify_free(shelf, "on_hand")[shears.id], before - 6)

    def test_worker_that_dies_before_reserving_loses_nothing(self):
        orders = self.buy_many(2)
        self.import_only(orders)
        self.drop_jobs()
        self.run_jobs()
        self.assertEqual(self.pickings(orders).mapped("state"), ["confirmed"] * 2)
        self.fetch()
        self.assertEqual(self.pickings(orders).mapped("state"), ["assigned"] * 2)

    def test_database_that_goes_away_while_reserving_needs_nobody(self):
        orders = self.buy_many(2)
        self.import_only(orders)
        job = Job.load(self.env, self._next_job(later=False))
        lost = f"psycopg2.{OperationalError.__name__}"
        job.set_failed(exc_name=lost, exc_message="", exc_info="")
        job.store()
        row = self.env["queue.job"].search([("uuid", "=", job.uuid)])
        self.assertEqual((row.model_name, row.state), ("shopify.order.step", "pending"))
        self.run_jobs(later=True)
        self.assertEqual(row.state, "done")
        self.assertEqual(self.pickings(orders).mapped("state"), ["assigned"] * 2)

    def test_worker_that_dies_while_reserving_loses_nothing(self):
        orders = self.buy_many(2)
        moves = type(self.env["stock.move"])
        reorder = {"side_effect": OperationalError("killed")}
        with patch.object(moves, "_shopify_reorder", **reorder):
            self.hear_of(orders)
            self.run_jobs()
        self.assertEqual(self.pickings(orders).mapped("state"), ["confirmed"] * 2)
        self.assertEqual(len(self.steps()), 2)
        self.fetch()
        self.assertEqual(self.pickings(orders).mapped("state"), ["assigned"] * 2)

    def test_reserving_again_reserves_nothing_more(self):
        orders = self.buy_many(2)
        self.fetch()
        self.find_all(orders)._reserve()
        quant = self.products["TW-SHEARS-01"].stock_quant_ids
        self.assertEqual(quant.reserved_quantity, 4)

    def test_first_come_first_served_and_the_rest_waits(self):
        shears = self.products["TW-SHEARS-01"]
        shelf = self.shop.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(shears, shelf, -997)
        orders = self.buy_many(3)
        self.fetch()
        states = [self.pickings([order]).move_ids.state for order in orders]
        self.assertEqual(states, ["assigned", "partially_available", "confirmed"])
        self.assertFalse(self.steps())

    def test_warehouse_that_reserves_by_hand_keeps_its_way(self):
        self.shop.warehouse_id.out_type_id.reservation_method = "manual"
        orders = self.buy_many(1)
        self.fetch()
        self.assertEqual(self.pickings(orders).state, "confirmed")
        self.assertFalse(self.steps())

    def test_order_that_cannot_be_reserved_stops_nobody(self):
        self.stops_are_expected()
        orders = self.buy_many(3)
        bad = orders[1]["name"]
        moves = type(self.env["stock.move"])
        judge = moves._shopify_is_to_reserve

        def broken(move):
            if move.picking_id.sale_id.client_order_ref == bad:
                raise ZeroDivisionError("something nobody thought of")
            return judge(move)

        with patch.object(moves, "_shopify_is_to_reserve", broken):
            with mute_logger(MIXIN_LOG):
                self.fetch()
        states = [self.pickings([order]).state for order in orders]
        self.assertEqual(states, ["assigned", "confirmed", "assigned"])
        self.assertEqual(self.find(orders[1]).state, "blocked")
        # It tries again by itself, without a person.
        self.run_jobs(later=True)
        self.assertEqual(self.pickings([orders[1]]).state, "assigned")
        self.assertEqual(self.find(orders[1]).state, "imported")
        self.assertFalse(self.open_exceptions())

    def test_what_has_a_rule_is_reordered_once(self):
        warehouse = self.shop.warehouse_id
        other = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        warehouse.resupply_wh_ids = other
        shears = self.products["TW-SHEARS-01"]
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": shears.id,
                "location_id": warehouse.lot_stock_id.id,
                "route_id": warehouse.resupply_route_ids.id,
                "trigger": "auto",
                "product_min_qty": 1000,
                "product_max_qty": 1000,
            }
        )
        self.hear_of(self.buy_many(3))
        self.run_jobs()
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", shears.id),
                ("location_dest_id", "=", warehouse.lot_stock_id.id),
            ]
        )
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 6)

    def test_delivery_names_its_order_once_and_nobody_tracks_the_making(self):
        orders = self.buy_many(2)
        self.fetch()
        for picking in self.pickings(orders):
            (message,) = picking.message_ids
            self.assertIn(picking.sale_id.name, message.body)

    def test_analytic_model_still_counts(self):
        plan = self.env["account.analytic.plan"].create({"name": "Channels"})
        account = self.env["account.analytic.account"].create(
            {"name": "Web", "plan_id": plan.id}
        )
        share = {str(account.id): 100}
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.products["TW-SHEARS-01"].id,
                "analytic_distribution": share,
            }
        )
        line = self.bought().sale_order_id.order_line[0]
        self.assertEqual(line.analytic_distribution, share)
