"""A form in a dialog."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.form import Form


class FormDialog(QDialog):
    """Opens over the window, closes when the form was written or cancelled; `title` is N_()."""

    def __init__(self, parent: QWidget, title: str, form: Form, *, width: int = 460) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title, self.form = title, form
        self.heading = QLabel()
        theme.mark(self.heading, text="heading")
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(24, 20, 24, 16)
        self.content.setSpacing(2 * theme.SPACE)
        self.content.addWidget(self.heading)
        self.content.addWidget(form)
        self.setMinimumWidth(theme.current().px(width))
        form.done.connect(self.accept)
        form.cancelled.connect(self.reject)
        self._retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Enter and Esc to the form."""
        if event.key() == Qt.Key.Key_Escape:
            self.form.cancel()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Grow with what is said of an error; Qt would squeeze the fields instead."""
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            needed = self.content.totalHeightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), min(needed, self.screen().availableGeometry().height()))
        return answer

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.heading.setText(_(self._title))
        self.setWindowTitle(_(self._title))
