from . import (
    sendcloud_account,
    sendcloud_account_pace,
    delivery_carrier,
    sendcloud_shipment,
    sendcloud_shipment_pace,
    sendcloud_shipment_purchase,
    sendcloud_parcel,
    stock_picking,
    o2c_exception,
)
