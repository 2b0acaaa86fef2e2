"""The first run: the sample shop, a shop that exists, or a new one of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import N_, _
from desktop_admin.services.errors import Refused
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import Banner

SAMPLE, NEW, OTHER = range(3)


@dataclass(frozen=True)
class Founding:
    """What a new shop is founded with."""

    url: str
    shop: str
    branch: str
    administrator: str
    login: str
    password: str
    backups: str = ""  # a folder on another machine or disk


Found = Callable[[Founding, Callable[[Any], None], Callable[[Exception], None]], None]

FIELDS = (
    ("shop", N_("Name of the shop"), ""),
    ("branch", N_("First branch"), ""),
    ("administrator", N_("Your name"), ""),
    ("login", N_("Login"), "admin"),
    ("password", N_("Password"), ""),
    ("again", N_("Password again"), ""),
    ("backups", N_("A copy on another machine or disk"), ""),
)
MAY_BE_EMPTY = frozenset({"backups"})


class FirstRun(QDialog):
    """`chosen(url, sample)`, or `server_wanted`; closing it chooses the sample shop."""

    chosen = Signal(str, bool)
    server_wanted = Signal()

    def __init__(self, parent: QWidget, found: Found) -> None:
        super().__init__(parent)
        self._found, self._url = found, ""
        self.setWindowTitle(_("Welcome to PointsDesk"))
        self.setMinimumWidth(theme.current().px(540))
        heading, self.banner = QLabel(_("Welcome to PointsDesk")), Banner()
        theme.mark(heading, text="title")
        self.banner.hide()
        self.pages = QStackedWidget()
        self.pages.addWidget(self._choices())
        self.pages.addWidget(self._new_shop())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 20)
        layout.setSpacing(2 * theme.SPACE)
        for widget in (heading, self.banner, self.pages):
            layout.addWidget(widget)
        self.rejected.connect(self._sample)

    def _choices(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        for text, detail, act, kind in (
            (_("Look at the sample shop"), _("Two years of a made-up shop, to try everything."),
             self.accept_sample, "primary"),
            (_("Found my own shop"), _("A database on this computer."), self._show_new, "plain"),
            (_("Open a shop that exists"), _("A file on this computer, or a server."),
             self._show_other, "plain"),
        ):  # fmt: skip
            button, label = QPushButton(text), QLabel(detail)
            theme.mark(button, kind=kind)
            theme.mark(label, text="muted")
            button.setAutoDefault(False)
            button.clicked.connect(act)
            column.addWidget(button)
            column.addWidget(label)
            column.addSpacing(theme.SPACE)
        self.address = QLineEdit()
        self.address.setPlaceholderText(_("The shop's file"))
        self.address.returnPressed.connect(self._open_other)
        self.address.setAccessibleName(_("Address of the database"))
        self.file, self.go = QPushButton(_("File…")), QPushButton(_("Open"))
        self.server = QPushButton(_("Server…"))
        self.file.clicked.connect(self._pick)
        self.server.clicked.connect(self._to_server)
        self.go.clicked.connect(self._open_other)
        row = QHBoxLayout()
        for widget in (self.address, self.file, self.server, self.go):
            if isinstance(widget, QPushButton):
                widget.setAutoDefault(False)
            row.addWidget(widget)
            widget.hide()
        column.addLayout(row)
        return page

    def _new_shop(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(10)
        self.edits: dict[str, QLineEdit] = {}
        for name, title, value in FIELDS:
            edit = self.edits[name] = QLineEdit(value)
            edit.setAccessibleName(_(title))
            if name in ("password", "again"):
                edit.setEchoMode(QLineEdit.EchoMode.Password)
            form.addRow(_(title), edit)
        copy = self.edits["backups"]
        copy.setPlaceholderText(_("For the daily backup; can be chosen later"))
        choose = copy.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        theme.set_icon(choose, "folder-open", size=16)
        choose.setToolTip(_("Choose a folder"))
        choose.triggered.connect(self._choose_folder)
        self.make, back = QPushButton(_("Found the shop")), QPushButton(_("Back"))
        theme.mark(self.make, kind="primary")
        back.setAutoDefault(False)
        self.make.setDefault(True)
        self.make.clicked.connect(self.found)
        back.clicked.connect(self._back)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(back)
        row.addWidget(self.make)
        form.addRow(row)
        return page

    # --- what is chosen ---------------------------------------------------------------------------

    def accept_sample(self) -> None:
        """Take the sample shop."""
        self.accept()
        self._sample()

    def found(self) -> None:
        """Found the shop as typed, once."""
        typed = {name: edit.text() for name, edit in self.edits.items()}
        missing = next((name for name, text in typed.items() if not text.strip() and name not in MAY_BE_EMPTY), "")
        for name, edit in self.edits.items():
            theme.mark(edit, invalid=name == missing)
        if missing:
            self._say(_("This is needed."), missing)
        elif typed["password"] != typed["again"]:
            self._say(_("The two passwords differ."), "again")
        else:
            self.make.setEnabled(False)
            self._url = own_database()
            kept = {name: text.strip() for name, text in typed.items() if name != "again"}
            founding = Founding(url=self._url, **kept | {"password": typed["password"]})
            self._found(founding, self._done, self._failed)

    def _done(self, url: str) -> None:
        self.accept()
        self.chosen.emit(url, False)

    def _failed(self, error: Exception) -> None:
        self.make.setEnabled(True)
        self._say(message_of(error), error.field if isinstance(error, Refused) else "")

    def _say(self, text: str, field: str) -> None:
        self.banner.say(text, tone="bad")
        if field in self.edits:
            theme.mark(self.edits[field], invalid=True)
            self.edits[field].setFocus()

    def _sample(self) -> None:
        self.chosen.emit("", True)

    def _show_new(self) -> None:
        self.pages.setCurrentIndex(1)
        self.edits["shop"].setFocus()

    def _back(self) -> None:
        self.banner.hide()
        self.pages.setCurrentIndex(0)

    def _show_other(self) -> None:
        for widget in (self.address, self.file, self.server, self.go):
            widget.show()
        self.address.setFocus()

    def _pick(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Open a shop that exists"))
        if path:
            self.address.setText(path)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Choose a folder"), self.edits["backups"].text())
        if folder:
            self.edits["backups"].setText(folder)

    def _to_server(self) -> None:
        self.accept()
        self.server_wanted.emit()

    def _open_other(self) -> None:
        url = self.address.text().strip()
        if url:
            self.accept()
            self.chosen.emit(url, False)


def own_database() -> str:
    """Answer the address of a shop's database on this computer."""
    kind = QStandardPaths.StandardLocation.GenericDataLocation
    folder = QStandardPaths.writableLocation(kind)
    return f"{folder}/pointsdesk/shop.db"
