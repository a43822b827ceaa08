from .app import ShopifyApp

__all__ = ["ShopifyApp"]
