"""The doctor: every check of the books, with progress; faults as a list; anchors from outside compared."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout

from desktop_admin.i18n import N_, _, format_instant, ngettext
from desktop_admin.models.administration import FAULTS
from desktop_admin.models.records import RecordTable
from desktop_admin.services import anchors, doctor
from desktop_admin.services.anchors import Verdict
from desktop_admin.services.doctor import Fault
from desktop_admin.services.permissions import Permission
from desktop_admin.tasks import Cancelled, Progress, message_of
from desktop_admin.views import theme
from desktop_admin.views.administration.page import Page, RunBar
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.record_table import RecordTableView

_TONES = {"good": "good", "restored": "info", "unreadable": "warn", "elsewhere": "warn"}


class ChecksPage(Page):
    """Run every check; paste an anchor that was printed."""

    id = "doctor"
    title = N_("Doctor")
    permission = Permission.RUN_DOCTOR

    def build(self) -> None:
        """Make the state, the list and the card of anchors."""
        self._faults: tuple[Fault, ...] | None = None
        self._at: datetime | None = None
        self._verdicts: tuple[Verdict, ...] = ()
        self.run_act = self.act("run", N_("Check the books"), self.run, keys="F4", icon="stethoscope")
        self.intro, self.state, self.bar_ = QLabel(wordWrap=True), Banner(self), RunBar(self)
        theme.mark(self.intro, text="muted")
        self.state.hide()
        head = QHBoxLayout()
        head.addWidget(self.intro, 1)
        head.addLayout(self.bar((self.run_act, "primary")))
        self.table = RecordTableView(RecordTable(FAULTS))
        self.host.use_table(self.table, "faults")
        self.table.hide()
        self.content.addLayout(head)
        for widget in (self.bar_, self.state):
            self.content.addWidget(widget)
        self.content.addWidget(self.table, 1)
        self._anchors()
        self.content.addStretch(1)

    def _anchors(self) -> None:
        self.card = Card()
        self.card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.anchor_help, self.paste, self.compare = QLabel(wordWrap=True), QPlainTextEdit(), QPushButton()
        theme.mark(self.anchor_help, text="muted")
        self.paste.setFixedHeight(theme.current().px(76))
        self.paste.setTabChangesFocus(True)
        self.compare.setAutoDefault(False)
        self.compare.clicked.connect(self.verify)
        self.results = QVBoxLayout()
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.compare)
        for widget in (self.anchor_help, self.paste):
            self.card.content.addWidget(widget)
        self.card.content.addLayout(row)
        self.card.content.addLayout(self.results)
        self.content.addWidget(self.card)

    def retranslate(self) -> None:
        """Set every text."""
        self.intro.setText(
            _("Every balance, lot, movement and hash is computed again and compared. Nothing is changed.")
        )
        self.table.setAccessibleName(_("Faults"))
        self.bar_.retranslate()
        self.card.set_heading(_("Compare with an anchor"))
        self.anchor_help.setText(
            _("An anchor stands on every shift report and in the file beside the backups. Scan its code or paste it.")
        )
        self.paste.setAccessibleName(_("Anchors, one per line"))
        self.paste.setPlaceholderText("PD1|…")
        self.compare.setText(_("Compare"))
        self._say()
        self._show_verdicts()

    def run(self) -> None:
        """Begin the checks; a second press does nothing while they run."""
        if self.bar_.running:
            return
        self.run_act.setEnabled(False)
        self.bar_.begin(self.desk.tasks.run(self, _examine, self._came, self._failed, self.bar_.step))

    def _came(self, faults: tuple[Fault, ...]) -> None:
        self._over()
        self._faults, self._at = faults, datetime.now(UTC)
        records = self.table.records
        assert isinstance(records, RecordTable)
        records.set_records(faults)
        self.table.setVisible(bool(faults))
        self._say()

    def _failed(self, error: Exception) -> None:
        self._over()
        if not isinstance(error, Cancelled):
            self.state.say(message_of(error), tone="bad")

    def _over(self) -> None:
        self.bar_.end()
        self.run_act.setEnabled(self.isVisible() and self.desk.can(self.permission))

    def _say(self) -> None:
        if self._faults is None or self._at is None:
            return
        when = format_instant(self._at)
        if not self._faults:
            self.state.say(_("The books are in order. Checked {when}.").format(when=when), tone="good")
            return
        count = len(self._faults)
        text = ngettext("{count} fault found.", "{count} faults found.", count).format(count=count)
        advice = _("Make a backup before anything else; the list can be exported for whoever looks after the shop.")
        self.state.say(f"{text} {advice}", tone="bad")

    # --- anchors ------------------------------------------------------------------------------------

    def scan(self, code: str) -> bool:
        """A scanned code of a report is compared at once."""
        if not code.startswith(anchors.FORM):
            return False
        self.paste.setPlainText(code)
        self.verify()
        return True

    def verify(self) -> None:
        """Compare the anchors pasted."""
        text = self.paste.toPlainText().strip()
        if text:
            self.compare.setEnabled(False)
            verify = partial(anchors.verify, text=text)
            self.desk.tasks.read(self, "anchors", verify, self._compared, self._not_compared)

    def _compared(self, verdicts: tuple[Verdict, ...]) -> None:
        self.compare.setEnabled(True)
        self._verdicts = verdicts
        self._show_verdicts()

    def _not_compared(self, error: Exception) -> None:
        self.compare.setEnabled(True)
        self.desk.notices.report(error)

    def _show_verdicts(self) -> None:
        while self.results.count():
            item = self.results.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for verdict in self._verdicts[:20]:
            tone = _TONES.get(verdict.state, "bad")
            banner = Banner(self)
            taken = verdict.taken_at[:16].replace("T", " ")
            banner.say(f"{taken} UTC · {_(verdict.message)}" if taken else _(verdict.message), tone=tone)
            self.results.addWidget(banner)


def _examine(progress: Progress) -> Any:
    return progress.read(partial(doctor.examine, progress=progress))
