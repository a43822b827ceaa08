"""Customers without an e-mail address are known by their telephone number."""

from unittest.mock import patch

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import UTRECHT, ShopifyCase

NUMBER = "+31612345678"
ANNA = {"first_name": "Anna", "last_name": "Bos", "phone": NUMBER}
#: without a number of its own
HOME = {**UTRECHT, "first_name": "Anna", "last_name": "Bos", "phone": None}


class TestCustomerPhone(ShopifyCase):
    def contact(self, phone="06-123 456 78", **values):
        country = self.env.ref("base.nl")
        values = {"name": "Anna Bos", "country_id": country.id, **values}
        return self.env["res.partner"].create({**values, "phone": phone})

    def order(self, customer=None, address=None, **options):
        options = {"shipping_address": address or HOME, **options}
        return self.bought(customer=customer or ANNA, **options)

    def customer(self, *args, **options):
        order = self.order(*args, **options)
        self.assertEqual(order.state, "imported")
        return order.sale_order_id.partner_id

    def test_known_however_the_number_is_written(self):
        known = self.contact()
        for written in ("0031 6 12345678", "(06) 12345678", NUMBER):
            known.phone = written
            order = self.order()
            self.assertEqual(order.sale_order_id.partner_id, known)
            self.assertIn("Anna Bos is known by the telephone number", order.decisions)

    def test_the_number_of_the_address_counts_too(self):
        known = self.contact()
        nobody = {"first_name": "Anna", "last_name": "Bos"}
        address = {**HOME, "phone": "06 12345678"}
        self.assertEqual(self.customer(nobody, address), known)

    def test_twice_is_one_customer(self):
        first = self.order()
        self.assertIn("becomes a new customer", first.decisions)
        again = self.order(address={**HOME, "address1": "Elders 1"})
        self.assertEqual(again.sale_order_id.partner_id, first.sale_order_id.partner_id)
        theirs = [self.buy(customer=ANNA, shipping_address=HOME) for _n in range(2)]
        self.fetch()
        for order in theirs:
            customer = self.find(order).sale_order_id.partner_id
            self.assertEqual(customer, first.sale_order_id.partner_id)

    def test_a_number_of_several_is_nobody_s(self):
        family = self.contact() + self.contact(NUMBER, name="Piet Bos")
        self.assertNotIn(self.customer(), family)

    def test_another_number_is_another_customer(self):
        others = self.contact("06 22345678") + self.contact("+32 12345678")
        self.assertNotIn(self.customer(), others)

    def test_a_company_s_number_is_no_private_customer_s(self):
        company = self.contact(is_company=True, name="Bos BV")
        self.assertNotEqual(self.customer(), company)

    def test_who_works_at_a_company_is_no_private_customer(self):
        company = self.contact("020 1234567", is_company=True, name="Bos BV")
        desk = self.contact(parent_id=company.id)
        self.assertNotEqual(self.customer(), desk)

    def test_an_order_for_a_company_is_not_a_private_customer_s(self):
        known = self.contact()
        address = {**HOME, "company": "Bos BV"}
        self.assertNotEqual(self.customer(address=address), known)
        theirs = {"name": "Tuin BV", "location": "Utrecht"}
        self.assertNotEqual(self.customer(company=theirs), known)

    def test_another_company_of_ours_keeps_its_customers(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.contact(company_id=other.id)
        self.assertNotEqual(self.customer(), theirs)

    def test_archived_contacts_are_left_alone(self):
        known = self.contact(active=False)
        self.assertNotEqual(self.customer(), known)

    def test_an_e_mail_address_goes_before_the_number(self):
        by_phone = self.contact(email="anna@example.com")
        other = {**ANNA, "email": "piet@example.com"}
        self.assertNotEqual(self.customer(other), by_phone)

    def test_an_e_mail_address_is_written_down_where_there_is_none(self):
        known = self.contact()
        online = {**ANNA, "email": "anna@example.com"}
        self.assertEqual(self.customer(online), known)
        self.assertEqual(known.email, "anna@example.com")
        known.phone = False
        order = self.order(online)
        self.assertEqual(order.sale_order_id.partner_id, known)
        self.assertFalse(order.known_by_phone)

    def test_a_contact_whose_number_changed_hinders_nobody(self):
        first = self.customer()
        first.phone = "+31622345678"
        first.child_ids.phone = False
        second = self.customer()
        self.assertNotEqual(second, first)
        self.assertEqual(self.customer(), second)

    def test_same_new_customer_at_the_same_moment_is_made_once(self):
        first = self.customer()
        theirs = self.buy(customer=ANNA, shipping_address=HOME)
        partners = type(self.env["res.partner"])
        # The other worker's customer is not visible yet to this transaction.
        with (
            patch.object(partners, "_shopify_known_by_phone", lambda *args: {}),
            patch.object(partners, "_shopify_free_keys", lambda model, vals: vals),
            mute_logger("odoo.sql_db"),
        ):
            self.fetch()
        order = self.find(theirs)
        self.assertEqual(order.state, "waiting")
        self.run_jobs(later=True)
        self.assertEqual(order.sale_order_id.partner_id, first)

    def test_no_valid_number_is_no_match(self):
        known = self.contact("12345678")
        nobody = {"first_name": "Anna", "last_name": "Bos"}
        address = {**HOME, "phone": "12345678"}
        self.assertNotEqual(self.customer(nobody, address), known)

    def test_one_question_for_all_orders(self):
        company = self.env.company
        phones = [f"+3161234{n:04}" for n in range(50)]
        for phone in phones:
            self.contact(phone)
        self.env.flush_all()
        self.env.invalidate_all()
        partners = self.env["res.partner"]
        with self.assertQueryCount(12):
            found = partners._shopify_phone_owners(set(phones), company)
        self.assertEqual(len(found), 50)

    def test_whoever_may_see_orders_sees_why(self):
        self.contact()
        order = self.order()
        user = new_test_user(self.env, "o2c-why", "o2c_base.group_user")
        self.assertTrue(order.with_user(user).known_by_phone)
