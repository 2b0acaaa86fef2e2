"""The journal of points."""

from desktop_admin.views.points.reverse_form import ReverseForm
from desktop_admin.views.points.screen import PointsScreen

__all__ = ["PointsScreen", "ReverseForm"]
