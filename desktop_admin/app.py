"""The composition root: the only place that constructs the database, the tasks and the window.

Nothing heavy is imported before the sign-in form is on the screen.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop_admin import __version__, crash, i18n
from desktop_admin.i18n import _
from desktop_admin.opening import found, opening
from desktop_admin.settings import (
    DATABASE,
    LAST_SCREEN,
    PROFILE,
    SAMPLE,
    TEXT_SIZE,
    THEME,
    WORKSTATION,
    Settings,
    data_folder,
)
from desktop_admin.tasks import Cancelled, Done, Failed, Progress, Tasks, message_of
from desktop_admin.views import theme
from desktop_admin.views.language import first_language
from desktop_admin.views.main_window import MainWindow, assemble
from desktop_admin.views.sign_in import sign_in_service

if TYPE_CHECKING:
    from desktop_admin.connecting import Connecting
    from desktop_admin.nightly import Nightly
    from desktop_admin.reconnecting import Reconnecting
    from desktop_admin.services.database.database import Database
    from desktop_admin.settling import Settled, Settling
    from desktop_admin.views.desk import Notices
    from desktop_admin.views.first_run import Founding

AFTER_PAINT = 30  # ms
SETTLED = 1500  # ms after signing in: the first screen is shown


@dataclass(frozen=True)
class Options:
    """What was said on the command line."""

    sample: bool = False
    database: str = ""
    language: str = ""
    theme: str = ""


class Bugs(QObject):
    """Brings bugs of any thread to the UI thread, where a window tells of them."""

    happened = Signal(str, str)

    def tell(self, reference: str, report: str) -> None:
        """Tell of a bug; may be called in any thread."""
        self.happened.emit(reference, report)

    def show(self, reference: str, report: str) -> None:
        """Open the window that offers the report to copy."""
        from desktop_admin.views.crash_window import CrashWindow  # rarely needed

        CrashWindow(QApplication.activeWindow(), reference, report).open()


class Program(QObject):
    """Holds what lives as long as the program."""

    built = Signal(object, object)  # days of the sample shop's history: played, in all

    def __init__(self, app: QApplication, settings: Settings, options: Options) -> None:
        super().__init__(app)
        self.settings, self.options = settings, options
        self.tasks = Tasks(parent=self)
        self.workstation = settings.get(WORKSTATION) or _machine_name()
        self.window: MainWindow = assemble(
            settings, self.tasks, sign_in_service(self.workstation), self._ask_facts
        )
        self.sample = options.sample or (not options.database and settings.get(SAMPLE))
        self.url = options.database or ("" if self.sample else settings.get(DATABASE))
        self.database_name, self.ending = "", False
        self.nightly: Nightly | None = None  # once a shop in a file is open
        self.settling: Settling | None = None  # on a server
        self.connecting: Connecting  # once the form is painted
        self.reconnecting: Reconnecting
        self.tasks.refused.connect(self._report)
        self.tasks.troubled.connect(self._report)
        self.tasks.broken.connect(self._report)
        self.built.connect(self._building)

    def start(self) -> None:
        """Show the form, then open the database behind it."""
        self.window.show()
        QTimer.singleShot(AFTER_PAINT, self, self.open_database)

    def open_database(self) -> None:
        """Open the shop on the writer thread; signing in waits for it."""
        theme.settled = True
        theme.current().follow_system()
        self._connect()
        if not (self.options.database or self.sample) and self.settings.get(PROFILE):
            from desktop_admin import profiles

            profile = profiles.chosen(self.settings)
            if profile is not None and profile.on_server:
                self.connecting.start(profile)
                self._load_ahead()
                return
        self._open_file()

    def _connect(self) -> None:
        from desktop_admin.connecting import Connecting  # after the first paint
        from desktop_admin.reconnecting import Reconnecting

        self.connecting = Connecting(self.window, self.workstation, self._entered, self._lead_to, self)
        self.reconnecting = Reconnecting(self.tasks, self.window.desk, self)
        self.window.desk.actor_changed.connect(self._somebody)

    def _open_file(self) -> None:
        if not self.url and not self.sample:
            self._guide()
            return
        how = opening(self.url, sample=self.sample, told=self._told)
        self.tasks.open(how, self, self._opened, self._not_opened)

    def close(self) -> None:
        """Finish what is being written, end every thread; a sample shop that is not whole is given up."""
        self.ending = True
        self.tasks.close()
        if hasattr(self, "connecting"):
            self.connecting.close()
        self.settings.save()

    def _guide(self) -> None:
        from desktop_admin.views.first_run import FirstRun  # once in a shop's life

        guide = FirstRun(self.window, self._found)
        guide.chosen.connect(self._chosen)
        guide.server_wanted.connect(partial(self.connecting.add_server, self._guide))
        guide.open()

    def _chosen(self, url: str, sample: bool) -> None:
        self.settings.set(DATABASE, url)
        self.settings.set(SAMPLE, sample)
        self.url, self.sample = url, sample
        if url and "://" not in url:
            from desktop_admin import profiles

            profile = profiles.of_file(url)
            profiles.keep(self.settings, profile)
            profiles.choose(self.settings, profile)
        self._open_file()

    def _lead_to(self, path: str) -> None:
        """Another shop, in a file."""
        self.url, self.sample = path, False
        self._open_file()

    def _entered(self, database: Database, name: str) -> None:
        """Somebody signed in to a shop on a server."""
        from zoneinfo import ZoneInfo

        i18n.use_time_zone(ZoneInfo(database.shop.timezone))
        self._rest()
        self._keep_outbox(database)
        self.database_name = name
        self.window.sign_in.say_shop(database.shop.name)

    def _rest(self) -> None:
        """A shop on a server has its scheduler: nothing is done by itself here."""
        if self.nightly is not None:
            self.nightly.deleteLater()
            self.nightly = None

    def _load_ahead(self) -> None:
        self.tasks.run(self, partial(load_ahead, self.settings.get(LAST_SCREEN)), _nothing, _nothing)

    def _found(self, answers: Founding, done: Done[Any], failed: Failed) -> None:
        self.tasks.run(self, lambda _progress: found(answers), done, failed)

    def _opened(self, database: Database) -> None:
        from zoneinfo import ZoneInfo  # after the first paint

        shop = database.shop
        self.database_name = database.name
        i18n.use_time_zone(ZoneInfo(shop.timezone))
        from desktop_admin.nightly import Nightly

        self._rest()
        self.nightly = Nightly(self.tasks, self._notices, self.workstation, self)
        self._keep_outbox(database)
        self._load_ahead()
        self.window.sign_in.say_shop(shop.name)
        if shop.is_sample:
            from desktop_admin.services.sample import LOGIN, PASSWORD

            self.window.sign_in.say("")
            self.window.sign_in.say_sample(
                _("Sample shop: sign in as {login} with the password {password}.").format(
                    login=LOGIN, password=PASSWORD
                )
            )

    def _keep_outbox(self, database: Database) -> None:
        from desktop_admin.settling import settling_for

        folder = data_folder() / "outbox"
        self.settling = settling_for(database, folder, self.tasks, self.settling, self._tell_settled, self)

    def _tell_settled(self, settled: tuple[Settled, ...]) -> None:
        from desktop_admin.views import unsettled

        unsettled.tell(self._notices(), settled)

    def _notices(self) -> Notices:
        return self.window.desk.notices

    def _somebody(self, actor: object) -> None:
        if actor is not None:
            QTimer.singleShot(SETTLED, self, self._settled)
            self.reconnecting.look()

    def _settled(self) -> None:
        """Tell what waited to be heard, and start what reads names in pinyin before somebody searches by it."""
        if not self.ending and self.tasks.actor is not None:
            if self.nightly is not None:
                self.nightly.flush()
            self.tasks.listen()
            if self.settling is not None:
                self.settling.look()
            self.tasks.run(self, warm_up, _nothing, _nothing)

    def _told(self, done: int, total: int) -> None:
        """Hear of the building, in the writer thread."""
        if self.ending:
            raise Cancelled
        self.built.emit(done, total)

    def _building(self, done: int, total: int) -> None:
        self.ending = self.ending or not self.window.isEnabled()  # it waits to be closed
        text = _("Building the sample shop, once: {percent} % of its history is written.")
        self.window.sign_in.say(text.format(percent=100 * done // max(1, total)))

    def _not_opened(self, error: Exception) -> None:
        self.window.sign_in.say(message_of(error), "error")

    def _report(self, _owner: object, error: Exception) -> None:
        self.window.desk.notices.report(error)

    def _ask_facts(self, window: MainWindow) -> None:
        from desktop_admin.views.shop_facts import ask_facts  # after the first paint

        ask_facts(self.tasks, window, Path(self.database_name).name)


def load_ahead(screen: str, progress: Progress) -> None:
    """Import what the desk needs while the password is typed, beside the UI thread."""
    for name in ("PySide6.QtSvg", "desktop_admin.views.shell", "desktop_admin.views.scanner"):
        progress.check()
        import_module(name)
    from desktop_admin.views.navigation import places

    gc.disable()  # collecting while modules pour in would hold up the window
    try:
        for place in sorted(places(), key=lambda place: place.id != screen):  # the last one first, then the others
            progress.check()
            place.load()
    finally:
        gc.enable()
    gc.freeze()  # all that stays: looking through it for garbage held up the window for 0.2 s
    theme.draw_ahead()


def warm_up(_progress: Progress) -> None:
    """Start the process that reads names; it ends with the program."""
    from desktop_admin.services.members import pinyin

    pinyin.warm()


def _nothing(_answer: object) -> None:
    """What was loaded ahead answers nothing; where it failed, its first use says so."""


def parse(arguments: Sequence[str]) -> Options:
    """Read what was typed; a wrong line ends the program with one sentence."""
    if not arguments:
        return Options()
    from desktop_admin.cli.window import read  # only where there is something to read

    known = read(arguments)
    return Options(known.sample, known.database, known.language, known.theme)


def prepare(app: QApplication, settings: Settings, options: Options) -> None:
    """Put look and language on the program."""
    theme.settled = False
    mode = options.theme or settings.get(THEME)
    look = theme.Theme(app, mode, settings.get(TEXT_SIZE))
    look.language = ""  # set with the language, so that the look is put on once
    first_language(settings, options.language)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; answers its exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    QCoreApplication.setApplicationName("PointsDesk")
    QCoreApplication.setApplicationVersion(__version__)
    app = QApplication([sys.argv[0], "-style", "Fusion"])
    settings = Settings.of_this_machine()
    bugs = Bugs(app)
    bugs.happened.connect(bugs.show)
    crash.install(data_folder() / "reports", bugs.tell)
    prepare(app, settings, options)
    program = Program(app, settings, options)
    program.start()
    code = app.exec()
    program.close()
    crash.uninstall()
    return code


def _machine_name() -> str:
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return name or "desk"
