"""Stock: columns of its lists, words, where rows come from, and the sheet that is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from desktop_admin.i18n import N_, _, format_money, format_number
from desktop_admin.models.pages import Page, PageRequest, Source, View
from desktop_admin.models.records import KIND_ROLE, TONE_ROLE, VALUE_ROLE, Column, Index, Kind
from desktop_admin.services import stock
from desktop_admin.services.stock import MovementRow, StockRow

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

# words for movements; the second one where a redemption's goods move
MOVEMENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "receive": (N_("Received"), N_("Received")),
        "issue": (N_("Issued for own use"), N_("Handed over")),
        "transfer": (N_("Came from another branch"), N_("Sent to another branch")),
        "count": (N_("Count difference"), N_("Count difference")),
        "write_off": (N_("Written off"), N_("Written off after return")),
        "return": (N_("Returned"), N_("Returned by a member")),
        "reserve": (N_("Reserved"), N_("Reserved")),
        "release": (N_("Released"), N_("Released")),
    }
)
_TONES = {"receive": "good", "return": "good", "write_off": "bad", "count": "warn", "transfer": "info"}


def movement_title(row: MovementRow) -> str:
    """What a movement is called, marked for translation."""
    first, second = MOVEMENTS[row.kind]
    if row.kind == "transfer":
        return second if row.quantity < 0 else first
    return second if row.redemption_id else first


def level_state(row: StockRow) -> tuple[str, str]:
    """How urgent an item's stock is, marked for translation, and its tone."""
    if row.moves == 0 and row.safety == 0:
        return "", ""
    if row.available <= 0:
        return N_("Sold out"), "bad"
    return (N_("Low"), "warn") if row.available < row.safety else (N_("Enough"), "good")


def _tone(row: StockRow) -> str:
    tone = level_state(row)[1]
    return "" if tone == "good" else tone


LEVELS: tuple[Column[StockRow], ...] = (
    Column("name", N_("Item"), lambda r: r.name, sort="name", stretch=True),
    Column("code", N_("Code"), lambda r: r.code, Kind.CODE, 11, sort="code"),
    Column("category", N_("Category"), lambda r: r.category, width=11, sort="category"),
    Column("shelf", N_("Shelf"), lambda r: r.shelf, Kind.CODE, 8),
    Column("on_hand", N_("On hand"), lambda r: r.on_hand, Kind.COUNT, 9),
    Column("reserved", N_("Reserved"), lambda r: r.reserved or None, Kind.COUNT, 9),
    Column("available", N_("Available"), lambda r: r.available, Kind.COUNT, 9, tone=_tone),
    Column("safety", N_("Safety level"), lambda r: r.safety or None, Kind.COUNT, 11),
    Column(
        "state", N_("State"), lambda r: level_state(r)[0], Kind.STATE, 9, tone=lambda r: level_state(r)[1]
    ),
    Column("value", N_("Value at cost"), lambda r: r.on_hand * r.cost, Kind.MONEY, 12, hidden=True),
    Column("barcode", N_("Barcode"), lambda r: r.barcode, Kind.CODE, 14, hidden=True),
)  # fmt: skip

# one item at every branch
ITEM_STOCK: tuple[Column[StockRow], ...] = (
    Column("branch", N_("Branch"), lambda r: r.branch, stretch=True),
    Column("on_hand", N_("On hand"), lambda r: r.on_hand, Kind.COUNT, 9),
    Column("reserved", N_("Reserved"), lambda r: r.reserved or None, Kind.COUNT, 9),
    Column("available", N_("Available"), lambda r: r.available, Kind.COUNT, 9, tone=_tone),
    Column("safety", N_("Safety level"), lambda r: r.safety or None, Kind.COUNT, 11),
)

LOW: tuple[Column[StockRow], ...] = (
    Column("name", N_("Item"), lambda r: r.name, stretch=True),
    Column("code", N_("Code"), lambda r: r.code, Kind.CODE, 11),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12),
    Column("available", N_("Available"), lambda r: r.available, Kind.COUNT, 9, tone=_tone),
    Column("reserved", N_("Reserved"), lambda r: r.reserved or None, Kind.COUNT, 9),
    Column("safety", N_("Safety level"), lambda r: r.safety, Kind.COUNT, 11),
    Column("missing", N_("Missing"), lambda r: r.missing, Kind.COUNT, 9, tone=lambda _r: "bad"),
    Column(
        "state", N_("State"), lambda r: level_state(r)[0], Kind.STATE, 9, tone=lambda r: level_state(r)[1]
    ),
)  # fmt: skip

MOVED: tuple[Column[MovementRow], ...] = (
    Column("at", N_("When"), lambda r: r.recorded_at, Kind.INSTANT, 16, sort="newest"),
    Column("name", N_("Item"), lambda r: r.name, stretch=True),
    Column("code", N_("Code"), lambda r: r.code, Kind.CODE, 11, hidden=True),
    Column("kind", N_("What"), movement_title, Kind.STATE, 20, tone=lambda r: _TONES.get(r.kind, "muted")),
    Column("quantity", N_("Pieces"), lambda r: r.quantity or None, Kind.SIGNED, 8),
    Column("reserving", N_("Reserved"), lambda r: r.reserving or None, Kind.SIGNED, 9, tone=lambda _r: "muted"),
    Column("after", N_("On hand after"), lambda r: r.on_hand_after, Kind.COUNT, 13),
    Column("branch", N_("Branch"), lambda r: r.branch, width=10),
    Column("reason", N_("Reason"), lambda r: r.reason or r.redemption, width=16),
    Column("operator", N_("Operator"), lambda r: r.operator, width=10),
)


