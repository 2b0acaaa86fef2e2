"""The audit trail: who did what, with what was before and what is after."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from desktop_admin.i18n import N_, _, format_instant, format_number
from desktop_admin.models.administration import (
    AUDIT,
    AUDIT_SOURCE,
    FIELD_NAMES,
    SUBJECTS,
    action_title,
    subject_title,
)
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.services import audit, operators
from desktop_admin.services.audit import AuditDetail, AuditRow
from desktop_admin.services.names import workstation_title
from desktop_admin.services.operators import Colleague
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.administration.page import Page
from desktop_admin.views.widgets.date_range import DateRange
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.record_table import RecordTableView

_SHOWN = tuple(name for name in SUBJECTS if name != "recovery-seen")


class TrailPage(Page):
    """The trail, the newest first; Enter shows a line's differences beside it."""

    id = "trail"
    title = N_("Audit trail")
    permission = Permission.SEE_AUDIT
    topics = frozenset(Topic)

    def build(self) -> None:
        """Make filters, list and drawer."""
        self.who, self.subject, self.days, self.count = QComboBox(), QComboBox(), DateRange(chosen="all"), QLabel()
        theme.mark(self.count, text="muted")
        self._people: tuple[Colleague, ...] = ()
        self._detail: AuditDetail | None = None
        bar = QHBoxLayout()
        bar.setSpacing(12)
        for widget in (self.who, self.subject, self.days):
            bar.addWidget(widget)
        bar.addStretch()
        bar.addWidget(self.count)
        self.content.addLayout(bar)
        self.paged: PagedTable[AuditRow] = PagedTable(
            AUDIT, self.desk.tasks, AUDIT_SOURCE, View(sort="at", descending=True)
        )
        self.table = RecordTableView(self.paged)
        self.host.use_table(self.table, "audit")
        self.drawer, self.facts, self.changes = Drawer(self, width=380), Facts(), Changes()
        self.drawer.content.addWidget(self.facts)
        self.drawer.content.addWidget(self.changes)
        self.drawer.content.addStretch()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.table, 1)
        row.addWidget(self.drawer)
        self.content.addLayout(row, 1)
        self.who.currentIndexChanged.connect(self.narrow)
        self.subject.currentIndexChanged.connect(self.narrow)
        self.days.changed.connect(self._days_chosen)
        self.table.picked.connect(self._picked)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(self.host.show_failed)

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Audit trail"))
        self.who.setAccessibleName(_("Who"))
        self.subject.setAccessibleName(_("Of what"))
        self._fill(self.who, _("Everybody"), [(c.id, c.name) for c in self._people])
        self._fill(self.subject, _("Everything"), [(name, _(SUBJECTS[name])) for name in _SHOWN])
        self._say()

    def reload(self) -> None:
        """Ask for the trail and for whom to offer."""
        asks = partial(operators.colleagues, workstation="")
        self.host.ask("colleagues", asks, self._offer)
        self.paged.reload(keep_place=True)

    def arrive(self, **where: Any) -> None:
        """Show the trail of one subject: ``subject="operator"``, ``subject_id=7``."""
        if "subject" in where:
            self.subject.setCurrentIndex(max(0, self.subject.findData(where["subject"])))
            self.narrow(subject_id=int(where.get("subject_id", 0)))

    def narrow(self, _index: object = None, *, subject_id: int = 0) -> None:
        """Look at what the filters say."""
        since, until = self.days.value()
        self.paged.set_filters(
            {
                "operator_id": str(self.who.currentData() or 0),
                "subject": str(self.subject.currentData() or ""),
                "subject_id": str(subject_id),
                "since": since.isoformat() if since else "",
                "until": until.isoformat() if until else "",
            }
        )

    def _days_chosen(self, _since: date | None, _until: date | None) -> None:
        self.narrow()

    def _offer(self, people: tuple[Colleague, ...]) -> None:
        self._people = people
        self._fill(self.who, _("Everybody"), [(c.id, c.name) for c in people])

    def _fill(self, box: QComboBox, first: str, rows: list[tuple[Any, str]]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(first, None)
        for value, text in rows:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)
        box.blockSignals(False)

    def _counted(self, rows: int, exact: bool) -> None:
        self.count.setText(format_number(rows) if exact else f"≈ {format_number(rows)}")

    def _picked(self, row: AuditRow | None) -> None:
        if row is None:
            self.drawer.shut()
        else:
            self.host.ask("line", partial(audit.detail, audit_id=row.id), self._show, quiet=True)

    def _show(self, detail: AuditDetail) -> None:
        self._detail = detail
        self.drawer.open(f"{_(action_title(detail.row.action))} · {_(subject_title(detail.row.subject))}")
        self._say()

    def _say(self) -> None:
        detail = self._detail
        if detail is None:
            return
        row = detail.row
        facts = [
            (_("When"), format_instant(row.recorded_at, seconds=True)),
            (_("Who"), row.who),
            (_("Branch"), row.branch),
            (_("Workstation"), workstation_title(row.workstation)),
            (_("Operation"), row.kind),
            (_("Request"), detail.request),
        ]
        beside = ", ".join(
            f"{_(action_title(action))} {_(subject_title(subject))}" for _id, action, subject, _n in detail.beside[:6]
        )
        if beside:
            facts.append((_("With it"), beside))
        self.facts.say(facts)
        self.changes.say(detail)


class Changes(QWidget):
    """Field by field: what was, what is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._labels: list[QLabel] = []

    def say(self, detail: AuditDetail) -> None:
        """Show a line's differences, or why there are none."""
        for label in self._labels:
            label.hide()
            label.deleteLater()
        self._labels.clear()
        if detail.erased:
            self._put(_("The member was erased: nobody can read these texts any more."), 0, 0, "muted", span=2)
            return
        if not detail.changes:
            return
        created = all(not change.before for change in detail.changes)
        heads = ["", _("Now")] if created else ["", _("Before"), _("After")]
        for column, text in enumerate(heads):
            self._put(text, 0, column, "label")
        for row, change in enumerate(detail.changes, start=1):
            self._put(_(FIELD_NAMES.get(change.field, change.field)), row, 0, "muted")
            if not created:
                self._put(change.before or "—", row, 1, "")
            self._put(change.after or "—", row, 1 if created else 2, "strong")

    def _put(self, text: str, row: int, column: int, look: str, *, span: int = 1) -> None:
        label = QLabel(text[:600], wordWrap=True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.mark(label, text=look)
        self._grid.addWidget(label, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(column, 0 if column == 0 else 1)
        self._labels.append(label)
