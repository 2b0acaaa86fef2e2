"""Shifts: the screen."""

from desktop_admin.views.shifts.screen import ShiftsScreen

__all__ = ["ShiftsScreen"]
