from . import (
    ir_cron,
    o2c_board,
    o2c_board_cash,
    o2c_board_health,
    o2c_board_orders,
    o2c_exception,
    o2c_exception_rule,
    o2c_order_flow,
    o2c_order_flow_refresh,
    o2c_watch,
    queue_job,
    sale_order,
)
