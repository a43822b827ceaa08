"""Whatever Mollie's documentation allows maps, or ends as a named error.

The types are those of https://docs.mollie.com/reference, written down here; the
official file and its examples are asked as well where they are at hand.
"""

import json
from decimal import Decimal

from hypothesis import given, strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.mollie_reconcile.lib import mapping, matching, report
from odoo.addons.mollie_reconcile.lib.client import MollieClient
from odoo.addons.o2c_base.lib.errors import ServiceError

from sandbox.tests import specs

from .strategies import any_answer
from .strategies.json_schema import MOMENT, TEXT, Schemas
from .strategies.reading import OneAnswer, ReadsAnyAnswer

ABSENT = "Mollie's specification is not here (O2C_SPECS)"
#: of the balance report, as the connector asks for it
GROUPING = "status-balances"
CURRENCY = st.sampled_from(["EUR", "USD", "JPY"])
VALUE = st.decimals(-(10**6), 10**6, places=2).map(str)
AMOUNT = st.fixed_dictionaries({"value": VALUE, "currency": CURRENCY})
IDS = st.sampled_from(["tr_1", "re_1", "stl_1", "chb_1"])
CONTEXT = st.dictionaries(st.sampled_from(["paymentId", "refundId"]), IDS)
NESTED = st.dictionaries(st.sampled_from(["payment", "refund"]), CONTEXT)
TRANSACTION = st.fixed_dictionaries(
    {
        "id": TEXT,
        "type": TEXT,
        "createdAt": MOMENT,
        "initialAmount": AMOUNT,
        "resultAmount": AMOUNT,
    },
    optional={
        "deductions": st.none() | AMOUNT,
        "deductionDetails": st.none()
        | st.dictionaries(st.sampled_from([*mapping.DEDUCTIONS, "more"]), AMOUNT),
        "context": st.none() | CONTEXT | NESTED,
    },
)
BALANCE = st.fixed_dictionaries(
    {"id": TEXT, "availableAmount": AMOUNT, "pendingAmount": AMOUNT}
)
BILL = st.fixed_dictionaries(
    {
        **dict.fromkeys(("id", "reference"), TEXT),
        **dict.fromkeys(("netAmount", "vatAmount", "grossAmount"), AMOUNT),
        "issuedAt": st.dates().map(str),
        "lines": st.lists(
            st.fixed_dictionaries(
                {
                    "period": TEXT,
                    "description": TEXT,
                    "count": st.integers(0, 10**6),
                    "vatPercentage": st.integers(0, 100) | st.floats(0, 100),
                    "amount": AMOUNT,
                }
            ),
            max_size=3,
        ),
    }
)
KINDS = st.sampled_from(["payment", "refund", "fee", "something-new"])
LEAF = st.fixed_dictionaries(
    {"transactionType": KINDS, "count": st.integers(0, 9), "amount": AMOUNT}
)
ROW = LEAF | st.fixed_dictionaries(
    {"transactionType": KINDS, "amount": AMOUNT},
    optional={"subtotals": st.none() | st.lists(LEAF, max_size=2)},
)
GROUP = st.fixed_dictionaries(
    {"amount": AMOUNT}, optional={"subtotals": st.none() | st.lists(ROW, max_size=3)}
)
ENDS = {name: st.fixed_dictionaries({"amount": AMOUNT}) for name in ("open", "close")}
SIDE = st.fixed_dictionaries(
    ENDS, optional=dict.fromkeys(("movedFromPending", "immediatelyAvailable"), GROUP)
)
REPORT = st.fixed_dictionaries(
    {
        "totals": st.fixed_dictionaries(
            {"availableBalance": SIDE, "pendingBalance": SIDE}
        )
    }
)
PAYMENT = st.fixed_dictionaries(
    {"id": TEXT, "amount": AMOUNT},
    optional={"details": st.none() | st.just({}) | st.fixed_dictionaries(
        {"remainderAmount": st.none() | AMOUNT})},
)  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["_embedded", "_links", "next", "href", "payments", "id",
                         "balances", "balance_transactions", "amount", "count"]),
        inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def use_transaction(theirs):
    """Read a balance transaction, and make bank lines of it."""
    found = mapping.parse_transaction(theirs)
    total = sum((part.amount for part in found.parts), Decimal(0))
    assert total == found.result.value  # noqa: S101 - the books must be right
    mapping.local_date(found.created_at)
    return found


