"""Second step of the mapping: an order and the ids of its words become Odoo's values.

Nothing here asks the database: what a SKU, a tax or an address stands for has been
found before and comes as :class:`Resolved`.
"""

import hashlib
from dataclasses import dataclass
from datetime import timezone
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from .lines import DUTY, FEE


@dataclass(frozen=True)
class Resolved:
    """The ids in Odoo of what an order's words stand for.

    ``products`` and ``taxes`` are by the gid of the line.
    """

    company_id: int
    warehouse_id: int
    pricelist_id: int | bool
    team_id: int | bool
    user_id: int | bool
    partner_id: int
    invoice_address_id: int
    delivery_address_id: int
    carrier_id: int | bool
    products: dict[str, int]
    taxes: dict[str, list[int]]
    shipping_product_id: int
    tip_product_id: int
    duty_product_id: int | bool = False
    fee_product_id: int | bool = False
    payment_term_id: int | bool = False


def order_vals(order, ids, digits, decimals=2):
    """Return the values of the ``sale.order``, lines included.

    :param digits: decimals that a unit price can have in Odoo
    :param decimals: decimals of the order's currency
    """

    lines = order_line_vals(order, ids, digits, decimals)
    return {
        "company_id": ids.company_id,
        "warehouse_id": ids.warehouse_id,
        "pricelist_id": ids.pricelist_id,
        "team_id": ids.team_id,
        "user_id": ids.user_id,
        "partner_id": ids.partner_id,
        "partner_invoice_id": ids.invoice_address_id,
        "partner_shipping_id": ids.delivery_address_id,
        "carrier_id": ids.carrier_id,
        "client_order_ref": order.name,
        "origin": order.name,
        "date_order": naive(order.created_at),
        # Without terms of its own the shop has taken the money already.
        "payment_term_id": ids.payment_term_id,
        "shopify_po_number": order.po_number or False,
        "require_payment": False,
        "require_signature": False,
        "order_line": [(0, 0, vals) for vals in lines],
    }


def order_line_vals(order, ids, digits, decimals=2):
    """Return the values of all of an order's lines, in the order they are shown."""

    def vals_of(line):
        return line_vals(line, ids, digits, decimals)

    sold = [line for line in order.lines if line.quantity]
    lines = [vals for line in sold if not line.bundle for vals in vals_of(line)]
    lines += [shipping_vals(line, ids) for line in order.shipping_lines]
    lines += [extra_vals(extra, ids) for extra in order.extras]
    if order.tip_on_top:
        lines.append(amount_line_vals(ids.tip_product_id, False, order.tip_on_top))
    # Sets come last: in Odoo all that follows a section belongs to it.
    for bundle in dict.fromkeys(line.bundle for line in sold if line.bundle):
        parts = [line for line in sold if line.bundle == bundle]
        lines.append(_section_vals(bundle))
        lines += [vals for line in parts for vals in vals_of(line)]
    return lines


def line_vals(line, ids, digits, decimals=2):
    """Return the values of one or two order lines that cost exactly ``line.net``."""
    discounts = (f"{title} −{amount}".strip() for title, amount in line.discounts)
    parts = (f"{part.units} × {part.name}" for part in line.parts)
    name = "\n".join([line.name, *parts, *discounts])
    return [
        {
            "product_id": ids.products[line.gid],
            "name": name,
            "product_uom_qty": quantity,
            "price_unit": float(price),
            "discount": 0,
            "tax_id": [(6, 0, ids.taxes[line.gid])],
            "shopify_line_gid": line.gid,
        }
        for quantity, price in split_amount(line.net, line.quantity, digits, decimals)
    ]


