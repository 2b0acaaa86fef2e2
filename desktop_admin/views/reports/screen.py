"""Reports: choose one at the left, see it as picture and table, take it along as workbook, CSV or PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QVBoxLayout,
)

from desktop_admin.i18n import N_, _, format_instant, local
from desktop_admin.models.records import RecordTable
from desktop_admin.models.reports import ReportRow, columns_of, heading, right_aligned, rows_of, texts
from desktop_admin.services import exports, reports
from desktop_admin.services.charts import Chart
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.services.reports import REPORTS, Report
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Progress
from desktop_admin.views import theme
from desktop_admin.views.reports.expire import expire_now
from desktop_admin.views.reports.kinds import Kinds
from desktop_admin.views.reports.picture import picture_of
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.chart_view import ChartView
from desktop_admin.views.widgets.date_range import DateRange
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.scroll_area import ScrollArea

ENDINGS = (("xlsx", N_("Workbook (XLSX)…")), ("csv", N_("Table (CSV)…")), ("pdf", N_("Document (PDF)…")))
LEAST = 130  # px of height at 100 % for the figures; less is scrolled


class ReportsScreen(Screen):
    """The shop's reports."""

    title = N_("Reports")
    topics = frozenset({Topic.POINTS, Topic.MEMBERS, Topic.TIERS, Topic.REDEMPTIONS, Topic.STOCK, Topic.SETTINGS})

    def build(self) -> None:
        """Make the list, the picture and the table."""
        self.report: Report | None = None
        self.range = DateRange(chosen=str(self.recall("period") or "year"))
        self.range.today = lambda: local(datetime.now(UTC)).date()
        self.range.changed.connect(self._period_chosen)
        self.header.addWidget(self.range)
        self.export = self.add_act(
            "reports.export", N_("Export"), self._menu, keys="Ctrl+E", icon="download", permission=Permission.EXPORT
        )
        self.export_button = self.header_button(self.export, "primary")
        self.expire = self.add_act(
            "reports.expire", N_("Expire now…"), partial(expire_now, self), icon="hourglass",
            permission=Permission.EXPIRE_POINTS,
        )  # fmt: skip
        self.expire_button = self.header_button(self.expire)
        self.kinds = Kinds()
        self.name, self.says, self.note, self.sums = QLabel(), QLabel(wordWrap=True), QLabel(wordWrap=True), QLabel()
        looks = ("heading", "muted", "caption", "strong")
        for label, words in zip((self.name, self.says, self.note, self.sums), looks, strict=True):
            theme.mark(label, text=words)
        self.sums.setWordWrap(True)
        self.chart = ChartView(self.desk.tasks)
        self.chart.failed.connect(self.desk.notices.report)
        self.table: RecordTableView | None = None
        self._lay_out()
        self.choose(str(self.recall("report") or "movement"))
        self.kinds.currentItemChanged.connect(self._kind_chosen)

    def _lay_out(self) -> None:
        right = ScrollArea(self.body)
        self.rows = QVBoxLayout(right.inside)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(theme.SPACE)
        for widget in (self.name, self.says):
            self.rows.addWidget(widget)
        self.rows.addWidget(self.chart)
        self.place = QVBoxLayout()
        self.rows.addLayout(self.place, 1)
        self.rows.addWidget(self.sums)
        self.rows.addWidget(self.note)
        both = QHBoxLayout()
        both.setSpacing(2 * theme.SPACE)
        both.addWidget(self.kinds)
        both.addWidget(right, 1)
        self.content.addLayout(both)

    def retranslate(self) -> None:
        """Say everything again."""
        self.kinds.retranslate()
        self._say()

    def reload(self) -> None:
        """Ask for the report chosen."""
        first, last = self.range.value()
        self.ask("report", partial(reports.report, code=self.code, first=first, last=last), self._came, reports=True)

    def arrive(self, **where: Any) -> None:
        """Show a report by its code: ``code``."""
        if where.get("code") in REPORTS:
            self.choose(str(where["code"]))

    @property
    def code(self) -> str:
        """Which report is chosen."""
        return self.kinds.code

    def choose(self, code: str) -> None:
        """Choose a report by its code."""
        self.kinds.choose(code)

    # --- what is shown --------------------------------------------------------------------------

    def _kind_chosen(self, _item: object) -> None:
        self.remember("report", self.code)
        self._say()
        self.mark_stale()

    def _period_chosen(self, _first: object, _last: object) -> None:
        self.remember("period", self.range.choice.currentData())
        self.mark_stale()

    def _say(self) -> None:
        kind = REPORTS[self.code]
        self.name.setText(_(kind.title))
        self.says.setText(_(kind.says))
        self.range.setVisible(kind.timed)
        self.expire_button.setVisible(self.code in ("expiry", "expiring"))
        if self.report is not None and self.report.code == self.code:
            self.note.setText(_(self.report.note))
            self.sums.setText(self._totals(self.report))
        self.note.setVisible(bool(self.note.text()))
        self.sums.setVisible(bool(self.sums.text()))

    def _came(self, report: Report) -> None:
        self.report = report
        self._fill(report)
        self.caption.setText(
            _("{period} · as of {when}").format(period=exports.report_period(report), when=format_instant(report.as_of))
        )
        self.caption.show()
        drawn = picture_of(report)
        self.chart.setVisible(drawn is not None)
        if drawn is not None:
            self.chart.set_chart(partial(_drawn, report))
            self._fit_chart()
        self.note.setText("")
        self.sums.setText("")
        self._say()

    def _fit_chart(self) -> None:
        """A third of the screen for the picture, the rest for the figures."""
        look = theme.current()
        self.chart.setFixedHeight(min(look.px(270), max(look.px(180), self.height() // 3)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew."""
        super().resizeEvent(event)
        self._fit_chart()

    def _fill(self, report: Report) -> None:
        if self.table is not None:
            self.place.removeWidget(self.table)
            self.table.deleteLater()
        records = RecordTable(columns_of(report))
        records.set_records(rows_of(report))
        self.table = RecordTableView(records)
        self.table.setAccessibleName(exports.report_title(report))
        self.table.setMinimumHeight(theme.current().px(LEAST))
        self.table.opened.connect(self._open)
        self.use_table(self.table, f"table/{report.code}")
        self.place.addWidget(self.table)

    def _totals(self, report: Report) -> str:
        if not report.totals or not report.rows:
            return ""
        shown = texts(report, report.totals)
        parts = [f"{heading(column)} {text}" for column, text in zip(report.columns, shown, strict=True) if text]
        return _("Total") + ": " + " · ".join(parts) if parts else ""

    def _open(self, row: ReportRow) -> None:
        if row.member_id:
            self.desk.open("members", member_id=row.member_id)

    # --- out ------------------------------------------------------------------------------------

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for ending, title in ENDINGS:
            menu.addAction(_(title)).triggered.connect(partial(self._ask_where, ending))
        menu.popup(self.export_button.mapToGlobal(self.export_button.rect().bottomLeft()))

    def _ask_where(self, ending: str) -> None:
        if self.report is None:
            return
        name = f"{exports.report_title(self.report)} {self.report.last.isoformat()}.{ending}"
        given, _kind = QFileDialog.getSaveFileName(self, _("Export"), name, f"{ending.upper()} (*.{ending})")
        if given:
            self.export_to(Path(given).with_suffix(f".{ending}"))

    def export_to(self, path: Path) -> None:
        """Write the report as it is shown: workbook, CSV or PDF, by the ending."""
        if self.report is None:
            return
        if path.suffix == ".pdf":
            self._export_pdf(path, self.report)
            return
        job = partial(_export, path, self.report, new_request())
        self.desk.tasks.run(self, job, self._written, self.desk.notices.report)

    def _export_pdf(self, path: Path, report: Report) -> None:
        say = partial(
            exports.announce, request=new_request(), what=exports.report_title(report), kind="pdf",
            rows=len(report.rows), personal=report.personal,
        )  # fmt: skip
        self.send(say, partial(self._print, path, report))

    def _print(self, path: Path, report: Report, told: exports.Announced) -> None:
        job = partial(_pdf, path, report, told, self.desk.actor.branch_name if self.desk.actor else "")
        self.desk.tasks.run(self, job, self._written, self.desk.notices.report)

    def _written(self, path: str) -> None:
        self.desk.notices.tell(_("Exported to {file}.").format(file=Path(path).name))


def _drawn(report: Report) -> Chart:
    chart = picture_of(report)
    assert chart is not None
    return chart


def _export(path: Path, report: Report, request: str, progress: Progress) -> str:
    exports.report_file(progress.write, request, path, report)
    return str(path)


def _pdf(path: Path, report: Report, told: exports.Announced, branch: str, progress: Progress) -> str:
    from desktop_admin.views import printing

    progress.check()
    shares = [2.0 if n == 0 else 1.2 for n in range(len(report.columns))]
    columns = tuple(
        (heading(column), share, right_aligned(column)) for column, share in zip(report.columns, shares, strict=True)
    )
    sheet = printing.TableSheet(
        shop=told.shop, branch=branch, operator=told.operator, when=told.made_at, title=exports.report_title(report),
        period=exports.report_period(report), columns=columns, rows=tuple(texts(report, row) for row in report.rows),
        totals=texts(report, report.totals) if report.totals and report.rows else (), note=_(report.note),
    )  # fmt: skip
    printing.save_pdf(sheet, path)
    return str(path)
