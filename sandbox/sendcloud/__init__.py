"""The simulated shipping service: Sendcloud's API v3 as far as a shop needs it."""

from .app import SendcloudApp

__all__ = ["SendcloudApp"]
