"""The doctor: every check of the books. Faults are a list, never an exception.

Each check is a query that finds nothing in sound books; the chain of hashes is read entry by entry. A test corrupts a
copy without triggers for each check and sees that very fault named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop_admin.i18n import N_, _
from desktop_admin.services import anchors
from desktop_admin.services.command import query
from desktop_admin.services.database import declared
from desktop_admin.services.database.authority import standing
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.doctor import books, chain, goods, orphans, trade
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.words import Sentence
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: which check found it, in which row, and what stands there."""

    check: str  # a stable code, e.g. "balance"
    message: str  # marked for translation
    subject_id: int  # the row: member, entry, lot, item ...
    facts: str | Sentence  # figures, for the person who repairs

    def __str__(self) -> str:
        return f"{self.check} #{self.subject_id}: {self.facts}"

    def said(self) -> str:
        """What stands there, in the present language."""
        return self.facts if isinstance(self.facts, str) else _(self.facts.message).format(**self.facts.facts)

    def line(self) -> str:
        """All of it, in the present language."""
        return f"{self.check} #{self.subject_id}: {_(self.message)} {self.said()}".rstrip()


CHECKS = (*books.CHECKS, *goods.CHECKS, *trade.CHECKS)
EXTRA = N_("A role of the server may do more than set-up gives it.")
MISSING = N_("A role of the server may do less than set-up gives it.")
ANCHOR = N_("The books or the audit trail are not what an anchor says they were.")
Progress = Callable[[int, int, str], None]  # checks done, checks in all, the sentence of the one under way
MOST = 100  # faults told per check


@query(Permission.RUN_DOCTOR)
def examine(work: Work, *, progress: Progress | None = None) -> tuple[Fault, ...]:
    """Run every check over the whole shop. Takes minutes on a large one; ``progress`` may raise to stop it."""
    return tuple(_examine(work, progress))


def faults(work: Work, progress: Progress | None = None) -> tuple[Fault, ...]:
    """Every fault, asked by the program itself: upgrade, restore, tests."""
    return tuple(_examine(work, progress))


def _examine(work: Work, progress: Progress | None) -> Iterator[Fault]:
    steps = len(CHECKS) + 5
    for number, check in enumerate(CHECKS):
        _tell(progress, number, steps, check.message)
        for row in work.all(_limited(check.sql)):
            figures = " · ".join(str(figure) for figure in tuple(row)[1:])
            yield Fault(check.code, check.message, int(row[0] or 0), figures)
    _tell(progress, len(CHECKS), steps, chain.MESSAGE)
    for subject, facts in chain.broken(work, MOST):
        yield Fault("chain", chain.MESSAGE, subject, facts)
    _tell(progress, len(CHECKS) + 1, steps, ANCHOR)
    for subject, facts in anchors.broken(work):
        yield Fault("anchor", ANCHOR, subject, facts)
    _tell(progress, len(CHECKS) + 2, steps, orphans.MESSAGE)
    for subject, figures in orphans.missing(work, MOST):
        yield Fault("orphan", orphans.MESSAGE, subject, figures)
    _tell(progress, len(CHECKS) + 3, steps, declared.MESSAGE)
    for facts in declared.missing(work):
        yield Fault("schema", declared.MESSAGE, 0, facts)
    _tell(progress, len(CHECKS) + 4, steps, EXTRA)
    rights = standing.differing(work)
    for code, message, found in (("extra", EXTRA, rights.extra), ("missing", MISSING, rights.missing)):
        for right in found[:MOST]:
            yield Fault(f"rights-{code}", message, 0, right)


def _tell(progress: Progress | None, done: int, total: int, message: str) -> None:
    if progress is not None:
        progress(done, total, message)


def _limited(text: str) -> Sql:
    return Sql(f"SELECT * FROM ({text}) AS found LIMIT {MOST}")
