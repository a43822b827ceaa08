from . import (
    test_board,
    test_browser,
    test_digest,
    test_exceptions,
    test_order_flow,
    test_reminder,
    test_timeline,
    test_watch,
)
