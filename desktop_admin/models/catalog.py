"""The catalog: columns of its list, words, where rows come from, and the table of offers that is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from desktop_admin.i18n import N_, _, format_date, format_money, format_number, format_points
from desktop_admin.models.pages import Page, PageRequest, Source, View
from desktop_admin.models.records import KIND_ROLE, TONE_ROLE, VALUE_ROLE, Column, Index, Kind
from desktop_admin.services import catalog
from desktop_admin.services.catalog import ItemRow, Offer, OfferDetail

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

KIND_TITLES: Mapping[str, str] = MappingProxyType(
    {"goods": N_("Goods"), "voucher": N_("Voucher"), "service": N_("Service"), "draw": N_("Draw chance")}
)
FIRST, LAST = date.min, date.max


def stock_words(row: ItemRow) -> tuple[str, str]:
    """What is to be said of an item's stock, translated, and its tone."""
    if row.kind != "goods":
        return _("not stocked"), "muted"
    if row.available <= 0:
        return _("Sold out"), "bad"
    return _("{count} available").format(count=format_number(row.available)), "good"


def price_words(row: ItemRow) -> str:
    """What an item costs, translated: the fewest points of its offers."""
    if not row.offers:
        return _("no offer")
    if not row.from_points:
        return _("for cash")
    points = format_points(row.from_points)
    return (_("{points} points") if row.offers == 1 else _("from {points} points")).format(points=points)


ITEMS: tuple[Column[ItemRow], ...] = (
    Column("name", N_("Name"), lambda r: r.name, sort="name", stretch=True),
    Column("code", N_("Code"), lambda r: r.code, Kind.CODE, 11, sort="code"),
    Column("category", N_("Category"), lambda r: r.category, width=11, sort="category"),
    Column("kind", N_("Kind"), lambda r: KIND_TITLES[r.kind], width=8, translated=True),
    Column("points", N_("Points from"), lambda r: r.from_points or None, Kind.POINTS, 12, sort="points"),
    Column("offers", N_("Offers"), lambda r: r.offers or None, Kind.COUNT, 7),
    Column("cost", N_("Cost"), lambda r: r.cost or None, Kind.MONEY, 12),
    Column(
        "available", N_("Available"), lambda r: r.available if r.kind == "goods" else None, Kind.COUNT, 9,
        tone=lambda r: "bad" if r.kind == "goods" and r.available <= 0 else "",
    ),
    Column(
        "state", N_("State"), lambda r: N_("Visible") if r.visible else N_("Hidden"), Kind.STATE, 8,
        tone=lambda r: "good" if r.visible else "muted",
    ),
    Column("barcode", N_("Barcode"), lambda r: r.barcode, Kind.CODE, 14, hidden=True),
    Column("market", N_("Market price"), lambda r: r.market_price or None, Kind.MONEY, 11, hidden=True),
)  # fmt: skip


def _page(request: PageRequest) -> Callable[[Work], Page]:
    view = request.view
    return partial(
        catalog.page, sort=view.sort, descending=view.descending, after=request.after, skip=request.skip,
        backwards=request.backwards, limit=request.limit, **view.where(),
    )  # type: ignore[return-value]  # fmt: skip


def _count(view: View) -> Callable[[Work], int]:
    return partial(catalog.page_count, **view.where())


ITEM_SOURCE = Source(page=_page, count=_count)

