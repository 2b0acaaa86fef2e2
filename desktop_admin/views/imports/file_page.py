"""The first step: the file, dropped or chosen, and the empty workbook to begin with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")


def dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """The one local file that is dragged, if it is one."""
    urls = event.mimeData().urls()
    if len(urls) == 1 and urls[0].isLocalFile():
        return Path(urls[0].toLocalFile())
    return None


class FilePage(QWidget):
    """`chosen(path)` is the parent's business: it opens the dialog for `choose_wanted`."""

    choose_wanted = Signal()
    template_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = QFrame()
        theme.mark(self.zone, kind="card")
        self.icon, self.title, self.text = QLabel(), QLabel(), QLabel(wordWrap=True)
        theme.mark(self.title, text="heading")
        theme.mark(self.text, text="muted")
        for label in (self.icon, self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = QPushButton(autoDefault=False)
        theme.mark(self.choose, kind="primary")
        self.choose.clicked.connect(self.choose_wanted)
        self.purchases, self.members = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        for button, kind in ((self.purchases, "purchases"), (self.members, "members")):
            theme.mark(button, kind="link")
            theme.set_icon(button, "file-spreadsheet", "accent", 16)
            button.setProperty("template", kind)
            button.clicked.connect(self._template)
        self._place()
        theme.current().changed.connect(self._draw)
        self._draw()
        self.setFocusProxy(self.choose)

    def _place(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, buttons in ((first, [self.choose]), (second, [self.purchases, self.members])):
            row.addStretch()
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
        inside = QVBoxLayout(self.zone)
        inside.setSpacing(12)
        inside.addStretch(2)
        for label in (self.icon, self.title, self.text):
            inside.addWidget(label)
        inside.addLayout(first)
        inside.addSpacing(theme.SPACE)
        inside.addLayout(second)
        inside.addStretch(3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.zone)

    def retranslate(self) -> None:
        """Set every text."""
        self.title.setText(_("Drop a file here"))
        self.text.setText(
            _("CSV or Excel (.xlsx), with purchases or with members. Nothing is stored before you say so.")
        )
        self.choose.setText(_("Choose a file…"))
        self.purchases.setText(_("Template for purchases"))
        self.members.setText(_("Template for members"))

    def _draw(self) -> None:
        look = theme.current()
        self.icon.setPixmap(theme.pixmap("upload", look.colours["faint"], look.px(40), 2))

    def _template(self) -> None:
        self.template_wanted.emit(self.sender().property("template"))
