"""What the demo's data is called in the Odoo at hand: by features, not by versions.

The addons are rewritten for Odoo 19 (:mod:`tools.build19`); these scripts are not.
"""


def groups(env):
    """Return the name of the field with a user's groups."""
    has_new_name = "group_ids" in env["res.users"]._fields
    return "group_ids" if has_new_name else "groups_id"


def storable(env):
    """Return the values of a product that is kept in stock."""
    if "is_storable" in env["product.template"]._fields:
        return {"type": "consu", "is_storable": True}
    return {"detailed_type": "product"}


def service(env):
    """Return the values of a product that is work, not goods."""
    has_new_name = "detailed_type" not in env["product.template"]._fields
    return {"type": "service"} if has_new_name else {"detailed_type": "service"}


def included_in_price(env):
    """Return the values of a tax that is part of the price."""
    if "price_include_override" in env["account.tax"]._fields:
        return {"price_include_override": "tax_included"}
    return {"price_include": True}
