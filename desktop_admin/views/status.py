"""The foot of the window: who, where, which database, online or not, last backup, version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop_admin import __version__
from desktop_admin.i18n import _, format_age, format_instant, format_time, ngettext
from desktop_admin.tasks import Connection
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.unsettled import UnsettledButton

OLD_BACKUP = timedelta(hours=36)


@dataclass(frozen=True)
class ShopFacts:
    """What the foot of the window says of the shop."""

    shop: str = ""
    branch: str = ""
    database: str = ""  # a file's name or a server's, never a password
    last_backup: datetime | None = None
    backups: bool = True  # False: nobody backs up from this machine
    sample: bool = False
    lock_minutes: int = 5  # as the shop says


class StatusBar(QFrame):
    """One line; what needs attention is said in words, with a colour to help."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusbar")
        self._desk, self.facts = desk, ShopFacts()
        self._selection = ""
        names = ("who", "branch", "database", "selection", "queued", "online", "backup", "version")
        self._labels = {name: QLabel() for name in names}
        self.unsettled = UnsettledButton(desk, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(18)
        for name, label in self._labels.items():
            label.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(label, 1 if name == "selection" else 0)
            if name == "selection":
                row.addWidget(self.unsettled)
        theme.mark(self._labels["selection"], text="strong")
        self._labels["selection"].setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(self.refresh)
        self._minute.start()
        desk.status_changed.connect(self._selected)
        desk.actor_changed.connect(self._changed)
        desk.tasks.connection_changed.connect(self._changed)
        desk.till.changed.connect(self.refresh)
        desk.standing_changed.connect(self._changed)
        self.refresh()

    def text(self, name: str) -> str:
        """Answer what a part says."""
        return self._labels[name].text()

    def show_facts(self, facts: ShopFacts) -> None:
        """Show other facts."""
        self.facts = facts
        self.refresh()

    def refresh(self) -> None:
        """Set every text."""
        actor = self._desk.actor
        self._say("who", actor.name if actor is not None else "")
        self._say("branch", self.facts.branch)
        self._say("database", self.facts.database)
        self._say("selection", self._selection)
        self._labels["selection"].show()
        self.unsettled.refresh()
        self._show_queued(self._desk.till.waiting)
        self._show_connection(self._desk.tasks.connection)
        self._show_backup()
        self._say("version", f"v{__version__}")

    def _show_queued(self, count: int) -> None:
        text = ngettext("{count} purchase waits", "{count} purchases wait", count).format(count=count) if count else ""
        self._say("queued", f"⚠ {text}" if text else "", "warn", _("Noted down on this till; F12 at the counter"))

    def _show_connection(self, connection: Connection) -> None:
        standing = self._desk.standing
        if not connection.online:
            text = _("Offline since {time}").format(time=format_time(connection.since))
            self._say("online", f"○ {text}", "bad", connection.message)
            return
        tip = _("Online since {time}").format(time=format_instant(connection.since))
        if standing is None or not standing.host:
            self._say("online", "● " + _("Online"), "good", tip)
            return
        text = _("Online since {time}").format(time=format_time(connection.since))
        line = _("On this machine") if standing.local else _("Encrypted") if standing.encrypted else _("Not encrypted")
        tip = "\n".join((tip, _("Server: {host}").format(host=standing.host), line))
        weak = not standing.local and not standing.encrypted
        self._say("online", f"● {text}" + (f" · {line}" if weak else ""), "warn" if weak else "good", tip)

    def _show_backup(self) -> None:
        last = self.facts.last_backup
        if not self.facts.backups or not self.facts.database:
            self._say("backup", "")
        elif last is None:
            self._say("backup", "⚠ " + _("No backup yet"), "warn")
        else:
            age = datetime.now(UTC) - (last if last.tzinfo else last.replace(tzinfo=UTC))
            text = _("Backup {age} ago").format(age=format_age(age))
            old = age > OLD_BACKUP
            tip = format_instant(last)
            self._say("backup", f"⚠ {text}" if old else text, "warn" if old else "", tip)

    def _say(self, name: str, text: str, tone: str = "", tip: str = "") -> None:
        label = self._labels[name]
        label.setText(text)
        label.setToolTip(tip)
        label.setAccessibleDescription(tip)
        label.setVisible(bool(text))
        if name != "selection":
            theme.mark(label, text=tone)

    def _selected(self, text: str) -> None:
        self._selection = text
        self._labels["selection"].setText(text)

    def _changed(self, _what: object) -> None:
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)
