"""The pictures of the documentation: which page, in what state, as which file.

Run with the Python of ``.venv`` by ``make screenshots``.
"""

import sys
import time

from .browser import chromium
from .common import LOCAL, ROOT, Problem, say

FOLDER = ROOT / "docs" / "pictures"
FAILED = LOCAL / "picture-failed.png"

#: width and height of a picture
USUAL = (1280, 800)
#: file -> (path at the shop, whether to show the whole page)
SHOP = {
    "shop": ("/", False),
    "product": ("/products/TW-CAN-01", False),
    "order-status": ("/orders/1001", False),
    "control": ("/control", False),
}
#: file -> (part of the board, width, height)
BOARD = {
    "board": ("all", 1440, 1850),
    "board-warehouse": ("warehouse", 1280, 1000),
    "board-phone": ("sales", 390, 844),
}
#: file -> (action, kind of view, whether to open the first record, buttons to press)
ODOO = {
    "orders": ("o2c_dashboard.o2c_order_flow_action", "list", False),
    "reminder": ("o2c_dashboard.o2c_reminder_letter_action", "list", True),
    "shopify-orders": ("shopify_connector.shopify_order_action", "list", False),
    "shopify-shop": ("shopify_connector.shopify_shop_action", "list", True),
    "shopify-order": ("shopify_connector.shopify_order_action", "list", True),
    "shopify-connect": ("shopify_connector.shopify_onboard_action", "form", False),
    "shopify-trial": (
        "shopify_connector.shopify_shop_action",
        "list",
        True,
        "Try With Real Orders",
    ),
    "labels": ("sendcloud_shipping.sendcloud_shipment_action", "list", False),
    "labels-board": ("sendcloud_shipping.sendcloud_shipment_action", "kanban", False),
    "labels-follow-up": ("sendcloud_shipping.sendcloud_follow_action", "list", False),
    "deliveries": ("stock.action_picking_tree_all", "list", False),
    "print-station": ("sendcloud_shipping.print_station_action", "station", False),
    "mollie-account": ("mollie_reconcile.mollie_account_action", "list", True),
    "mollie-todo": ("mollie_reconcile.mollie_todo_action", "list", False),
    "mollie-payouts": ("mollie_reconcile.mollie_payout_action", "list", False),
    "mollie-balance": ("mollie_reconcile.mollie_balance_action", "list", True),
    "mollie-lines": (
        "mollie_reconcile.mollie_balance_transaction_action",
        "list",
        False,
    ),
}
BOARD_IS_THERE = "document.querySelector('.o2c_board [name=exceptions]')"
VIEW_IS_THERE = "document.querySelector('.o_action_manager .o_{}_view')"
BUTTON = """[...document.querySelectorAll('button')].find(
    button => button.offsetParent && button.textContent.trim() === '%s')"""
#: "October 2026", among days
MONTH = r"""[...document.querySelectorAll('.o_data_cell')].find(
    cell => /^[A-Z][a-z]+ \d{4}$/.test(cell.textContent.trim()))"""
#: nothing is being loaded, no picture is missing
IS_QUIET = """
    !document.querySelector('.o_blockUI, .o_loading_indicator')
    && [...document.images].every(image => image.complete)
"""


def shoot_shop(page, url):
    """Take the pictures of the shop."""
    for name, (path, whole) in SHOP.items():
        page.open(url + path)
        page.wait_for(IS_QUIET)
        save(page, name, whole)


def log_in(page, url, login="admin"):
    """Log in to Odoo, as a person does."""
    page.open(f"{url}/web/login")
    page.evaluate(
        f"document.querySelector('[name=login]').value = '{login}';"
        f"document.querySelector('[name=password]').value = '{login}';"
        "document.querySelector('.oe_login_form').submit();"
    )
    page.wait_for("document.querySelector('.o_main_navbar')")


def shoot_odoo(page, url):
    """Take the pictures of Odoo."""
    log_in(page, url)
    for name, (action, view, open_first, *buttons) in ODOO.items():
        page.open(f"{url}/web#action={action}&view_type={view}")
        page.wait_for(VIEW_IS_THERE.format(view))
        if open_first:
            page.wait_for("document.querySelector('.o_data_cell')")
            page.evaluate("document.querySelector('.o_data_cell').click()")
            page.wait_for(VIEW_IS_THERE.format("form"))
        for words in buttons:
            press_button(page, words)
        page.wait_for(IS_QUIET)
        save(page, name)


def press_button(page, words):
    """Press the button with these words, and wait until what it does is done."""
    page.wait_for(f"{BUTTON % words} && {IS_QUIET}")
    page.evaluate(f"{BUTTON % words}.click()")
    page.wait_for(f"!{BUTTON % words}")


def shoot_board(page, url):
    """Take the pictures of the board, of the usual size and of a phone's."""
    for name, (part, width, height) in BOARD.items():
        page.resize(width, height)
        page.open(f"{url}/web#action=o2c_dashboard.o2c_board_action&part={part}")
        page.wait_for(BOARD_IS_THERE)
        page.wait_for(IS_QUIET)
        save(page, name)
    page.resize(*USUAL)


