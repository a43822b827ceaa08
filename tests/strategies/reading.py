"""What the tests of any service's answers share: reading many, answering anything."""

import requests
from hypothesis import given

from odoo.addons.o2c_base.lib.errors import ServiceError

from . import any_answer


class ReadsAnyAnswer:
    """For a test case: each answer is read, or refused by a named error."""

    #: parser -> strategy of what it reads, in our words
    written = {}
    #: errors that say what is wrong with an answer
    named = (ServiceError,)

    def read(self, parse, strategy, all_of_them=True):
        """Read many answers; ``all_of_them`` are good ones and none is refused."""
        counts = [0, 0]

        @any_answer
        @given(strategy)
        def read(theirs):
            try:
                parse(theirs)
                counts[0] += 1
            except self.named:
                counts[1] += 1

        read()
        if all_of_them:
            self.assertFalse(counts[1])
            self.assertTrue(counts[0])

    def test_as_written_down_here(self):
        self.assertTrue(self.written)
        for parse, strategy in self.written.items():
            with self.subTest(parse=parse.__name__):
                self.read(parse, strategy)


class OneAnswer(requests.Session):
    """Answers everything with the same, until it is asked for ever."""

    def __init__(self, status, body):
        super().__init__()
        self.status, self.body, self.asked = status, body, 0

    def request(self, method, url, **options):
        self.asked += 1
        response = requests.Response()
        response.status_code = self.status if self.asked < 5 else 404
        response._content = self.body
        return response
