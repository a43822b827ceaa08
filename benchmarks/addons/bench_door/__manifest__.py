{
    "name": "Bare Door",
    "summary": "What benchmarks.webhook_door is measured against; never installed",
    "version": "17.0.1.0.0",
    "author": "Order to Cash Suite",
    "license": "LGPL-3",
    "depends": ["web"],
    "installable": False,
}