def shoot_way_to_cash(page, url):
    """Take the picture of a sales order's steps, from the oldest order on the list."""
    page.resize(USUAL[0], 1000)
    page.open(f"{url}/web#action=o2c_dashboard.o2c_order_flow_action&view_type=list")
    page.wait_for("document.querySelector('.o_data_row')")
    page.evaluate(
        "[...document.querySelectorAll('.o_data_row')].at(-1)"
        ".querySelector('.o_data_cell').click()"
    )
    press(page, "a[name=o2c_timeline]")
    page.wait_for("document.querySelector('.o2c_timeline')")
    page.wait_for(IS_QUIET)
    save(page, "way-to-cash")
    page.resize(*USUAL)


def shoot_inbox(page, url):
    """Take the pictures of the inbox, and of what is mended in place."""
    page.open(f"{url}/web#action=o2c_base.o2c_exception_action&view_type=list")
    press(page, ".o_group_header")
    page.wait_for("document.querySelector('.o_data_row')")
    page.wait_for(IS_QUIET)
    save(page, "exceptions")
    press(page, ".o_data_row .o_data_cell")
    page.wait_for(VIEW_IS_THERE.format("form"))
    page.wait_for(IS_QUIET)
    save(page, "exception")


def shoot_dialogues(page, url):
    """Take the pictures of connecting Mollie, and of deciding what a line is."""
    dialogue = "document.querySelector('.modal .o_form_view')"
    page.open(f"{url}/web#action=mollie_reconcile.mollie_connect_action")
    page.wait_for(dialogue)
    save(page, "mollie-connect")
    shoot_balances_to_connect(page, url)
    page.open(f"{url}/web#action=mollie_reconcile.mollie_todo_action&view_type=list")
    press(page, ".o_data_row button[name=action_solve]")
    page.wait_for(dialogue)
    save(page, "mollie-decide")


def shoot_balances_to_connect(page, url):
    """Take the picture of the second step, of an account that is connected."""
    page.open(f"{url}/web#action=mollie_reconcile.mollie_account_action&view_type=list")
    press(page, ".o_data_row .o_data_cell")
    press(page, "button[name=action_connect]")
    press(page, ".modal button[name=action_check]")
    page.wait_for("document.querySelector('.modal [name=line_ids] .o_data_row')")
    save(page, "mollie-balances")


def shoot_proofs(page, url):
    """Take the pictures of the proofs: of all days, one that differs, a month."""
    log_in(page, url)
    proofs = f"{url}/web#action=mollie_reconcile.mollie_proof_action&view_type=list"
    page.open(proofs)
    page.wait_for("document.querySelector('.o_data_row.text-danger')")
    save(page, "mollie-proofs")
    press(page, ".o_data_row.text-danger .o_data_cell")
    page.wait_for(VIEW_IS_THERE.format("form"))
    save(page, "mollie-proof")
    page.open(proofs)
    press(page, ".o_facet_remove")
    page.wait_for(MONTH)
    page.evaluate(f"{MONTH}.click()")
    page.wait_for(VIEW_IS_THERE.format("form"))
    page.resize(USUAL[0], 1000)
    save(page, "mollie-proof-month")
    page.resize(*USUAL)


def press(page, selector):
    """Click on something as soon as it is there."""
    page.wait_for(f"document.querySelector('{selector}')")
    page.evaluate(f"document.querySelector('{selector}').click()")


def save(page, name, whole=False):
    """Save one picture, after what moves on the page has come to rest."""
    # Odoo's hints for a new administrator point at what nobody asked for.
    page.evaluate(
        "document.head.insertAdjacentHTML('beforeend',"
        " '<style>.o_tour_pointer {display: none !important}</style>')"
    )
    time.sleep(0.5)
    page.wait_for(IS_QUIET)
    path = FOLDER / f"{name}.png"
    page.save_picture(path, whole)
    say(f"  {path.relative_to(ROOT)}")


def shoot_all(page, shop_url, odoo_url):
    """Take the pictures of a shop whose books are right."""
    shoot_shop(page, shop_url)
    shoot_odoo(page, odoo_url)
    shoot_board(page, odoo_url)
    shoot_way_to_cash(page, odoo_url)
    shoot_inbox(page, odoo_url)
    shoot_dialogues(page, odoo_url)


def main(shop_url, odoo_url, which="all"):
    """Take all pictures but the proofs', or (``which`` is proofs) theirs."""
    with chromium(*USUAL) as page:
        try:
            if which == "proofs":
                shoot_proofs(page, odoo_url)
            else:
                shoot_all(page, shop_url, odoo_url)
        except Problem:
            page.save_picture(FAILED)
            say(f"What the browser showed last is in {FAILED}")
            raise


if __name__ == "__main__":
    main(*sys.argv[1:])
