"""Connects the demo's Odoo with the three simulated services.

Part of :mod:`tools.demo_data`; runs inside Odoo.
"""

import json
import urllib.request

from sandbox import settings

from . import demo_features, demo_portal

#: shipping method of the shop -> shipping option
OPTIONS = {
    "Standard": "postnl:standard",
    "Express": "dpd:classic",
    "Service Point": "postnl:standard/service_point",
}


def connect_all(env, urls):
    """Connect and test the three accounts, then fill in what their words mean.

    :return: the shop
    """
    mollie = connect_mollie(env, urls)
    sendcloud = connect_sendcloud(env, urls)
    shop = connect_shopify(env, urls)
    for balance in mollie.balance_ids:
        balance.action_create_journal()
        map_gateway(shop, "Mollie", balance.journal_id, balance.currency_id)
        demo_portal.connect(env, balance.journal_id, urls["mollie"])
    for title, option in OPTIONS.items():
        map_shipping(shop, title, add_carrier(env, sendcloud, title, option))
    # PayPal pays the merchant itself: Mollie never holds that money.
    paypal = add_journal(env, "PayPal")
    map_gateway(shop, "Mollie - PayPal", paypal, env.company.currency_id)
    # These two services are told in their own panel where to send webhooks.
    tell_sandbox(
        urls["shop"],
        {
            "sendcloud_webhook_url": sendcloud.webhook_url,
            "mollie_webhook_url": mollie.webhook_url,
        },
    )
    return shop


def connect_shopify(env, urls):
    """Connect the shop; its orders of all times are taken over."""
    shop = ensure(
        env["shopify.shop"],
        {"domain": settings.SHOP_DOMAIN},
        {
            "name": settings.SHOP_NAME,
            "base_url": urls["shopify"],
            "access_token": settings.SHOPIFY_TOKEN,
            "client_secret": settings.SHOPIFY_CLIENT_SECRET,
            "orders_since": "2020-01-01 00:00:00",
            "import_test_orders": True,
            "user_id": env.ref("base.user_admin").id,
            "responsible_id": env.ref("base.user_admin").id,
        },
    )
    shop.action_test_connection()
    return shop


def connect_sendcloud(env, urls):
    """Connect the carrier platform."""
    account = ensure(
        env["sendcloud.account"],
        {"name": "Sendcloud"},
        {
            "base_url": f"{urls['sendcloud']}/api/v3",
            "public_key": settings.SENDCLOUD_PUBLIC_KEY,
            "secret_key": settings.SENDCLOUD_SECRET_KEY,
            "responsible_id": env.ref("base.user_admin").id,
            "sender_address_id": 192,
        },
    )
    account.action_test_connection()
    return account


def connect_mollie(env, urls):
    """Connect the payment provider; its balances become known by the test."""
    account = ensure(
        env["mollie.account"],
        {"name": "Mollie"},
        {
            "base_url": f"{urls['mollie']}/v2",
            "access_token": settings.MOLLIE_TOKEN,
            "webhook_secret": settings.MOLLIE_WEBHOOK_SECRET,
            "responsible_id": env.ref("base.user_admin").id,
        },
    )
    account.action_test_connection()
    return account


def add_journal(env, name):
    """Return a bank journal of the company, in its currency."""
    company = env.ref("base.main_company")
    return ensure(
        env["account.journal"],
        {"name": name, "type": "bank", "company_id": company.id},
        {},
    )


def add_carrier(env, account, title, option):
    """Return the delivery method that buys labels of one shipping option."""
    name = f"Sendcloud {title}"
    product = ensure(
        env["product.product"],
        {"default_code": f"DELIVERY-{title.upper()}"},
        {"name": name, **demo_features.service(env), "sale_ok": False, "list_price": 0},
    )
    return ensure(
        env["delivery.carrier"],
        {"name": name},
        {
            "delivery_type": "sendcloud",
            "sendcloud_account_id": account.id,
            "sendcloud_option_code": option,
            "product_id": product.id,
            "integration_level": "rate_and_ship",
        },
    )


def map_gateway(shop, name, journal, currency):
    """Say in which journal the money of a payment method arrives."""
    ensure(
        shop.env["shopify.payment.gateway"],
        {"shop_id": shop.id, "name": name, "currency_id": currency.id},
        {"journal_id": journal.id},
    )


def map_shipping(shop, title, carrier):
    """Say who carries what was ordered with a shipping method."""
    ensure(
        shop.env["shopify.shipping.method"],
        {"shop_id": shop.id, "title": title},
        {"carrier_id": carrier.id},
    )


def ensure(model, key, values):
    """Return the record with the values of ``key``, made or brought up to date."""
    record = model.search([(name, "=", value) for name, value in key.items()], limit=1)
    if record:
        record.write(values)
        return record
    return model.create({**key, **values})


def tell_sandbox(shop_url, values):
    """Change settings of the simulated services."""
    request = urllib.request.Request(
        f"{shop_url}/control/api/settings",
        json.dumps(values).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()
