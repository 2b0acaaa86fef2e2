"""Figures: each defined once in the catalog, used by charts, reports, workbooks and the command line alike."""

from desktop_admin.services.metrics.board import Dashboard, Key, Share, Shelf, dashboard
from desktop_admin.services.metrics.catalog import METRICS, Metric
from desktop_admin.services.metrics.drilling import Behind, Row, behind
from desktop_admin.services.metrics.movement import Movement
from desktop_admin.services.metrics.spans import Span, before, step_for, year_before

__all__ = [
    "METRICS", "Behind", "Dashboard", "Key", "Metric", "Movement", "Row", "Share", "Shelf", "Span", "before",
    "behind", "dashboard", "step_for", "year_before",
]  # fmt: skip