OFFER_COLUMNS: tuple[tuple[str, str, Kind], ...] = (
    ("points", N_("Points"), Kind.POINTS),
    ("cash", N_("Cash"), Kind.MONEY),
    ("min_rank", N_("Tiers from"), Kind.TEXT),
    ("starts_on", N_("From"), Kind.DATE),
    ("ends_on", N_("Until"), Kind.DATE),
    ("per_member", N_("Limit"), Kind.COUNT),
    ("active", N_("On offer"), Kind.CHECK),
    ("cost_per_100", N_("Cost/100"), Kind.MONEY),
    ("margin", N_("Margin"), Kind.MONEY),
    ("members", N_("Affordable"), Kind.COUNT),
)
OFFER_TIPS: Mapping[str, str] = MappingProxyType(
    {
        "min_rank": N_("The lowest tier that may redeem it so"),
        "starts_on": N_("The first day; blank: from the beginning"),
        "ends_on": N_("The last day; blank: without end"),
        "per_member": N_("Pieces per member within the window; 0: no limit"),
        "active": N_("Whether it can be redeemed so"),
        "cost_per_100": N_("What the shop pays for 100 points redeemed so"),
        "margin": N_("Cash and the worth of the points, less the cost"),
        "members": N_("Members who could redeem it so today"),
    }
)
EDITABLE = 7  # the columns before this one

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class OfferTable(QAbstractTableModel):
    """An item's offers, changed in place; what they cost and bring stands beside, as last saved."""

    dirty_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stored: list[OfferDetail] = []
        self._drafts: list[Offer] = []
        self._members: dict[int, int] = {}
        self._tiers: dict[int, str] = {}
        self.editable = True

    # --- what is shown ----------------------------------------------------------------------------

    def show_offers(self, offers: Sequence[OfferDetail]) -> None:
        """Show what is stored; what was typed is dropped."""
        self.beginResetModel()
        self._stored = list(offers)
        self._drafts = [detail.offer for detail in offers]
        self.endResetModel()
        self.dirty_changed.emit(False)

    def show_members(self, members: Mapping[int, int]) -> None:
        """Show how many members can afford each offer, by its id."""
        self._members = dict(members)
        self._all_changed()

    def show_tiers(self, tiers: Mapping[int, str]) -> None:
        """Name the tiers, by rank; the lowest means everyone."""
        self._tiers = dict(tiers)
        self._all_changed()

    @property
    def tiers(self) -> Mapping[int, str]:
        """The names of the tiers by rank."""
        return self._tiers

    def drafts(self) -> tuple[Offer, ...]:
        """The offers as they stand in the table."""
        return tuple(self._drafts)

    @property
    def dirty(self) -> bool:
        """Whether anything was typed since the offers were shown."""
        return [detail.offer for detail in self._stored] != self._drafts

    def add(self) -> int:
        """Put a new offer at the end, like the last one; answers its row."""
        row = len(self._drafts)
        like = self._drafts[-1] if self._drafts else Offer(100)
        self.beginInsertRows(QModelIndex(), row, row)
        self._drafts.append(replace(like, id=0, version=0, active=True))
        self.endInsertRows()
        self.dirty_changed.emit(self.dirty)
        return row

    def drop(self, row: int) -> bool:
        """Take away a row that was never saved; a saved one is switched off instead."""
        if not 0 <= row < len(self._drafts):
            return False
        if self._drafts[row].id:
            return self.setData(self.index(row, EDITABLE - 1), False)
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._drafts[row]
        self.endRemoveRows()
        self.dirty_changed.emit(self.dirty)
        return True

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the number of offers."""
        return 0 if parent.isValid() else len(self._drafts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(OFFER_COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The first columns are edited."""
        flags = super().flags(index)
        if not self.editable or index.column() >= EDITABLE:
            return flags
        if OFFER_COLUMNS[index.column()][0] == "active":
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer the translated title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(OFFER_COLUMNS):
            return None
        _id, title, kind = OFFER_COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _(title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _(OFFER_TIPS.get(_id, title))
        return (_RIGHT if kind.numeric else _LEFT) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def value(self, row: int, name: str) -> Any:
        """The plain value of a cell."""
        draft = self._drafts[row]
        if name == "members":
            return self._members.get(draft.id)
        if name in ("cost_per_100", "margin"):
            saved = row < len(self._stored) and self._stored[row].offer == draft
            return getattr(self._stored[row], name) if saved else None
        return getattr(draft, name)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer one cell for one role."""
        if not index.isValid() or index.row() >= len(self._drafts):
            return None
        name, title, kind = OFFER_COLUMNS[index.column()]
        value = self.value(index.row(), name)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(name, kind, value)
        if role in (Qt.ItemDataRole.EditRole, VALUE_ROLE):
            return value if isinstance(value, (int, str)) else None
        if role == Qt.ItemDataRole.CheckStateRole and name == "active":
            return Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if kind.numeric else _LEFT
        if role == KIND_ROLE:
            return kind.value
        if role == TONE_ROLE:
            return self._tone(index.row(), name, value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_(title)}: {self._text(name, kind, value)}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed value: points, minor units, a rank, a date, yes or no."""
        if not index.isValid() or index.column() >= EDITABLE or not self.editable:
            return False
        name = OFFER_COLUMNS[index.column()][0]
        if role == Qt.ItemDataRole.CheckStateRole:
            value = Qt.CheckState(value) == Qt.CheckState.Checked
        if name in ("starts_on", "ends_on"):
            value = value or (FIRST if name == "starts_on" else LAST)
        elif value is None:
            value = 0
        row = index.row()
        self._drafts[row] = replace(self._drafts[row], **{name: value})
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(OFFER_COLUMNS) - 1))
        self.dirty_changed.emit(self.dirty)
        return True

    def retranslate(self) -> None:
        """Say that every text changed."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(OFFER_COLUMNS) - 1)
        self._all_changed()

    # --- inside -----------------------------------------------------------------------------------

    def _all_changed(self) -> None:
        if self._drafts:
            last = self.index(len(self._drafts) - 1, len(OFFER_COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _text(self, name: str, kind: Kind, value: Any) -> str:
        if name == "active":
            return ""
        if value is None or value in (FIRST, LAST) or (name in ("per_member", "cash") and not value):
            return "–"
        if name == "min_rank":
            lowest = min(self._tiers, default=0)
            return _("everyone") if value <= lowest else self._tiers.get(value, str(value))
        if kind is Kind.DATE:
            return format_date(value)
        return format_money(value) if kind is Kind.MONEY else format_number(value)

    def _tone(self, row: int, name: str, value: Any) -> str:
        if not self._drafts[row].active:
            return "muted"
        return "bad" if name == "margin" and value is not None and value < 0 else ""
