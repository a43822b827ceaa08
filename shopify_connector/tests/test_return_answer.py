"""Requests for returns are answered here: once, and as Shopify has it."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.o2c_base.lib.errors import UnknownOutcomeError

from ..lib.client import AdminClient
from .test_return import SHEARS, ReturnCase


class TestAnswer(ReturnCase):
    def setUp(self):
        super().setUp()
        self.record = self.ask({SHEARS: 2})
        self.asked = self.row(self.record)

    def answered(self):
        """Do what is to be done, and read what became of it."""
        self.run_jobs()
        self.env.invalidate_all()
        return self.record["status"], self.asked.state

    def test_approved_here(self):
        self.assertTrue(self.asked.can_be_answered)
        self.asked.action_approve()
        self.assertFalse(self.asked.can_be_answered)
        self.assertEqual(self.answered(), ("OPEN", "open"))
        self.assertEqual(self.asked.answer_state, "done")
        self.assertTrue(self.record["_mailed"])
        self.assertEqual(self.units(), 2)
        self.assert_clean()

    def test_declined_here_with_words(self):
        form = Form(
            self.env["shopify.return.decline"].with_context(
                **self.asked.action_decline()["context"]
            )
        )
        form.reason = "FINAL_SALE"
        form.note = "It was used."
        form.notify = False
        form.save().action_decline()
        self.assertEqual(self.answered(), ("DECLINED", "declined"))
        self.assertEqual(
            self.record["decline"], {"reason": "FINAL_SALE", "note": "It was used."}
        )
        self.assertFalse(self.record["_mailed"])
        self.assertEqual(self.asked.decline_note, "It was used.")
        self.assertFalse(self.receipts)

    def test_answered_once(self):
        self.asked.action_approve()
        with self.assertRaises(UserError):
            self.asked.action_approve()
        self.answered()
        self.asked._attempt("_send_answer")
        self.assertEqual(self.answered(), ("OPEN", "open"))
        with self.assertRaises(UserError):
            self.asked.action_approve()

    def test_a_lost_answer_is_found_again(self):
        approve = AdminClient.approve_return
        calls = []

        def lose(client, gid, notify):
            calls.append(gid)
            approve(client, gid, notify)
            raise UnknownOutcomeError("lost", service="Shopify")

        with patch.object(AdminClient, "approve_return", lose):
            self.asked.action_approve()
            self.run_jobs()
            self.assertEqual(self.asked.answer_state, "to_send")
            self.asked._attempt("_send_answer")
        self.assertEqual(self.answered(), ("OPEN", "open"))
        self.assertEqual(len(calls), 1)
        self.assertEqual(self.asked.answer_state, "done")

    def test_somebody_was_faster_at_shopify(self):
        self.asked.action_approve()
        self.shopify.decline_return(self.record)
        self.assertEqual(self.answered(), ("DECLINED", "declined"))
        self.assertFalse(self.open_exceptions(self.asked))

    def test_faster_between_the_question_and_the_answer(self):
        status = AdminClient.return_status
        seen = []

        def late(client, gid):
            found = status(client, gid)
            if not seen:
                seen.append(found)
                self.shopify.decline_return(self.record)
            return found

        with patch.object(AdminClient, "return_status", late):
            self.asked.action_approve()
            self.assertEqual(self.answered(), ("DECLINED", "declined"))
        self.assertFalse(self.open_exceptions(self.asked))

    def test_what_shopify_refuses_is_for_a_person(self):
        self.asked._plan_answer(
            {"approve": False, "reason": "OTHER", "note": "x" * 501, "notify": True}
        )
        self.assertEqual(self.answered(), ("REQUESTED", "requested"))
        self.assertEqual(self.asked.answer_state, "blocked")
        exception = self.open_exceptions(self.asked)
        self.assertIn("too long", exception.message)
        self.assertIn(exception, self.shop._open_exceptions())
        self.asked.answer = {**self.asked.answer, "note": "Sorry."}
        self.asked.action_send_answer()
        self.assertEqual(self.answered(), ("DECLINED", "declined"))
        self.assertFalse(self.open_exceptions(self.asked))

    def test_only_with_the_permission_and_the_right(self):
        groups = "o2c_base.group_user"
        clerk = new_test_user(self.env, "clerk", groups)
        with self.assertRaises(AccessError):
            self.asked.with_user(clerk).action_approve()
        self.shop.can_answer_returns = False
        self.asked.invalidate_recordset()
        self.assertFalse(self.asked.can_be_answered)
        with self.assertRaises(UserError):
            self.asked.action_approve()
