"""Who may do what: the rights that were decided, for :mod:`tests.test_access_matrix`.

A model or an address that is not here fails the tests: whoever adds one decides here
who may use it. r reads, w writes, c creates, d deletes; - may do nothing.
"""

#: role -> its groups; nobody of them has another group of ours or of the core apps
ROLES = {
    "public": None,
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "sales": "sales_team.group_sale_salesman",
    "stock": "stock.group_stock_user",
    "books": "account.group_account_user",
    "user": "o2c_base.group_user",
    "manager": "o2c_base.group_manager",
    "admin": "base.group_system,o2c_base.group_manager",
}

RIGHTS = """
model                         public   portal   employee sales    stock    books    user     manager  admin
mollie.account                -        -        -        -        -        r        r        rwcd     rwcd
mollie.balance                -        -        -        -        -        r        r        rw       rw
mollie.balance.page           -        -        -        -        -        -        -        r        r
mollie.balance.transaction    -        -        -        -        -        r        r        r        r
mollie.bill                   -        -        -        -        -        r        r        r        r
mollie.connect                -        -        -        -        -        -        -        -        rwcd
mollie.connect.line           -        -        -        -        -        -        -        -        rwcd
mollie.elsewhere              -        -        -        -        -        r        r        rwcd     rwcd
mollie.line.solve             -        -        -        -        -        rwc      -        -        -
mollie.proof                  -        -        -        -        -        r        r        r        r
mollie.proof.account          -        -        -        -        -        r        r        r        r
mollie.proof.finding          -        -        -        -        -        r        r        r        r
mollie.proof.row              -        -        -        -        -        r        r        r        r
mollie.refund.request         -        -        -        -        -        r        r        r        r
mollie.refund.wizard          -        -        -        -        -        rwc      -        -        -
o2c.exception                 -        -        -        -        -        -        rw       rwcd     rwcd
o2c.exception.rule            -        -        -        -        -        -        r        rwcd     rwcd
o2c.order.flow                -        -        -        -        -        -        r        r        r
o2c.reminder                  -        -        -        -        -        r        -        -        -
o2c.reminder.letter           -        -        -        -        -        r        -        -        -
o2c.reminder.level            -        -        -        -        -        r        -        -        -
o2c.watch                     -        -        -        -        -        -        r        rwcd     rwcd
o2c.webhook.event             -        -        -        -        -        -        -        r        r
sendcloud.account             -        -        -        -        -        -        r        rwcd     rwcd
sendcloud.contract            -        -        -        r        r        -        r        r        r
sendcloud.option              -        -        -        r        r        -        r        r        r
sendcloud.option.choose       -        -        -        -        -        -        -        rwcd     rwcd
sendcloud.option.choose.line  -        -        -        -        -        -        -        rwcd     rwcd
sendcloud.orphan              -        -        -        -        -        -        r        rw       rw
sendcloud.parcel              -        -        -        r        r        -        r        r        r
sendcloud.point.choose        -        -        -        rwcd     rwcd     -        -        -        -
sendcloud.point.choose.line   -        -        -        rwcd     rwcd     -        -        -        -
sendcloud.quote               -        -        -        r        r        -        r        r        r
sendcloud.return              -        -        -        r        r        -        r        r        r
sendcloud.sender              -        -        -        r        r        -        r        r        r
sendcloud.service.point       -        -        -        r        r        -        r        r        r
sendcloud.shipment            -        -        -        r        r        -        r        r        r
shopify.cancel                -        -        -        -        -        -        rwcd     rwcd     rwcd
shopify.cancellation          -        -        -        -        -        -        r        r        r
shopify.channel               -        -        -        -        -        -        r        r        r
shopify.catalog               -        -        -        -        -        -        r        r        r
shopify.catalog.location      -        -        -        -        -        -        r        r        r
shopify.collection            -        -        -        -        -        -        r        r        r
shopify.day                   -        -        -        -        -        -        r        r        r
shopify.day.order             -        -        -        -        -        -        r        r        r
shopify.fulfillment           -        -        -        -        -        -        r        r        r
shopify.fulfillment.part      -        -        -        -        -        -        r        r        r
shopify.import                -        -        -        -        -        -        rwcd     rwcd     rwcd
shopify.location              -        -        -        -        -        -        r        rwcd     rwcd
shopify.onboard               -        -        -        -        -        -        -        -        rwcd
shopify.onboard.line          -        -        -        -        -        -        -        -        rwcd
shopify.order                 -        -        -        -        -        -        r        r        r
shopify.order.news            -        -        -        -        -        -        -        r        r
shopify.order.step            -        -        -        -        -        -        -        r        r
shopify.payment.gateway       -        -        -        -        -        -        r        rwcd     rwcd
shopify.preview               -        -        -        -        -        -        -        rwcd     rwcd
shopify.preview.line          -        -        -        -        -        -        -        rwcd     rwcd
shopify.product               -        -        -        -        -        -        r        rw       rw
shopify.publish               -        -        -        -        -        -        rwcd     rwcd     rwcd
shopify.refund                -        -        -        -        -        -        r        r        r
shopify.return                -        -        -        -        -        -        r        r        r
shopify.return.decline        -        -        -        -        -        -        rwcd     rwcd     rwcd
shopify.return.line           -        -        -        -        -        -        r        r        r
shopify.shipping.method       -        -        -        -        -        -        r        rwcd     rwcd
shopify.shop                  -        -        -        -        -        -        r        rwcd     rwcd
shopify.stock                 -        -        -        -        -        -        r        r        r
shopify.stock.change          -        -        -        -        -        -        -        r        r
shopify.tagged                -        -        -        -        -        -        r        r        r
shopify.tax                   -        -        -        -        -        -        r        rwcd     rwcd
shopify.trial                 -        -        -        -        -        -        -        rwcd     rwcd
shopify.trial.line            -        -        -        -        -        -        -        rwcd     rwcd
shopify.variant               -        -        -        -        -        -        r        rw       rw
"""

