"""The shop "Trade Wins" and the control page of the sandbox."""

from .app import ShopApp

__all__ = ["ShopApp"]
