from . import (
    sendcloud_account,
    delivery_carrier,
    sendcloud_shipment,
    sendcloud_shipment_purchase,
    sendcloud_parcel,
    stock_picking,
    o2c_exception,
)
