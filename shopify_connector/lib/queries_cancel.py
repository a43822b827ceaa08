"""GraphQL documents about orders that are cancelled in Odoo."""

#: ``userErrors`` is going; its successor takes its name here, as all mutations have it
CANCEL = """
mutation CancelOrder(
  $order: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $notify: Boolean!
  $money: OrderCancelRefundMethodInput, $note: String
) {
  orderCancel(
    orderId: $order, reason: $reason, restock: $restock, notifyCustomer: $notify
    refundMethod: $money, staffNote: $note
  ) {
    job { id }
    userErrors: orderCancelUserErrors { field message code }
  }
}"""

CANCELLED = """
query CancelledOrder($id: ID!) {
  order(id: $id) { cancelledAt }
}"""

JOB = """
query CancellingJob($id: ID!) {
  job(id: $id) { done }
}"""

DOCUMENTS = {"CANCEL_ORDER": CANCEL, "CANCELLED_ORDER": CANCELLED, "JOB": JOB}
