from . import test_order_flow
