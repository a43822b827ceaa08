from . import (
    test_board,
    test_browser,
    test_digest,
    test_exceptions,
    test_export,
    test_health,
    test_order_flow,
    test_order_flow_random,
    test_reminder,
    test_roles,
    test_timeline,
    test_watch,
)
