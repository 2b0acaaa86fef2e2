"""Receipts the books have from somewhere else: typed in at a counter, or from a file under another name.

(source, number) keeps a receipt from being stored twice, but one purchase can reach the shop by two ways. The same
number, day, amount and member are the same purchase, and points are given once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.imports.receipts import Receipt
from desktop_admin.services.imports.spool import Run
from desktop_admin.services.purchases import typed_key
from desktop_admin.services.work import Work

TYPED = N_("This receipt was typed in at the counter: number, day, amount and member are the same. It counts once.")
IMPORTED = N_("This receipt is there already, from “{source}”: number, day, amount and member are the same.")
_CHUNK = 400

_ANY = Sql(  # two looks into the index of sources
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM purchase WHERE source < :source) "
    "OR EXISTS (SELECT 1 FROM purchase WHERE source > :source) THEN 1 ELSE 0 END"
)


class Elsewhere:
    """What is stored of some receipts under other sources than theirs."""

    def __init__(self, work: Work, source: str, runs: Sequence[Run]) -> None:
        self._stored: dict[tuple[Any, ...], str] = {}
        if not work.value(_ANY, source=source):
            return  # a shop's first import, or its only source
        wanted = sorted({key for run in runs if run[1] for key in _keys(run[0], run[2][:10])})
        for at in range(0, len(wanted), _CHUNK):
            part = wanted[at : at + _CHUNK]
            part += [part[-1]] * (_CHUNK - len(part))
            for row in work.all(_same(), source=source, **list_params("k", part)):
                self._stored[row.number, row.member_id, row.amount, row.business_date] = row.source

    def warning(self, receipt: Receipt, member_id: int) -> tuple[str, dict[str, str | int]] | None:
        """What to say of a receipt that is stored already: a message and its facts."""
        for key in _keys(receipt.number, receipt.day):
            source = self._stored.get((key, member_id, receipt.amount, receipt.day))
            if source is not None:
                return (TYPED, {}) if source.startswith("till:") else (IMPORTED, {"source": source})
        return None


def _keys(number: str, day: str) -> tuple[str, str]:
    return number, typed_key(day, number)


@cache
def _same() -> Sql:
    return Sql(
        "SELECT source, number, member_id, amount, business_date FROM purchase WHERE source <> :source "
        f"AND voided_by = 0 AND member_id IS NOT NULL AND number IN ({in_list('k', _CHUNK)})"
    )
