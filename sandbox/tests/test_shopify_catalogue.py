"""What the shop sells is fit to be shipped and scanned."""

from decimal import Decimal

from sandbox.catalogue import BY_SKU, PRODUCTS


def check_digit(digits):
    """Return the last digit of an EAN-13."""
    odd, even = digits[0::2], digits[1::2]
    return -(sum(map(int, odd)) + 3 * sum(map(int, even))) % 10


def test_twelve_products_with_unique_skus_and_barcodes():
    assert len(PRODUCTS) == len(BY_SKU) == 12
    assert len({product["barcode"] for product in PRODUCTS}) == 12


def test_barcodes_are_valid_ean_13():
    for product in PRODUCTS:
        barcode = product["barcode"]
        assert len(barcode) == 13
        assert int(barcode[-1]) == check_digit(barcode[:-1]), product["sku"]


def test_what_customs_and_carriers_need_is_there():
    for product in PRODUCTS:
        assert product["weight"] > 0
        assert len(product["hs_code"]) == 8 and product["hs_code"].isdigit()
        assert len(product["origin"]) == 2
        assert Decimal(product["price"]) > 0
        assert product["picture"] == f"{product['sku']}.png"


def test_one_product_has_the_low_rate():
    assert [p["sku"] for p in PRODUCTS if p["vat"] == "9"] == ["TW-BOOK-01"]
