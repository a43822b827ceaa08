"""Returns from the request on: seen, expected, followed, and refunded once."""

from psycopg2.errors import UniqueViolation

from odoo.tools import mute_logger

from ..models.shopify_shop_returns import RETURN_TOPICS
from .common import ShopifyCase

SHEARS = "TW-SHEARS-01"
TROWEL = "TW-TROWEL-01"


class ReturnCase(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.theirs = self.buy({"sku": SHEARS, "quantity": 3}, TROWEL)
        self.fetch()
        self.order = self.find(self.theirs)
        self.sale_order = self.order.sale_order_id
        self.delivery = self.deliver(self.sale_order)
        self.run_jobs()

    def ask(self, wanted=None, theirs=None, **about):
        """Ask for a return an hour later, fetch it; return Shopify's record."""
        self.world.clock.advance(hours=1)
        theirs = theirs or self.theirs
        record = self.shopify.request_return(theirs, wanted or {SHEARS: 1}, **about)
        self.fetch()
        return record

    def open(self, wanted=None):
        """Let the merchant make a return an hour later, and fetch it."""
        self.world.clock.advance(hours=1)
        record = self.shopify.open_return(self.theirs, wanted or {SHEARS: 1})
        self.fetch()
        return record

    def then(self, what, *args, **options):
        """Do something at Shopify an hour later, and fetch it."""
        self.world.clock.advance(hours=1)
        found = getattr(self.shopify, what)(*args, **options)
        self.fetch()
        return found

    def refund(self, quantities, amount="34.95", **options):
        return self.then("refund", self.theirs, quantities, amount=amount, **options)

    def row(self, record):
        return self.order.return_ids.filtered(lambda row: row.gid == record["id"])

    @property
    def receipts(self):
        pickings = self.sale_order.picking_ids - self.delivery
        return pickings.filtered(lambda picking: picking.state != "cancel")

    def units(self, sku=SHEARS):
        """Return how many pieces are expected back or came back."""
        moves = self.receipts.move_ids.filtered(
            lambda move: (
                move.state != "cancel" and move.product_id == self.products[sku]
            )
        )
        return sum(moves.mapped("product_uom_qty"))

    def receive(self, picking):
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")

    def assert_clean(self):
        self.assertFalse(self.failed_jobs().mapped("exc_info"))
        self.assertFalse(self.open_exceptions(self.order).mapped("message"))
        self.assertEqual(self.order.state, "imported")

    def assert_nothing_new(self):
        """Reading the order again, as often as one likes, changes nothing."""
        before = self.sale_order.picking_ids.move_ids
        known = before.mapped(lambda move: (move.id, move.state, move.product_uom_qty))
        for _n in range(2):
            self.order.action_import()
            self.run_jobs()
            self.env.invalidate_all()
        after = self.sale_order.picking_ids.move_ids
        self.assertEqual(
            after.mapped(lambda move: (move.id, move.state, move.product_uom_qty)),
            known,
        )


class TestStates(ReturnCase):
    def test_a_request_is_seen_and_nothing_is_expected(self):
        record = self.ask(
            {SHEARS: 2},
            reason="Too small",
            note="for big hands",
            words="Like scissors for a doll.",
            exchange=[{"sku": TROWEL, "quantity": 1}],
        )
        row = self.row(record)
        self.assertEqual((row.name, row.state), (f"{self.order.name}-R1", "requested"))
        self.assertIn("2 × ", row.goods)
        self.assertEqual(row.reasons, "Too small: for big hands")
        self.assertEqual(row.words, "Like scissors for a doll.")
        self.assertIn("1 × ", row.wanted_instead)
        self.assertFalse(self.receipts)
        self.assert_clean()

    def test_approved_goods_are_expected_where_they_were_sent_from(self):
        record = self.ask({SHEARS: 2}, words="Too small for me.")
        self.then("approve_return", record)
        row = self.row(record)
        self.assertEqual(row.state, "open")
        receipt = self.receipts
        self.assertEqual(receipt, row.picking_ids)
        self.assertEqual(
            (receipt.picking_type_code, receipt.state), ("incoming", "assigned")
        )
        self.assertEqual(receipt.return_id, self.delivery)
        self.assertEqual(
            receipt.move_ids.sale_line_id.product_id, self.products[SHEARS]
        )
        self.assertTrue(receipt.move_ids.to_refund)
        self.assertEqual(self.units(), 2)
        self.assertIn("Too small", receipt.message_ids[0].body)
        self.assert_clean()
        self.assert_nothing_new()

    def test_made_by_the_merchant_needs_no_answer(self):
        row = self.row(self.open({SHEARS: 1, TROWEL: 1}))
        self.assertEqual(row.state, "open")
        self.assertEqual((self.units(), self.units(TROWEL)), (1, 1))
        self.assertEqual(len(self.receipts), 1)

    def test_declined_is_kept_with_its_reason(self):
        record = self.ask()
        self.then("decline_return", record, note="It was used.")
        row = self.row(record)
        self.assertEqual((row.state, row.decline_reason), ("declined", "FINAL_SALE"))
        self.assertEqual(row.decline_note, "It was used.")
        self.assertFalse(self.receipts)

    def test_cancelled_takes_the_receipt_back(self):
        record = self.open({SHEARS: 2})
        self.assertEqual(self.units(), 2)
        self.then("cancel_return", record)
        self.assertFalse(self.receipts)
        self.assertEqual(self.row(record).picking_ids.state, "cancel")
        self.assert_clean()
        self.assert_nothing_new()
        self.open({SHEARS: 3})
        self.assertEqual(self.units(), 3)

    def test_a_label_of_the_cancelled_receipt_is_told(self):
        record = self.open()
        self.receipts.carrier_tracking_ref = "3SBACK"
        self.then("cancel_return", record)
        self.assertIn("3SBACK", self.open_exceptions(self.order).message)

    def test_more_and_fewer_pieces_are_followed(self):
        record = self.open({SHEARS: 1, TROWEL: 1})
        self.then("change_return", record, {SHEARS: 3})
        self.assertEqual((self.units(), self.units(TROWEL)), (3, 1))
        self.then("change_return", record, {SHEARS: 2, TROWEL: 0})
        self.assertEqual((self.units(), self.units(TROWEL)), (2, 0))
        self.assertEqual(self.row(record).goods.count("×"), 1)
        self.assert_nothing_new()

    def test_one_return_stands_in_for_another(self):
        first = self.open({SHEARS: 2})
        self.world.clock.advance(hours=1)
        self.shopify.cancel_return(first)
        second = self.open({SHEARS: 2})
        self.assertEqual(self.units(), 2)
        self.then("cancel_return", second)
        self.assertFalse(self.receipts)
        self.assert_clean()

    def test_what_is_known_stays_while_returns_are_not_read(self):
        record = self.open({SHEARS: 2})
        self.shop.can_read_returns = False
        self.refund({SHEARS: 1}, of_return=record)
        self.assertEqual((len(self.receipts), self.units()), (1, 2))
        self.assert_nothing_new()

    def test_received_goods_stay_when_the_return_is_cancelled(self):
        record = self.open()
        self.receive(self.receipts)
        self.then("cancel_return", record)
        self.assertEqual(self.units(), 1)
        self.open()
        self.assertEqual(self.units(), 1, "they are here already")

    def test_closed_without_refund_was_returned(self):
        record = self.open()
        self.then("close_return", record)
        self.assertEqual((self.row(record).state, self.units()), ("closed", 1))
        self.then("reopen_return", record)
        self.assertEqual((self.row(record).state, self.units()), ("open", 1))
        self.assert_nothing_new()

    def test_all_that_happened_before_it_was_heard_of(self):
        self.world.clock.advance(hours=1)
        record = self.shopify.request_return(self.theirs, {SHEARS: 2})
        self.shopify.approve_return(record)
        self.shopify.change_return(record, {SHEARS: 1})
        self.fetch()
        self.assertEqual(self.units(), 1)

    def test_never_twice(self):
        row = self.row(self.ask())
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            row.copy({"gid": row.gid, "state": row.state})

    def test_what_is_read_again_unchanged_is_not_written(self):
        row = self.row(self.ask())
        written = []
        for kept in (row, row.line_ids):
            self.patch(type(kept), "write", lambda _row, vals: written.append(vals))
        self.world.clock.advance(hours=1)
        self.order._attempt("_import")
        self.assertEqual(written, [])
        self.assert_clean()

    def test_many_lines_and_returns_are_read_in_pages(self):
        from ..lib import return_calls

        self.patch(return_calls, "LINES_PER_PAGE", 1)
        for _n in range(3):
            self.world.clock.advance(hours=1)
            record = self.shopify.request_return(self.theirs, {SHEARS: 1})
            self.shopify.decline_return(record)
        record = self.open({SHEARS: 2, TROWEL: 1})
        self.assertEqual(len(self.order.return_ids), 4)
        self.assertEqual(len(self.row(record).line_ids), 2)
        self.assertEqual((self.units(), self.units(TROWEL)), (2, 1))

    def test_not_delivered_here_yet_waits_for_the_delivery(self):
        theirs = self.buy()
        self.fetch()
        order = self.find(theirs)
        wanted = [{"fulfillmentOrderId": gid} for gid in theirs["fulfillmentOrders"]]
        self.shop._client().fulfill({"lineItemsByFulfillmentOrder": wanted})
        self.ask({SHEARS: 1}, theirs)
        self.then("approve_return", self.shopify.store.refs(theirs["returns"])[0])
        self.assertEqual(order.return_ids.state, "open")
        pickings = order.sale_order_id.picking_ids
        self.assertEqual(len(pickings), 1)
        if pickings.state != "done":
            self.deliver(order.sale_order_id)
        self.run_jobs()
        receipts = order.sale_order_id.picking_ids - pickings
        self.assertEqual(receipts.move_ids.product_uom_qty, 1)


class TestRefund(ReturnCase):
    def test_the_refund_takes_over_the_waiting_receipt(self):
        record = self.open({SHEARS: 2})
        receipt = self.receipts
        self.refund({SHEARS: 2}, amount="69.90", of_return=record)
        self.assertEqual(self.receipts, receipt)
        self.assertEqual((self.units(), self.row(record).state), (2, "closed"))
        self.assertEqual(self.order.refund_ids.state, "done")
        self.assert_clean()
        self.receive(receipt)
        self.assert_nothing_new()
        line = receipt.move_ids.sale_line_id
        self.assertEqual(line.qty_delivered, 1)

    def test_the_refund_takes_over_what_was_received_first(self):
        record = self.open()
        self.receive(self.receipts)
        self.refund({SHEARS: 1}, of_return=record)
        self.assertEqual((len(self.receipts), self.units()), (1, 1))
        self.assert_clean()
        self.assert_nothing_new()

    def test_in_parts(self):
        record = self.open({SHEARS: 3})
        for left in (2, 1, 0):
            self.refund({SHEARS: 1}, of_return=record)
            self.assertEqual((len(self.receipts), self.units()), (1, 3), left)
        self.assertEqual(self.row(record).state, "closed")
        self.assert_clean()

    def test_received_in_parts(self):
        record = self.open({SHEARS: 3})
        receipt = self.receipts
        receipt.move_ids.quantity = 1
        receipt.move_ids.picked = True
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.units(), 3)
        self.refund({SHEARS: 1}, of_return=record)
        self.then("change_return", record, {SHEARS: 2})
        self.assertEqual(self.units(), 2)
        self.assert_nothing_new()

    def test_a_refund_that_names_no_return(self):
        self.open()
        self.refund({SHEARS: 1})
        self.assertEqual((len(self.receipts), self.units()), (1, 1))
        self.refund({SHEARS: 1})
        self.assertEqual(self.units(), 2, "that is another piece")
        self.assert_clean()

    def test_refund_and_return_heard_of_together(self):
        self.world.clock.advance(hours=1)
        record = self.shopify.open_return(self.theirs, {SHEARS: 2})
        self.shopify.refund(self.theirs, {SHEARS: 1}, amount="34.95", of_return=record)
        self.fetch()
        self.assertEqual((len(self.receipts), self.units()), (1, 2))
        self.assert_clean()

    def test_the_refund_is_known_before_the_return_may_be_read(self):
        self.shop.can_read_returns = False
        record = self.open({SHEARS: 2})
        self.assertFalse(self.order.return_ids)
        self.refund({SHEARS: 1}, of_return=record)
        self.assertEqual(self.units(), 1)
        self.shop.can_read_returns = True
        self.order.action_import()
        self.run_jobs()
        self.assertEqual((self.row(record).state, self.units()), ("open", 2))
        self.refund({SHEARS: 1}, of_return=record)
        self.assertEqual(self.units(), 2)
        self.assert_clean()
        self.assert_nothing_new()

    def test_goods_that_are_refunded_and_do_not_come(self):
        record = self.open({SHEARS: 2})
        self.refund({SHEARS: 1}, restock="NO_RESTOCK", of_return=record)
        self.assertEqual(self.units(), 2, "they may be under way")
        self.refund({SHEARS: 1}, of_return=record)
        self.then("close_return", record)
        self.assertEqual(self.units(), 1)
        self.assert_clean()
        self.assert_nothing_new()

    def test_a_receipt_that_somebody_cancelled_is_not_made_again(self):
        record = self.open()
        self.receipts.action_cancel()
        self.refund({SHEARS: 1}, of_return=record)
        self.assertFalse(self.receipts)
        self.assert_clean()

    def test_cancelled_after_it_was_refunded_in_part(self):
        record = self.open({SHEARS: 3})
        self.refund({SHEARS: 1}, of_return=record)
        self.then("cancel_return", record)
        self.assertEqual(self.units(), 1)

    def test_refunds_from_before_receipts_were_counted(self):
        self.refund({SHEARS: 1})
        self.receipts.action_cancel()
        self.order.goods_back = False
        self.assert_nothing_new()
        self.assertEqual(self.order.goods_back, {self.theirs["lineItems"][0]: 1})

    def test_an_exchange_brings_back_once_and_sends_the_new(self):
        record = self.open({SHEARS: 1})
        self.then(
            "exchange",
            self.theirs,
            {SHEARS: 1},
            [{"sku": TROWEL, "quantity": 1}],
            of_return=record,
        )
        self.assertEqual(self.units(), 1)
        out = self.receipts.filtered(lambda p: p.picking_type_code == "outgoing")
        self.assertEqual(out.move_ids.product_id, self.products[TROWEL])
        self.assert_clean()

    def test_from_two_warehouses_each_gets_its_own_back(self):
        theirs = self.buy({"sku": SHEARS, "quantity": 2})
        self.fetch()
        order = self.find(theirs)
        first = order.sale_order_id.picking_ids
        first.move_ids.quantity = 1
        first.move_ids.picked = True
        first.with_context(skip_backorder=True, skip_sms=True).button_validate()
        second = order.sale_order_id.picking_ids - first
        other = self.env["stock.warehouse"].create({"name": "Delft", "code": "DLF"})
        self.env["stock.quant"]._update_available_quantity(
            self.products[SHEARS], other.lot_stock_id, 5
        )
        second.do_unreserve()
        place = {
            "picking_type_id": other.out_type_id.id,
            "location_id": other.lot_stock_id.id,
        }
        elsewhere = second.copy({"move_ids": [], "name": "/", **place})
        second.move_ids.write(
            {"picking_id": elsewhere.id, "warehouse_id": other.id, **place}
        )
        second.unlink()
        self.deliver(order.sale_order_id)
        self.run_jobs()
        self.world.clock.advance(hours=1)
        record = self.shopify.open_return(theirs, {SHEARS: 2})
        self.fetch()
        receipts = order.return_ids.picking_ids
        self.assertEqual(
            receipts.picking_type_id.warehouse_id, self.shop.warehouse_id | other
        )
        self.assertEqual(receipts.move_ids.mapped("product_uom_qty"), [1, 1])
        self.then("refund", theirs, {SHEARS: 2}, amount="69.90", of_return=record)
        self.assertEqual(order.return_ids.picking_ids, receipts)
        self.assertEqual(len(order.sale_order_id.picking_ids), 4)


