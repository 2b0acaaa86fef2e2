"""The doctor: every check of the books. Faults are a list, never an exception.

Each check is a query that finds nothing in sound books; the chain of hashes is read entry by entry. A test corrupts a
copy without triggers for each check and sees that very fault named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop_admin.services.command import query
from desktop_admin.services.database import declared
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.doctor import books, chain, goods, trade
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: which check found it, in which row, and what stands there."""

    check: str  # a stable code, e.g. "balance"
    message: str  # marked for translation
    subject_id: int  # the row: member, entry, lot, item ...
    facts: str  # figures, for the person who repairs

    def __str__(self) -> str:
        return f"{self.check} #{self.subject_id}: {self.facts}"


CHECKS = (*books.CHECKS, *goods.CHECKS, *trade.CHECKS)
MOST = 100  # faults told per check


@query(Permission.RUN_DOCTOR)
def examine(work: Work) -> tuple[Fault, ...]:
    """Run every check over the whole shop. Takes minutes on a large one."""
    return tuple(_examine(work))


def faults(work: Work) -> tuple[Fault, ...]:
    """Every fault, asked by the program itself: upgrade, restore, tests."""
    return tuple(_examine(work))


def _examine(work: Work) -> Iterator[Fault]:
    for check in CHECKS:
        for row in work.all(_limited(check.sql)):
            figures = " · ".join(str(figure) for figure in tuple(row)[1:])
            yield Fault(check.code, check.message, int(row[0] or 0), figures)
    for subject, facts in chain.broken(work, MOST):
        yield Fault("chain", chain.MESSAGE, subject, facts)
    for facts in declared.missing(work):
        yield Fault("schema", declared.MESSAGE, 0, facts)


def _limited(text: str) -> Sql:
    return Sql(f"SELECT * FROM ({text}) AS found LIMIT {MOST}")