#: no record of these comes to be in the flow of the test: only their rights are asked
NOT_PLAYED = {
    "mollie.elsewhere",
}

#: what each role is answered: shown, sent to the login or away or back to the page,
#: refused (403), absent (404), invalid (400), unsigned (401). A customer bought the order;
#: a stranger has every right, but in another company.
ROUTES = """
address                                                 public   portal   customer sales    stock    books    user     admin    stranger
/mollie/proof/<string:ids>/xlsx                         login    refused  refused  refused  refused  shown    shown    shown    refused
/mollie/webhook/<string:token>                          absent   absent   absent   absent   absent   absent   absent   absent   absent
/my/orders/<int:order_id>/return                        away     away     shown    away     shown    shown    away     away     away
/my/orders/<int:order_id>/return/<int:return_id>/label  absent   absent   absent   absent   absent   absent   absent   absent   absent
/my/orders/<int:order_id>/return/new                    refused  refused  shown    refused  refused  refused  refused  refused  refused
/o2c/health                                             absent   absent   absent   absent   absent   absent   absent   absent   absent
/sendcloud/labels/<string:ids>                          login    refused  refused  shown    shown    refused  refused  refused  refused
/sendcloud/papers/<string:ids>                          login    refused  refused  shown    shown    refused  shown    shown    refused
/sendcloud/webhook/<string:token>                       absent   absent   absent   absent   absent   absent   absent   absent   absent
/shopify/webhook/<string:token>                         absent   absent   absent   absent   absent   absent   absent   absent   absent
"""

#: values for the parameters of methods that insist on some
ARGUMENTS = {
    "sendcloud.shipment.scan_label": ["x"],
    "sendcloud.shipment.station_status": ["all"],
    "sendcloud.shipment.station_take": ["all"],
    "stock.picking.message_post_with_source": ["mail.message_origin_link"],
}

#: take records, which nobody can send from outside: core calls them
NOT_FROM_OUTSIDE = {
    "delivery.carrier.sendcloud_cancel_shipment",
    "delivery.carrier.sendcloud_get_tracking_link",
    "delivery.carrier.sendcloud_rate_shipment",
    "delivery.carrier.sendcloud_send_shipping",
}

#: ``model.method: role`` that is let through, and why it does no harm
HARMLESS = {
    "account.move.message_subscribe: customer": "names nobody: core's own true, no row",
    "account.move.message_subscribe: portal": "names nobody: core's own true, no row",
    "account.move.message_subscribe: stranger": "names nobody: core's own true, no row",
    "o2c.board.get_board: stranger": "the board of the user's own company",
    "sendcloud.shipment.board_status: stranger": "counts of the user's own company",
    "sendcloud.shipment.station_open: stranger": "warehouses of the user's own company",
    "sendcloud.shipment.station_status: stranger": "counts of the user's own company",
}


def rows(text):
    """Yield ``(first word, {column: word})`` of a table."""
    head, *lines = (line.split() for line in text.strip().splitlines())
    for name, *cells in lines:
        yield name, dict(zip(head[1:], cells, strict=True))
