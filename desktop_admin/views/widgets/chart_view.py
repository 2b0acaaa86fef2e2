"""A chart on a screen: the picture or the same numbers as a table, drill-down, and export.

The picture is drawn off the UI thread at the screen's pixel ratio; matplotlib is loaded there,
with the first picture. One drawing is under way per view; what changed meanwhile is drawn after it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin import fonts
from desktop_admin.i18n import N_, _, current_language
from desktop_admin.models.chart_table import ChartTable
from desktop_admin.services import charts
from desktop_admin.services.charts import Chart, ChartStyle, Drawing, Picture
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.whole_file import write_whole
from desktop_admin.tasks import Cancelled, Progress, Tasks, message_of
from desktop_admin.views import theme
from desktop_admin.views.widgets.chart_canvas import ChartCanvas
from desktop_admin.views.widgets.chart_numbers import ChartNumbers

_WAIT = 60  # ms: a window being dragged is drawn when it rests
_SPARE = 76.0
_KINDS = {
    Picture.PNG: N_("Picture (PNG)…"),
    Picture.SVG: N_("Drawing (SVG)…"),
    Picture.PDF: N_("Document (PDF)…"),
}
_REDRAW = {
    QEvent.Type.PaletteChange,
    QEvent.Type.FontChange,
    QEvent.Type.LanguageChange,
    QEvent.Type.DevicePixelRatioChange,
}


def screen_style() -> ChartStyle:
    """The style of the theme in force, with the fonts of the language in use."""
    look = theme.current()
    face = fonts.for_language(current_language())
    make = charts.dark if look.dark else charts.light
    return make(
        ground=look.colours["surface"], text=look.colours["text"], muted=look.colours["muted"],
        grid=look.colours["line"], families=face.families, font_files=face.files,
        scale=look.scale / 100,
    )  # fmt: skip


def paper_style() -> ChartStyle:
    """The light style for exports, whatever the screen looks like."""
    face = fonts.for_language(current_language())
    return charts.light(families=face.families, font_files=face.files)


class ChartView(QWidget):
    """Shows one chart; `set_chart` takes a function, so that a new language builds it anew."""

    chosen = Signal(object)  # Mark: drill down to the rows behind it
    drawn = Signal()
    exported = Signal(str)  # the path
    failed = Signal(object)  # the exception of an export

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._build: Callable[[], Chart] | None = None
        self._chart: Chart | None = None
        self._busy = False
        self._stale = False
        self.canvas = ChartCanvas()
        self.numbers = ChartTable(self)
        self._page: ChartNumbers | None = None
        self._timer = QTimer(self, singleShot=True, interval=_WAIT)
        self._lay_out()
        self._timer.timeout.connect(self._draw)
        self.canvas.resized.connect(self._later)
        self.canvas.chosen.connect(self.chosen)
        theme.current().changed.connect(self._later)
        self.retranslate()

    @property
    def table(self) -> QTableView:
        """The numbers as a table, made when it is first wanted: eight of them would hold up the dashboard."""
        if self._page is None:
            self._page = ChartNumbers(self.numbers, self.pages)
            self._page.table.activated.connect(self._row_chosen)
            self.pages.addWidget(self._page)
            self.setTabOrder(self.save, self._page.table)
            self._say()
        return self._page.table

    def _lay_out(self) -> None:
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.canvas)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self.switch = QToolButton(self)
        self.switch.setCheckable(True)
        self.switch.setAutoRaise(True)
        self.switch.toggled.connect(self._switched)
        self.save = QToolButton(self)
        self.save.setAutoRaise(True)
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.save)
        self._kinds: dict[Picture, QAction] = {}
        for kind in Picture:
            action = menu.addAction("")
            action.triggered.connect(partial(self._ask_where, kind))
            self._kinds[kind] = action
        self.save.setMenu(menu)
        actor = self._tasks.actor
        if actor is not None and not may(actor.role, Permission.EXPORT):
            self.save.hide()
        theme.set_icon(self.switch, "table-2", size=16)
        theme.set_icon(self.save, "download", size=16)
        QWidget.setTabOrder(self.canvas, self.switch)
        QWidget.setTabOrder(self.switch, self.save)

    # --- what is shown ----------------------------------------------------------------------------

    def set_chart(self, build: Callable[[], Chart]) -> None:
        """Show the chart that `build` answers; it is asked again when the language changes."""
        self._build = build
        self._rebuild()

    def chart(self) -> Chart | None:
        """The chart that is shown."""
        return self._chart

    def retranslate(self) -> None:
        """Put all words into the language in use."""
        self.switch.setToolTip(_("Show the numbers as a table"))
        self.switch.setAccessibleName(_("Show the numbers as a table"))
        self.save.setToolTip(_("Export this chart"))
        self.save.setAccessibleName(_("Export this chart"))
        for kind, action in self._kinds.items():
            action.setText(_(_KINDS[kind]))
        self._rebuild()

    def _rebuild(self) -> None:
        if self._build is None:
            return
        chart = self._chart = self._build()
        self.numbers.show(chart.table())
        self.canvas.setAccessibleName(chart.title)
        self.canvas.setAccessibleDescription(chart.headline())
        self._say()
        self._later()

    def _say(self) -> None:
        if self._page is not None and self._chart is not None:
            self._page.say(self._chart)

    def _switched(self, table: bool) -> None:
        if table:
            assert self.table is not None  # made now
        self.pages.setCurrentIndex(1 if table else 0)

    def _row_chosen(self, index: QModelIndex) -> None:
        self.chosen.emit(self.numbers.mark_at(index))

    # --- drawing ----------------------------------------------------------------------------------

    def _later(self) -> None:
        self._stale = True
        self._timer.start()

    def _draw(self) -> None:
        if self._chart is None or self._busy or not self.isVisible():
            return
        self._busy, self._stale = True, False
        size = self.canvas.size()
        job = partial(
            _drawn, self._chart, screen_style(), size.width(), size.height(),
            self.devicePixelRatioF(), _SPARE * theme.current().scale / 100,
        )  # fmt: skip
        self._tasks.run(self, job, self._show, self._not_drawn)

    def _show(self, drawing: Drawing) -> None:
        self._busy = False
        self.canvas.show_drawing(drawing)
        self.drawn.emit()
        if self._stale:
            self._timer.start()

    def _not_drawn(self, error: Exception) -> None:
        self._busy = False
        if not isinstance(error, Cancelled):
            self.canvas.show_words(_("This chart could not be drawn. The table has its numbers."))

    # --- export -----------------------------------------------------------------------------------

    def _ask_where(self, kind: Picture) -> None:
        name = "".join(ch for ch in (self._chart.title if self._chart else "") if ch.isalnum())
        given, _filter = QFileDialog.getSaveFileName(
            self, _("Export this chart"), f"{name or 'chart'}.{kind}", f"{kind.upper()} (*.{kind})"
        )
        if given:
            path = Path(given)
            self.export_to(path if path.suffix else path.with_suffix(f".{kind}"), kind)

    def export_to(self, path: Path, kind: Picture) -> None:
        """Write the chart to a file off the UI thread; `exported` or `failed` follows."""
        if self._chart is None:
            return
        job = partial(_written, self._chart, paper_style(), path, kind)
        self._tasks.run(self, job, self.exported.emit, self.failed.emit)

    # --- events -----------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when colours, fonts, language or the screen change."""
        super().changeEvent(event)
        if event.type() in _REDRAW and hasattr(self, "_timer"):
            if event.type() == QEvent.Type.LanguageChange:
                self.retranslate()
            self._later()

    def event(self, event: QEvent) -> bool:
        """The pixel ratio may change without any other sign."""
        if event.type() == QEvent.Type.DevicePixelRatioChange and hasattr(self, "_timer"):
            self._later()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what changed while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in the corner."""
        super().resizeEvent(event)
        side = theme.current().px(28)
        at = QPoint(self.width() - side - 8, 8)
        self.save.setGeometry(QRect(at, at + QPoint(side - 1, side - 1)))
        at -= QPoint(side + 2, 0)
        self.switch.setGeometry(QRect(at, at + QPoint(side - 1, side - 1)))
        self.switch.raise_()
        self.save.raise_()


def _drawn(
    chart: Chart, style: ChartStyle, width: int, height: int, ratio: float, spare: float,
    progress: Progress,
) -> Drawing:  # fmt: skip
    progress.check()
    return charts.draw(chart, style, width, height, ratio, spare=spare)


def _written(chart: Chart, style: ChartStyle, path: Path, kind: Picture, progress: Progress) -> str:
    progress.check()
    write_whole(path, charts.export(chart, style, kind))
    return str(path)


__all__ = ["ChartView", "message_of", "paper_style", "screen_style"]
