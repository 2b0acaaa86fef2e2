"""Approvals: what one may not do alone, a second operator allows under their own sign-in (DOMAIN 10)."""

from desktop_admin.services.approvals.asking import Asked, Lapsed, Withdrawn, ask, lapse, withdraw
from desktop_admin.services.approvals.deciding import Decided, approve, reject
from desktop_admin.services.approvals.inbox import ApprovalRow, inbox, inbox_count, statements, waiting
from desktop_admin.services.approvals.kinds import KINDS, Kind

__all__ = [
    "KINDS", "ApprovalRow", "Asked", "Decided", "Kind", "Lapsed", "Withdrawn", "approve", "ask", "inbox", "inbox_count",
    "lapse", "reject", "statements", "waiting", "withdraw",
]  # fmt: skip
