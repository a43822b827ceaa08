"""Who may do what, tried by real users on real records, against one table."""

import inspect
import logging

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS, BaseModel
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .access_table import NOT_PLAYED, RIGHTS, ROLES, rows
from .common import OrderToCashCase

_logger = logging.getLogger(__name__)

OURS = (
    "o2c_base",
    "shopify_connector",
    "sendcloud_shipping",
    "mollie_reconcile",
    "o2c_dashboard",
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


def own_models(env):
    """Return the names of our models that have a table, wizards included."""
    data = env["ir.model.data"].search(
        [("model", "=", "ir.model"), ("module", "in", OURS)]
    )
    names = set(env["ir.model"].browse(data.mapped("res_id")).mapped("model"))
    return {
        name
        for name in names
        if env[name]._original_module in OURS and not env[name]._abstract
    }


def own_functions(cls):
    """Yield ``(name, function)`` of a class of ours."""
    if cls.__module__.startswith(tuple(f"odoo.addons.{addon}." for addon in OURS)):
        yield from (pair for pair in vars(cls).items() if inspect.isfunction(pair[1]))


def hides(name, function):
    """Tell whether a function cannot take what the ORM gives the one it replaces."""
    theirs = getattr(BaseModel, name, None)
    if not callable(theirs) or name.startswith("__"):
        return False
    ours = inspect.signature(function).parameters
    takes_all = any(p.kind is p.VAR_POSITIONAL for p in ours.values())
    return not takes_all and list(ours) != list(inspect.signature(theirs).parameters)


def column(record):
    """Return the name of a plain field that a record of the model has."""
    return next(
        name
        for name, field in record._fields.items()
        if field.store and field.column_type and not field.groups and name != "id"
    )


class AccessCase(OrderToCashCase):
    """A merchant with something in every table, and a user of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"try-{role}", groups=groups)
            if groups
            else cls.env.ref("base.public_user")
            for role, groups in ROLES.items()
        }
        elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        everything = {
            g for groups in ROLES.values() if groups for g in groups.split(",")
        }
        cls.stranger = new_test_user(
            cls.env,
            "try-stranger",
            groups=",".join(sorted(everything - {"base.group_portal"})),
            company_id=elsewhere.id,
            company_ids=[elsewhere.id],
        )

    def setUp(self):
        super().setUp()
        self.name = self.buy()
        self.deliver_webhooks()
        self.sold = self.order(self.name)
        self.pack(self.sold)
        self.settle()
        self.row(self.sold)
        buyer = self.sold.partner_id
        self.customer = new_test_user(
            self.env,
            "try-customer",
            groups="base.group_portal",
            name=buyer.name,
            email=buyer.email,
            partner_id=buyer.id,
        )

    def sample(self, name):
        """Return a record of a model that belongs to the merchant's company."""
        model = self.env[name].sudo()
        found = model.search([], limit=1, order="id desc")
        return found or self.made_up(model)

    def made_up(self, model):
        """Return a record with anything in its required fields, empty if impossible."""
        vals = {"company_id": self.env.company.id} if "company_id" in model else {}
        for name, field in model._fields.items():
            if field.required and field.store and not field.related:
                if name not in MAGIC_COLUMNS and not field.default:
                    vals[name] = self.anything(field)
        try:
            with self.env.cr.savepoint():
                return model.create(vals)
        except (IntegrityError, UserError, ValueError, TypeError, KeyError):
            return model

    def anything(self, field):
        """Return a value that a field can hold."""
        if field.type == "many2one" and field.comodel_name == "res.company":
            return self.env.company.id
        if field.type == "many2one":
            return self.sample(field.comodel_name).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        today = fields.Date.today()
        simple = {"char": "x", "text": "x", "date": today, "boolean": True}
        simple["datetime"] = fields.Datetime.now()
        if field.type == "many2one_reference":
            return self.sold.id
        return simple.get(field.type, 1)

    def may(self, work):
        """Tell whether ``work`` gets past the rights; other errors do not count."""
        savepoint = self.env.cr.savepoint()
        try:
            work()
        except AccessError:
            savepoint.close(rollback=False)
            return False
        except Exception as error:  # noqa: BLE001 - rights are asked before all else
            _logger.debug("allowed, and then: %s", error)
        savepoint.close(rollback=True)
        return True


class TestRights(AccessCase):
    def test_no_method_hides_one_of_the_orm_by_accident(self):
        wrong = set()
        for name in own_models(self.env):
            for cls in type(self.env[name]).__mro__:
                for attribute, value in own_functions(cls):
                    if hides(attribute, value):
                        wrong.add(f"{name}.{attribute}")
        self.assertFalse(wrong)

    def test_table_has_every_model(self):
        told = {name for name, _cells in rows(RIGHTS)}
        self.assertEqual(told, own_models(self.env), "tests/access_table.py")

    def test_every_role_may_what_the_table_says(self):
        wrong = []
        for name, cells in rows(RIGHTS):
            for role, wanted in cells.items():
                model = self.env[name].with_user(self.users[role])
                found = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if model.check_access_rights(operation, raise_exception=False)
                )
                if (found or "-") != wanted:
                    wrong.append(f"{name}: {role} has {found or '-'}, not {wanted}")
        self.assertFalse(wrong, "\n".join(wrong))

    @mute_logger("odoo.sql_db", "odoo.models.unlink", "odoo.addons.base.models.ir_rule")
    def test_real_records(self):
        wrong, empty = [], set()
        for name, cells in rows(RIGHTS):
            record = self.sample(name)
            if not record:
                empty.add(name)
                continue
            vals = record.copy_data()[0]
            for role, wanted in cells.items():
                found = self.tried(record.with_user(self.users[role]), vals)
                if found != wanted.strip("-"):
                    wrong.append(f"{name}: {role} did {found or '-'}, not {wanted}")
        self.assertFalse(wrong, "\n".join(wrong))
        self.assertLessEqual(empty, NOT_PLAYED)

    def tried(self, record, vals):
        works = {
            "r": lambda: record.read([column(record)]),
            "w": lambda: record.write({}),
            "c": lambda: record.create(vals),
            "d": record.unlink,
        }
        return "".join(letter for letter, work in works.items() if self.may(work))

    def is_shared(self, record):
        """Tell whether a record is meant for all companies."""
        return "company_id" in record and not record.company_id

    def reads(self, record):
        return self.may(lambda: record.read([column(record)]))

    def test_other_company(self):
        found = []
        for name, _cells in rows(RIGHTS):
            record = self.sample(name)
            if not record or self.is_shared(record):
                continue
            theirs = record.with_user(self.stranger)
            if theirs.search([("id", "=", record.id)]) or self.reads(theirs):
                found.append(name)
        self.assertEqual(found, [])
