"""The journal of points: its columns, and where its rows come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from desktop_admin.i18n import N_, _
from desktop_admin.models.pages import Page, PageRequest, Source, View
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import points
from desktop_admin.services.points import EntryRow, JournalFilter
from desktop_admin.services.rules.titles import entry_title
from desktop_admin.services.work import Work

LONGEST_NAME = 30  # letters of a name inside a sentence

_TONES = {"expire": "muted", "writeoff": "warn", "clawback": "warn", "redeem": "info"}


def title_of(row: EntryRow) -> str:
    """What an entry is called, marked for translation; a refund names what it takes back and undoes nothing else."""
    undoes = row.reverses_id is not None and not (row.kind == "clawback" and row.points < 0)
    return entry_title(row.kind, int(undoes))


def kind_tone(row: EntryRow) -> str:
    """The tone of an entry's kind."""
    if row.reverses_id is not None and row.kind != "clawback":
        return "muted"
    return _TONES.get(row.kind, "good" if row.points > 0 else "info")


def note_of(row: EntryRow) -> str:
    """What was noted; the member may have been erased."""
    return _("(erased)") if row.note is None else row.note


def breakable(text: str) -> str:
    """A text a narrow column can break, also where it has no blanks."""
    return re.sub(r"(\S{18})(?=\S)", "\\1\u200b", text)


def short_name(name: str) -> str:
    """A name as it stands in a sentence."""
    plain = " ".join(name.split())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"


JOURNAL: tuple[Column[EntryRow], ...] = (
    Column("recorded", N_("Written"), lambda r: r.recorded_at, Kind.INSTANT, 16, sort="recorded"),
    Column("day", N_("Day"), lambda r: r.business_date, Kind.DATE, 11, sort="day", hidden=True),
    Column("member", N_("Member"), lambda r: r.member_name, stretch=True),
    Column("card", N_("Card"), lambda r: r.card_number, Kind.CODE, 13, hidden=True),
    Column("points", N_("Points"), lambda r: r.points, Kind.SIGNED, 9),
    Column("kind", N_("Kind"), title_of, Kind.STATE, 13, tone=kind_tone),
    Column("after", N_("Balance after"), lambda r: r.net_after, Kind.POINTS, 11),
    Column("reason", N_("Reason"), lambda r: r.reason_name, width=13),
    Column("operator", N_("Operator"), lambda r: r.operator, width=11),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12, hidden=True),
    Column("note", N_("Note"), note_of, width=18, hidden=True),
)


def filter_of(view: View) -> JournalFilter:
    """The filters of a view as the service takes them."""
    said = view.where()

    def day(name: str) -> date | None:
        return date.fromisoformat(said[name]) if said.get(name) else None

    return JournalFilter(
        member_id=int(said.get("member_id") or 0),
        kind=said.get("kind", ""),
        reason=said.get("reason", ""),
        operator_id=int(said.get("operator_id") or 0),
        branch_id=int(said.get("branch_id") or 0),
        first_day=day("first_day"),
        last_day=day("last_day"),
        typed=bool(said.get("typed")),
        reversals=bool(said.get("reversals")),
    )


def _page(request: PageRequest) -> Callable[[Work], Page]:
    view = request.view
    return partial(  # type: ignore[return-value]
        points.journal, where=filter_of(view), sort=view.sort, descending=view.descending, after=request.after,
        skip=request.skip, backwards=request.backwards, limit=request.limit,
    )  # fmt: skip


def _count(view: View) -> Callable[[Work], int]:
    return partial(points.journal_count, where=filter_of(view))


def _anchors(view: View) -> Callable[[Work], Sequence[Any]]:
    return partial(points.journal_anchors, where=filter_of(view), sort=view.sort, descending=view.descending)


JOURNAL_SOURCE = Source(page=_page, count=_count, anchors=_anchors)
