"""What stands around every screen: title, states, language, staleness."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

import shiboken6
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_time
from desktop_admin.services.errors import Refused
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.busy_bar import BusyBar
from desktop_admin.views.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from desktop_admin.tasks import Connection
    from desktop_admin.views.desk import Desk

T = TypeVar("T")
MARGIN = 24  # px at both sides of a screen


class ScreenFrame(QWidget):
    """Title, busy bar, banner, content or a message, reloading when seen; `Screen` adds the rest."""

    title: ClassVar[str] = ""  # N_()
    subtitle: ClassVar[str] = ""  # N_()
    topics: ClassVar[frozenset[Topic]] = frozenset()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("page")
        self._stale, self._seen = True, False
        self._loaded_at: datetime | None = None
        self._asking: set[str] = set()
        self._behind = False  # whether what is shown could not be loaded again
        self._retry: Callable[[], object] = self.reload_now
        self._frame()
        desk.tasks.committed.connect(self._committed)
        desk.actor_changed.connect(self._other_actor)
        desk.tasks.connection_changed.connect(self._connection)
        self.build()
        self._retranslate()

    def build(self) -> None:
        """Make widgets and connections; no text."""

    def retranslate(self) -> None:
        """Set every text; runs again when the language changes."""

    def reload(self) -> None:
        """Ask for what is shown; runs when first seen and when it became stale."""

    def show_content(self) -> None:
        """Show what build() made."""
        self._states.setCurrentWidget(self.body)

    def show_empty(
        self,
        title: str,
        text: str = "",
        *,
        icon: str = "inbox",
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None:
        """Say what to do next instead of showing an empty table (translated texts)."""
        self.empty.say(title, text, icon=icon, action=action, act=act)
        self._states.setCurrentWidget(self.empty)

    def show_failed(self, error: Exception) -> None:
        """Say what went wrong, with Retry; what was shown before stays, marked with its time."""
        text = message_of(error)
        self._behind = True
        if self._loaded_at is None:
            tone, name = ("muted", "lock") if isinstance(error, Refused) else ("bad", "cloud-off")
            self.empty.say(
                _("This could not be shown"), text, icon=name, tone=tone,
                action=_("Try again"), act=self._retry,
            )  # fmt: skip
            self._states.setCurrentWidget(self.empty)
        else:
            shown = _("Shown as of {time}.").format(time=format_time(self._loaded_at))
            self.banner.say(f"{text} {shown}", tone="bad", action=_("Try again"), act=self._retry)

    def _frame(self) -> None:
        self.heading, self.caption = QLabel(), QLabel(wordWrap=True)  # two lines where buttons need the room
        theme.mark(self.heading, text="title")
        theme.mark(self.caption, text="muted")
        self.header = QHBoxLayout()
        self.header.setSpacing(theme.SPACE)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.heading)
        titles.addWidget(self.caption)
        self.header.addLayout(titles, 1)
        self.busy = BusyBar(self)
        self.banner = Banner(self)
        self.banner.hide()
        self.empty = EmptyState(self)
        self.body = QWidget(self)
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(2 * theme.SPACE)
        self._states = QStackedWidget(self)
        self._states.addWidget(self.body)
        self._states.addWidget(self.empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.busy)
        inner = QVBoxLayout()
        inner.setContentsMargins(MARGIN, 16, MARGIN, 16)
        inner.setSpacing(2 * theme.SPACE)
        inner.addLayout(self.header)
        inner.addWidget(self.banner)
        inner.addWidget(self._states, 1)
        outer.addLayout(inner, 1)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._reload_if_seen)

    def _retranslate(self) -> None:
        self.heading.setText(_(self.title))
        self.caption.setText(_(self.subtitle))
        self.caption.setVisible(bool(self.subtitle))
        self.setAccessibleName(_(self.title))
        self.busy.setAccessibleName(_("Loading"))
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.mark_stale()
        super().changeEvent(event)

    def mark_stale(self) -> None:
        """What is shown is old: reload now if seen, else when it is."""
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def reload_now(self) -> None:
        """Reload whether stale or not."""
        self._stale = False
        self._seen = True
        if self._loaded_at is None:
            self._show_busy()
        self.reload()

    @property
    def loading(self) -> bool:
        """Say whether an answer is awaited."""
        return bool(self._asking)

    def _committed(self, topics: frozenset[Topic]) -> None:
        if topics & self.topics:
            self.mark_stale()

    def _other_actor(self, actor: object) -> None:
        for action in self.desk.actions.of(self):
            action.setEnabled(self.desk.can(action.property("permission")))
        if actor is not None and self._seen:
            self.mark_stale()

    def _connection(self, connection: Connection) -> None:
        """Say that what is shown grows old while the server is away; load again when it is back."""
        if connection.online:
            if self._behind:
                self.mark_stale()
        elif self._loaded_at is not None and not self._behind:
            self._behind = True
            text = _("No connection since {time}; trying again by itself. Shown as of {seen}.").format(
                time=format_time(connection.since), seen=format_time(self._loaded_at)
            )
            self.banner.say(text, tone="warn")

    def _reload_if_seen(self) -> None:
        if self._stale and self.isVisible() and self.desk.actor is not None:
            self.reload_now()

    def showEvent(self, event: QShowEvent) -> None:
        """Reload what became stale while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what the selection added up to."""
        super().hideEvent(event)
        if shiboken6.isValid(self.desk):
            self.desk.status("")

    def _show_busy(self) -> None:
        self.busy.set_busy(bool(self._asking))
