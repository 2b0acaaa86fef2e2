"""Reports: on screen as tables, and out as workbook, CSV and PDF."""

from desktop_admin.views.reports.screen import ReportsScreen

__all__ = ["ReportsScreen"]
