"""What Odoo 19 wants written otherwise and Odoo's ``upgrade_code`` does not rewrite.

Only forms that 17.0 does not know stand here: where both series know a form, our
source has it. A rule that matches nothing any more stops the build.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rewrite:
    """One replacement, with the reason for it.

    :param files: glob below the folder of the addons
    :param find: regular expression; ``^`` and ``$`` match at each line
    :param put: replacement, with ``\\1`` or ``\\g<name>`` for groups
    """

    reason: str
    files: str
    find: str
    put: str


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
        "the chatter is one element",
        "**/views/*.xml",
        r'<div class="oe_chatter">(?:\s*<field name="\w+"[^>]*/>)+\s*</div>',
        "<chatter />",
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
