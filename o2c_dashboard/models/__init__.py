from . import o2c_order_flow, o2c_order_flow_refresh
