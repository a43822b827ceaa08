"""The merchant "Trade Wins" in Odoo: company, products, stock, people, connections.

Runs inside ``odoo-bin shell``, for the demo, the flow and Docker. Safe to run again:
what is there is brought up to date, what people did in the meantime stays.
"""

import base64

from sandbox.catalogue import PRODUCTS
from sandbox.settings import SHOP_NAME

from . import demo_connections, demo_features, demo_taxes
from .common import ROOT

PICTURES = ROOT / "sandbox" / "shop" / "static" / "products"
COMPANY = {
    "name": SHOP_NAME,
    "street": "Fellenoord 130",
    "zip": "5611 ZB",
    "city": "Eindhoven",
    "phone": "+31 40 200 00 00",
    "email": "hello@trade-wins.example",
    "website": "http://127.0.0.1:8100",
    # the tax office's own example number
    "vat": "NL000099998B57",
}
#: login (also the password) -> (name, groups)
PEOPLE = {
    "packer": ("Pim Packer", ("stock.group_stock_user", "o2c_base.group_user")),
    "bookkeeper": (
        "Bo Bookkeeper",
        (
            "account.group_account_user",
            "account.group_account_invoice",
            "sales_team.group_sale_salesman_all_leads",
            "o2c_base.group_manager",
        ),
    ),
}


def set_up(env, urls):
    """Bring a database with all addons installed to the state of the demo.

    :param urls: addresses by name: odoo, shop, shopify, sendcloud, mollie
    """
    env = env(context={**env.context, "tracking_disable": True})
    company = set_up_company(env, urls["odoo"])
    add_people(env)
    taxes = {rate: included_tax(env, company, rate) for rate in ("21", "9")}
    for details in PRODUCTS:
        product = add_product(env, details, taxes[details["vat"]])
        add_stock(env, product, details["stock"])
    shop = demo_connections.connect_all(env, urls)
    demo_taxes.map_taxes(shop, taxes)


def set_up_company(env, address):
    """Name the company, put its warehouse on the map, fix the server's address."""
    company = env.ref("base.main_company")
    company.write({**COMPANY, "country_id": env.ref("base.nl").id})
    # without one, Odoo asks for it before it sends the first invoice
    company.external_report_layout_id = env.ref("web.external_layout_standard")
    env.ref("stock.warehouse0").write({"name": "Eindhoven", "code": "EIN"})
    env["ir.config_parameter"].set_param("web.base.url", address)
    # a login by another address must not change where webhooks are sent
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    admin = env.ref("base.user_admin")
    more = ("account.group_account_user", "stock.group_stock_manager")
    admin[demo_features.groups(env)] = [(4, env.ref(group).id) for group in more]
    admin.tz = "Europe/Amsterdam"
    return company


def add_people(env):
    """Add a packer and a bookkeeper, who see what their work needs."""
    field = demo_features.groups(env)
    for login, (name, groups) in PEOPLE.items():
        values = {
            "name": name,
            field: [(4, env.ref(group).id) for group in groups],
            "tz": "Europe/Amsterdam",
        }
        user = env["res.users"].search([("login", "=", login)])
        if user:
            user.write(values)
        else:
            values[field].append((4, env.ref("base.group_user").id))
            env["res.users"].create({**values, "login": login, "password": login})


def included_tax(env, company, rate):
    """Return the Dutch sales tax of a rate that is included in the price."""
    tax = env.ref(f"account.{company.id}_btw_{rate}")
    name = f"{rate}% incl."
    domain = [("company_id", "=", company.id), ("name", "=", name)]
    found = env["account.tax"].search(domain, limit=1)
    return found or tax.copy({"name": name, **demo_features.included_in_price(env)})


def add_product(env, details, tax):
    """Add or update the product with the details' SKU."""
    origin = env["res.country"].search([("code", "=", details["origin"])])
    picture = (PICTURES / details["picture"]).read_bytes()
    values = {
        "name": details["title"],
        "description_sale": details["description"],
        "barcode": details["barcode"],
        **demo_features.storable(env),
        "invoice_policy": "order",
        "list_price": float(details["price"]),
        "taxes_id": [(6, 0, tax.ids)],
        "weight": details["weight"] / 1000,
        "hs_code": details["hs_code"],
        "country_of_origin": origin.id,
        "image_1920": base64.b64encode(picture),
    }
    product = env["product.product"].search([("default_code", "=", details["sku"])])
    if product:
        product.write(values)
        return product
    return env["product.product"].create({**values, "default_code": details["sku"]})


def add_stock(env, product, quantity):
    """Count a new product's stock; what was counted or sold before stays."""
    location = env.ref("stock.warehouse0").lot_stock_id
    place = {"product_id": product.id, "location_id": location.id}
    domain = [(name, "=", value) for name, value in place.items()]
    if env["stock.quant"].search_count(domain):
        return
    counted = {**place, "inventory_quantity": quantity}
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants.create(counted).action_apply_inventory()
