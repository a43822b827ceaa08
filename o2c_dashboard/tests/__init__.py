from . import test_board, test_order_flow
