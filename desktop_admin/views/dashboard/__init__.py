"""The dashboard: how the programme does, in ten seconds."""

from desktop_admin.views.dashboard.screen import DashboardScreen

__all__ = ["DashboardScreen"]
