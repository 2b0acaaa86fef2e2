"""A one-time password, shown once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme


class SecretDialog(QDialog):
    """Tells a one-time password; when it closes, nobody can read it again."""

    def __init__(self, parent: QWidget, name: str, secret: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("One-time password"))
        heading, text = QLabel(_("One-time password for {name}").format(name=name)), QLabel(wordWrap=True)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        text.setText(
            _("Give it to them in person. It is shown only now; at the first sign-in they choose their own password.")
        )
        theme.mark(heading, text="heading")
        theme.mark(text, text="muted")
        self.secret = QLabel(secret, alignment=Qt.AlignmentFlag.AlignCenter)
        self.secret.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme.current().px(24))
        font.setBold(True)
        self.secret.setFont(font)
        self.secret.setMargin(theme.current().px(16))
        self.secret.setAccessibleName(_("One-time password"))
        theme.mark(self.secret, kind="card")
        copy, done = QPushButton(_("Copy"), autoDefault=False), QPushButton(_("I have given it"), autoDefault=False)
        theme.set_icon(copy, "copy", size=16)
        theme.mark(done, kind="primary")
        copy.clicked.connect(self._copy)
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch()
        buttons.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(2 * theme.SPACE)
        for widget in (heading, self.secret, text):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.setMinimumWidth(theme.current().px(460))
        done.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.secret.text())
