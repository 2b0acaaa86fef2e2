"""The window onto a long list: the pages that are here, and what is known of the rest."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QModelIndex, Qt, Signal

from desktop_admin.models.records import Index, RecordModel

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

R = TypeVar("R")
Key = tuple[Any, ...]

PAGE = 100  # rows
CACHED = 40  # pages
ANCHOR = 1000  # rows between anchors


@dataclass(frozen=True)
class View:
    """What is looked at: the sort key, its direction, and the filters by name."""

    sort: str = ""
    descending: bool = False
    filters: tuple[tuple[str, str], ...] = ()

    def where(self) -> dict[str, str]:
        """Answer the filters as a dict."""
        return dict(self.filters)


@dataclass(frozen=True)
class PageRequest:
    """One page: `limit` rows after the row with key `after` (None: from the start), `skip` rows on.

    `backwards` counts from the end: the rows *before* `after` (None: the last ones), skipping
    `skip`; the answer is in the shown order all the same.
    """

    view: View
    after: Key | None = None
    skip: int = 0
    backwards: bool = False
    limit: int = PAGE


class Keyed(Protocol):
    """What a service answers for a page: rows in the shown order, and the keys of its ends."""

    @property
    def rows(self) -> Sequence[Any]: ...

    @property
    def first(self) -> Key | None: ...

    @property
    def last(self) -> Key | None: ...


@dataclass(frozen=True)
class Page:
    """Rows in the shown order with the keyset keys of the first and the last row."""

    rows: tuple[Any, ...]
    first: Key | None = None
    last: Key | None = None


@dataclass(frozen=True)
class Source:
    """Where rows come from: three questions, each made into a query by `Tasks.read`.

    `page` is asked with a `PageRequest`; `count` and `anchors` (every 1000th key: the keys of the
    rows 999, 1999 …) with a `View`; `anchors` may be missing, then far jumps skip rows.
    """

    page: Callable[[PageRequest], Callable[[Work], Keyed]]
    count: Callable[[View], Callable[[Work], int]]
    anchors: Callable[[View], Callable[[Work], Sequence[Key]]] | None = None


@dataclass
class Known:
    """What is known of the present view."""

    rows: int = 0
    exact: bool = False
    anchors: list[Key] = field(default_factory=list)
    # the key of the row before row n, for each n we have seen the start of a page at
    starts: dict[int, Key | None] = field(default_factory=lambda: {0: None})


class Window(RecordModel[R]):
    """Keeps pages and counts as answers come; `PagedTable` asks."""

    counted = Signal(object, bool)  # rows, exact
    loading = Signal(bool)
    failed = Signal(object)  # Exception
    first_page = Signal()

    view: View
    _source: Source
    _known: Known
    _pages: OrderedDict[int, tuple[R, ...]]
    _cells: dict[tuple[int, int], str]
    _asked: set[int]
    _keep_place: bool
    _counted: int | None

    def _want(self, page: int) -> None:
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the rows known so far."""
        return 0 if parent.isValid() else self._known.rows

    @property
    def exact(self) -> bool:
        """Say whether the number of rows is counted, not guessed."""
        return self._known.exact

    def record(self, row: int) -> R | None:
        """Answer the record in a row; where it is not here, ask for its page. Row -1 is no row."""
        if row < 0:
            return None
        page = row // PAGE
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked and row < self._known.rows:
                self._want(page)
            return None
        self._pages.move_to_end(page)
        at = row - page * PAGE
        return rows[at] if at < len(rows) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer one cell; texts are kept while their page is."""
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return super().data(index, role)
        place = (index.row(), index.column())
        text = self._cells.get(place)
        if text is None:
            record = self.record(place[0])
            if record is None:
                return "…"
            text = self._cells[place] = self.columns[place[1]].text(record)
        return text

    def retranslate(self) -> None:
        """Say that every text changed."""
        self._cells.clear()
        super().retranslate()

    def _request(self, page: int) -> PageRequest:
        """Start from the nearest known key, or count backwards where the end is nearer."""
        start, known = page * PAGE, self._known
        starts = sorted(known.starts)
        near = starts[bisect_right(starts, start) - 1]
        key, skip = known.starts[near], start - near
        anchor = min(start // ANCHOR, len(known.anchors))
        if anchor and start - anchor * ANCHOR < skip:
            key, skip = known.anchors[anchor - 1], start - anchor * ANCHOR
        limit = min(PAGE, known.rows - start) if known.exact else PAGE
        left = known.rows - start - limit
        if known.exact and left < skip:
            return PageRequest(self.view, None, left, backwards=True, limit=limit)
        return PageRequest(self.view, key, skip, limit=limit)

    def _fresh_came(self, answer: Keyed, page: int) -> None:
        self._asked.discard(page)
        short = len(answer.rows) < PAGE
        known = Known(rows=len(answer.rows), exact=short, anchors=self._known.anchors)
        if self._keep_place and not short:
            known.rows = max(self._known.rows, known.rows)
        elif not self._keep_place:
            self.beginResetModel()
        self._pages.clear()
        self._cells.clear()
        if self._keep_place and known.rows < self._known.rows:
            self._grow(known.rows, exact=True)
        grown = known.rows if not self._keep_place else self._known.rows
        self._known, known.rows = known, grown
        self._keep(0, answer)
        if self._keep_place:
            self._grow(max(grown, len(answer.rows)), exact=short)
            self._changed(0, self._known.rows)
        else:
            self.endResetModel()
        self.loading.emit(False)
        self.first_page.emit()
        if self._counted is not None:
            self._grow(self._counted, exact=True)
        elif short or self._keep_place:
            self.counted.emit(self._known.rows, short)
        else:
            self._grow(len(answer.rows) + PAGE, exact=False)

    def _changed(self, start: int, end: int) -> None:
        if end > start:
            last = self.index(end - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(start, 0), last)

    def _page_came(self, answer: Keyed, page: int) -> None:
        self._asked.discard(page)
        self._keep(page, answer)
        start = page * PAGE
        if not self._known.exact:
            if len(answer.rows) < PAGE:
                self._grow(start + len(answer.rows), exact=True)
            elif start + PAGE >= self._known.rows:
                self._grow(start + 2 * PAGE, exact=False)
        self._changed(start, min(start + PAGE, self._known.rows))

    def _page_failed(self, error: Exception, page: int) -> None:
        self._asked.discard(page)
        self.loading.emit(False)
        self.failed.emit(error)

    def _count_came(self, rows: int, page: int) -> None:
        self._counted = rows
        if 0 in self._pages and 0 not in self._asked:  # else the first page brings it in
            self._grow(rows, exact=True)

    def _anchors_came(self, anchors: Sequence[Key], page: int) -> None:
        self._known.anchors = list(anchors)

    def _keep(self, page: int, answer: Keyed) -> None:
        self._pages[page] = tuple(answer.rows)
        self._pages.move_to_end(page)
        start = page * PAGE
        if answer.last is not None:
            self._known.starts[start + len(answer.rows)] = answer.last
            if len(self._known.starts) > 4 * CACHED:
                oldest = next(k for k in self._known.starts if k)
                del self._known.starts[oldest]
        while len(self._pages) > CACHED:
            gone, _rows = self._pages.popitem(last=False)
            width = len(self.columns)
            for row in range(gone * PAGE, (gone + 1) * PAGE):
                for column in range(width):
                    self._cells.pop((row, column), None)

    def _grow(self, rows: int, *, exact: bool) -> None:
        known = self._known
        known.exact = known.exact or exact
        if rows > known.rows:
            self.beginInsertRows(QModelIndex(), known.rows, rows - 1)
            known.rows = rows
            self.endInsertRows()
        elif exact and rows < known.rows:
            self.beginRemoveRows(QModelIndex(), rows, known.rows - 1)
            known.rows = rows
            self.endRemoveRows()
        self.counted.emit(known.rows, known.exact)
