import zipfile
from decimal import Decimal
from io import BytesIO

from odoo.tests import BaseCase, tagged

from odoo.addons.o2c_base.lib.errors import RejectedError

from ..lib.report import Figure, category_of, parse_report
from ..lib.sheet import workbook
from .test_proof_export import read_workbook


def money(value):
    return {"amount": {"value": value, "currency": "EUR"}}


def report(**groups):
    available = {"open": money("2.25"), "close": money("3.82"), **groups}
    pending = {"open": money("5.21"), "close": money("3305.41")}
    return {"totals": {"availableBalance": available, "pendingBalance": pending}}


@tagged("standard", "post_install", "-at_install")
class TestReport(BaseCase):
    def test_subtotals_are_summed_by_kind_over_both_groups(self):
        parsed = parse_report(
            report(
                movedFromPending={
                    **money("10.00"),
                    "subtotals": [
                        {"transactionType": "payment", "count": 3, **money("12.00")},
                        {"transactionType": "fee-prepayment", **money("-1.90")},
                        {"transactionType": "held-rolling-reserve", **money("-0.10")},
                    ],
                },
                immediatelyAvailable={
                    **money("-2.00"),
                    "subtotals": [
                        {"transactionType": "refund", "count": 1, **money("-2.00")},
                        {"transactionType": "payment", "count": 1, **money("1.00")},
                        {
                            "transactionType": "fee-prepayment",
                            **money("-1.00"),
                            "subtotals": [{"count": 2, **money("-1.00")}],
                        },
                    ],
                },
            )
        )
        self.assertEqual(parsed.figures["payment"], Figure(4, Decimal("13.00")))
        self.assertEqual(parsed.figures["fee"], Figure(2, Decimal("-2.90")))
        self.assertEqual(parsed.figures["refund"], Figure(1, Decimal("-2.00")))
        self.assertEqual(parsed.figures["other"], Figure(0, Decimal("-0.10")))
        self.assertEqual(parsed.closing, Decimal("3.82"))
        self.assertEqual(parsed.pending, Decimal("3305.41"))

    def test_what_mollie_does_not_break_down_is_other(self):
        parsed = parse_report(report(immediatelyAvailable=money("7.00")))
        self.assertEqual(parsed.figures["other"].amount, Decimal("7.00"))

    def test_report_without_its_balance_is_told(self):
        with self.assertRaises(RejectedError):
            parse_report({"totals": {}})

    def test_each_part_of_a_line_has_its_row(self):
        for kind, part, row in (
            ("payment", "gross", "payment"),
            ("payment", "fees", "fee"),
            ("invoice-compensation", "gross", "fee"),
            ("returned-refund", "gross", "refund"),
            ("chargeback-reversal", "gross", "chargeback"),
            ("canceled-transfer", "gross", "transfer"),
            ("payment", "reservations", "other"),
            ("moon-tax", "gross", "other"),
            ("payment", "result", "payment"),
        ):
            self.assertEqual(category_of(kind, part), row, (kind, part))

    def test_text_is_never_a_formula_and_names_of_sheets_are_free(self):
        content = workbook([("a/b", [["=1+1"]]), ("a/b", [[1.5, "x"]])])
        self.assertEqual(read_workbook(content), [[["=1+1"]], [[1.5, "x"]]])
        self.assertIn(b"a-b 2", _part(content, "xl/workbook.xml"))
        self.assertNotIn(b"<f>", _part(content, "xl/worksheets/sheet1.xml"))


def _part(content, name):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name)