class TestBegunHere(ReturnCase):
    def return_here(self, units=1):
        """Let somebody return goods in Odoo."""
        known = self.sale_order.picking_ids
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": self.delivery.id}
        )
        for line in wizard.product_return_moves:
            is_back = line.product_id == self.products[SHEARS]
            line.write({"quantity": units * is_back, "to_refund": True})
        wizard.create_returns()
        return self.sale_order.picking_ids - known

    def test_a_return_made_here_is_the_one_that_shopify_tells_of(self):
        receipt = self.return_here()
        record = self.open()
        self.assertEqual(self.receipts, receipt)
        self.then("cancel_return", record)
        self.assertEqual(self.receipts, receipt, "whoever made it cancels it")

    def test_only_what_is_missing_is_made(self):
        self.return_here()
        self.open({SHEARS: 3})
        self.assertEqual((len(self.receipts), self.units()), (2, 3))
        self.assert_nothing_new()

    def test_refunded_at_shopify_what_was_returned_here(self):
        self.return_here(3)
        self.refund({SHEARS: 1})
        self.assertEqual((len(self.receipts), self.units()), (1, 3))
        self.assert_clean()

    def test_credited_here_what_shopify_expects(self):
        self.shop.send_refunds = True
        record = self.open()
        self.receive(self.receipts)
        self.credit_here()
        self.assertEqual(self.order.refund_ids.kind, "sent")
        self.assertEqual(self.units(), 1)
        self.assert_nothing_new()
        self.open()
        self.assertEqual(self.units(), 2, "that is another piece")
        self.assertEqual(self.row(record).state, "open")

    def credit_here(self):
        self.world.clock.advance(hours=1)
        invoice = self.order._customer_moves(("out_invoice",))
        reversal = self.env["account.move.reversal"].create(
            {"move_ids": [(6, 0, invoice.ids)], "journal_id": invoice.journal_id.id}
        )
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        for line in note.invoice_line_ids:
            if line.product_id == self.products[SHEARS]:
                line.quantity = 1
        others = note.invoice_line_ids.filtered(
            lambda line: line.product_id != self.products[SHEARS]
        )
        others.unlink()
        note.action_post()
        self.run_jobs()
        self.fetch()


