"""What most tests of the simulated services begin with: a world without a past."""

import pytest

from sandbox.clock import ManualClock
from sandbox.mollie import MollieApp
from sandbox.sendcloud import SendcloudApp
from sandbox.world import World


@pytest.fixture
def world():
    """Return a world whose clock moves only when a test moves it."""
    return World(clock=ManualClock())


@pytest.fixture
def sendcloud(world):
    """Return Sendcloud before its first label."""
    return SendcloudApp(world)


@pytest.fixture
def mollie(world):
    """Return Mollie before its first payment."""
    return MollieApp(world)
