"""The inbox of requests for approval."""

from desktop_admin.views.approvals.screen import ApprovalsScreen

__all__ = ["ApprovalsScreen"]
