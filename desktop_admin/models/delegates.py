"""Paint cells: points with sign and colour, badges of states and tiers, figures of one width."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_admin.models.records import KIND_ROLE, TONE_ROLE, VALUE_ROLE, Kind
from desktop_admin.models.tones import COLOURS


def colour(role: str) -> QColor:
    """Answer the colour of a role; an unknown one is plain text's."""
    return QColor(COLOURS.get(role, COLOURS.get("text", "#1b2230")))


class CellDelegate(QStyledItemDelegate):
    """One delegate for every column; the model's `Kind` says what to paint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._figures: dict[str, QFont] = {}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        kind = index.data(KIND_ROLE)
        if kind in (Kind.STATE.value, Kind.TIER.value):
            self._paint_badge(painter, option, index, kind)
        else:
            super().paint(painter, option, index)

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Choose colour and figures of one width."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        kind, tone = index.data(KIND_ROLE), index.data(TONE_ROLE)
        if kind == Kind.SIGNED.value and not tone:
            value = index.data(VALUE_ROLE)
            tone = "" if not value else "good" if value > 0 else "bad"
        text = option.palette.color(QPalette.ColorRole.Text)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, text)
        if tone:
            option.palette.setColor(QPalette.ColorRole.Text, colour(tone))
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour(tone))
        if kind not in (None, Kind.TEXT.value):
            option.font = self._tabular(option.font)

    def _tabular(self, font: QFont) -> QFont:
        key = font.key()
        if key not in self._figures:
            figures = QFont(font)
            figures.setFeature(QFont.Tag("tnum"), 1)
            self._figures[key] = figures
        return self._figures[key]

    def _paint_badge(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        kind: str,
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        if text:
            paint_badge(painter, option.rect, text, str(index.data(TONE_ROLE) or "muted"))


def paint_badge(painter: QPainter, cell: QRect, text: str, tone: str) -> None:
    """Paint a rounded badge at the left of a cell: its text says all, its colour only helps."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetrics(painter.font())
    height = metrics.height() + 4
    width = min(metrics.horizontalAdvance(text) + height, cell.width() - 12)
    box = QRectF(cell.left() + 8, cell.center().y() - height / 2 + 0.5, width, height)
    ground = COLOURS.get(f"{tone}_soft", COLOURS.get("sunken", "#eceef2"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(colour(tone))
    inside = int(width) - height // 2
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()
