from . import (
    test_booking,
    test_client,
    test_contract,
    test_day,
    test_fulfillment,
    test_import,
    test_mapping,
    test_refund,
    test_security,
    test_shop,
    test_signature,
    test_webhook,
)
