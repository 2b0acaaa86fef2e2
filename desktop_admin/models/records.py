"""A table of frozen records, its columns declared as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_admin.i18n import (
    _,
    format_age,
    format_date,
    format_instant,
    format_money,
    format_number,
    format_points,
)

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

RECORD_ROLE = Qt.ItemDataRole.UserRole + 1  # the record itself
VALUE_ROLE = Qt.ItemDataRole.UserRole + 2  # the plain value of the cell
KIND_ROLE = Qt.ItemDataRole.UserRole + 3  # the Kind of the column
TONE_ROLE = Qt.ItemDataRole.UserRole + 4  # "good" "bad" "warn" "info" "muted" or a tier's tone


class Kind(Enum):
    """What a column shows; it decides format, alignment and painting."""

    TEXT = "text"
    CODE = "code"  # numbers of orders, cards, phones: text with figures of one width
    POINTS = "points"
    SIGNED = "signed"  # points with a sign and a colour
    MONEY = "money"  # minor units
    COUNT = "count"
    DATE = "date"
    INSTANT = "instant"  # UTC
    AGE = "age"  # timedelta
    STATE = "state"  # badge: get() answers text to translate, tone() its tone
    TIER = "tier"  # badge of a tier
    CHECK = "check"  # yes or no
    SHARE = "share"  # whole per mille

    @property
    def numeric(self) -> bool:
        """Say whether figures stand right and add up."""
        return self in _NUMERIC


_NUMERIC = {Kind.POINTS, Kind.SIGNED, Kind.MONEY, Kind.COUNT, Kind.SHARE}


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column: `get` takes a record to a plain value, `kind` says how it is shown.

    `sort` is the key a service sorts by ("" cannot be sorted in a paged table; a `RecordTable`
    sorts every column by its value).  `filter` names the service's filter for this column.
    `width` is in characters.
    """

    id: str
    title: str
    get: Callable[[R], Any]
    kind: Kind = Kind.TEXT
    width: int = 14
    sort: str = ""
    filter: str = ""
    hidden: bool = False
    tone: Callable[[R], str] | None = None
    tip: Callable[[R], str] | None = None
    stretch: bool = False
    translated: bool = False  # get() answers a message marked with N_

    def text(self, record: R) -> str:
        """Answer what a person reads in this cell."""
        return show(self.get(record), self.kind, translated=self.translated)


_ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ALIGN_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

_FORMATS: dict[Kind, Callable[[Any], str]] = {
    Kind.POINTS: format_points,
    Kind.SIGNED: lambda value: format_points(value, signed=True),
    Kind.MONEY: format_money,
    Kind.COUNT: format_number,
    Kind.DATE: format_date,
    Kind.INSTANT: format_instant,
    Kind.AGE: format_age,
    Kind.SHARE: lambda value: f"{value // 10}.{value % 10}%",
}


def show(value: Any, kind: Kind, *, translated: bool = False) -> str:
    """Write a plain value as a column of this kind does; None is blank."""
    if value is None:
        return ""
    if kind in _FORMATS and isinstance(value, int | date | datetime | timedelta):
        return _FORMATS[kind](value)
    if kind is Kind.CHECK:
        return "✓" if value else ""
    text = str(value.value) if isinstance(value, Enum) else str(value)
    return _(text) if text and (translated or kind is Kind.STATE) else text


def cell(column: Column[R], record: R, role: int) -> Any:
    """Answer one cell for one role, with what Qt can take: str, int, bool, enum."""
    if role == Qt.ItemDataRole.DisplayRole:
        return column.text(record)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _ALIGN_RIGHT if column.kind.numeric else _ALIGN_LEFT
    if role == KIND_ROLE:
        return column.kind.value
    if role == TONE_ROLE:
        return column.tone(record) if column.tone is not None else ""
    if role == Qt.ItemDataRole.ToolTipRole:
        return column.tip(record) if column.tip is not None else None
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{_(column.title)}: {column.text(record)}"
    return None


# What every repaint asks of every cell and no table here answers.
UNUSED_ROLES = frozenset(
    int(role)
    for role in (
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.FontRole,
        Qt.ItemDataRole.BackgroundRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.CheckStateRole,
        Qt.ItemDataRole.SizeHintRole,
    )
)


class RecordModel(QAbstractTableModel, Generic[R]):
    """What `RecordTable` and `PagedTable` share: columns, headers, cached cells."""

    columns: tuple[Column[R], ...]

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer the translated title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _(column.title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN_RIGHT if column.kind.numeric else _ALIGN_LEFT
        return None

    def record(self, row: int) -> R | None:
        """Answer the record in a row, None where it is not loaded."""
        raise NotImplementedError

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer one cell for one role."""
        if role in UNUSED_ROLES or not index.isValid():
            return None
        record = self.record(index.row())
        if record is None:
            return self.blank(role)
        if role == RECORD_ROLE:
            return record
        if role == VALUE_ROLE:
            return self.columns[index.column()].get(record)
        return cell(self.columns[index.column()], record, role)

    def blank(self, role: int) -> Any:
        """Answer a cell whose record is on its way."""
        return "…" if role == Qt.ItemDataRole.DisplayRole else None

    def retranslate(self) -> None:
        """Say that every text changed."""
        rows, columns = self.rowCount(), self.columnCount()
        if columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, columns - 1)
        if rows and columns:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))


class RecordTable(RecordModel[R]):
    """A table of records that are all here (some thousands at most); sorts in memory."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        records: Sequence[R] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._records: list[R] = list(records)
        self._shown: list[R] = self._records
        self._sort: tuple[int, bool] | None = None
        self._filters: dict[str, str] = {}

    @property
    def records(self) -> Sequence[R]:
        """Answer every record, filtered ones too, as they were given."""
        return self._records

    @property
    def shown(self) -> Sequence[R]:
        """Answer the records in the order shown."""
        return self._shown

    def set_records(self, records: Sequence[R]) -> None:
        """Show these instead; the sort and the filters stay."""
        self.beginResetModel()
        self._records = list(records)
        self._arrange()
        self.endResetModel()

    def set_filters(self, filters: dict[str, str]) -> None:
        """Show only rows whose cell text contains the text given for its column id."""
        self.beginResetModel()
        self._filters = {key: text.casefold() for key, text in filters.items() if text}
        self._arrange()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the number of rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def record(self, row: int) -> R | None:
        """Answer the record in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, found: Callable[[R], bool]) -> int:
        """Answer the first row whose record fits, -1 if none does."""
        return next((n for n, record in enumerate(self._shown) if found(record)), -1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the values of a column; -1 goes back to the order given."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(index, self._shown[index.row()]) for index in before]
        descending = order == Qt.SortOrder.DescendingOrder
        self._sort = (column, descending) if 0 <= column < len(self.columns) else None
        self._arrange()
        rows = {id(record): row for row, record in enumerate(self._shown)}
        after = [self.index(rows[id(record)], index.column()) for index, record in held]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        shown = self._records
        if self._filters:
            wanted = [(c, self._filters[c.id]) for c in self.columns if c.id in self._filters]
            shown = [r for r in shown if all(t in c.text(r).casefold() for c, t in wanted)]
        if self._sort is not None:
            column = self.columns[self._sort[0]]
            shown = sorted(shown, key=lambda r: _order(column.get(r)), reverse=self._sort[1])
        self._shown = shown


def _order(value: Any) -> tuple[int, Any]:
    """Put None first and let text sort without regard to case."""
    if value is None:
        return (0, "")
    if isinstance(value, Enum):
        value = value.value
    return (1, value.casefold() if isinstance(value, str) else value)
