"""Sales channels: where a product is shown, chosen in Odoo and seen there."""

from odoo.exceptions import UserError
from odoo.tests import Form

from odoo.addons.o2c_base.lib.errors import UnauthorizedError
from odoo.addons.shopify_connector.lib.channel_calls import PRODUCTS_PER_QUESTION
from odoo.addons.shopify_connector.lib.client import AdminClient

from sandbox.shopify import publications

from .test_product_send import SendCase

SHEARS, TROWEL = "TW-SHEARS-01", "TW-TROWEL-01"
ONLINE, TILL = publications.CHANNELS


class ChannelCase(SendCase):
    def setUp(self):
        super().setUp()
        publications.show(self.shopify.store, self.theirs(), ONLINE)
        self.shop.sync_channels = True
        self.settle()
        self.template = self.products[SHEARS].product_tmpl_id
        self.row = self.template.shopify_variant_ids.shopify_product_id
        self.online, self.till = (self.channel(name) for name in (ONLINE, TILL))

    def channel(self, name):
        domain = [("name", "=", name), ("shop_id", "=", self.shop.id)]
        return self.env["shopify.channel"].search(domain)

    def choose(self, *channels):
        ids = [channel.id for channel in channels]
        self.template.shopify_channel_ids = [(6, 0, ids)]
        self.settle()

    def shown(self, handle="tw-shears-01"):
        return publications.names_of(self.shopify.store, self.theirs(handle))


class TestRead(ChannelCase):
    def test_channels_come_with_what_is_shown_there(self):
        self.assertEqual(self.shop.channel_ids.mapped("name"), [ONLINE, TILL])
        self.assertEqual(self.row.channel_ids, self.online)
        self.assertEqual(self.template.shopify_channel_ids, self.online)

    def test_nothing_changes_at_shopify_on_the_day_it_is_switched_on(self):
        self.assertEqual(self.shown(), [ONLINE])
        self.assertEqual(self.shown("tw-trowel-01"), [])

    def test_new_renamed_and_gone_ones_are_found_each_night(self):
        store = self.shopify.store
        publications.add(store, "Market")
        gone = next(r for r in store.all("Publication") if r["name"] == TILL)
        publications.remove(store, gone)
        self.shop._cron_channels()
        self.settle()
        names = self.env["shopify.channel"].search([]).mapped("name")
        self.assertEqual(sorted(names), ["Market", ONLINE])
        self.assertFalse(self.till.active)

    def test_a_night_without_changes_writes_nothing(self):
        written = []
        for name in ("shopify.channel", "shopify.product", "product.template"):
            model = type(self.env[name])
            self.patch(model, "write", self.recording(model.write, written))
        self.shop._cron_channels()
        self.settle()
        self.assertFalse(written)

    def recording(self, write, written):
        def record(rows, values):
            if set(values) - {"failed_tries"}:
                written.append((rows, values))
            return write(rows, values)

        return record

    def test_what_the_shop_adds_is_seen_and_stays(self):
        publications.show(self.shopify.store, self.theirs(), ONLINE, TILL)
        self.shop._cron_channels()
        self.settle()
        self.assertEqual(self.template.shopify_channel_ids, self.online + self.till)
        self.template.name = "Sharp Shears"
        self.settle()
        self.assertEqual(self.shown(), [ONLINE, TILL])

    def test_another_product_in_odoo_takes_over_what_is_shown(self):
        other = self.product("OTHER-1", name="Other")
        self.row.variant_ids.product_id = other
        self.row._enqueue_send(seconds=0)
        self.settle()
        self.assertEqual(self.shown(), [ONLINE], "nothing was taken off")
        self.assertEqual(other.product_tmpl_id.shopify_channel_ids, self.online)

    def test_shopify_decides(self):
        self.shop.owner_channels = "shopify"
        self.settle()
        self.choose(self.online, self.till)
        self.assertEqual(self.shown(), [ONLINE])
        publications.show(self.shopify.store, self.theirs(), TILL)
        self.shop._cron_channels()
        self.settle()
        self.assertEqual(self.template.shopify_channel_ids, self.till)

    def test_many_products_are_asked_about_at_once(self):
        asked = []
        execute = AdminClient.execute

        def record(client, document, variables=None, name=None):
            asked.append("ShownOn" in document and len(variables["ids"]))
            return execute(client, document, variables, name)

        self.patch(AdminClient, "execute", record)
        self.shop._sweep_channels()
        self.assertEqual([n for n in asked if n], [len(self.shop.product_ids)])
        self.assertLess(len(self.shop.product_ids), PRODUCTS_PER_QUESTION)

    def test_missing_permission_is_said_to_who_switches_it_on(self):
        self.shop.sync_channels = False
        store = self.shopify.store
        installation = store.all("AppInstallation")[0]
        installation["accessScopes"] = [
            row
            for row in installation["accessScopes"]
            if row["handle"] != "read_publications"
        ]
        with self.assertRaisesRegex(UserError, "read_publications"):
            self.shop.sync_channels = True

    def test_permissions_by_what_is_done(self):
        both = {"read_publications", "write_publications"}
        self.assertLessEqual(both, self.shop._needed_scopes())
        self.shop.owner_channels = "shopify"
        self.assertNotIn("write_publications", self.shop._needed_scopes())
        self.shop.sync_channels = False
        self.assertFalse(both & self.shop._needed_scopes())

    def test_permission_taken_away_later_is_told_by_name(self):
        self.shopify.store.data["scopes"].remove("read_publications")
        with self.assertRaisesRegex(UnauthorizedError, "read_publications"):
            self.shop._sweep_channels()
        self.shopify.store.data["scopes"].append("read_publications")