def split_amount(net, quantity, digits, decimals=2):
    """Return ``[(quantity, unit price)]`` whose sum is ``net`` to the cent.

    Odoo keeps unit prices with few digits, two by default, and discounts in percent
    with two: three units for 20.00 can be said in neither way. But two units can cost
    6.67 and one 6.66. So each unit carries the price that was really paid for it, which
    is also what a returned unit is worth.
    """
    step = Decimal(1).scaleb(-digits)
    price = (net / quantity).quantize(step, ROUND_HALF_UP)
    if rounded(price * quantity, decimals) == net:
        return [(quantity, price)]
    price = (net / quantity).quantize(step, ROUND_FLOOR)
    dearer = int((net - price * quantity) / step)
    return [(dearer, price + step), (quantity - dearer, price)]


def rounded(amount, decimals):
    """Return an amount with the decimals of its currency."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _section_vals(bundle):
    name = f"{bundle.quantity} × {bundle.title}"
    return {"display_type": "line_section", "name": name}


def extra_vals(extra, ids):
    """Return the values of the order line of a duty or a fee."""
    products = {DUTY: ids.duty_product_id, FEE: ids.fee_product_id}
    return {
        **amount_line_vals(products[extra.kind], extra.title, extra.net),
        "tax_id": [(6, 0, ids.taxes[extra.gid])],
        "shopify_line_gid": extra.gid,
    }


def shipping_vals(line, ids):
    """Return the values of the order line of shipping costs."""
    return {
        **amount_line_vals(ids.shipping_product_id, line.title, line.net),
        "tax_id": [(6, 0, ids.taxes[line.gid])],
        "is_delivery": True,
        "shopify_line_gid": line.gid or False,
    }


def amount_line_vals(product_id, name, amount):
    """Return the values of an untaxed line that is nothing but an amount."""
    vals = {
        "product_id": product_id,
        "product_uom_qty": 1,
        "price_unit": float(amount),
        "discount": 0,
        "tax_id": [(6, 0, [])],
    }
    return {**vals, "name": name} if name else vals


def payment_vals(transaction, zone):
    """Return what a transaction itself says of an ``account.payment``.

    :param zone: the shop's time zone, in which a payment has its day
    """
    return {
        "payment_type": "outbound" if transaction.is_paid_back else "inbound",
        "partner_type": "customer",
        "amount": float(transaction.amount + transaction.rounding),
        "date": transaction.processed_at.astimezone(zone).date(),
        "payment_reference": transaction.payment_id or False,
        "shopify_gateway": transaction.handle,
        "shopify_rounding": float(transaction.rounding),
        "shopify_customer_amount": float(transaction.customer_amount),
        "shopify_transaction_gid": transaction.gid,
    }


def address_vals(address):
    """Return the values of a ``res.partner`` that are text."""
    return {
        "name": address.name or address.company,
        "company_name": address.company or False,
        "street": address.street or False,
        "street2": address.street2 or False,
        "zip": address.zip or False,
        "city": address.city or False,
        "phone": address.phone or False,
    }


def naive(moment_):
    """Return an aware moment as Odoo stores it: UTC, without saying so."""
    return moment_.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


# === Changes after the import === #


def facts(order):
    """Return what of an order can change after the import, to compare later.

    Amounts are said as text; quantities and amounts are those before refunds.
    """
    return {
        "total": str(order.total),
        "address": _digest(order.shipping),
        "lines": {
            line.gid: [line.quantity, str(line.net)]
            for line in order.lines
            if line.quantity
        },
        "charges": {
            line.gid: str(line.net)
            for line in (*order.shipping_lines, *order.extras)
            if line.net
        },
    }


def changed_facts(before, now):
    """Return the names of the facts that differ."""
    return [name for name in now if not _is_same(before.get(name), now[name])]


def _is_same(before, now):
    try:
        # The same amount can have come as 70.0 and as 70.00.
        return Decimal(before) == Decimal(now)
    except (ArithmeticError, TypeError):
        return before == now


def _digest(value):
    # What is kept to compare must not keep the customer's address a second time.
    return hashlib.sha256(repr(value).encode()).hexdigest()
