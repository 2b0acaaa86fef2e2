"""Imports: columns of the history, of the first rows and of what is wrong; words for states and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_, _
from desktop_admin.models.pages import PageRequest, Source, View
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import imports
from desktop_admin.services.imports import BatchRow, PreviewRow, Problem
from desktop_admin.services.imports.words import KIND_TITLES, STATE_TITLES
from desktop_admin.services.spreadsheets.kinds import KINDS

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "running": (STATE_TITLES["running"], "warn"),
        "done": (STATE_TITLES["done"], "good"),
        "undoing": (STATE_TITLES["undoing"], "warn"),
        "undone": (STATE_TITLES["undone"], "muted"),
    }
)
VERDICTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"good": (N_("Good"), "good"), "warning": (N_("Note"), "warn"), "error": (N_("Wrong"), "bad")}
)


def _made(row: BatchRow) -> int:
    return row.figures.purchases if row.kind == "purchases" else row.figures.members


def _points(row: BatchRow) -> int | None:
    if row.state == "undone":
        return None
    return row.figures.earned + row.figures.taken_back + row.figures.opening


HISTORY: tuple[Column[BatchRow], ...] = (
    Column("started_at", N_("Begun"), lambda r: r.started_at, Kind.INSTANT, 19),
    Column("file", N_("File"), lambda r: r.file, stretch=True),
    Column("kind", N_("Kind"), lambda r: KIND_TITLES[r.kind], width=12, translated=True),
    Column("source", N_("Comes from"), lambda r: r.source, width=12),
    Column("state", N_("State"), lambda r: STATES[r.state][0], Kind.STATE, 11, tone=lambda r: STATES[r.state][1]),
    Column("made", N_("Stored"), _made, Kind.COUNT, 9),
    Column("points", N_("Points"), _points, Kind.SIGNED, 11),
    Column("bad", N_("Rows left out"), lambda r: r.rows_bad or None, Kind.COUNT, 13),
    Column("operator", N_("Operator"), lambda r: r.operator, width=12),
)


def _page(request: PageRequest) -> Callable[[Work], Any]:
    view = request.view
    return partial(
        imports.page, sort="", descending=view.descending, after=request.after, skip=request.skip,
        backwards=request.backwards, limit=request.limit,
    )  # fmt: skip


def _count(_view: View) -> Callable[[Work], int]:
    return imports.count


HISTORY_SOURCE = Source(page=_page, count=_count)
NEWEST = View(descending=True)


def verdict(row: PreviewRow) -> str:
    """What a row's judgement is called, marked for translation."""
    return VERDICTS[row.verdict][0]


def said(kind: str, problems: Sequence[Problem]) -> str:
    """What is said of a row, each with its field, in the language in use."""
    titles = {f.name: f.title for f in KINDS[kind].fields}
    parts = [f"{_(titles[p.field])}: {p.text()}" if p.field in titles else p.text() for p in problems]
    return " · ".join(parts)


def _cell(index: int, row: PreviewRow) -> str:
    return row.cells[index] if index < len(row.cells) else ""


def preview_columns(kind: str, header: Sequence[str], columns: Mapping[str, int]) -> tuple[Column[PreviewRow], ...]:
    """The columns of the first rows: number, judgement, what is said, then the file's own, the mapped ones first."""
    used = sorted(set(columns.values()))
    order = [*used, *(i for i in range(len(header)) if i not in used)]
    own = tuple(
        Column[PreviewRow](f"cell{i}", header[i] or f"#{i + 1}", partial(_cell, i), width=13, hidden=i not in used)
        for i in order
    )
    return (
        Column("number", N_("Row"), lambda r: r.number, Kind.COUNT, 6),
        Column("verdict", N_("Judged"), verdict, Kind.STATE, 8, tone=lambda r: VERDICTS[r.verdict][1]),
        Column("said", N_("What there is to say"), lambda r: said(kind, r.problems), width=40),
        *own,
    )


def problem_columns(kind: str) -> tuple[Column[Problem], ...]:
    """The columns of what is wrong."""
    titles = {f.name: f.title for f in KINDS[kind].fields}
    return (
        Column("row", N_("Row"), lambda p: p.row, Kind.COUNT, 7),
        Column("field", N_("Column"), lambda p: titles.get(p.field, ""), width=10, translated=True),
        Column("message", N_("What is wrong"), lambda p: p.text(), stretch=True),
    )