class TestShow(ChannelCase):
    def test_a_product_is_shown_where_it_was_chosen(self):
        self.choose(self.online, self.till)
        self.assertEqual(self.shown(), [ONLINE, TILL])
        self.assertEqual(self.row.channel_ids, self.online + self.till)
        self.choose(self.till)
        self.assertEqual(self.shown(), [TILL])
        self.choose()
        self.assertEqual(self.shown(), [])

    def test_twice_is_as_once(self):
        self.choose(self.online, self.till)
        told = self.told()
        self.shop._send_products()
        self.row._attempt("_send")
        self.settle()
        self.assertFalse(told)

    def test_only_what_differs_is_told(self):
        publications.show(self.shopify.store, self.theirs(), ONLINE, TILL)
        told = self.told()
        self.choose(self.online, self.till)
        self.assertFalse(told)

    def test_lost_answers(self):
        self.lose_answer("publishablePublish")
        self.choose(self.till)
        self.assertEqual(self.shown(), [TILL])
        told = self.told()
        self.shop._send_products()
        self.settle()
        self.assertFalse(told)

    def test_lost_answer_of_taking_off(self):
        self.lose_answer("publishableUnpublish")
        self.choose()
        self.assertEqual(self.shown(), [])
        self.assertFalse(self.template.shopify_channel_ids)

    def test_shopify_took_it_off_and_odoo_decides(self):
        publications.show(self.shopify.store, self.theirs())
        self.shop._cron_channels()
        self.settle()
        self.shop._send_products()
        self.settle()
        self.assertEqual(self.shown(), [ONLINE])

    def test_new_product_is_shown_where_it_was_chosen_only(self):
        publications.add(self.shopify.store, "Market", automatic=True)
        self.shop._cron_channels()
        self.settle()
        product = self.product("HOSE-1", name="Hose")
        product.product_tmpl_id.shopify_channel_ids = self.till
        product.product_tmpl_id.action_send_to_shopify()
        self.settle()
        row = self.env["shopify.product"].search([("name", "=", "Hose")])
        theirs = self.shopify.store.get(row.gid)
        self.assertEqual(publications.names_of(self.shopify.store, theirs), [TILL])

    def test_new_product_without_a_choice_shows_what_shopify_does(self):
        publications.add(self.shopify.store, "Market", automatic=True)
        self.shop._cron_channels()
        self.settle()
        template = self.product("HOSE-1", name="Hose").product_tmpl_id
        template.action_send_to_shopify()
        self.settle()
        self.assertEqual(template.shopify_channel_ids.mapped("name"), ["Market"])

    def test_preview_says_it(self):
        self.template.shopify_channel_ids += self.till
        self.row.action_preview()
        lines = self.env["shopify.preview.line"].search([])
        pairs = [(line.theirs, line.ours) for line in lines]
        self.assertIn((ONLINE, f"{ONLINE}, {TILL}"), pairs)

    def test_not_told_unless_products_are(self):
        self.shop.send_products = False
        self.choose(self.till)
        self.assertEqual(self.shown(), [ONLINE])

    def test_another_shops_channels_are_left_alone(self):
        other = self.shop.copy({"domain": "other.myshopify.com", "name": "Other"})
        values = {"shop_id": other.id, "gid": "gid://shopify/Publication/1"}
        theirs = self.env["shopify.channel"].create({**values, "name": ONLINE})
        self.choose(self.till, theirs)
        self.assertEqual(self.shown(), [TILL])
        self.assertIn(theirs, self.template.shopify_channel_ids)
        self.assertIn("Other", theirs.display_name)


class TestMany(ChannelCase):
    def wizard(self, **values):
        templates = [self.products[sku].product_tmpl_id.id for sku in (SHEARS, TROWEL)]
        context = {"default_product_ids": templates}
        form = Form(self.env["shopify.publish"].with_context(**context))
        for channel in values.pop("channels"):
            form.channel_ids.add(channel)
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_many_are_shown_and_taken_off(self):
        self.wizard(channels=[self.till]).action_apply()
        self.settle()
        self.assertEqual(self.shown(), [ONLINE, TILL])
        self.assertEqual(self.shown("tw-trowel-01"), [TILL])
        self.wizard(channels=[self.till], how="hide").action_apply()
        self.settle()
        self.assertEqual(self.shown(), [ONLINE])
        self.assertEqual(self.shown("tw-trowel-01"), [])

    def test_nothing_chosen_is_said(self):
        with self.assertRaises(UserError):
            self.wizard(channels=[]).action_apply()

    def test_channels_that_are_not_read_are_said(self):
        wizard = self.wizard(channels=[self.till])
        self.shop.sync_channels = False
        with self.assertRaisesRegex(UserError, "Read Sales Channels"):
            wizard.action_apply()

    def test_who_is_not_told_is_said(self):
        self.shop.send_products = False
        action = self.wizard(channels=[self.till]).action_apply()
        self.assertEqual(action["params"]["type"], "warning")
        self.shop.owner_channels = "shopify"
        action = self.wizard(channels=[self.till]).action_apply()
        self.assertIn("Shopify decides", action["params"]["message"])
