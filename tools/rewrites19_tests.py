"""The same table for what our tests say of core's records; see ``rewrites19.py``."""

from .rewrite import Rewrite

IN_TESTS = (
    Rewrite(
        "a stock move is called by its product",
        "shopify_connector/tests/test_stock.py",
        r'^ +"name": "Receipt",\n',
        "",
    ),
    Rewrite(
        "whether a price includes a tax is the company's word or the tax's own",
        "sendcloud_shipping/tests/test_rate.py",
        r'"price_include": True',
        '"price_include_override": "tax_included"',
    ),
    Rewrite(
        "a product's type is one field again, and what is kept in stock says so",
        "*/tests/*.py",
        r'"detailed_type": "product"',
        '"is_storable": True',
    ),
    Rewrite(
        "what is kept in stock says so, in tests that commit as well",
        "tests/scratch/*.py",
        r'"detailed_type": "product"',
        '"is_storable": True',
    ),
    Rewrite(
        "a product's type is one field again",
        "*/tests/*.py",
        r'"detailed_type": "service"',
        '"type": "service"',
    ),
    Rewrite(
        "what a call from outside goes through is kept with the service",
        "tests/test_access_doors.py",
        r"from odoo\.api import call_kw",
        "from odoo.service.model import call_kw",
    ),
    Rewrite(
        "a user's groups are group_ids",
        "*/tests/*.py",
        r'"groups_id"',
        '"group_ids"',
    ),
    Rewrite(
        "an order line can have several taxes and says so",
        "shopify_connector/tests/*.py",
        r'(order_line\.|(?:goods|tip)\[")tax_id\b',
        r"\1tax_ids",
    ),
    Rewrite(
        "a tax itself says which one it replaces",
        "shopify_connector/tests/test_onboard.py",
        r'"amount": line\.rate\}',
        '"amount": line.rate, "original_tax_ids": [(6, 0, home.ids)]}',
    ),
    Rewrite(
        "a fiscal position names the taxes that it leads to",
        "shopify_connector/tests/test_onboard.py",
        r'\[\(0, 0, \{"tax_src_id": home\.id, "tax_dest_id": oss\.id\}\)\]',
        "[(6, 0, oss.ids)]",
    ),
    Rewrite(
        "packages are no quants of packages any more",
        "sendcloud_shipping/tests/*.py",
        r"\bstock\.quant\.package\b",
        "stock.package",
    ),
    Rewrite(
        "the return wizard hands back the return itself",
        "sendcloud_shipping/tests/test_routes.py",
        r"new_id, _type = wizard\._create_returns\(\)",
        'new_id = wizard.action_create_returns_all()["res_id"]',
    ),
    Rewrite(
        "the return wizard has one action for what is chosen and one for all",
        "sendcloud_shipping/tests/test_after.py",
        r"\bwizard\.create_returns\(\)",
        "wizard.action_create_returns()",
    ),
    Rewrite(
        "the return wizard has one action for what is chosen and one for all",
        "shopify_connector/tests/test_return.py",
        r"\bwizard\.create_returns\(\)",
        "wizard.action_create_returns()",
    ),
    Rewrite(
        "the second step is made when the first is done",
        "sendcloud_shipping/tests/test_routes.py",
        r"^( +)pick, out = \((?:.|\n)*?\n\1\)\n((?:.*\n)*?)(?=.*validate\(out\))",
        r"\1order = self.create_order()\n\1pick = order.picking_ids\n"
        r"\2\1out = order.picking_ids - pick\n",
    ),
    Rewrite(
        "products are bought in the unit that they are kept in",
        "sendcloud_shipping/tests/*.py",
        r"= seed\.uom_po_id = ",
        "= ",
    ),
    Rewrite(
        "companies share accounts",
        "mollie_reconcile/tests/*.py",
        r'(\("account_type", "=", "\w+"\),\s*)\("company_id", "=", ',
        r'\1("company_ids", "in", ',
    ),
    Rewrite(
        "companies share accounts",
        "mollie_reconcile/tests/*.py",
        r"\b(account|account_id)\.company_id\b",
        r"\1.company_ids",
    ),
    Rewrite(
        "new companies round tax over the whole order; this test is about the other",
        "shopify_connector/tests/test_import.py",
        r"^    def test_tax_rounded_per_line_gets_a_rounding_line\(self\):\n",
        r"\g<0>        "
        r'self.env.company.tax_calculation_rounding_method = "round_per_line"'
        "\n",
    ),
    Rewrite(
        "a payment that is booked is in process, and paid once the bank shows it",
        "shopify_connector/tests/test_booking.py",
        r'assertEqual\((payment|order\.payment_ids)\.state, "posted"\)',
        r'assertIn(\1.state, ("in_process", "paid"))',
    ),
    Rewrite(
        "a payment that is booked is in process, and paid once the bank shows it",
        "shopify_connector/tests/test_refund.py",
        r'(payment\.state\), \([\d.]+, )"posted"',
        r'\1"paid"',
    ),
    Rewrite(
        "a payment that is booked is in process, and paid once the bank shows it",
        "mollie_reconcile/tests/test_chargebacks.py",
        r'(self\.money\.state, )"posted"',
        r'\1"paid"',
    ),
    Rewrite(
        "a payment is no journal entry any more: its reference is its memo",
        "shopify_connector/tests/test_booking.py",
        r"\bpayment\.ref\b",
        "payment.memo",
    ),
    Rewrite(
        "a rule has a trigger in the place of its type",
        "mollie_reconcile/tests/test_choke_point.py",
        r'"rule_type": "writeoff_suggestion",\s*"auto_reconcile": True,',
        '"trigger": "auto_reconcile",',
    ),
    Rewrite(
        "rules are asked by the bank lines; the tests before and after these show it",
        "mollie_reconcile/tests/test_choke_point.py",
        r"    def test_rule_answers(?:.|\n)*(?=    def test_rule_books_a_corr)",
        "",
    ),
    Rewrite(
        "so that a pitfall cannot name the test that is not there",
        "mollie_reconcile/tests/test_pitfalls.py",
        r" *test_choke_point\.TestChokePoint\.test_rule_answers\w+\n",
        "",
    ),
    Rewrite(
        "what is done after a payment has a shorter name",
        "mollie_reconcile/tests/online_case.py",
        r"\._finalize_post_processing\(\)",
        "._post_process()",
    ),
)
