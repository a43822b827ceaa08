"""What Odoo 19 wants written otherwise and Odoo's ``upgrade_code`` does not rewrite.

Only forms that 17.0 does not know stand here: where both series know a form, our
source has it. A rule that matches nothing any more stops the build.
"""

from .rewrite import Rewrite
from .rewrites19_texts import KEEP_RULES_OFF, OWN_PRICELIST

LOAD_FAKE_MODELS = """\
        from .models import AcmeAccount, AcmeThing

        names = [model._name for model in (AcmeAccount, AcmeThing)]
        for model in (AcmeAccount, AcmeThing):
            add_to_registry(cls.registry, model)
            cls.addClassCleanup(cls.registry.__delitem__, model._name)
        cls.registry._setup_models__(cls.env.cr, names)
        cls.registry.init_models(cls.env.cr, names, {"module": "o2c_base"})
"""

REWRITES = (
    Rewrite(
        "an addon's version begins with the series it is for",
        "**/*.py",
        r"(?<=[\"'])17\.0\.",
        "19.0.",
    ),
    Rewrite(
        "groups hang under a privilege, and that under the category",
        "o2c_base/security/o2c_base_groups.xml",
        r'(?P<indent> +)<record id="group_user" model="res\.groups">',
        r'\g<indent><record id="privilege_o2c" model="res.groups.privilege">'
        "\n"
        r'\g<indent>    <field name="name">Order to Cash</field>'
        "\n"
        r'\g<indent>    <field name="category_id" ref="module_category_o2c" />'
        "\n"
        r"\g<indent></record>"
        "\n\n"
        r"\g<0>",
    ),
    Rewrite(
        "res.groups has privilege_id in the place of category_id",
        "o2c_base/security/o2c_base_groups.xml",
        r'(<record id="group_[^>]*>\n\s*<field name="name">[^<]*</field>\n\s*)'
        r'<field name="category_id" ref="module_category_o2c" />',
        r'\1<field name="privilege_id" ref="privilege_o2c" />',
    ),
    Rewrite(
        "res.groups names its users user_ids",
        "**/security/*.xml",
        r'<field\s+name="users"',
        '<field name="user_ids"',
    ),
    Rewrite(
        "whom a group holds, those who come in through another group included",
        "**/*.py",
        r'(\bref\("[\w.]*group_\w+"\))\.users\b',
        r"\1.all_user_ids",
    ),
    Rewrite(
        "rights on a model and rules on its records are asked for together",
        "**/*.py",
        r'\.check_access_(?:rights|rule)\(("\w+")\)',
        r".check_access(\1)",
    ),
    Rewrite(
        "rights on a model and rules on its records are asked for together",
        "**/*.py",
        r'\.check_access_rights\(\s*("\w+"), raise_exception=False\s*\)',
        r".has_access(\1)",
    ),
    Rewrite(
        "a scheduled action runs until it is archived; numbercall is gone",
        "**/data/*.xml",
        r'^ *<field name="numbercall">-1</field>\n',
        "",
    ),
    Rewrite(
        "a group of a search view has no title",
        "**/views/*.xml",
        r'<group (?:expand="0" )?string="Group By">',
        "<group>",
    ),
    Rewrite(
        "a contact's own pricelist is a field; ir.property is gone",
        "shopify_connector/models/res_partner_pricelist.py",
        r"^    # === Where Odoo keeps it === #\n(?:.|\n)*\Z",
        OWN_PRICELIST,
    ),
    Rewrite(
        "a group's implied groups, and those they imply",
        "**/*.py",
        r"\.trans_implied_ids\b",
        ".all_implied_ids",
    ),
    Rewrite(
        "the chatter is one element",
        "**/views/*.xml",
        r'<div class="oe_chatter">(?:\s*<field name="\w+"[^>]*/>)+\s*</div>',
        "<chatter />",
    ),
    Rewrite(
        "a product's type is one field again",
        "**/data/*.xml",
        r'<field name="detailed_type">(service|consu)</field>',
        r'<field name="type">\1</field>',
    ),
    Rewrite(
        "who may start an action",
        "shopify_connector/views/*.xml",
        r'name="groups_id"',
        'name="group_ids"',
    ),
    Rewrite(
        "a product's type and whether it is stored are two fields",
        "shopify_connector/models/shopify_product_make.py",
        r'\{"detailed_type": "product"\}',
        '{"type": "consu", "is_storable": True}',
    ),
    Rewrite(
        "a product's type is one field again",
        "shopify_connector/models/shopify_product_make.py",
        r'"detailed_type"',
        '"type"',
    ),
    Rewrite(
        "what is kept in stock says so",
        "shopify_connector/models/product_product.py",
        r'self\.type == "product"',
        "self.is_storable",
    ),
    Rewrite(
        "a product's type is one field again",
        "sendcloud_shipping/wizards/*.py",
        r'"detailed_type": "service"',
        '"type": "service"',
    ),
    Rewrite(
        "a partner has one phone number",
        "sendcloud_shipping/models/stock_picking.py",
        r"\(partner\.mobile, partner\.phone\)",
        "(partner.phone,)",
    ),
    Rewrite(
        "a partner has one phone number",
        "shopify_connector/models/res_partner_phone.py",
        r'\("phone", "mobile"\)',
        '("phone",)',
    ),
    Rewrite(
        "core asks for the carriers' postcodes when a delivery is opened, but lets"
        " only salespeople read them",
        "sendcloud_shipping/security/ir.model.access.csv",
        r"\Z",
        "access_delivery_zip_prefix_stock_user,delivery.zip.prefix stock user,"
        "delivery.model_delivery_zip_prefix,stock.group_stock_user,1,0,0,0\n",
    ),
    Rewrite(
        "an order line can have several taxes and says so",
        "shopify_connector/**/*.py",
        r'"tax_id": \[\(6, 0,',
        '"tax_ids": [(6, 0,',
    ),
    Rewrite(
        "an order line can have several taxes and says so",
        "shopify_connector/models/*.py",
        r"\border_line\.tax_id\b",
        "order_line.tax_ids",
    ),
    Rewrite(
        "the return wizard hands back the return itself",
        "sendcloud_shipping/models/sale_order_return.py",
        r"\bwizard\._create_returns\(\)",
        "wizard._create_return()",
    ),
    Rewrite(
        "the return wizard hands back the return itself",
        "shopify_connector/models/shopify_order_expect.py",
        r"\bwizard\._create_returns\(\)",
        "wizard._create_return()",
    ),
    Rewrite(
        "a kanban view shows cards",
        "**/views/*.xml",
        r't-name="kanban-box"',
        't-name="card"',
    ),
    Rewrite(
        "an order line's unit is product_uom_id; a stock move's is still product_uom",
        "shopify_connector/models/sale_order_line_parts.py",
        r"\bself\.product_uom\b",
        "self.product_uom_id",
    ),
    Rewrite(
        "a tax follows its company's habit unless it says otherwise",
        "shopify_connector/models/shopify_tax.py",
        r'"price_include": self\.price_include,',
        '"price_include_override": "tax_included"'
        ' if self.price_include else "tax_excluded",',
    ),
    Rewrite(
        "a payment is no journal entry any more: its reference is its memo",
        "shopify_connector/models/shopify_order_booking.py",
        r'"ref": self\.name,',
        '"memo": self.name,',
    ),
    Rewrite(
        "a payment that is booked is in process, and paid once the bank shows it",
        "shopify_connector/models/*.py",
        r'lambda payment: payment\.state == "posted"',
        'lambda payment: payment.state in ("in_process", "paid")',
    ),
    Rewrite(
        "a payment that is booked is in process, and paid once the bank shows it",
        "mollie_reconcile/models/*.py",
        r'(\["account\.payment"\]\.search\((?:(?!search)(?:.|\n))*?)'
        r'\("state", "=", "posted"\)',
        r'\1("state", "in", ("in_process", "paid"))',
    ),
    Rewrite(
        "an entry points to the payment it was made by as origin_payment_id",
        "mollie_reconcile/models/*.py",
        r"\b(counterparts\.move_id|others)\.payment_id\b",
        r"\1.origin_payment_id",
    ),
    Rewrite(
        "a payment has its own date and state, and may have no entry",
        "o2c_dashboard/lib/documents_sql.py",
        r"^ +JOIN account_move payment_day ON payment_day\.id = payment\.move_id\n",
        "",
    ),
    Rewrite(
        "a payment has its own date and state, and may have no entry",
        "o2c_dashboard/lib/documents_sql.py",
        r"payment_day\.date",
        "payment.date",
    ),
    Rewrite(
        "a payment has its own date and state, and may have no entry",
        "o2c_dashboard/lib/documents_sql.py",
        r"payment_day\.state = 'posted'",
        "payment.state IN ('in_process', 'paid')",
    ),
    Rewrite(
        "a payment has its own date and state, and may have no entry",
        "o2c_dashboard/lib/changes_sql.py",
        r'\("shopify_order_id", "move_id"\)',
        '("shopify_order_id", "state")',
    ),
    Rewrite(
        "the router is no service any more",
        "o2c_dashboard/static/src/board/board_url.js",
        r'import \{ ?useService ?\} from "@web/core/utils/hooks";',
        'import { router } from "@web/core/browser/router";',
    ),
    Rewrite(
        "the router is no service any more",
        "o2c_dashboard/static/src/board/board_url.js",
        r'^ +const router = useService\("router"\);\n',
        "",
    ),
    Rewrite(
        "the address of a page has no hash any more",
        "o2c_dashboard/static/src/board/board_url.js",
        r"router\.current\.hash",
        "router.current",
    ),
    Rewrite(
        "rights on a model and rules on its records are asked for together",
        "o2c_dashboard/models/*.py",
        r"\._filter_access_rules\(",
        "._filtered_access(",
    ),
    Rewrite(
        "what a field is aggregated by is its aggregator",
        "o2c_dashboard/models/*.py",
        r"\bgroup_operator=",
        "aggregator=",
    ),
    Rewrite(
        "the lock date depends on the journal",
        "mollie_reconcile/models/res_company.py",
        r"^        days = (?:.|\n)*\Z",
        "        return self._get_user_fiscal_lock_date(journal, True)\n",
    ),
    Rewrite(
        "nothing is computed from dates there",
        "mollie_reconcile/models/res_company.py",
        r"\Afrom datetime import date\n\n",
        "",
    ),
    Rewrite(
        "what is closed for nearly all is closed for all",
        "mollie_reconcile/tests/test_types.py",
        r"\bperiod_lock_date\b",
        "hard_lock_date",
    ),
    Rewrite(
        "an account out of use is archived, so not offered",
        "mollie_reconcile/models/mollie_balance.py",
        r"^ +domain=\"\[\('deprecated', '=', False\)\]\",\n",
        "",
    ),
    Rewrite(
        "companies share accounts; a new one belongs to the company of the context",
        "mollie_reconcile/models/mollie_balance_journal.py",
        r'^( +"reconcile": True,\n) +"company_id": self\.company_id\.id,\n',
        r"\1",
    ),
    Rewrite(
        "an account has a number in each company",
        "mollie_reconcile/models/mollie_balance_journal.py",
        r"len\(journal\.default_account_id\.code\)",
        "len(journal.default_account_id.with_company(self.company_id).code)",
    ),
    Rewrite(
        "the next free account number is looked for from a number on",
        "mollie_reconcile/models/mollie_balance_journal.py",
        r"_search_new_account_code\(\s*self\.company_id, digits, prefix\s*\)",
        '_search_new_account_code(prefix.ljust(digits - 1, "0") + "1")',
    ),
    Rewrite(
        "account_reconcile_model_oca has no 19.0: account_reconcile_oca brings the"
        " rules itself. What stands on account_statement_base, as that does, and has"
        " a later name is loaded after it and can keep its rules off Mollie's lines",
        "mollie_reconcile/__manifest__.py",
        '"account_reconcile_model_oca"',
        '"account_statement_base"',
    ),
    Rewrite(
        "a rule has a trigger in the place of its type",
        "mollie_reconcile/models/mollie_balance_journal.py",
        r'"rule_type": "writeoff_button"',
        '"trigger": "manual"',
    ),
    Rewrite(
        "account_reconcile_oca asks the bank lines, not the rules",
        "mollie_reconcile/models/account_bank_statement_line.py",
        r"\Z",
        KEEP_RULES_OFF,
    ),
    Rewrite(
        "entries posted together are numbered together, nobody need do it ahead",
        "mollie_reconcile/models/mollie_line_entry.py",
        r"        self\._number\(values\)\n",
        "",
    ),
    Rewrite(
        "sending invoices has rules and a wizard of its own",
        "mollie_reconcile/wizards/account_move_send.py",
        r"models\.TransientModel",
        "models.AbstractModel",
    ),
    Rewrite(
        "what is done after a payment has a shorter name",
        "mollie_reconcile/models/mollie_online.py",
        r"\._finalize_post_processing\(\)",
        "._post_process()",
    ),
    Rewrite(
        "the totals of a list are computed by a method",
        "mollie_reconcile/static/src/lines/mollie_lines.js",
        r"get aggregates\(\) \{\n(.*)super\.aggregates;",
        r"computeAggregates() {\n\1super.computeAggregates();",
    ),
    Rewrite(
        "odoo-test-helper does not know 19, whose registry can do it by itself",
        "o2c_base/tests/acme_case.py",
        r"^from odoo_test_helper import FakeModelLoader$",
        "from odoo.orm.model_classes import add_to_registry",
    ),
    Rewrite(
        "odoo-test-helper does not know 19, whose registry can do it by itself",
        "o2c_base/tests/acme_case.py",
        r"^ +cls\.loader = FakeModelLoader(?:.|\n)+?update_registry\(.*\)\n",
        LOAD_FAKE_MODELS,
    ),
)
#: what ``upgrade_code`` should have rewritten: it warns, or says nothing, when a text
#: has a form it does not expect
LEFT_BEHIND = {
    r"\b_sql_constraints\b": "**/*.py",
    r"<tree\b|</tree>|view_mode\">[^<]*\btree\b": "**/*.xml",
    r"type=[\"']json[\"']": "**/*.py",
}
