"""Imports: a guide from the file to the books, and what was imported before."""

from desktop_admin.views.imports.screen import ImportsScreen

__all__ = ["ImportsScreen"]
