"""The dashboard: key figures and charts of a period, the rows behind each, and the same as a workbook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from desktop_admin.i18n import N_, _, format_date, format_instant, format_time, local
from desktop_admin.services import exports, metrics, outage
from desktop_admin.services.charts import Chart, Mark
from desktop_admin.services.command import new_request
from desktop_admin.services.errors import Trouble
from desktop_admin.services.metrics import Dashboard
from desktop_admin.services.outage.vault import Vault
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Progress, message_of
from desktop_admin.views.dashboard.charts import Charts
from desktop_admin.views.dashboard.drill import DrillDrawer
from desktop_admin.views.dashboard.figure_card import FigureCard
from desktop_admin.views.dashboard.pictures import PICTURES, Picture, Wanted
from desktop_admin.views.dashboard.tiles import Tiles
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.chart_view import ChartView
from desktop_admin.views.widgets.date_range import DateRange
from desktop_admin.views.widgets.scroll_area import ScrollArea

FLOWS = ("issued", "redeemed", "redemption_rate", "active_members", "sales", "new_members")
LEVELS = ("outstanding", "liability", "expired", "pending", "owed", "open_redemptions", "low_stock")
_NOW = frozenset({"open_redemptions", "low_stock", "owed"})
_DEEP = frozenset({"outstanding", "liability", "redemption_rate", "pending"})  # no rows of their own


class DashboardScreen(Screen):
    """How the programme does, over a period and against others."""

    title = N_("Dashboard")
    topics = frozenset({Topic.POINTS, Topic.PURCHASES, Topic.REDEMPTIONS, Topic.MEMBERS, Topic.TIERS, Topic.STOCK})

    def build(self) -> None:
        """Make the cards and the charts; nothing is drawn before it is seen."""
        self.board: Dashboard | None = None
        self.range = DateRange(chosen=str(self.recall("period") or "month"))
        self.range.today = lambda: local(datetime.now(UTC)).date()
        self.range.changed.connect(self._chosen)
        self.header.addWidget(self.range)
        self.export = self.add_act(
            "dashboard.export", N_("Export as workbook"), self.ask_where, keys="Ctrl+E", icon="file-spreadsheet",
            permission=Permission.EXPORT,
        )  # fmt: skip
        self.header_button(self.export)
        self.flows = {code: FigureCard(code) for code in FLOWS}
        self.levels = {code: FigureCard(code, tappable=code not in _DEEP) for code in LEVELS}
        self.charts = Charts(self.desk)
        self.charts.chosen.connect(self._drill)
        self.charts.exported.connect(self._exported)
        for code, card in {**self.flows, **self.levels}.items():
            card.pressed.connect(partial(self._drill_key, code))
        self._lay_out()

    def _lay_out(self) -> None:
        self.area = ScrollArea(self.body)
        rows = QVBoxLayout(self.area.inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(12)
        self.tiles = (
            Tiles([(card, 1) for card in self.flows.values()], least=232, most=6),
            Tiles([(card, 1) for card in self.levels.values()], least=120, most=7, space=8),
        )
        for tiles in self.tiles:
            rows.addWidget(tiles)
        rows.addWidget(self.charts)
        rows.addStretch()
        self.drawer = DrillDrawer(self.desk, self.body)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.area, 1)
        both.addWidget(self.drawer)
        self.content.addLayout(both)

    @property
    def views(self) -> dict[str, ChartView]:
        """The charts made so far, by their id."""
        return self.charts.views

    def retranslate(self) -> None:
        """Say everything again; charts do it themselves."""
        self._say()

    def reload(self) -> None:
        """Ask for the period chosen."""
        first, last = self.range.value()
        self.ask("board", partial(metrics.dashboard, first=first, last=last), self._came, reports=True)

    def arrive(self, **where: Any) -> None:
        """Show a usual period: ``period`` is one of `DateRange`."""
        if "period" in where:
            self.range.choose(str(where["period"]))
            self.mark_stale()

    # --- figures --------------------------------------------------------------------------------

    def _came(self, board: Dashboard) -> None:
        self._show(board)
        self.remember("shop", board.uuid)
        keep = partial(_keep, self.desk.till.vault, self._period(), board)
        self.desk.tasks.run(self, keep, lambda _done: None, lambda _error: None)

    def _show(self, board: Dashboard) -> None:
        self.board = board
        self.charts.show_board(board)
        self._say()

    def _say(self) -> None:
        board = self.board
        if board is None:
            return
        for code, card in self.flows.items():
            card.show_key(board.key(code))
        for code, card in self.levels.items():
            if code == "expired":
                card.show_level(board.key(code), _("in this period"))
            elif code == "outstanding":
                now = board.last >= local(board.as_of).date()
                card.show_level(board.key(code), _("now") if now else _("at the end of the period"))
            else:
                value = board.key(code).value or 0
                card.show_level(board.key(code), _("now"), "warn" if code in _NOW and value else "")
        for tiles in self.tiles:
            tiles.fit()
        self.caption.setText(
            _("{period} · compared with {before} · as of {when}").format(
                period=_span(board.first, board.last), before=_span(board.before_first, board.before_last),
                when=format_time(board.as_of),
            )
        )  # fmt: skip
        self.caption.setToolTip(_("As of {when}").format(when=format_instant(board.as_of)))
        self.caption.show()

    def show_failed(self, error: Exception) -> None:
        """Without an answer, open from the last figures seen here, and say so."""
        shop = self.recall("shop")
        if isinstance(error, Trouble) and shop:
            read = partial(_last, self.desk.till.vault, str(shop), self._periods())
            self.desk.tasks.run(self, read, partial(self._from_snapshot, error), lambda _error: None)
            return
        super().show_failed(error)

    def _from_snapshot(self, error: Exception, board: Dashboard | None) -> None:
        if board is None:
            super().show_failed(error)
            return
        self._loaded_at = board.as_of
        self._show(board)
        self.show_content()
        said = _("These are the last figures seen here, as of {when}.").format(when=format_instant(board.as_of))
        self.banner.say(f"{message_of(error)} {said}", tone="warn", action=_("Try again"), act=self.reload_now)

    def _period(self) -> str:
        """The name of the period chosen, under which its figures are kept."""
        first, last = self.range.value()
        chosen = str(self.range.choice.currentData())
        return f"{first}/{last}" if chosen == "own" else chosen

    def _periods(self) -> tuple[str, ...]:
        """What may stand in for an answer: the period chosen, and the newest of all where nothing is shown yet."""
        return (self._period(),) if self.board is not None else (self._period(), "")

    def _chosen(self, _first: object, _last: object) -> None:
        self.remember("period", self.range.choice.currentData())
        self.drawer.shut()
        self.mark_stale()

    # --- the rows behind ------------------------------------------------------------------------

    def _drill(self, picture: Picture, mark: Mark) -> None:
        wanted = picture.behind(mark)
        if self.board is None or wanted is None:
            return
        self.drawer.show_behind(self.board, wanted, mark.first, mark.last, mark.label)

    def _drill_key(self, code: str) -> None:
        if self.board is not None:
            self.drawer.show_behind(self.board, Wanted(code, timed=code not in _NOW), None, None, "")

    # --- exports --------------------------------------------------------------------------------

    def ask_where(self) -> None:
        """Ask for a file and write every chart into a workbook."""
        name = f"{_('Dashboard')} {self.board.last.isoformat()}.xlsx" if self.board else "dashboard.xlsx"
        given, _kind = QFileDialog.getSaveFileName(self, _("Export as workbook"), name, "XLSX (*.xlsx)")
        if given:
            self.export_to(Path(given).with_suffix(".xlsx"))

    def export_to(self, path: Path) -> None:
        """Write every chart into a workbook, off the UI thread."""
        if self.board is None:
            return
        board = self.board
        shown = [picture.make(board) for picture in PICTURES]
        filters = ((_("Period"), _span(board.first, board.last)), (_("As of"), format_instant(board.as_of)))
        job = partial(_export, path, _("Dashboard"), shown, filters, new_request())
        self.desk.tasks.run(self, job, self._written, self.desk.notices.report)

    def _written(self, path: str) -> None:
        self.desk.notices.tell(_("Exported to {file}.").format(file=Path(path).name))

    def _exported(self, view: ChartView, path: str) -> None:
        chart = view.chart()
        rows = len(chart.table().rows) if chart is not None else 0
        title, kind = (chart.title if chart is not None else ""), Path(path).suffix.lstrip(".")
        say = partial(exports.announce, request=new_request(), what=title, kind=kind, rows=rows)
        self.send(say, lambda _done: self._written(path))


def _span(first: date, last: date) -> str:
    return format_date(first) if first == last else f"{format_date(first)} – {format_date(last)}"


def _keep(vault: Vault, period: str, board: Dashboard, progress: Progress) -> None:
    progress.check()
    place, keys = vault.open(board.uuid, make=True)
    outage.figures.keep(place, keys, period, board, board.as_of)


def _last(vault: Vault, shop: str, periods: tuple[str, ...], progress: Progress) -> Dashboard | None:
    progress.check()
    place, keys = vault.open(shop)
    found = (outage.figures.last(place, keys, period, Dashboard) for period in periods)
    return next((board for board in found if board is not None), None)


def _export(
    path: Path, title: str, shown: list[Chart], filters: tuple[tuple[str, str], ...], request: str, progress: Progress
) -> str:
    exports.charts_file(progress.write, request, path, title, shown, filters)
    return str(path)
