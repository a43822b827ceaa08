"""An addon that is taken out leaves Odoo as if it had never been there."""

from .conftest import run_inside


def test_uninstall_leaves_nothing(uninstalled):
    assert {addon: left for addon, left in uninstalled["left"].items() if left} == {}


def test_every_addon_was_taken_out(uninstalled):
    assert len(uninstalled["left"]) == 6


def test_helper_reports_errors(scratch):
    assert run_inside(scratch, "print('{\"a\": 1}')") == {"a": 1}
