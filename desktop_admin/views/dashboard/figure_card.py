"""A key figure: large, with its line over time and what it is compared to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_money, format_share
from desktop_admin.services.charts import Unit, say
from desktop_admin.services.metrics import METRICS, Key
from desktop_admin.views import theme
from desktop_admin.views.widgets.card import KeyFigure


class Sparkline(QWidget):
    """The shape of a figure over the period; says nothing that the words do not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, values: Sequence[int]) -> None:
        """Draw these."""
        self._values = tuple(values)
        self.update()

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(60, theme.current().px(36))

    def minimumSizeHint(self) -> QSize:
        """Where words need the room, the line gives way."""
        return QSize(theme.current().px(24), theme.current().px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line and a soft ground under it."""
        if len(self._values) < 2 or not any(self._values):
            return
        low, high = min(0, *self._values), max(self._values)
        span, wide, tall = max(1, high - low), self.width() - 4, self.height() - 5
        points = [
            QPointF(2 + wide * n / (len(self._values) - 1), 3 + tall * (high - value) / span)
            for n, value in enumerate(self._values)
        ]
        line = QPainterPath(points[0])
        for point in points[1:]:
            line.lineTo(point)
        ground = QPainterPath(line)
        ground.lineTo(points[-1].x(), self.height())
        ground.lineTo(points[0].x(), self.height())
        accent = theme.colour("accent")
        shade = QLinearGradient(0, 0, 0, self.height())
        for at, alpha in ((0.0, 60), (1.0, 0)):
            soft = QColor(accent)
            soft.setAlpha(alpha)
            shade.setColorAt(at, soft)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(ground, shade)
        painter.setPen(QPen(accent, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(QRectF(points[-1].x() - 2.5, points[-1].y() - 2.5, 5, 5))
        painter.end()


class FigureCard(KeyFigure):
    """A figure of the metric catalog; press it to see the rows behind it."""

    def __init__(self, code: str, parent: QWidget | None = None, *, tappable: bool = True) -> None:
        super().__init__(parent, tappable=tappable)
        self.about = METRICS[code]
        self.year = QLabel()
        theme.mark(self.year, text="caption")
        self.line = Sparkline()
        self._lay_out()

    def _lay_out(self) -> None:
        rows = self.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.setContentsMargins(14, 8, 14, 8)
        rows.removeWidget(self.figure)
        beside = QHBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(self.figure)
        beside.addWidget(self.line, 1)
        rows.insertLayout(1, beside)
        rows.insertWidget(3, self.year)

    def show_key(self, key: Key) -> None:
        """Show the figure, its change against the period before and a year before."""
        metric = self.about
        change, tone = changed(key.value, key.before, metric.unit, metric.better)
        under = _("{change} vs before").format(change=change) if change else _("nothing before")
        self.say(_(metric.name), short(key.value, metric.unit), under, tone=tone if change else "muted")
        over, _tone = changed(key.value, key.year_before, metric.unit, 0)
        self.year.setText(_("{change} vs last year").format(change=over) if over else _("nothing last year"))
        self.line.show_values(key.over_time)
        self.setToolTip(f"{_(metric.name)} {say(key.value, metric.unit)}: {_(metric.definition)}")
        self.setAccessibleDescription(_(metric.definition))

    def show_level(self, key: Key, under: str, tone: str = "") -> None:
        """Show a state as it is now."""
        metric = self.about
        self.say(_(metric.name), short(key.value, metric.unit), under, tone=tone)
        theme.mark(self.figure, text="heading")
        self.year.hide()
        self.line.hide()
        self.setToolTip(f"{_(metric.name)} {say(key.value, metric.unit)}: {_(metric.definition)}")
        self.setAccessibleDescription(_(metric.definition))


def short(value: int | None, unit: Unit) -> str:
    """A figure as a card has room for: large sums of money without their cents."""
    if value is not None and unit is Unit.MONEY and abs(value) >= 1_000_00:
        whole = (abs(value) + 50) // 100 * (100 if value >= 0 else -100)
        return format_money(whole)[:-3]
    return say(value, unit)


def changed(now: int | None, before: int | None, unit: Unit, better: int) -> tuple[str, str]:
    """The change in words with an arrow, and its tone; "" where nothing can be compared."""
    if now is None or not before or before < 0:
        return "", ""
    delta = now - before
    arrow = "▲" if delta > 0 else "▼" if delta < 0 else "="
    tone = "" if not better or not delta else "good" if (delta > 0) == (better > 0) else "bad"
    if unit is Unit.RATE:
        tenths = (abs(delta) + 5) // 10
        return _("{arrow} {points} points").format(arrow=arrow, points=f"{tenths // 10}.{tenths % 10}"), tone
    return f"{arrow} {format_share(abs(delta), before)}", tone
