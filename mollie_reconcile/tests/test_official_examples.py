"""Our parsers over the example bodies of Mollie's specification.

The specification's licence keeps it out of the project: it is looked for in
$O2C_SPECS, by default beside the project.
"""

import json
import os
from decimal import Decimal
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..lib.mapping import parse_balance, parse_transaction
from ..lib.matching import read_metadata

PROJECT = Path(__file__).resolve().parents[2]
SPECS = Path(os.environ.get("O2C_SPECS", PROJECT.parent / "shared" / "specs"))
EXAMPLES = SPECS / "mollie" / "examples"


@tagged("standard", "post_install", "-at_install")
class TestOfficialExamples(BaseCase):
    def setUp(self):
        super().setUp()
        if not EXAMPLES.is_dir():
            self.skipTest("official specs absent")

    def bodies(self, pattern):
        """Yield the example bodies whose file names fit ``pattern``."""
        paths = sorted(EXAMPLES.glob(pattern))
        self.assertTrue(paths, f"no example fits {pattern}")
        for path in paths:
            yield json.loads(path.read_text())

    def test_balance_transactions(self):
        seen = set()
        for body in self.bodies("balances-balanceid-transactions__*.json"):
            for payload in body["_embedded"]["balance_transactions"]:
                transaction = parse_transaction(payload)
                total = sum((p.amount for p in transaction.parts), Decimal(0))
                self.assertEqual(total, transaction.result.value)
                self.assertNotIn("result", {p.name for p in transaction.parts})
                if transaction.type in ("payment", "refund"):
                    self.assertTrue(transaction.payment_id.startswith("tr_"))
                seen.add(transaction.type)
        self.assertLessEqual({"payment", "refund", "outgoing-transfer"}, seen)

    def test_balances(self):
        for body in self.bodies("balances__list-balances-*.json"):
            for payload in body["_embedded"]["balances"]:
                self.assertEqual(parse_balance(payload).currency, payload["currency"])

    def test_metadata_of_payments(self):
        for body in self.bodies("payments-paymentid__get-payment-*.json"):
            self.assertNotIsInstance(read_metadata(body.get("metadata")), str)
