"""Webhooks that are lost, doubled, late, out of order or forged on purpose."""

import pytest

from sandbox.mischief import LATE_SECONDS, REORDER_SECONDS, Mischief

MESSAGE = {"service": "mollie", "url": "u", "headers": {"S": "sig"}, "body": b"{}"}


def spoiled(kind, percent=100, seed=0):
    mischief = Mischief(seed)
    mischief.switch(kind, percent)
    return mischief.spoil(MESSAGE)


def test_without_mischief_a_message_goes_out_once_and_at_once():
    assert Mischief().spoil(MESSAGE) == [(0, MESSAGE)]


def test_each_kind_does_what_it_says():
    assert spoiled("dropped") == []
    assert spoiled("doubled") == [(0, MESSAGE), (0, MESSAGE)]
    assert spoiled("late") == [(LATE_SECONDS, MESSAGE)]
    [(seconds, message)] = spoiled("reordered")
    assert message == MESSAGE
    assert 0 <= seconds <= REORDER_SECONDS


def test_a_forged_message_comes_beside_the_true_one_with_its_signature():
    [true, (_seconds, forged)] = spoiled("forged")
    assert true == (0, MESSAGE)
    assert forged["headers"] == MESSAGE["headers"]
    assert forged["body"] != MESSAGE["body"]


def test_the_same_seed_does_the_same():
    def lost(seed):
        mischief = Mischief(seed)
        mischief.switch("dropped", 50)
        return [not mischief.spoil(MESSAGE) for _message in range(40)]

    assert lost(3) == lost(3)
    assert lost(3) != lost(4)
    assert 5 < sum(lost(3)) < 35


def test_it_ends_when_it_is_told_to():
    mischief = Mischief()
    mischief.switch("dropped", 100)
    mischief.stop()
    assert mischief.spoil(MESSAGE) == [(0, MESSAGE)]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="burnt"):
        Mischief().switch("burnt", 10)
