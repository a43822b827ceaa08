"""The shop as it is before the first order: settings, locations, products, stock."""

from .. import catalogue, settings
from . import publications
from .schemas import VERSIONS
from .store import gid
from .webhooks import api_version

SHOP = 1
INSTALLATION = 1
APP = 1
WAREHOUSE, STORE_FRONT = 9_000_000_001, 9_000_000_002
#: added to the place in the catalogue, so that the ids stay when products are added
PRODUCT, VARIANT, ITEM = 8_100_000_000, 8_200_000_000, 8_300_000_000

SCOPES = """
    read_orders read_all_orders write_orders read_customers write_customers
    read_products write_products read_inventory write_inventory read_locations
    read_merchant_managed_fulfillment_orders write_merchant_managed_fulfillment_orders
    write_fulfillments read_returns write_returns read_order_edits write_order_edits
    read_draft_orders write_draft_orders read_payment_terms read_companies read_files
    write_files read_publications write_publications
""".split()

PLAN_NAMES = {
    "standard": "Basic",
    "advanced": "Advanced",
    "plus": "Shopify Plus",
    "enterprise": "Shopify Enterprise",
}


def fill(store, plan):
    """Make the shop, once."""
    store.data["plan"] = plan
    store.data.setdefault("scopes", SCOPES)
    if store.all("Shop"):
        return
    add_shop(store, plan)
    add_app(store)
    add_location(store, WAREHOUSE, "Warehouse Eindhoven", "Fellenoord 130", "5611 ZB")
    add_location(store, STORE_FRONT, "Shop Delft", "Markt 4", "2611 GS")
    publications.fill(store)
    for index, product in enumerate(catalogue.PRODUCTS, 1):
        add_product(store, index, product)


def add_shop(store, plan):
    """The merchant's settings."""
    store.add(
        "Shop",
        SHOP,
        name=settings.SHOP_NAME,
        myshopifyDomain=store.domain,
        url=f"https://{store.domain}",
        email="hello@trade-wins.example",
        contactEmail="hello@trade-wins.example",
        shopOwnerName="Ada Wins",
        description="Garden accessories",
        currencyCode="EUR",
        enabledPresentmentCurrencies=["EUR", "GBP", "USD"],
        ianaTimezone="Europe/Amsterdam",
        taxesIncluded=True,
        taxShipping=True,
        weightUnit="GRAMS",
        unitSystem="METRIC_SYSTEM",
        orderNumberFormatPrefix="#",
        orderNumberFormatSuffix="",
        setupRequired=False,
        plan={
            "publicDisplayName": PLAN_NAMES[plan],
            "partnerDevelopment": False,
            "shopifyPlus": plan in ("plus", "enterprise"),
        },
    )


def add_app(store):
    """The app that the connector is for Shopify, and its rights."""
    store.add("App", APP, title="Order to Cash", handle="order-to-cash")
    store.add(
        "AppInstallation",
        INSTALLATION,
        app=gid("App", APP),
        accessScopes=[
            {"handle": handle, "description": handle.replace("_", " ").capitalize()}
            for handle in store.data["scopes"]
        ],
    )
    store.data["publicApiVersions"] = [api_version(handle) for handle in VERSIONS]


def add_location(store, number, name, street, postcode):
    """A place with stock."""
    store.add(
        "Location",
        number,
        name=name,
        isActive=True,
        isPrimary=number == WAREHOUSE,
        isFulfillmentService=False,
        fulfillsOnlineOrders=number == WAREHOUSE,
        shipsInventory=number == WAREHOUSE,
        hasActiveInventory=True,
        address={
            "address1": street,
            "address2": None,
            "city": name.split()[-1],
            "country": "Netherlands",
            "countryCode": "NL",
            "formatted": [street, f"{postcode} {name.split()[-1]}", "Netherlands"],
            "phone": "+31101234567",
            "province": None,
            "provinceCode": None,
            "zip": postcode,
        },
    )


def add_product(store, index, product):
    """One product of the catalogue with its variant and its stock."""
    store.add(
        "Product",
        PRODUCT + index,
        title=product["title"],
        handle=product["sku"].lower(),
        description=product["description"],
        descriptionHtml=f"<p>{product['description']}</p>",
        vendor=settings.SHOP_NAME,
        productType=product["type"],
        status="ACTIVE",
        tags=[product["type"]],
        isGiftCard=False,
        hasOnlyDefaultVariant=True,
        tracksInventory=True,
        totalVariants=1,
        variantsCount={"count": 1, "precision": "EXACT"},
        options=[{"name": "Title", "values": ["Default Title"], "position": 1}],
        variants=[gid("ProductVariant", VARIANT + index)],
        media=[],
        metafields=[],
    )
    add_variant(store, index, product)
    add_stock(store, index, product)


def add_variant(store, index, product):
    """The one variant of a product."""
    store.add(
        "ProductVariant",
        VARIANT + index,
        product=gid("Product", PRODUCT + index),
        inventoryItem=gid("InventoryItem", ITEM + index),
        sku=product["sku"],
        barcode=product["barcode"],
        title="Default Title",
        displayName=f"{product['title']} - Default Title",
        price=product["price"],
        compareAtPrice=None,
        position=1,
        taxable=True,
        availableForSale=True,
        inventoryPolicy="DENY",
        requiresComponents=False,
        productVariantComponents=[],
        media=[],
        selectedOptions=[{"name": "Title", "value": "Default Title"}],
        metafields=[],
    )


def add_stock(store, index, product):
    """The inventory item of a variant; all stock lies in the warehouse."""
    store.add(
        "InventoryItem",
        ITEM + index,
        sku=product["sku"],
        tracked=True,
        requiresShipping=True,
        countryCodeOfOrigin=product["origin"],
        provinceCodeOfOrigin=None,
        harmonizedSystemCode=product["hs_code"],
        countryHarmonizedSystemCodes=[],
        measurement={
            "id": gid("InventoryItemMeasurement", ITEM + index),
            "weight": {"value": product["weight"], "unit": "GRAMS"},
        },
        unitCost=None,
        duplicateSkuCount=0,
        variant=gid("ProductVariant", VARIANT + index),
        variants=[gid("ProductVariant", VARIANT + index)],
    )
    for location, quantity in ((WAREHOUSE, product["stock"]), (STORE_FRONT, 0)):
        store.add(
            "InventoryLevel",
            f"{location}?inventory_item_id={ITEM + index}",
            item=gid("InventoryItem", ITEM + index),
            location=gid("Location", location),
            isActive=True,
            available=quantity,
            committed=0,
        )
