"""Pages of long lists by key: an index serves every sort, no OFFSET grows with the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Work

R = TypeVar("R")
Key = tuple[Any, ...]

MOST_ROWS = 500
ANCHOR = 1000  # rows between anchors


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows in the shown order, and the keys (sort value, id) of the first and the last."""

    rows: tuple[R, ...]
    first: Key | None = None
    last: Key | None = None


class Keyset:
    """One list: what it selects, from where, and by which columns it sorts.

    `columns` and `source` (FROM … WHERE …) are text of the program, never of people; `sorts` maps a
    name to its column; `id_column` breaks ties. Statements are made once, here.
    """

    def __init__(self, columns: str, source: str, sorts: Mapping[str, str], id_column: str) -> None:
        self._pages: dict[tuple[str, bool, bool], Sql] = {}
        self._anchors: dict[tuple[str, bool], Sql] = {}
        self._sorts = tuple(sorts)
        for name, column in sorts.items():
            for descending in (False, True):
                self._make(name, descending, columns, source, column, id_column)
        self._count = Sql(f"SELECT count(*) {source}")

    def _make(
        self, name: str, descending: bool, columns: str, source: str, column: str, id_column: str
    ) -> None:
        way, beyond = ("DESC", "<") if descending else ("ASC", ">")
        order = f"{column} {way}, {id_column} {way}"
        if column == id_column:
            order = f"{column} {way}"  # one column is compared as one, or the index is not seen
        select = f"SELECT {columns}, {column} AS sort_key, {id_column} AS sort_id {source}"
        after = f" AND ({column}, {id_column}) {beyond} (:after_key, :after_id)"
        if column == id_column:
            after = f" AND {column} {beyond} :after_key"
        tail = f" ORDER BY {order} LIMIT :page_rows OFFSET :page_skip"
        self._pages[name, descending, False] = Sql(select + tail)
        self._pages[name, descending, True] = Sql(select + after + tail)
        self._anchors[name, descending] = Sql(
            "SELECT sort_key, sort_id FROM (SELECT "
            f"{column} AS sort_key, {id_column} AS sort_id, row_number() OVER (ORDER BY {order}) "
            f"AS place {source}) x WHERE place % {ANCHOR} = 0 ORDER BY place"
        )

    def statements(self) -> tuple[Sql, ...]:
        """Every statement of a page, for the test that reads query plans."""
        return tuple(self._pages.values())

    def page(
        self,
        work: Work,
        row: Callable[[Any], R],
        *,
        sort: str,
        descending: bool,
        after: Key | None,
        skip: int,
        backwards: bool,
        limit: int,
        **where: Any,
    ) -> Page[R]:
        """One page. `backwards`: the rows before `after` (None: the last ones), shown order."""
        name = self._named(sort)
        reverse = descending != backwards
        params = {**where, "page_rows": min(limit, MOST_ROWS), "page_skip": skip}
        if after is not None:
            params |= {"after_key": after[0], "after_id": after[-1]}
        found = list(work.all(self._pages[name, reverse, after is not None], **params))
        if backwards:
            found.reverse()
        if not found:
            return Page(())
        first, last = found[0], found[-1]
        return Page(
            tuple(row(r) for r in found),
            (first.sort_key, first.sort_id),
            (last.sort_key, last.sort_id),
        )

    def count(self, work: Work, **where: Any) -> int:
        """How many rows the filters leave."""
        return int(work.value(self._count, **where))

    def anchors(self, work: Work, *, sort: str, descending: bool, **where: Any) -> tuple[Key, ...]:
        """The keys of every 1000th row."""
        found = work.all(self._anchors[self._named(sort), descending], **where)
        return tuple((r.sort_key, r.sort_id) for r in found)

    def _named(self, sort: str) -> str:
        if not sort:
            return self._sorts[0]
        if sort not in self._sorts:
            raise Refused(N_("This list cannot be sorted by “{column}”."), column=sort)
        return sort
