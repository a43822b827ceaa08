{
    "name": "Order to Cash Base",
    "summary": "Connections, exceptions and webhooks that the connectors share",
    "version": "17.0.1.0.0",
    "author": "Order to Cash Suite",
    "license": "LGPL-3",
    "category": "Sales/Connectors",
    "depends": ["mail", "queue_job"],
    "data": [
        "security/o2c_base_groups.xml",
        "security/ir.model.access.csv",
        "security/o2c_base_rules.xml",
        "data/queue_job_data.xml",
        "data/ir_cron_data.xml",
        "views/o2c_exception_views.xml",
        "views/o2c_webhook_event_views.xml",
        "views/o2c_base_menus.xml",
    ],
}
