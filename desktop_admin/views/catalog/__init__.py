"""The catalog's screen."""

from desktop_admin.views.catalog.screen import CatalogScreen

__all__ = ["CatalogScreen"]