def use_report(theirs):
    """Read a balance report: what moved is all there, whatever its type."""
    found = report.parse_report(theirs)
    moved = [
        Decimal(group["amount"]["value"])
        for name in ("movedFromPending", "immediatelyAvailable")
        if (group := theirs["totals"]["availableBalance"].get(name))
    ]
    figures = [figure.amount for figure in found.figures.values()]
    assert sum(figures, Decimal(0)) == sum(moved, Decimal(0))  # noqa: S101
    return found


WRITTEN = {
    use_transaction: TRANSACTION,
    use_report: REPORT,
    mapping.parse_balance: BALANCE,
    mapping.parse_bill: BILL,
    mapping.parse_original: PAYMENT,
    mapping.parse_voucher: PAYMENT,
}
#: path in the official file -> (parser, where the record is)
OFFICIAL = {
    "/v2/balances/{balanceId}": mapping.parse_balance,
    "/v2/balances/{balanceId}/report": report.parse_report,
    "/v2/invoices/{invoiceId}": mapping.parse_bill,
    "/v2/payments/{paymentId}": mapping.parse_original,
    "/v2/payments/{paymentId}/refunds/{refundId}": mapping.parse_original,
}
#: beginning of an example's name -> (parser, name of the list in it)
EXAMPLES = {
    "balances-balanceid__get-balance-": (mapping.parse_balance, None),
    "balances-balanceid-report__": (report.parse_report, None),
    "balances-balanceid-transactions__": (use_transaction, "balance_transactions"),
    "balances__list": (mapping.parse_balance, "balances"),
    "invoices-invoiceid__": (mapping.parse_bill, None),
    "invoices__list": (mapping.parse_bill, "invoices"),
    "payments-paymentid__get-payment-": (mapping.parse_original, None),
    "payments-paymentid-refunds-refundid__": (mapping.parse_original, None),
}


@tagged("standard", "post_install", "-at_install")
class TestAnyMollieAnswer(ReadsAnyAnswer, BaseCase):
    written = WRITTEN

    def test_any_json(self):
        for parse in WRITTEN:
            with self.subTest(parse=parse.__name__):
                self.read(parse, ANY_JSON, all_of_them=False)

    def test_as_in_the_official_file(self):
        if not (specs.FOLDER / "mollie").is_dir():
            self.skipTest(ABSENT)
        for path, parse in OFFICIAL.items():
            with self.subTest(path=path):
                schema, lookup = specs.answer_schema(path)
                self.read(parse, Schemas(lookup).strategy(schema), all_of_them=False)

    def test_official_examples(self):
        folder = specs.FOLDER / "mollie" / "examples"
        if not folder.is_dir():
            self.skipTest(ABSENT)
        read = 0
        for start, (parse, rows) in EXAMPLES.items():
            for path in sorted(folder.glob(f"{start}*.json")):
                with self.subTest(example=path.name):
                    theirs = json.loads(path.read_text())
                    if theirs.get("grouping", GROUPING) != GROUPING:
                        continue
                    for row in theirs["_embedded"][rows] if rows else [theirs]:
                        parse(row)
                        read += 1
        self.assertGreater(read, 15)

    def test_any_json_to_every_call(self):
        calls = {
            "organization": (), "permissions": (), "balances": (), "bills": (),
            "balance": ("bal_1",), "payment": ("tr_1",), "settlement": ("stl_1",),
            "transactions_page": ("bal_1",), "payments_page": ("pfl_1", "tr_1"),
            "refund": ("tr_1", "re_1"), "chargeback": ("tr_1", "chb_1"),
            "capture": ("tr_1", "cpt_1"), "refunds": ("tr_1",), "bill_pdf": ("inv_1",),
        }  # fmt: skip

        @any_answer
        @given(st.sampled_from([200, 400, 404, 422]), ANY_JSON, st.data())
        def call(status, body, data):
            session = OneAnswer(status, json.dumps(body).encode())
            client = MollieClient("access_x", session=session, sleep=lambda s: None)
            name = data.draw(st.sampled_from(sorted(calls)))
            try:
                getattr(client, name)(*calls[name])
            except ServiceError:
                pass

        call()

    @any_answer
    @given(TEXT, ANY_JSON, st.lists(st.text(), max_size=4))
    def test_clues(self, reference, metadata, texts):
        matching.codes_in(*texts)
        matching.names_in(*texts)
        matching.read_metadata(metadata)
        matching.is_named_in(reference, *texts)
