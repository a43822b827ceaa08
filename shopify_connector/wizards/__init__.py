from . import (
    shopify_cancel,
    shopify_import,
    shopify_onboard,
    shopify_onboard_line,
    shopify_preview,
    shopify_preview_line,
    shopify_publish,
    shopify_return_decline,
    shopify_trial,
    shopify_trial_line,
)
