"""Kits (phantom bills of materials) from the shop's order to its fulfilment.

They need Odoo's manufacturing, which the addon does not depend on: these tests run on
a database of their own.
"""

from ..test_fulfillment_parts import DeliveryCase
from ..test_stock import StockCase

SHEARS, TROWEL = "TW-SHEARS-01", "TW-TROWEL-01"


class KitMixin:
    """The shears are a kit: one blade and two screws."""

    def make_kit(self):
        self.kit = self.products[SHEARS]
        self.blade, self.screw = self.product("BLADE"), self.product("SCREW")
        rows = ((self.blade, 1), (self.screw, 2))
        self.bom = self.make_bom(self.kit, rows)

    def make_bom(self, product, rows, **values):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": part.id, "product_qty": units})
                    for part, units in rows
                ],
                **values,
            }
        )


class KitCase(KitMixin, DeliveryCase):
    """An order of three kits and a trowel."""

    def begin(self):
        self.make_kit()
        return super().begin()

    def send(self, **units):
        """Deliver so many of each part, the rest becomes a delivery of its own."""
        picking = self.sale_order.picking_ids.filtered(lambda p: p.state == "assigned")
        codes = {"TW-TROWEL-01": "TROWEL"}
        for move in picking.move_ids:
            code = move.product_id.default_code
            quantity = units.get(codes.get(code, code), 0)
            move.write({"quantity": quantity, "picked": bool(quantity)})
        number = f"3S{len(self.sale_order.picking_ids)}"
        picking.carrier_tracking_ref = number
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.run_jobs()
        return picking

    def told(self):
        """Return tracking numbers and units by product of each fulfilment there."""
        return [
            (
                [info["number"] for info in sent["trackingInfo"]],
                self.units_of(sent),
            )
            for sent in self.at_shopify()
        ]

    def units_of(self, sent):
        units = {}
        for row in sent["fulfillmentLineItems"]:
            sku = self.shopify.store.get(row["lineItem"])["sku"]
            units[sku] = units.get(sku, 0) + row["quantity"]
        return units

    def refund(self, units, restock):
        """Refund kits at Shopify an hour later, and fetch it."""
        self.world.clock.advance(hours=1)
        amount = f"{units * 34.95:.2f}"
        self.shopify.refund(
            self.theirs, {SHEARS: units}, amount=amount, restock=restock
        )
        self.fetch()

    def moves(self, product):
        """Return the order's moves of a part that are not cancelled."""
        lines = self.sale_order.order_line.ids
        domain = [("sale_line_id", "in", lines), ("product_id", "=", product.id)]
        return self.env["stock.move"].search([*domain, ("state", "!=", "cancel")])


class TestKitsOut(KitCase):
    def test_delivery_has_the_parts_and_shopify_is_told_of_the_kit(self):
        picking = self.sale_order.picking_ids
        self.assertEqual(
            {m.product_id: m.product_uom_qty for m in picking.move_ids},
            {self.blade: 3, self.screw: 6, self.products[TROWEL]: 1},
        )
        self.send(BLADE=3, SCREW=6, TROWEL=1)
        self.assertEqual(self.told(), [(["3S1"], {SHEARS: 3, TROWEL: 1})])
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")
        self.assertFalse(self.open_exceptions())

    def test_only_whole_kits_are_told(self):
        self.send(BLADE=2, SCREW=3)
        self.assertEqual(self.told(), [(["3S1"], {SHEARS: 1})])
        self.send(BLADE=1, SCREW=3, TROWEL=1)
        self.assertEqual(self.told()[1:], [(["3S2"], {SHEARS: 2, TROWEL: 1})])
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")

    def test_parcel_without_a_whole_kit_is_told_with_the_one_that_completes_it(self):
        self.send(BLADE=3)
        self.assertFalse(self.told())
        self.assertFalse(self.open_exceptions(), "nothing is wrong with it")
        self.send(SCREW=6, TROWEL=1)
        self.assertEqual(self.told(), [(["3S1", "3S2"], {SHEARS: 3, TROWEL: 1})])

    def test_two_deliveries_told_late_each_tell_their_own(self):
        self.shop.action_pause()
        self.send(BLADE=1, SCREW=2)
        self.send(BLADE=2, SCREW=4, TROWEL=1)
        self.assertFalse(self.told())
        self.shop.action_resume()
        self.run_jobs(later=True)
        expected = [(["3S1"], {SHEARS: 1}), (["3S2"], {SHEARS: 2, TROWEL: 1})]
        self.assertEqual(sorted(self.told()), expected)

    def test_lost_answer_is_found_again(self):
        with self.lose_answer("fulfill"):
            self.send(BLADE=3, SCREW=6, TROWEL=1)
        self.run_jobs(later=True)
        self.assertEqual(self.told(), [(["3S1"], {SHEARS: 3, TROWEL: 1})])

    def test_what_others_sent_takes_the_parts_away(self):
        self.shop.foreign_fulfillment = "deliver"
        (order,) = self.open_orders()
        item = order["lineItems"]["nodes"][0]
        part = {
            "fulfillmentOrderId": order["id"],
            "fulfillmentOrderLineItems": [{"id": item["id"], "quantity": 2}],
        }
        self.world.clock.advance(minutes=20)
        self.client.fulfill({"lineItemsByFulfillmentOrder": [part]})
        self.fetch()
        self.run_jobs(later=True)
        done = self.moves(self.screw).filtered(lambda m: m.state == "done")
        self.assertEqual(sum(done.mapped("quantity")), 4)
        self.assertFalse(self.open_exceptions())
        self.send(BLADE=1, SCREW=2, TROWEL=1)
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")


