"""The one window: sign-in, the desk, the lock."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from desktop_admin.i18n import _
from desktop_admin.settings import GEOMETRY, IDLE_MINUTES, LAST_LOGIN, SCANNER
from desktop_admin.views import theme
from desktop_admin.views.brand import window_icon
from desktop_admin.views.sign_in import SignIn, SignInPage

if TYPE_CHECKING:
    from desktop_admin.services.work import Actor
    from desktop_admin.settings import Settings
    from desktop_admin.tasks import Tasks
    from desktop_admin.views.desk import Desk
    from desktop_admin.views.scanner import Scanner
    from desktop_admin.views.shell import Shell
    from desktop_admin.views.status import ShopFacts
    from desktop_admin.views.widgets.record_table import Shown

LOCK_MINUTES = 5  # until the shop's own setting is read


class MainWindow(QMainWindow):
    """Shows the sign-in form at once; the desk is made when someone signed in."""

    def __init__(
        self,
        desk: Desk,
        sign_in: SignIn,
        facts: Callable[[MainWindow], object] = lambda window: None,
    ) -> None:
        super().__init__()
        self.desk, self._ask_facts = desk, facts
        self.shell: Shell | None = None
        self.scanner: Scanner | None = None
        self.locked = False
        self._hidden: list[QWidget] = []
        self._facts: ShopFacts | None = None
        self.setWindowIcon(window_icon())
        self.setMinimumSize(1000, 640)
        self.pages = QStackedWidget()
        self.sign_in = SignInPage(desk, sign_in)
        self.pages.addWidget(self.sign_in)
        self.setCentralWidget(self.pages)
        self.sign_in.signed_in.connect(self._signed_in)
        self.sign_in.went_back.connect(self._went_back)
        self.sign_in.back.clicked.connect(self._other_operator)
        desk.exporter, desk.new_password = self._export, self.sign_in.new_password
        desk.actor_changed.connect(self._actor_changed)
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.lock)
        self._retranslate()
        self.restore()

    def _export(self, shown: Shown) -> None:
        from desktop_admin.views.exporting import export  # not before the first paint

        export(self.desk, self, shown)

    # --- who --------------------------------------------------------------------------------------

    def _signed_in(self, actor: Actor) -> None:
        same = self.desk.actor is not None and self.desk.actor.operator_id == actor.operator_id
        if self.shell is None or not same:
            self.desk.sign_in(actor)
            self._make_shell()
        self._unlock()
        self._account().greet(self, self.desk)

    def _actor_changed(self) -> None:
        QTimer.singleShot(0, self._nobody)  # not a queued connection: to name one costs the start 40 ms

    def _nobody(self) -> None:
        """A restore or a password not chosen ended the session."""
        if self.desk.actor is None and self.shell is not None:
            self.sign_out()

    def change_operator(self) -> None:
        """Ask who works here now; until someone else signed in, nothing changes."""
        self.sign_in.ask_anyone(can_go_back=True)
        self.pages.setCurrentWidget(self.sign_in)

    def sign_out(self) -> None:
        """Nobody works here any more; what is being written is finished."""
        if self.desk.actor is not None:
            self._account().leave(self, self.desk)
        self.desk.sign_in(None)
        self._drop_shell()
        self._idle.stop()
        self.sign_in.ask_anyone(forget=True)
        self.pages.setCurrentWidget(self.sign_in)

    def lock(self) -> None:
        """Hide everything until the password is typed; nothing typed so far is lost."""
        actor = self.desk.actor
        if actor is None or self.locked:
            return
        if self.desk.tasks.busy:
            self._idle.start(2000)
            return
        self.locked = True
        for window in QApplication.topLevelWidgets():
            if window is not self and isinstance(window, QDialog) and window.isVisible():
                window.hide()
                self._hidden.append(window)
        self.sign_in.ask_again(self.desk.settings.get(LAST_LOGIN), actor.name)
        self.pages.setCurrentWidget(self.sign_in)

    def _unlock(self) -> None:
        self.locked = False
        assert self.shell is not None
        self.pages.setCurrentWidget(self.shell)
        hidden, self._hidden = self._hidden, []
        for dialog in hidden:
            dialog.show()
        self.active()

    def _went_back(self) -> None:
        if not self.locked and self.shell is not None:
            self.pages.setCurrentWidget(self.shell)

    def _other_operator(self) -> None:
        if self.locked:
            self.sign_in.login.clear()
            self.sign_in.ask_anyone()

    # --- the desk ---------------------------------------------------------------------------------

    def _make_shell(self) -> None:
        from desktop_admin.views.enter_key import EnterKey  # after the first paint
        from desktop_admin.views.notices import Toasts
        from desktop_admin.views.scanner import Scanner
        from desktop_admin.views.shell import Shell

        self._drop_shell()
        shell = self.shell = Shell(self.desk, self.pages)
        self.pages.addWidget(shell)
        self.desk.notices = Toasts(shell, shell.banner)
        shell.top.change_operator.connect(self.change_operator)
        shell.top.lock.connect(self.lock)
        shell.top.sign_out.connect(self.sign_out)
        self._account().offer(shell.top, self, self.desk)
        if self.scanner is None:
            EnterKey(self)  # before the scanner, which is asked first then
            self.scanner = Scanner(self._scanned, active=self.active)
            self.scanner.setParent(self)
            self.scanner.watch(self)
        self.scanner.enabled = self.desk.settings.get(SCANNER)
        if self._facts is not None:
            self.show_facts(self._facts)
        self._ask_facts(self)
        QTimer.singleShot(0, shell, shell.open_last)  # the desk is painted first

    @staticmethod
    def _account() -> ModuleType:
        return import_module("desktop_admin.views.account")  # after the first paint

    def _drop_shell(self) -> None:
        if self.shell is not None:
            self.pages.removeWidget(self.shell)
            self.shell.hide()
            self.shell.deleteLater()
            self.shell, self.desk.notices = None, _Silent()  # the banner goes too; the till may have a late word

    def show_facts(self, facts: ShopFacts) -> None:
        """Show what is known of the shop at the foot of the window."""
        self._facts = facts
        self._retranslate()
        if self._idle.isActive() and self._idle.interval() != self.idle_minutes() * 60_000:
            self.active()
        if self.shell is not None:
            self.shell.status.show_facts(facts)
            self.shell.top.sample.setVisible(facts.sample)

    def active(self) -> None:
        """Somebody is here: the idle time begins anew."""
        if self.desk.actor is not None and not self.locked:
            self._idle.start(self.idle_minutes() * 60_000)

    def idle_minutes(self) -> int:
        """Answer after how long the program locks: as the shop says, or sooner where this machine is stricter."""
        shop = self._facts.lock_minutes if self._facts is not None else LOCK_MINUTES
        return min(shop, self.desk.settings.get(IDLE_MINUTES) or shop)

    def _scanned(self, code: str) -> None:
        if self.shell is not None and self.pages.currentWidget() is self.shell:
            self.shell.take_scan(code)

    def restore(self) -> None:
        """Stand where it stood, on a screen that exists."""
        _stand(self, self.desk.settings.get(GEOMETRY))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when nothing is being written; else as soon as it was."""
        if self.desk.tasks.busy:
            from PySide6.QtCore import Qt  # 40 ms of enums, not before the first paint

            self.setEnabled(False)
            self.desk.tasks.busy_changed.connect(self._close_later, Qt.ConnectionType.UniqueConnection)
            event.ignore()
            return
        self.desk.settings.set(GEOMETRY, bytes(self.saveGeometry().toHex().data()).decode())
        self.desk.settings.save()
        if self.scanner is not None:
            self.scanner.rest()
        super().closeEvent(event)

    def _close_later(self, busy: bool) -> None:
        if not busy:
            self.setEnabled(True)
            self.close()

    def _retranslate(self) -> None:
        name = _("PointsDesk")
        shop = self._facts.shop if self._facts is not None else ""
        self.setWindowTitle(f"{shop} – {name}" if shop else name)

    def changeEvent(self, event: QEvent) -> None:
        """Name the window again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


def _stand(window: QMainWindow, kept: str) -> None:
    done = bool(kept) and window.restoreGeometry(QByteArray.fromHex(kept.encode()))
    screens = QApplication.screens()
    if not done or not any(s.geometry().intersects(window.geometry()) for s in screens):
        room = QApplication.primaryScreen().availableGeometry()
        window.resize(min(1280, room.width()), min(820, room.height()))
        window.move(room.center() - window.rect().center())


def assemble(settings: Settings, tasks: Tasks, sign_in: SignIn, facts: Any = lambda window: None) -> MainWindow:
    """Put desk and window together."""
    from desktop_admin.views.desk import Desk

    theme.current()
    return MainWindow(Desk(tasks, settings, _Silent()), sign_in, facts)


class _Silent:
    """Stands where notices will, while there is no shell to show them in."""

    def tell(self, text: str, **_how: object) -> None:
        """Nobody listens yet."""

    def report(self, error: Exception) -> None:
        """Nobody listens yet."""

    def stay(self, text: str, **_how: object) -> None:
        """Nobody listens yet."""
