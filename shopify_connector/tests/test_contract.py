"""Every document against Shopify's schema: the sandbox's cut and the official one."""

import gzip
import json
import os
from pathlib import Path

from graphql import build_client_schema, build_schema, parse, validate
from graphql.validation import NoDeprecatedCustomRule, specified_rules

from odoo.tests import BaseCase, tagged

from odoo.addons.shopify_connector.lib import queries

import sandbox.shopify

VERSIONS = ("2026-07", "2026-10")
SPECS = os.environ.get("O2C_SPECS") or Path(__file__).parents[3] / "shared" / "specs"


@tagged("standard", "post_install", "-at_install")
class TestContract(BaseCase):
    def check(self, schema, version):
        rules = [*specified_rules, NoDeprecatedCustomRule]
        for name, document in queries.DOCUMENTS.items():
            with self.subTest(document=name, version=version):
                errors = validate(schema, parse(document), rules)
                self.assertFalse([error.message for error in errors])

    def test_documents_are_valid_on_the_sandbox_schema(self):
        folder = Path(sandbox.shopify.__file__).parent / "schema"
        for version in VERSIONS:
            text = (folder / f"admin_{version}.graphql").read_text()
            self.check(build_schema(text, assume_valid=True), version)

    def test_documents_are_valid_on_the_official_schema(self):
        for version in VERSIONS:
            path = Path(SPECS) / "shopify" / f"admin_{version}.json.gz"
            if not path.exists():
                self.skipTest("official specs absent: name their folder in O2C_SPECS")
            with gzip.open(path) as file:
                schema = build_client_schema(json.load(file)["data"], True)
            self.check(schema, version)

    def test_a_wrong_field_would_be_found(self):
        folder = Path(sandbox.shopify.__file__).parent / "schema"
        schema = build_schema((folder / "admin_2026-10.graphql").read_text())
        document = queries.SHOP.replace("ianaTimezone", "timeZone")
        self.assertTrue(validate(schema, parse(document)))
