from odoo_test_helper import FakeModelLoader

from .common import O2CCase


class AcmeCase(O2CCase):
    """A test with the made-up service and one connected account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loader = FakeModelLoader(cls.env, cls.__module__)
        cls.loader.backup_registry()
        cls.addClassCleanup(cls.loader.restore_registry)
        from .models import AcmeAccount, AcmeThing

        cls.loader.update_registry((AcmeAccount, AcmeThing))
        cls.Account, cls.Thing = AcmeAccount, AcmeThing
        cls.account = cls.env["acme.account"].create({"name": "Main"})
        cls.account.action_test_connection()
        cls.thing = cls.env["acme.thing"].create(
            {"name": "one", "account_id": cls.account.id}
        )

    def tearDown(self):
        self.Account.trouble = self.Thing.trouble = None
        super().tearDown()
