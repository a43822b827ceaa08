{
    "name": "Order to Cash Dashboard",
    "summary": "One row per order, from the shop to the bank",
    "version": "17.0.1.0.0",
    "author": "Order to Cash Suite",
    "license": "LGPL-3",
    "category": "Sales/Connectors",
    "depends": [
        "o2c_base",
        "shopify_connector",
        "sendcloud_shipping",
        "mollie_reconcile",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/o2c_dashboard_rules.xml",
        "data/ir_cron_data.xml",
        "data/o2c_watch_data.xml",
        "views/o2c_board_views.xml",
        "views/o2c_exception_views.xml",
        "views/o2c_order_flow_views.xml",
        "views/o2c_watch_views.xml",
        "views/sale_order_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "o2c_dashboard/static/src/**/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
    "installable": True,
    "application": True,
}