class TestKitsBack(KitCase):
    def test_kit_that_is_not_sent_takes_its_parts_off_the_delivery(self):
        self.refund(1, "CANCEL")
        wanted = {
            product: sum(self.moves(product).mapped("product_uom_qty"))
            for product in (self.blade, self.screw)
        }
        self.assertEqual(wanted, {self.blade: 2, self.screw: 4})
        self.assertFalse(self.order.left_to_do)
        self.send(BLADE=2, SCREW=4, TROWEL=1)
        self.assertEqual(self.told(), [(["3S1"], {SHEARS: 2, TROWEL: 1})])
        self.assertFalse(self.open_exceptions())

    def test_kit_that_comes_back_is_a_receipt_of_its_parts(self):
        self.send(BLADE=3, SCREW=4)
        self.send(SCREW=2, TROWEL=1)
        self.refund(3, "RETURN")
        back = self.sale_order.picking_ids.filtered(lambda p: p.return_id)
        units = {}
        for move in back.move_ids:
            units[move.product_id] = units.get(move.product_id, 0) + move.product_qty
        units = {product: count for product, count in units.items() if count}
        self.assertEqual(units, {self.blade: 3, self.screw: 6})
        self.assertFalse(self.order.left_to_do)
        credit_note = self.order.refund_ids.credit_note_id
        self.assertEqual(credit_note.amount_total, 104.85)

    def test_more_than_was_sent_cannot_come_back(self):
        self.send(BLADE=1, SCREW=3)
        self.refund(3, "RETURN")
        self.assertIn("2 ×", self.order.left_to_do)


class TestKitsInStock(KitMixin, StockCase):
    """What the shop shows of a kit is what its parts make."""

    def setUp(self):
        super().setUp()
        self.make_kit()
        self.changed()

    def have(self, product, units):
        """Let there be so many of a part, and none promised."""
        there = product.with_context(location=self.shelf.id).qty_available
        quants = self.env["stock.quant"]
        quants._update_available_quantity(product, self.shelf, units - there)
        self.changed()

    def test_scarcest_part_decides(self):
        self.have(self.screw, 21)
        self.assertEqual(self.shown(SHEARS), 10)
        self.have(self.blade, 4)
        self.assertEqual(self.shown(SHEARS), 4)

    def test_part_that_is_promised_otherwise(self):
        self.have(self.screw, 20)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "A"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": self.screw.id, "product_uom_qty": 5})
                ],
            }
        )
        order.action_confirm()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 7)

    def test_kit_that_the_shop_sells_takes_its_parts(self):
        self.have(self.screw, 20)
        self.buy({"sku": SHEARS, "quantity": 3})
        self.fetch()
        self.changed()
        self.assertEqual(self.shown(SHEARS), 7)

    def test_bill_that_makes_two_at_once(self):
        self.bom.product_qty = 2
        self.have(self.blade, 100)
        self.have(self.screw, 10)
        self.assertEqual(self.shown(SHEARS), 10)

    def test_kit_of_kits(self):
        self.make_bom(self.products[TROWEL], [(self.kit, 2)])
        self.have(self.screw, 100)
        self.have(self.blade, 9)
        self.assertEqual(self.shown(TROWEL), 4)
