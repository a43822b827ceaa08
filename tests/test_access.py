"""Who may see what, asked of every model of the suite at once."""

from odoo.tests import new_test_user, tagged

from odoo.addons.o2c_base.tests.common import O2CCase

OURS = (
    "o2c_base",
    "shopify_connector",
    "sendcloud_shipping",
    "mollie_reconcile",
    "o2c_dashboard",
)
SECRET_WORDS = ("token", "secret", "password", "private_key", "public_key")


@tagged("standard", "post_install", "-at_install")
class TestAccess(O2CCase):
    def our_models(self):
        """Yield our concrete, stored models; wizards live for one user only."""
        ids = self.env["ir.model.data"].search(
            [("model", "=", "ir.model"), ("module", "in", OURS)]
        )
        for record in self.env["ir.model"].browse(ids.mapped("res_id")):
            model = self.env[record.model]
            created_here = model._original_module in OURS
            if created_here and not model._abstract and not model._transient:
                yield model

    def test_suite_has_models(self):
        names = {model._name for model in self.our_models()}
        self.assertLessEqual(
            {"shopify.shop", "sendcloud.shipment", "mollie.balance", "o2c.exception"},
            names,
        )

    def test_every_model_has_access_rows_and_each_names_a_group(self):
        for model in self.our_models():
            rows = self.env["ir.model.access"].search(
                [("model_id.model", "=", model._name)]
            )
            self.assertTrue(rows, f"{model._name} has no access row")
            for row in rows:
                self.assertTrue(row.group_id, f"{row.name} is open to everybody")
                self.assertNotIn(
                    row.group_id,
                    self.env.ref("base.group_public")
                    | self.env.ref("base.group_portal"),
                )

    def test_every_model_has_a_company_rule(self):
        for model in self.our_models():
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("groups", "=", False)]
            )
            self.assertTrue(
                any("company_ids" in (rule.domain_force or "") for rule in rules),
                f"{model._name} has no rule for companies",
            )

    def test_every_secret_is_for_administrators(self):
        for model in self.our_models():
            for name, field in model._fields.items():
                if field.type != "char" or not field.store:
                    continue
                if any(word in name for word in SECRET_WORDS):
                    self.assertEqual(
                        field.groups, "base.group_system", f"{model._name}.{name}"
                    )
                    self.assertFalse(field.copy, f"{model._name}.{name} is copied")

    def test_nobody_outside_reads_anything(self):
        public = self.env.ref("base.public_user")
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        for user in public | portal:
            for model in self.our_models():
                self.assertFalse(
                    model.with_user(user).check_access_rights(
                        "read", raise_exception=False
                    ),
                    f"{user.login} reads {model._name}",
                )