def _source(page: Callable[..., Any], count: Callable[..., int]) -> Source:
    def rows(request: PageRequest) -> Callable[[Work], Page]:
        view = request.view
        return partial(
            page, sort=view.sort, descending=view.descending, after=request.after, skip=request.skip,
            backwards=request.backwards, limit=request.limit, **view.where(),
        )  # fmt: skip

    def rows_in_all(view: View) -> Callable[[Work], int]:
        return partial(count, **view.where())

    return Source(page=rows, count=rows_in_all)


LEVEL_SOURCE = _source(stock.page, stock.page_count)
MOVEMENT_SOURCE = _source(stock.movements, stock.movements_count)


@dataclass(frozen=True)
class Act:
    """An act on stock as a sheet: how it is called and what is asked for."""

    id: str
    title: str
    icon: str
    pieces: str  # the heading of the column that is typed
    costs: bool = False
    reason: bool = False
    target: bool = False
    adds: int = 0  # what a piece does to what is on hand; 0: what is typed is what is there


ACTS: tuple[Act, ...] = (
    Act("receive", N_("Receive goods"), "package-open", N_("Received"), costs=True, adds=1),
    Act("issue", N_("Issue for own use"), "arrow-up", N_("Pieces"), reason=True, adds=-1),
    Act("write_off", N_("Write off"), "trash-2", N_("Pieces"), reason=True, adds=-1),
    Act("transfer", N_("Send to another branch"), "truck", N_("Pieces"), target=True, adds=-1),
    Act("count", N_("Count stock"), "clipboard-list", N_("Counted"), reason=True),
)


@dataclass(frozen=True)
class SheetLine:
    """One item on the sheet: as it stands, and what was typed."""

    row: StockRow
    pieces: int
    unit_cost: int = 0


class SheetTable(QAbstractTableModel):
    """The lines of a sheet; pieces and cost are typed, before → after stands beside."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.act = ACTS[0]
        self.lines: list[SheetLine] = []

    def begin(self, act: Act, lines: Sequence[SheetLine] = ()) -> None:
        """Start a sheet of this act."""
        self.beginResetModel()
        self.act, self.lines = act, list(lines)
        self.endResetModel()
        self.changed.emit()

    def scan(self, row: StockRow) -> int:
        """One more piece of an item; answers its line."""
        for n, line in enumerate(self.lines):
            if line.row.item_id == row.item_id:
                self._put(n, replace(line, row=row, pieces=line.pieces + 1))
                return n
        n = len(self.lines)
        self.beginInsertRows(QModelIndex(), n, n)
        self.lines.append(SheetLine(row, 1, row.cost if self.act.costs else 0))
        self.endInsertRows()
        self.changed.emit()
        return n

    def drop(self, n: int) -> None:
        """Take a line off the sheet."""
        if 0 <= n < len(self.lines):
            self.beginRemoveRows(QModelIndex(), n, n)
            del self.lines[n]
            self.endRemoveRows()
            self.changed.emit()

    def pieces(self) -> int:
        """How many pieces stand on the sheet."""
        return sum(line.pieces for line in self.lines)

    def after(self, line: SheetLine) -> int:
        """What is on hand once the sheet is booked."""
        return line.pieces if self.act.adds == 0 else line.row.on_hand + self.act.adds * line.pieces

    def titles(self) -> tuple[str, ...]:
        """The titles of the columns, marked for translation."""
        cost = (N_("Cost of a piece"),) if self.act.costs else ()
        return (N_("Item"), N_("Code"), N_("On hand"), self.act.pieces, *cost, N_("After"))

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(self.titles())

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Pieces and cost are typed."""
        typed = index.column() == 3 or (self.act.costs and index.column() == 4)
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if typed else Qt.ItemFlag(0))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer the translated title of a column."""
        titles = self.titles()
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(titles):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _(titles[section])
        right = Qt.AlignmentFlag.AlignRight if section >= 2 else Qt.AlignmentFlag.AlignLeft
        return right | Qt.AlignmentFlag.AlignVCenter if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer one cell for one role."""
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        value = self._value(line, index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            money = self.act.costs and index.column() == 4
            return value if isinstance(value, str) else format_money(value) if money else format_number(value)
        if role in (Qt.ItemDataRole.EditRole, VALUE_ROLE):
            return value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = Qt.AlignmentFlag.AlignRight if index.column() >= 2 else Qt.AlignmentFlag.AlignLeft
            return right | Qt.AlignmentFlag.AlignVCenter
        if role == KIND_ROLE:
            return Kind.COUNT.value if index.column() >= 2 else Kind.TEXT.value
        if role == TONE_ROLE:
            return self._tone(line) if index.column() == self.columnCount() - 1 else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_(self.titles()[index.column()])}: {self.data(index)}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take typed pieces, or a typed cost in minor units."""
        if not index.isValid() or value is None:
            return False
        line = self.lines[index.row()]
        changed = replace(line, pieces=value) if index.column() == 3 else replace(line, unit_cost=value)
        self._put(index.row(), changed)
        return True

    def retranslate(self) -> None:
        """Say that every text changed."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def _put(self, n: int, line: SheetLine) -> None:
        self.lines[n] = line
        self.dataChanged.emit(self.index(n, 0), self.index(n, self.columnCount() - 1))
        self.changed.emit()

    def _value(self, line: SheetLine, column: int) -> int | str:
        cells: list[int | str] = [line.row.name, line.row.code, line.row.on_hand, line.pieces]
        if self.act.costs:
            cells.append(line.unit_cost)
        return [*cells, self.after(line)][column]

    def _tone(self, line: SheetLine) -> str:
        after = self.after(line)
        if after < line.row.reserved:
            return "bad"
        return "" if after == line.row.on_hand else "good" if after > line.row.on_hand else "warn"
