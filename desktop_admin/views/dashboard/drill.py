"""The drawer with the rows behind a figure; a row opens the member, the redemption or the stock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date, format_number, ngettext
from desktop_admin.models.figures import BEHIND
from desktop_admin.models.records import RecordTable
from desktop_admin.services import metrics
from desktop_admin.services.metrics import METRICS, Behind, Dashboard, Row
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.dashboard.pictures import Wanted
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.record_table import RecordTableView

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

_WHERE = {"members": "member_id", "redemptions": "redemption_id", "stock": "item_id"}


class DrillDrawer(Drawer):
    """Shows what is behind a mark or a key figure."""

    came = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=440)
        self._desk = desk
        self.said = QLabel(wordWrap=True)
        theme.mark(self.said, text="muted")
        self.holder = QWidget()
        self._place = QVBoxLayout(self.holder)
        self._place.setContentsMargins(0, 0, 0, 0)
        self.table: RecordTableView | None = None
        self.content.addWidget(self.said)
        self.content.addWidget(self.holder, 1)

    def show_behind(self, board: Dashboard, wanted: Wanted, first: object, last: object, label: str) -> None:
        """Ask for the rows behind a figure, in the days of a mark or in the whole period."""
        begin, end = (first or board.first, last or board.last) if wanted.timed else (board.first, board.last)
        title = _(METRICS[wanted.figure].name)
        self.open(f"{title} · {label}" if label else title)
        self._clear()
        if not self._desk.tasks.connection.online:
            self.said.setText(_("The rows behind a figure are on the server; they can be seen when it is back."))
            return
        self.said.setText(_("Loading"))
        days = {"first": begin, "last": end}
        query = partial(metrics.behind, figure=wanted.figure, key=wanted.key, **days)  # type: ignore[arg-type]
        span = f"{format_date(begin)} – {format_date(end)}" if wanted.timed else ""  # type: ignore[arg-type]
        self._desk.tasks.read(self, "behind", query, partial(self._came, span), self._failed)

    def _came(self, span: str, found: Behind) -> None:
        count = len(found.rows)
        said = ngettext("{count} row", "{count} rows", count).format(count=format_number(count))
        if found.more:
            said = _("The newest {count} rows; there are more.").format(count=format_number(count))
        self.said.setText(" · ".join(part for part in (span, said) if part))
        table = RecordTableView(RecordTable(BEHIND[found.of]))
        table.setAccessibleName(self.heading.text())
        assert isinstance(table.records, RecordTable)
        table.records.set_records(found.rows)
        table.opened.connect(self._open)
        self._place.addWidget(table)
        self.table = table
        self.came.emit()
        table.setFocus()

    def _failed(self, error: Exception) -> None:
        self.said.setText(message_of(error))

    def _clear(self) -> None:
        if self.table is not None:
            self.table.deleteLater()
            self._place.removeWidget(self.table)
            self.table = None

    def _open(self, row: Row) -> None:
        if row.screen in _WHERE:
            self._desk.open(row.screen, **{_WHERE[row.screen]: row.id})
