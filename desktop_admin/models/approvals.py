"""Requests for approval: columns, words, and where the rows come from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from desktop_admin.i18n import N_
from desktop_admin.models.pages import Page, PageRequest, Source, View
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import approvals
from desktop_admin.services.approvals import ApprovalRow
from desktop_admin.services.work import Work

STATES = {
    "open": (N_("Waiting"), "warn"),
    "approved": (N_("Approved"), "good"),
    "rejected": (N_("Rejected"), "bad"),
    "withdrawn": (N_("Withdrawn"), "muted"),
    "expired": (N_("Lapsed"), "muted"),
}

APPROVALS: tuple[Column[ApprovalRow], ...] = (
    Column("asked", N_("Asked"), lambda r: r.requested_at, Kind.INSTANT, 16, sort="asked"),
    Column("member", N_("Member"), lambda r: r.member_name, stretch=True),
    Column("points", N_("Points"), lambda r: r.points, Kind.SIGNED, 9),
    Column("title", N_("Act"), lambda r: r.title, Kind.STATE, 14, tone=lambda _r: "info"),
    Column("requester", N_("Asked by"), lambda r: r.requester, width=11),
    Column("state", N_("State"), lambda r: STATES[r.state][0], Kind.STATE, 10, tone=lambda r: STATES[r.state][1]),
    Column("reason", N_("Reason"), lambda r: r.reason, width=13),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12, hidden=True),
    Column("expires", N_("Lapses"), lambda r: _lapses(r), Kind.INSTANT, 16, hidden=True),
    Column("decider", N_("Decided by"), lambda r: r.decider, width=12, hidden=True),
    Column("answer", N_("Answer"), lambda r: r.answer, width=16, hidden=True),
)


def _lapses(row: ApprovalRow) -> datetime | None:
    return row.expires_at if row.state == "open" else None


def _box(view: View) -> str:
    return view.where().get("box", "open")


def _page(request: PageRequest) -> Callable[[Work], Page]:
    view = request.view
    return partial(  # type: ignore[return-value]
        approvals.inbox, box=_box(view), sort=view.sort, descending=view.descending, after=request.after,
        skip=request.skip, backwards=request.backwards, limit=request.limit,
    )  # fmt: skip


def _count(view: View) -> Callable[[Work], int]:
    return partial(approvals.inbox_count, box=_box(view))


APPROVAL_SOURCE = Source(page=_page, count=_count)
