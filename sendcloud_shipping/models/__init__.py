from . import (
    sendcloud_account,
    sendcloud_account_pace,
    delivery_carrier,
    sendcloud_shipment,
    sendcloud_shipment_pace,
    sendcloud_shipment_purchase,
    sendcloud_parcel,
    stock_picking,
    stock_picking_check,
    res_partner,
    product,
    o2c_exception,
)
