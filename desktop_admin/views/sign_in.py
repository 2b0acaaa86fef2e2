"""Sign in, unlock, change operator: needs only Qt, so that it stands before anything heavy loads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QWidget,
)

from desktop_admin.i18n import N_, _
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.settings import LAST_LOGIN
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.sign_in_card import SignInCard

if TYPE_CHECKING:
    from desktop_admin.services.work import Actor
    from desktop_admin.views.desk import Desk

# Signs in by login and password; runs with the database in a worker thread.
SignIn = Callable[[Any, str, str], "Actor"]
# Signs in where no database is open before: owner, login, password, whether to keep it, done, failed.
Through = Callable[[QWidget, str, str, bool, Callable[["Actor"], None], Callable[[Exception], None]], None]


def sign_in_service(workstation: str) -> SignIn:
    """Answer the service, imported only when it is asked."""

    def sign_in(database: Any, login: str, password: str) -> Actor:
        from desktop_admin.services.operators import enter as service  # a PIN where it takes over

        return service(database, login=login, password=password, workstation=workstation)

    return sign_in


class Lock:
    """The memory of who may open the lock without the server; its service is imported when it is asked."""

    def __init__(self) -> None:
        self._kept: Any = None

    def remember(self, login: str, secret: str, actor: Actor, *, pin_hash: str = "") -> None:
        """Somebody was let in."""
        if self._kept is None:
            from desktop_admin.services.operators.reopening import Reopening

            self._kept = Reopening()
        self._kept.remember(login, secret, actor, pin_hash=pin_hash)

    def new_password(self, actor: Actor, password: str) -> None:
        """Whoever works here chose another password."""
        if self._kept is not None:
            self._kept.new_password(actor, password)

    def reopen(self, login: str, secret: str) -> Any:
        """The one who worked here; Refused where it is another or the secret is wrong."""
        if self._kept is None:
            raise Refused(N_("Without the server only who worked here last can open this desk."))
        return self._kept.reopen(login, secret)

    def forget(self) -> None:
        """They signed out."""
        if self._kept is not None:
            self._kept.forget()


AFTER_PAINT = 60  # ms


class SignInPage(SignInCard):
    """A card in the middle; `signed_in(actor)`, and Esc goes back where that is allowed."""

    signed_in = Signal(object)

    def __init__(self, desk: Desk, sign_in: SignIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.desk, self._sign_in = desk, sign_in
        self.lock = Lock()
        self.through: Through | None = None
        self.keeper: Callable[[str], None] | None = None  # keeps passwords on this machine where that was asked
        self._locked_login = self._locked_name = ""
        self.can_go_back = self._asks_who = False
        self.writing = False
        self._wait = 0
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._waited)
        self._build()
        self._retranslate()
        self.login.setText(desk.settings.get(LAST_LOGIN))

    def ask_anyone(self, *, can_go_back: bool = False, forget: bool = False) -> None:
        """Ask who works here now; whoever signed out is forgotten."""
        if forget:
            self.lock.forget()
        self._locked_login, self.can_go_back, self._asks_who = "", can_go_back, True
        self._fresh()

    def ask_again(self, login: str, name: str) -> None:
        """Ask the one who was working here for the password again."""
        self._locked_login, self._locked_name = login, name
        self.can_go_back = self._asks_who = False
        self.login.setText(login)
        self._fresh()

    def new_password(self, actor: Actor, password: str) -> None:
        """Whoever works here chose another one: the old one opens nothing here. Not for the UI thread."""
        self.lock.new_password(actor, password)
        if self.keeper is not None:
            self.keeper(password)

    def submit(self) -> None:
        """Ask the service once; the password leaves the field when it was answered."""
        if self.writing or self._wait:
            return
        login, password = self.login.text().strip(), self.password.text()
        for field, value in ((self.login, login), (self.password, password)):
            theme.mark(field, invalid=not value)
            if not value:
                self.say(_("Type your login and your password."), "error")
                field.setFocus()
                return
        self._set_writing(True)
        again = partial(self._not_there, login, password) if self.desk.actor is not None else self._failed
        if self.through is not None:
            self.through(self, login, password, self.remembers, self._done, again)
            return
        service, lock = self._sign_in, self.lock

        def enter(database: Any) -> Actor:
            actor = service(database, login, password)
            if getattr(database, "on_server", False):
                lock.remember(login, password, actor)
            return actor

        self.desk.tasks.with_database(self, enter, self._done, again)

    def _not_there(self, login: str, password: str, error: Exception) -> None:
        """Without the server whoever worked here may open their own lock."""
        if isinstance(error, Trouble) and error.facts.get("offline"):
            lock = self.lock
            self.desk.tasks.run(self, lambda _progress: lock.reopen(login, password), self._done, self._failed)
        else:
            self._failed(error)

    def _done(self, actor: Actor) -> None:
        self._set_writing(False)
        self.desk.settings.set(LAST_LOGIN, self.login.text().strip())
        self.password.clear()
        self.say("")
        self.signed_in.emit(actor)

    def _failed(self, error: Exception) -> None:
        self._set_writing(False)
        self.password.clear()
        self.password.setFocus()
        theme.mark(self.password, invalid=isinstance(error, Refused))
        self.say(message_of(error), "error")
        wait = error.facts.get("seconds") if isinstance(error, Refused) else None
        if isinstance(wait, int) and wait > 0:
            self._wait = wait
            self._tick.start()
            self._waited(first=True)

    def _waited(self, *, first: bool = False) -> None:
        self._wait -= 0 if first else 1
        if self._wait <= 0:
            self._tick.stop()
            self._wait = 0
            self.say("")
        self.button.setEnabled(self._wait == 0)
        count = f" ({self._wait})" if self._wait else ""
        self.button.setText(self._button_text() + count)

    def _set_writing(self, writing: bool) -> None:
        self.writing = writing
        self.busy.set_busy(writing)
        for widget in (self.login, self.password, self.button):
            widget.setEnabled(not writing)
        if writing:
            self.say(_("Signing in…"))
        self.login.setReadOnly(bool(self._locked_login))

    def _fresh(self) -> None:
        self.password.clear()
        self.say("")
        self.login.setReadOnly(bool(self._locked_login))
        self._retranslate()
        self._focus()

    def _focus(self) -> None:
        """Who comes to change the operator types a login over the last one; else the password comes next."""
        if self._asks_who and self.login.text():
            self.login.selectAll()
        (self.password if self.login.text() and not self._asks_who else self.login).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the cursor where typing goes on."""
        super().showEvent(event)
        self._focus()
        QTimer.singleShot(AFTER_PAINT, self, self._without_input_method)

    def _without_input_method(self) -> None:
        from PySide6.QtCore import Qt  # 40 ms of enums, not before the first paint

        for field in (self.login, self.password):
            field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, Esc goes back."""
        from PySide6.QtCore import Qt  # 40 ms of enums, not before the first paint

        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                if self.login.hasFocus() and not self.password.text():
                    self.password.setFocus()
                else:
                    self.submit()
        elif event.key() == Qt.Key.Key_Escape and self.can_go_back:
            self.went_back.emit()
        else:
            super().keyPressEvent(event)
