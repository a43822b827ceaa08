"""The simulated payment provider: Mollie's API v2 as far as a shop needs it."""

from .app import MollieApp

__all__ = ["MollieApp"]
