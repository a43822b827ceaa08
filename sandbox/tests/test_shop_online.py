"""Mollie's page for payments that Odoo's portal began."""

import pytest

from .shop_site import Site

BACK = "http://odoo.example/payment/mollie/return?ref=INV/2026/00001"
HOOK = "http://odoo.example/payment/mollie/webhook?ref=INV/2026/00001"


@pytest.fixture
def site():
    return Site()


def begin(site, **values):
    return site.mollie.create_payment(
        "121.00", description="INV/2026/00001", redirect_url=BACK, **values
    )


def test_checkout_link_of_a_payment_leads_to_its_page(site):
    payment = begin(site)
    path = payment["_links"]["checkout"]["href"].removeprefix("http://127.0.0.1:8100")
    page = site.get(path)
    assert "€ 121.00" in page and "iDEAL" in page and payment["id"] in page


def test_paid_leads_back_and_is_told_to_the_webhook_of_the_payment(site):
    payment = begin(site, webhook_url=HOOK)
    path = f"/pay/{payment['id']}"
    assert site.post(path, outcome="paid") == BACK
    assert site.mollie.payment(payment["id"])["status"] == "paid"
    [message] = site.world.outbox.waiting
    assert message["url"] == HOOK
    # A second press, or the back button: nothing is paid twice.
    assert site.post(path, outcome="failed") == BACK
    assert site.visitor.get(path).location == BACK
    assert site.mollie.payment(payment["id"])["status"] == "paid"
    assert len(site.world.outbox.waiting) == 1


@pytest.mark.parametrize("outcome", ["failed", "expired", "canceled"])
def test_payment_that_does_not_succeed_leads_back_as_well(site, outcome):
    payment = begin(site)
    assert site.post(f"/pay/{payment['id']}", outcome=outcome) == BACK
    assert site.mollie.payment(payment["id"])["status"] == outcome


def test_unknown_payment_or_end_is_not_found(site):
    site.get("/pay/tr_nobody", 404)
    site.post("/pay/tr_nobody", 404, outcome="paid")
    site.post(f"/pay/{begin(site)['id']}", 404, outcome="stolen")
    nowhere = site.mollie.create_payment("1.00")
    site.get(f"/pay/{nowhere['id']}", 404)
