"""The connections of this machine: choose, add, change, remove."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _, ngettext
from desktop_admin.profiles import of_file
from desktop_admin.services.connection import Profile
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.connections.form import ConnectionDialog
from desktop_admin.views.help import HelpPage, page_of
from desktop_admin.views.notices import ask
from desktop_admin.views.widgets.banner import Banner

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk


class ConnectionsDialog(QDialog):
    """Tells what is wanted; whoever opened it keeps the profiles and opens shops."""

    opened = Signal(object, str, str)  # profile, login, password: work there from now on
    removed = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, profiles: tuple[Profile, ...], chosen: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self.profiles, self._chosen = desk, list(profiles), chosen
        self.setWindowTitle(_("Connections"))
        self.setMinimumSize(theme.current().px(620), theme.current().px(380))
        heading, under = QLabel(_("Connections")), QLabel(_("The shops this machine knows."), wordWrap=True)
        theme.mark(heading, text="heading")
        theme.mark(under, text="muted")
        self.list = QListWidget()
        self.list.setAccessibleName(_("Connections"))
        self.list.itemActivated.connect(self.use)
        self.list.currentRowChanged.connect(self._allow)
        self.go, self.edit, self.drop = QPushButton(_("Open")), QPushButton(_("Change…")), QPushButton(_("Remove"))
        self.server, self.file = QPushButton(_("Add a server…")), QPushButton(_("Add a file…"))
        self.help = QPushButton(_("Help"))
        theme.mark(self.go, kind="primary")
        acts = (self.use, self.change, self.remove, self.add_server, self.add_file, self.show_help)
        buttons = (self.go, self.edit, self.drop, self.server, self.file, self.help)
        side = QVBoxLayout()
        for button, act in zip(buttons, acts, strict=True):
            button.setAutoDefault(False)
            button.clicked.connect(act)
            side.addWidget(button)
        side.addStretch()
        self.banner = Banner()
        self.banner.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setSpacing(theme.SPACE)
        grid.addWidget(heading, 0, 0, 1, 2)
        grid.addWidget(under, 1, 0, 1, 2)
        grid.addWidget(self.banner, 2, 0, 1, 2)
        grid.addWidget(self.list, 3, 0)
        grid.addLayout(side, 3, 1)
        grid.setColumnStretch(0, 1)
        self._show()

    @property
    def profile(self) -> Profile | None:
        """The one that is marked."""
        row = self.list.currentRow()
        return self.profiles[row] if 0 <= row < len(self.profiles) else None

    def use(self) -> None:
        """Work in this shop from now on."""
        if self.profile is not None:
            profile = self.profile
            self.accept()
            self.opened.emit(profile, "", "")

    def change(self) -> None:
        """Change and test the marked connection."""
        if self.profile is not None and self.profile.on_server:
            self._form(self.profile)

    def remove(self) -> None:
        """Forget the marked connection and what this machine holds of its shop; the shop stays where it is."""
        profile = self.profile
        if profile is None:
            return
        self.banner.hide()
        if not self._last_of_its_shop(profile):
            self._ask_removal(profile, 0)
            return
        vault = self._desk.till.vault
        self.drop.setEnabled(False)
        self._desk.tasks.run(
            self, lambda _progress: vault.waiting(profile.shop_uuid), partial(self._ask_removal, profile), self._stays
        )

    def add_server(self) -> None:
        """Another shop on a server."""
        self._form(None)

    def add_file(self) -> None:
        """Another shop in a file of this machine."""
        path, _kind = QFileDialog.getOpenFileName(self, _("Open a shop that exists"))
        if path:
            self.accept()
            self.opened.emit(of_file(path), "", "")

    def show_help(self) -> None:
        """The page about connections."""
        dialog = QDialog(self)
        dialog.setWindowTitle(_("Connections"))
        dialog.setMinimumSize(theme.current().px(620), theme.current().px(520))
        page = HelpPage(page_of("connections"))
        QVBoxLayout(dialog).addWidget(page)
        dialog.open()
        page.setFocus()

    def _form(self, profile: Profile | None) -> None:
        dialog = ConnectionDialog(self, self._desk, profile)
        dialog.saved.connect(self._saved)
        dialog.open()

    def _saved(self, profile: Profile, login: str, password: str) -> None:
        self.accept()
        self.opened.emit(profile, login, password)

    def _last_of_its_shop(self, profile: Profile) -> bool:
        """Whether this machine has nothing to do with the shop any more without this connection."""
        shop = profile.shop_uuid
        return bool(shop) and not any(one.shop_uuid == shop for one in self.profiles if one is not profile)

    def _ask_removal(self, profile: Profile, waiting: int) -> None:
        self._allow()
        text = _("This machine forgets “{name}” and its kept passwords. The shop itself stays as it is.")
        text = text.format(name=profile.name)
        if waiting:
            lost = ngettext(
                "{count} purchase noted down on this machine is not booked yet and would be lost. Sign in to that shop "
                "first, so that it is booked.",
                "{count} purchases noted down on this machine are not booked yet and would be lost. Sign in to that "
                "shop first, so that they are booked.",
                waiting,
            )
            text += "\n\n" + lost.format(count=waiting)
        yes = _("Remove all the same") if waiting else _("Remove")
        ask(self, _("Remove the connection?"), text, yes, partial(self._leave, profile, waiting), danger=True)

    def _leave(self, profile: Profile, lost: int) -> None:
        if not self._last_of_its_shop(profile):
            self._removed(profile)
            return
        vault = self._desk.till.vault
        self.drop.setEnabled(False)
        self._desk.tasks.run(
            self, lambda _progress: vault.leave(profile.shop_uuid, lost=lost),
            lambda _left: self._removed(profile), self._stays,
        )  # fmt: skip

    def _stays(self, error: Exception) -> None:
        self.banner.say(message_of(error), tone="bad")
        self._allow()

    def _removed(self, profile: Profile) -> None:
        self.profiles.remove(profile)
        self.removed.emit(profile)
        self._show()

    def _show(self) -> None:
        self.list.clear()
        for profile in self.profiles:
            mark = " · " + _("in use") if profile.id == self._chosen else ""
            item = QListWidgetItem(f"{profile.name}{mark}\n{profile.place}")
            item.setIcon(theme.current().icon("hard-drive" if profile.path else "database", "muted", 20))
            self.list.addItem(item)
        ids = [profile.id for profile in self.profiles]
        self.list.setCurrentRow(ids.index(self._chosen) if self._chosen in ids else 0)
        self._allow()

    def _allow(self, _row: int = 0) -> None:
        profile = self.profile
        self.go.setEnabled(profile is not None)
        self.drop.setEnabled(profile is not None and profile.id != self._chosen)
        self.edit.setEnabled(profile is not None and profile.on_server)
