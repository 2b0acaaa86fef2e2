"""A table of any length in constant memory: keyset pages, anchors, a count in the background."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_admin.models.records import Column
from desktop_admin.models.window import (
    ANCHOR,
    CACHED,
    PAGE,
    Key,
    Keyed,
    Known,
    Page,
    PageRequest,
    Source,
    View,
    Window,
)

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.tasks import Tasks

R = TypeVar("R")
EXPORTED = 500  # rows of one page of an export

__all__ = [
    "ANCHOR",
    "CACHED",
    "PAGE",
    "Page",
    "PageRequest",
    "PagedTable",
    "Source",
    "View",
]


class PagedTable(Window[R]):
    """A window onto a long list: asks for the pages that are looked at and forgets the others."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        tasks: Tasks,
        source: Source,
        view: View = View(),  # noqa: B008 - frozen
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._tasks, self._source = tasks, source
        self.view = view
        self._known = Known()
        self._pages: OrderedDict[int, tuple[R, ...]] = OrderedDict()
        self._cells: dict[tuple[int, int], str] = {}
        self._asked: set[int] = set()
        self._wanted: list[int] = []
        self._slots: dict[int, int] = {}  # which page each slot of questions was last asked for
        self._generation = 0
        self._keep_place = False
        self._counted: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._ask_wanted)

    def set_view(self, view: View) -> None:
        """Look at something else from the top."""
        self.view = view
        self.reload()

    def set_source(self, source: Source, *, keep_place: bool = False) -> None:
        """Look at rows from somewhere else: those of another member."""
        self._source = source
        self.reload(keep_place=keep_place)

    def pages(self) -> Callable[[Key | None], Callable[[Work], Keyed]]:
        """Answer what asks for the rows after a key, as they are shown now; for an export, in any thread."""
        source, view = self._source, self.view
        return lambda after: source.page(PageRequest(view, after, limit=EXPORTED))

    def set_filters(self, filters: dict[str, str]) -> None:
        """Keep the sort, change the filters."""
        kept = tuple(sorted((k, v) for k, v in filters.items() if v))
        self.set_view(replace(self.view, filters=kept))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column that declares a sort key; others are ignored."""
        if not 0 <= column < len(self.columns) or not self.columns[column].sort:
            return
        descending = order == Qt.SortOrder.DescendingOrder
        self.set_view(replace(self.view, sort=self.columns[column].sort, descending=descending))

    def reload(self, *, keep_place: bool = False) -> None:
        """Ask again for the first page, the count and the anchors; `keep_place` does not scroll."""
        self._generation += 1
        self._keep_place = keep_place and self._known.rows > 0
        self._counted = None
        self._asked.clear()
        self._slots.clear()
        self._wanted.clear()
        view, generation = self.view, self._generation
        self.loading.emit(True)
        self._ask(0, fresh=True)
        self._tasks.read(self, "count", self._source.count(view), _Answer(self, generation, self._count_came))
        if self._source.anchors is not None:
            self._tasks.read(
                self,
                "anchors",
                self._source.anchors(view),
                _Answer(self, generation, self._anchors_came),
            )

    def _want(self, page: int) -> None:
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted.append(page)
        del self._wanted[:-6]  # a fast scroll leaves the pages it flew over unasked
        self._timer.start()

    def _ask_wanted(self) -> None:
        wanted, self._wanted = self._wanted, []
        for page in wanted:
            if page not in self._pages and page not in self._asked:
                self._ask(page)

    def _ask(self, page: int, *, fresh: bool = False) -> None:
        slot = page % 8
        self._asked.discard(self._slots.get(slot, -1))  # the newest question of a slot wins
        self._slots[slot] = page
        self._asked.add(page)
        request = PageRequest(self.view) if fresh else self._request(page)
        self._tasks.read(
            self,
            "fresh" if fresh else f"page {slot}",
            self._source.page(request),
            _Answer(self, self._generation, self._fresh_came if fresh else self._page_came, page),
            _Answer(self, self._generation, self._page_failed, page),
        )


class _Answer:
    """Hands an answer on if the table still looks at what was asked."""

    def __init__(
        self,
        table: PagedTable[Any],
        generation: int,
        then: Callable[[Any, int], None],
        page: int = 0,
    ) -> None:
        self._table, self._generation = table, generation
        self._then, self._page = then, page

    def __call__(self, answer: Any) -> None:
        if self._table._generation == self._generation:
            self._then(answer, self._page)
