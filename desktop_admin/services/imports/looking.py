"""A file looked at before anything is imported: columns guessed or remembered, the first rows judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import ask_leave
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import batches
from desktop_admin.services.imports.judging import problem_facts, readers_of
from desktop_admin.services.imports.records import (
    CANCELLATION,
    FUTURE,
    NO_AMOUNT,
    NO_MEMBER,
    UNPAID,
    Looked,
    Plan,
    PreviewRow,
    Problem,
)  # fmt: skip
from desktop_admin.services.permissions import Permission
from desktop_admin.services.spreadsheets import mapping, reading
from desktop_admin.services.spreadsheets.cells import Cancelled, FileFacts, Row, shown
from desktop_admin.services.spreadsheets.days import order_of
from desktop_admin.services.spreadsheets.kinds import KINDS
from desktop_admin.services.work import Actor, Work

FIRST_ROWS = 50
_MOMENTS = ("bought_at", "paid_at", "birthday", "enrolled_on", "expires_on")


def inspect(
    database: Any, actor: Actor, path: str | Path, kind: str = "", *, encoding: str | None = None,
    delimiter: str | None = None, sheet: str | None = None, cancelled: Cancelled | None = None,
) -> Looked:  # fmt: skip
    """Look into a file: what it is, which column is which, whether it was imported before.

    Without a kind the titles tell whether it holds purchases or members.
    The columns of the last import of a file with the same titles are taken over. Refuses what is no table, and a file
    without a row of titles.
    """
    limits = KINDS[kind or "purchases"].limits
    facts = reading.inspect(path, limits=limits, encoding=encoding, delimiter=delimiter, cancelled=cancelled)
    table = facts.sheet(sheet)
    if not table.header_row:
        raise Refused(N_("No row of titles was found in {name}; the first row must name the columns."), name=facts.name)
    kind = kind or kind_of(table.header)
    chosen = KINDS[kind]
    guess = mapping.guess(chosen, table.header)

    def ask(work: Work) -> Looked:
        ask_leave(work, Permission.IMPORT)
        before = batches.remembered(work, kind, mapping.signature(table.header))
        columns = dict(guess.columns) if before is None else _moved(before, table.header)
        return Looked(
            kind, facts, table.name, columns, mapping.missing_fields(chosen, columns),
            before.options if before else None, _order(facts, table.name, columns),
            before.options.source if before else _source(facts.name), batches.seen(work, kind, facts.sha256),
        )  # fmt: skip

    return database.read(ask, actor=actor)  # type: ignore[no-any-return]


def _moved(before: Plan, header: Sequence[str]) -> dict[str, int]:
    """The columns of a file read before in one with the same titles, of which one may be our workbook of rejects."""
    further = mapping.added(header) - mapping.added(before.header)
    return {name: place + further for name, place in before.columns.items()}


def kind_of(header: Sequence[str]) -> str:
    """Which kind of file has these titles: the one with fewer columns missing, of two equal ones the fuller."""
    weighed = []
    for name in ("purchases", "members"):
        found = mapping.guess(KINDS[name], header)
        weighed.append((len(found.missing), -len(found.columns), name))
    return min(weighed, key=lambda each: each[:2])[2]


def preview(
    facts: FileFacts, plan: Plan, *, minor_digits: int = 2, now: Any = None, rows: int = FIRST_ROWS
) -> tuple[PreviewRow, ...]:
    """The first rows as they would be taken: each good, with a warning, or with its errors."""
    kind = KINDS[plan.kind]
    judge = mapping.Judge(kind, plan.columns, width=len(plan.header), readers=readers_of(plan, minor_digits))
    out = []
    stream = reading.rows(facts, sheet=plan.sheet or None, hidden=True, limits=kind.limits)
    for row in stream:
        judged = judge.judge(row)
        problems = [
            Problem(row.number, "error", name, error.message, problem_facts(error)) for name, error in judged.errors
        ]
        if plan.kind == "purchases":
            problems += _about_purchase(row, judged.values, now, wrong=bool(problems))
        verdict = "error" if any(p.severity == "error" for p in problems) else "warning" if problems else "good"
        out.append(
            PreviewRow(row.number, tuple(shown(c) for c in row.cells), verdict, tuple(problems), row.hidden)  # type: ignore[arg-type]
        )
        if len(out) == rows:
            break
    close = getattr(stream, "close", None)
    if close is not None:
        close()
    return tuple(out)


def _about_purchase(row: Row, values: dict[str, Any], now: Any, *, wrong: bool) -> list[Problem]:
    if wrong:
        return []
    said = []
    if now is not None and values["bought_at"] > now:
        said.append(Problem(row.number, "error", "bought_at", FUTURE))
    if values.get("amount") is None and values.get("unit_price") is None:
        said.append(Problem(row.number, "error", "amount", NO_AMOUNT))
    if said:
        return said
    if "paid_at" in values and values["paid_at"] is None:
        return [Problem(row.number, "warning", "paid_at", UNPAID)]
    if values.get("member") is None:
        said.append(Problem(row.number, "warning", "member", NO_MEMBER))
    amount = values.get("amount")
    back = amount if amount is not None else (values.get("unit_price") or 0) * (values.get("quantity") or 1)
    if back < 0:
        said.append(Problem(row.number, "warning", "amount", CANCELLATION))
    return said


def _order(facts: FileFacts, sheet: str, columns: dict[str, int]) -> Any:
    table = facts.sheet(sheet or None)
    places = [columns[name] for name in _MOMENTS if name in columns]
    body: Sequence[Row] = [row for row in table.sample if row.number > table.header_row]
    samples = [shown(row.cells[p]).strip() for row in body for p in places if p < len(row.cells)]
    return order_of([text for text in samples if text])


def _source(name: str) -> str:
    """A name for the program the file comes from: the file's name without days and numbers."""
    stem = re.sub(r"[\d]{4,}.*$|[-_.\s]*\d{1,2}$", "", Path(name).stem).strip(" -_.()（）")
    return (stem or "import")[:64]
