"""Statements of the real bank, read by OCA's importers, where they are installed.

The files are our own, after the public formats: CAMT.053 as Dutch banks send it, and
their CSV downloads.
"""

from base64 import b64encode

from odoo.tests import tagged

from .common import MollieCase

CODE = "rBankFileBankFileBankFile1"
NET = "120.61"
IBAN = "NL77ABNA0574908765"
#: where a bank writes the reference of the payout
PLACES = {
    "Ustrd": "<RmtInf><Ustrd>MOLLIE {}</Ustrd></RmtInf>",
    "Ustrd, broken": "<RmtInf><Ustrd>Stichting Mollie Payments {0[0]}</Ustrd>"
    "<Ustrd>{0[1]} payout</Ustrd></RmtInf>",
    "EndToEndId": "<Refs><EndToEndId>{}</EndToEndId></Refs>",
    "Strd": "<RmtInf><Strd><CdtrRefInf><Ref>{}</Ref></CdtrRefInf></Strd></RmtInf>",
}
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-03T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>{number}</Id><CreDtTm>2026-11-03T06:00:00</CreDtTm>
<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-03</Dt></BookgDt><ValDt><Dt>2026-11-03</Dt></ValDt>
<NtryDtls><TxDtls>{details}
<RltdPties><Dbtr><Nm>Stichting Mollie Payments</Nm></Dbtr></RltdPties>
</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
"""


@tagged("standard", "post_install", "-at_install")
class TestBankFiles(MollieCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bank_account = cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.env.company.partner_id.id}
        )
        cls.bank = cls.env["account.journal"].create(
            {
                "name": "House bank",
                "code": "HOUSE",
                "type": "bank",
                "bank_account_id": bank_account.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.paid_invoice(CODE, 121.0)
        self.pay(CODE, "121.00")
        self.reference = self.mollie.payout()["reference"]

    def needs(self, addon):
        """Skip where an importer of OCA is not installed; it is no dependency."""
        domain = [("name", "=", addon), ("state", "=", "installed")]
        if not self.env["ir.module.module"].search(domain):
            self.skipTest(f"{addon} is not installed")

    def import_file(self, name, text, **values):
        """Upload a statement as the bookkeeper does; return its lines."""
        before = self.env["account.bank.statement.line"].search([])
        wizard = self.env["account.statement.import"].with_context(
            journal_id=self.bank.id
        )
        data = b64encode(text.encode())
        values = {"statement_file": data, "statement_filename": name, **values}
        wizard.create(values).import_file_button()
        self.run_jobs()
        return self.env["account.bank.statement.line"].search([]) - before

    def assertArrived(self, line):
        payout = self.lines("outgoing-transfer")
        self.assertEqual(len(line), 1)
        self.assertEqual((payout.payout_state, payout.bank_line_id), ("arrived", line))
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.ledger(self.env.company.transfer_account_id), 0.0)
        self.assertFalse(self.open_exceptions())

    def camt(self, place):
        middle = len(self.reference) // 2
        halves = (self.reference[:middle], self.reference[middle:])
        given = halves if "broken" in place else self.reference
        details = PLACES[place].format(given)
        return CAMT.format(number=1, iban=IBAN, amount=NET, details=details)

    def test_camt_after_the_payout_wherever_the_bank_writes_the_reference(self):
        self.needs("account_statement_import_camt")
        self.fetch()
        for place in PLACES:
            with self.subTest(place), self.env.cr.savepoint() as savepoint:
                line = self.import_file("statement.xml", self.camt(place))
                self.assertArrived(line)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_camt_before_the_payout(self):
        self.needs("account_statement_import_camt")
        line = self.import_file("statement.xml", self.camt("Ustrd"))
        self.assertFalse(line.is_reconciled)
        self.fetch()
        self.assertArrived(line)

    def test_csv_with_the_reference_among_the_notes(self):
        self.needs("account_statement_import_sheet_file")
        self.fetch()
        mapping = self.env["account.statement.import.sheet.mapping"].create(
            {
                "name": "Download of the bank",
                "delimiter": "semicolon",
                "file_encoding": "utf-8",
                "float_thousands_sep": "dot",
                "float_decimal_sep": "comma",
                "timestamp_format": "%Y%m%d",
                "timestamp_column": "Datum",
                "amount_column": "Bedrag",
                "amount_type": "simple_value",
                "description_column": "Naam",
                "notes_column": "Mededelingen",
            }
        )
        text = (
            "Datum;Naam;Bedrag;Mededelingen\n"
            f"20261103;Stichting Mollie Payments;120,61;Kenmerk: {self.reference}\n"
        )
        line = self.import_file("statement.csv", text, sheet_mapping_id=mapping.id)
        self.assertArrived(line)