class TestShop(ReturnCase):
    def test_messages_of_each_kind_bring_the_order(self):
        self.shop._subscribe()
        topics = {hook["topic"] for hook in self.shop._client().webhooks()}
        self.assertLessEqual(set(RETURN_TOPICS), topics)
        self.world.outbox.waiting.clear()
        record = self.shopify.request_return(self.theirs, {SHEARS: 1})
        for step in ("approve_return", "close_return", "reopen_return"):
            getattr(self.shopify, step)(record)
        self.shopify.change_return(record, {SHEARS: 1})
        messages = [
            message
            for message in self.world.outbox.waiting
            if message["headers"]["X-Shopify-Topic"].startswith("returns/")
        ]
        self.assertEqual(len(messages), 5)
        for message in reversed(messages):
            # The last comes first, and the return alone is named in it.
            self.order.changed_at = False
            self.tell(message)
            self.assertEqual(self.order.return_ids.state, "open")
        self.assertEqual(self.units(), 1)

    def tell(self, message):
        headers, raw = message["headers"], message["body"]
        delivery_id, topic = self.shop._webhook_identity(raw, headers)
        event = self.env["o2c.webhook.event"]._receive(
            self.shop, delivery_id, topic, raw
        )
        self.run_jobs()
        self.env.invalidate_all()
        return event

    def test_what_no_message_told_is_found_at_night(self):
        record = self.shopify.request_return(self.theirs, {SHEARS: 1})
        self.theirs["updatedAt"] = "2026-11-01T10:00:00Z"
        self.fetch()
        self.assertFalse(self.order.return_ids)
        self.night()
        self.assertEqual(self.order.return_ids.state, "requested")
        self.shopify.cancel_return(record)
        self.theirs["updatedAt"] = "2026-11-01T10:00:00Z"
        self.night()
        self.assertEqual(self.order.return_ids.state, "canceled")

    def night(self):
        self.env["shopify.shop"]._cron_prove()
        self.run_jobs()
        self.env.invalidate_all()

    def test_what_is_no_return_is_refused(self):
        headers = {"X-Shopify-Topic": "returns/request", "X-Shopify-Webhook-Id": "r1"}
        for raw in (b"[]", b"{}", b'{"admin_graphql_api_id": "gid://shopify/Order/1"}'):
            with self.assertRaises(ValueError):
                self.shop._webhook_identity(raw, headers)

    def test_health_says_what_lacks(self):
        self.assertIn("seen and answered here", self.shop.health)
        scopes = self.shopify.store.data["scopes"]
        app = self.shopify.store.all("AppInstallation")[0]
        for lacking, words in {
            "write_returns": "write_returns to the app",
            "read_returns": "add read_returns to the app",
        }.items():
            scopes = [scope for scope in scopes if scope != lacking]
            self.shopify.store.data["scopes"] = scopes
            app["accessScopes"] = [
                row for row in app["accessScopes"] if row["handle"] != lacking
            ]
            self.shop.action_test_connection()
            self.env.invalidate_all()
            self.assertEqual(self.shop.state, "connected")
            self.assertIn(words, self.shop.health)
        self.open()
        self.assert_clean()
        self.assertFalse(self.order.return_ids)
        self.assertNotIn("RETURNS_REQUEST", self.shop._topics())
        self.shop.import_returns = False
        self.assertNotIn("read_returns", self.shop.health)

    def test_left_to_its_refund_when_the_shop_wants_it_so(self):
        self.shop.import_returns = False
        record = self.open()
        self.assertFalse(self.receipts)
        self.refund({SHEARS: 1}, of_return=record)
        self.assertEqual(self.units(), 1)
