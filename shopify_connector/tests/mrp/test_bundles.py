"""Bundles sold as one line whose product is a kit: its components are delivered."""

from ..test_bundle import PRICE, SHEARS, TWINE, BundleMixin, cart
from ..test_edit import EditCase
from .test_kits import KitMixin


class TestBundleAsKit(KitMixin, BundleMixin, EditCase):
    def setUp(self):
        super().setUp()
        shears, twine = self.products[SHEARS], self.products[TWINE]
        self.make_bom(self.set, ((shears, 1), (twine, 2)))
        self.theirs = self.buy(*cart(3))
        self.fetch()
        self.order = self.find(self.theirs)

    def send_parts(self, **units):
        """Deliver so many of each component, by the middle of its SKU."""
        picking = self.order.sale_order_id.picking_ids.filtered(
            lambda row: row.state in ("assigned", "confirmed")
        )
        for move in picking.move_ids:
            quantity = units.get(move.product_id.default_code.split("-")[1], 0)
            move.write({"quantity": quantity, "picked": bool(quantity)})
        picking.carrier_tracking_ref = f"3S{len(self.order.sale_order_id.picking_ids)}"
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.run_jobs()

    def units(self):
        """Return ``{sku: units}`` of what is still to be sent."""
        return {sku: self.to_send(self.order, sku) for sku in (SHEARS, TWINE)}

    def test_components_are_delivered_and_told_by_whole_bundles(self):
        self.assertEqual(self.count(self.order), 3)
        self.assertEqual(self.units(), {SHEARS: 3, TWINE: 6})
        self.send_parts(SHEARS=2, TWINE=3)
        self.assertEqual(self.told(self.theirs), [{SHEARS: 1, TWINE: 2}])
        self.send_parts(SHEARS=1, TWINE=3)
        self.assertEqual(self.told(self.theirs)[1:], [{SHEARS: 2, TWINE: 4}])
        self.assertEqual(self.theirs["displayFulfillmentStatus"], "FULFILLED")
        self.assert_clean(self.order)

    def test_refund_of_one_sends_its_components_less(self):
        self.refund(self.theirs, {SHEARS: 1, TWINE: 2}, amount=PRICE, restock="CANCEL")
        self.assert_clean(self.order)
        self.assertEqual(self.units(), {SHEARS: 2, TWINE: 4})
        self.assertEqual(
            self.order.refund_ids.credit_note_id.amount_total, float(PRICE)
        )
        self.assert_balanced(self.order, self.theirs)
        self.send_parts(SHEARS=2, TWINE=4)
        self.assertEqual(self.told(self.theirs), [{SHEARS: 2, TWINE: 4}])

    def test_refund_of_one_expects_its_components_back(self):
        self.send_parts(SHEARS=3, TWINE=6)
        self.refund(self.theirs, {SHEARS: 1, TWINE: 2}, amount=PRICE)
        back = self.order.sale_order_id.picking_ids.filtered("return_id")
        units = {m.product_id.default_code: m.product_uom_qty for m in back.move_ids}
        self.assertEqual(units, {SHEARS: 1, TWINE: 2})
        self.assert_clean(self.order)

    def test_whole_set_taken_off_by_an_edit(self):
        self.edit(self.theirs, set_quantity={SHEARS: 2, TWINE: 4})
        self.assert_total(self.order, self.theirs)
        self.assertEqual(self.units(), {SHEARS: 2, TWINE: 4})
