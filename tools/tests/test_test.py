from collections import Counter

import pytest

from tools import test as make_test
from tools.common import Problem
from tools.test import Result, allowed_skips, judge, read_report, shares, weights

REPORT = """<?xml version="1.0"?>
<testsuites><testsuite>
  <testcase classname="a" name="test_good"/>
  <testcase classname="a" name="test_bad"><failure message="no"/></testcase>
  <testcase classname="a" name="test_broken"><error message="no"/></testcase>
  <testcase classname="a" name="test_left_out">
    <skipped message="needs O2C_SPECS"/>
  </testcase>
</testsuite></testsuites>
"""


def result(passed=0, skipped=()):
    counts = Counter(passed=passed, failed=0, skipped=len(skipped))
    return Result(counts, list(skipped))


def test_report_is_counted(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(REPORT)
    found = read_report(path)
    assert found.counts == {"passed": 1, "failed": 2, "skipped": 1}
    assert found.failures == ["a.test_bad", "a.test_broken"]
    assert found.skipped == [("a.test_left_out", "needs O2C_SPECS")]


def test_all_good():
    allowed = result(1, [("a.test", "needs O2C_SPECS")])
    assert judge([result(3), allowed], ["O2C_SPECS"]) == []


def test_a_skip_without_leave_is_a_failure():
    problems = judge([result(3, [("a.test", "no browser")])], ["O2C_SPECS"])
    assert problems == ["Skipped without leave: a.test (no browser)"]


def test_a_run_without_tests_is_a_failure():
    assert judge([result(3), result()], []) == ["A run found no test at all."]


def test_a_chosen_test_may_be_in_one_run_only():
    assert judge([result(3), result()], [], selected=True) == []
    assert judge([result(), result()], [], selected=True) == ["No test has passed."]


def test_a_skip_needs_a_reason(tmp_path):
    path = tmp_path / "allowed.txt"
    path.write_text("# remark\n\nO2C_SPECS | too large to ship\n")
    assert allowed_skips(path) == ["O2C_SPECS"]
    path.write_text("O2C_SPECS |\n")
    with pytest.raises(Problem, match="needs a text and a reason"):
        allowed_skips(path)


def test_the_list_of_the_project_can_be_read():
    assert allowed_skips(make_test.ALLOWED_SKIPS)


def test_files_are_dealt_out_evenly_and_none_is_lost():
    weighted = {"a/test_1.py": 5, "a/test_2.py": 1, "b/test_1.py": 4, "c/test_1.py": 2}
    dealt = shares(weighted, 2)
    assert dealt == [["a/test_1.py", "a/test_2.py"], ["b/test_1.py", "c/test_1.py"]]


def test_a_share_without_files_is_no_share():
    assert shares({"a/test_1.py": 5}, 2) == [["a/test_1.py"]]


def test_what_needs_no_odoo_is_not_run_twice(tmp_path):
    (tmp_path / "tests").mkdir()
    for name in ("test_architecture.py", "test_flow.py"):
        (tmp_path / "tests" / name).write_text("def test_it():\n    pass\n")
    assert weights(tmp_path, ["tests"]) == {"tests/test_flow.py": 1}


def test_what_needs_one_more_module_has_a_run_of_its_own(tmp_path):
    folder = tmp_path / "a" / "tests" / "mrp"
    folder.mkdir(parents=True)
    (folder / "test_kits.py").write_text("def test_it():\n    pass\n")
    (folder.parent / "test_flow.py").write_text("def test_it():\n    pass\n")
    folders = ["a/tests", "tests"]
    assert weights(tmp_path, folders) == {"a/tests/test_flow.py": 1}
    assert make_test.besides(tmp_path, folders) == [("mrp", ["a/tests/mrp"])]
    assert not make_test.besides(tmp_path, folders, ["-k", "webhook"])
    assert make_test.besides(tmp_path, folders, ["-k", "mrp"])


def test_lines_of_a_share_are_marked(capfd):
    code = make_test._call(["sh", "-c", "echo good; exit 3"], None, None, "2| ")
    assert (code, capfd.readouterr().out) == (3, "2| good\n")
