import zipfile
from io import BytesIO

from lxml import etree

from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..lib.sheet import workbook
from .common import MollieCase
from .proof_case import ONE, ProofMixin

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(content):
    """Return the cells of each sheet, row by row, without the empty ones."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        shared = etree.fromstring(archive.read("xl/sharedStrings.xml"))
        words = ["".join(item.itertext()) for item in shared]
        names = sorted(n for n in archive.namelist() if "worksheets/sheet" in n)
        return [_rows(etree.fromstring(archive.read(name)), words) for name in names]


def _rows(sheet, words):
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        cells = [(cell.get("t"), cell.findtext(f"{SHEET}v")) for cell in row]
        rows.append([words[int(v)] if t == "s" else float(v) for t, v in cells])
    return rows


class TestProofExport(ProofMixin, MollieCase):
    def test_workbook_has_both_sides_and_the_accounts(self):
        self.prove()
        sheets = read_workbook(self.proofs()._xlsx())
        self.assertEqual(len(sheets), 2)
        rows = sheets[1]
        self.assertIn(["Payouts", -170.22, -170.22, 0], rows)
        self.assertIn(["End", 0, 0, 0], rows)
        account = self.journal.default_account_id.display_name
        self.assertIn([account, 120.61, 50, 170.61, 0], rows)

    def test_printed_page_has_the_figures_and_what_is_wrong(self):
        self.remove(self.bank_lines(ONE))
        self.prove()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "mollie_reconcile.report_proof", self.proofs().ids
        )
        text = html.decode()
        self.assertIn(self.proofs()[0].finding_ids.reference, text)
        self.assertIn("At the Bank On", text)
        self.assertIn("120.61", text)
        self.assertIn(self.journal.default_account_id.display_name, text)

    def test_workbook_names_what_is_wrong_and_how(self):
        self.remove(self.bank_lines(ONE))
        self.prove()
        proof = self.proofs()[0]
        [rows] = read_workbook(proof._xlsx())
        head = ["What is wrong", "Line", "Day", "At Mollie", "In the Books"]
        finding = rows[rows.index(head) + 1]
        reference = proof.finding_ids[:1].reference
        self.assertEqual(finding[:2], ["Changed in the books", reference])
        self.assertEqual(finding[3:], [120.61, 0])

    def test_what_came_later_is_taken_off_on_paper_too(self):
        self.prove()
        proof = self.proofs()[0]
        proof.shifted_amount = 12.5
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "mollie_reconcile.report_proof", proof.ids
        )
        text = html.decode().replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")
        later = text[text.index("Booked on a later day") :]
        self.assertIn("-12.50", later[: later.index("</tr>")])

    def test_no_minus_stands_before_a_zero(self):
        self.prove()
        proof = self.proofs()[0]
        # A hair less than nothing, as sums of floats are.
        proof.write({"their_opening": 0.3, "our_opening": 0.3 - 1e-16})
        proof.row_ids[:1].write({"their_amount": 0.1, "our_amount": 0.1 - 1e-17})
        self.assertNotIn("-0.0", str(proof.mapped("row_ids.difference")))
        self.assertNotIn("-0.0", str([proof.opening_difference, proof.difference]))
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "mollie_reconcile.report_proof", proof.ids
        )
        text = html.decode().replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")
        self.assertNotIn("-0.00", text)
        sheets = read_workbook(proof._xlsx())
        cells = [str(cell) for sheet in sheets for row in sheet for cell in row]
        self.assertNotIn("-0.0", cells)

    def test_cells_lose_the_minus_of_a_negative_zero(self):
        [[row]] = read_workbook(workbook([("Sheet", [["Zero", -0.0]])]))
        self.assertEqual(str(row[1]), "0.0")

    def test_bookkeeper_reads_and_repairs_others_do_not_see(self):
        self.prove()
        keeper = new_test_user(
            self.env, "proof-keeper", groups="account.group_account_user"
        )
        proof = self.proofs()[0].with_user(keeper)
        Form(proof)
        proof.action_prove()
        proof.action_repair()
        self.run_jobs()
        self.assertEqual(proof.state, "equal")
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "proof-stranger",
            groups="account.group_account_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["mollie.proof"].with_user(stranger).search([]))


@tagged("standard", "post_install", "-at_install")
class TestProofDownload(ProofMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_mollie()

    def test_only_who_may_read_the_proof_gets_the_workbook(self):
        self.prove()
        proof = self.proofs()[0]
        url = proof.action_xlsx()["url"]
        new_test_user(self.env, "portal-visitor", groups="base.group_portal")
        self.authenticate("portal-visitor", "portal-visitor")
        self.assertEqual(self.url_open(url).status_code, 403)
        new_test_user(self.env, "proof-keeper", groups="account.group_account_user")
        self.authenticate("proof-keeper", "proof-keeper")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(read_workbook(answer.content))
        self.assertEqual(self.url_open("/mollie/proof/1;x/xlsx").status_code, 404)
