from odoo.sql_db import db_connect

from ..models.row_lock import hold
from .common import MollieCase


class TestRowLock(MollieCase):
    def test_row_that_somebody_holds_is_told_and_spoils_nothing(self):
        country = self.env.ref("base.aq")
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                "SELECT id FROM res_country WHERE id = %s FOR UPDATE", [country.id]
            )
            self.assertFalse(hold(country))
            # The transaction goes on: a person can be told, a job can come back.
            self.assertEqual(country.search([("code", "=", "AQ")]), country)
            other.rollback()
        self.assertTrue(hold(country))
