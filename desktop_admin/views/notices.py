"""Short messages: notices that go by themselves, banners that stay, questions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.tasks import Unexpected, message_of
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import ICONS, Banner

STAY = 6000  # ms


class Toasts(QWidget):
    """Notices at the foot of the window; they never take the focus, and go by themselves."""

    def __init__(self, window: QWidget, banner: Banner) -> None:
        super().__init__(window)
        self._window, self._banner = window, banner
        self.messages: list[str] = []
        self._toasts: list[QWidget] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.SPACE)
        self.hide()
        window.installEventFilter(self)

    def tell(
        self,
        text: str,
        *,
        tone: str = "good",
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None:
        """Say something for some seconds."""
        self.messages = [*self.messages[-19:], text]
        while self._toasts and len(self._toasts) >= 3:
            self._drop(self._toasts[0])
        toast = Toast(self, text, tone, action, act)
        self._box.addWidget(toast)
        self._toasts.append(toast)
        toast.show()  # a layout that is seen shows it a moment later, and it would be left out of the height
        self.show()
        self._place()
        self.raise_()
        QTimer.singleShot(STAY if tone == "good" else 2 * STAY, toast, toast.close_soon)

    def report(self, error: Exception) -> None:
        """Say what went wrong: a refusal goes by itself, trouble and bugs stay as a banner."""
        if isinstance(error, Refused):
            self.tell(message_of(error), tone="warn")
        elif isinstance(error, Trouble | Unexpected):
            self.messages = [*self.messages[-19:], message_of(error)]
            self._banner.say(message_of(error), tone="bad", action=_("Close"), act=self._banner.hide)
        else:
            self.tell(message_of(error), tone="info")

    def stay(
        self, text: str, *, tone: str = "bad", action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Say something over every screen until it is taken back with an empty text."""
        if not text:
            self._banner.hide()
            return
        self.messages = [*self.messages[-19:], text]
        self._banner.say(text, tone=tone, action=action, act=act)

    def drop(self, toast: QWidget) -> None:
        """Take a notice away."""
        self._drop(toast)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _drop(self, toast: QWidget) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._box.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
        if not self._toasts:
            self.hide()

    def _place(self) -> None:
        self.adjustSize()
        x = (self._window.width() - self.width()) // 2
        self.move(x, self._window.height() - self.height() - theme.current().px(52))


class Toast(QFrame):
    """One notice."""

    def __init__(
        self,
        toasts: Toasts,
        text: str,
        tone: str,
        action: str,
        act: Callable[[], object] | None,
    ) -> None:
        super().__init__(toasts)
        self._toasts, self._act = toasts, act
        theme.mark(self, kind="toast")
        look = theme.current()
        icon = QLabel()
        colour = look.colours["tip_text"]
        icon.setPixmap(theme.pixmap(ICONS[tone], colour, look.px(18), 2))
        label = QLabel(text, wordWrap=len(text) > 60)
        label.setMaximumWidth(look.px(560))
        if label.wordWrap():
            label.setMinimumWidth(look.px(420))
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop if label.wordWrap() else Qt.AlignmentFlag.AlignVCenter
        row.addWidget(icon, 0, top)
        row.addWidget(label, 1)
        if action:
            button = QPushButton(action, autoDefault=False)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(self._press)
            row.addWidget(button)

    def close_soon(self) -> None:
        """Go."""
        self._toasts.drop(self)

    def _press(self) -> None:
        self.close_soon()
        if self._act is not None:
            self._act()


class Question(QDialog):
    """A question that is answered later: nothing waits inside it."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        yes: str,
        then: Callable[[], object],
        *,
        danger: bool = False,
        body: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._then = then
        heading, label = QLabel(title), QLabel(text, wordWrap=True)
        theme.mark(heading, text="heading")
        label.setMinimumWidth(theme.current().px(380))
        self.yes = QPushButton(yes)
        self.no = QPushButton(_("Cancel"))
        theme.mark(self.yes, kind="danger" if danger else "primary")
        for button in (self.yes, self.no):
            button.setAutoDefault(False)
        # A scanner's Enter must not say yes to what cannot be taken back.
        (self.no if danger else self.yes).setDefault(True)
        self.yes.clicked.connect(self.accept)
        self.no.clicked.connect(self.reject)
        self.accepted.connect(self._accepted)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(label)
        if body is not None:
            layout.addWidget(body)
        layout.addSpacing(theme.SPACE)
        layout.addLayout(buttons)

    def _accepted(self) -> None:
        self._then()


def ask(
    parent: QWidget,
    title: str,
    text: str,
    yes: str,
    then: Callable[[], object],
    *,
    danger: bool = False,
) -> Question:
    """Ask; `then` is called on yes. All texts are translated."""
    question = Question(parent, title, text, yes, then, danger=danger)
    question.open()
    return question


def changed_meanwhile(
    parent: QWidget,
    rows: list[tuple[str, str, str]],
    keep_mine: Callable[[], object],
    take_theirs: Callable[[], object],
) -> Question:
    """Someone changed the record while it was edited: both versions side by side.

    `rows` are (field, mine, now stored), translated and formatted.
    """
    body = QWidget()
    grid = QGridLayout(body)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    for column, text in enumerate(("", _("Your version"), _("Stored meanwhile"))):
        label = QLabel(text)
        theme.mark(label, text="label")
        grid.addWidget(label, 0, column)
    for row, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells):
            label = QLabel(text, wordWrap=True)
            theme.mark(label, text="muted" if column == 0 else "strong")
            grid.addWidget(label, row, column)
    question = Question(
        parent,
        _("Changed while you were editing"),
        _("Someone else saved this record after you opened it. Which version shall stand?"),
        _("Save my version"),
        keep_mine,
        body=body,
    )
    question.no.setText(_("Take the stored version"))
    question.rejected.connect(take_theirs)
    question.open()
    return question
