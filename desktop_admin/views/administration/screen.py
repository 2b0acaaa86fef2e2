"""Administration: one page at a time, those this operator may see."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QStackedWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.administration.backups import BackupsPage
from desktop_admin.views.administration.branches import BranchesPage
from desktop_admin.views.administration.checks import ChecksPage
from desktop_admin.views.administration.operators import OperatorsPage
from desktop_admin.views.administration.page import Page
from desktop_admin.views.administration.settings import SettingsPage
from desktop_admin.views.administration.trail import TrailPage
from desktop_admin.views.screen import Screen
from desktop_admin.views.screen_frame import MARGIN
from desktop_admin.views.widgets.segments import Segments

PAGES: tuple[type[Page], ...] = (OperatorsPage, BranchesPage, SettingsPage, TrailPage, BackupsPage, ChecksPage)


class AdministrationScreen(Screen):
    """Operators, branches, settings, audit trail, backups, doctor."""

    title = N_("Administration")
    topics = frozenset(Topic)

    def build(self) -> None:
        """Make the choice of pages; a page is made when it is first shown."""
        self.kinds = {kind.id: kind for kind in PAGES if self.desk.can(kind.permission)}
        self.pages: dict[str, Page] = {}
        self.choice, self.stack = Segments(list(self.kinds)), QStackedWidget(self.body)
        self.choice.chosen.connect(self.show_page)
        self.header.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.content.addWidget(self.stack)
        if self.kinds:
            kept = self.recall("page")
            self._turn_to(kept if kept in self.kinds else next(iter(self.kinds)))
        self.setFocusProxy(self.choice)

    def retranslate(self) -> None:
        """Set every text."""
        self.choice.setAccessibleName(_("Pages of administration"))
        for id_, kind in self.kinds.items():
            self.choice.set_text(id_, _(kind.title))
        for page in self.pages.values():
            page.retranslate()

    def event(self, event: QEvent) -> bool:
        """Six words in large letters want a row of their own."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            ways, room = QBoxLayout.Direction, self.width() - 2 * MARGIN - theme.SPACE
            fits = self.heading.sizeHint().width() + self.choice.sizeHint().width() <= room
            self.header.setDirection(ways.LeftToRight if fits else ways.TopToBottom)
        return super().event(event)

    def reload(self) -> None:
        """Ask for what the page shown needs."""
        if self.page is not None:
            self.page.reload()

    @property
    def page(self) -> Page | None:
        """The page shown."""
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Page) else None

    def show_page(self, id_: str) -> None:
        """Show a page and ask for what it shows."""
        if id_ in self.kinds:
            self._turn_to(id_)
            self.remember("page", id_)
            self.reload_now()

    def arrive(self, **where: Any) -> None:
        """Open a page: ``page="trail"``, and a place in it."""
        self.show_page(str(where.get("page", "")))
        if self.page is not None:
            self.page.arrive(**where)

    def scan(self, code: str) -> bool:
        """A scanned anchor goes to the doctor."""
        page = self.page
        return isinstance(page, ChecksPage) and page.scan(code)

    def _turn_to(self, id_: str) -> None:
        if id_ not in self.pages:
            page = self.pages[id_] = self.kinds[id_](self)
            self.stack.addWidget(page)
            page.retranslate()
        for name, page in self.pages.items():
            page.activate(name == id_)
        self.choice.choose(id_)
        self.stack.setCurrentWidget(self.pages[id_])

    def _other_actor(self, actor: object) -> None:
        super()._other_actor(actor)
        for name, page in self.pages.items():
            page.activate(name == self.choice.current())
