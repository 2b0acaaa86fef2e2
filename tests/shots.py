"""Pictures of every screen: `python3 dev.py shots DIR [--database URL] [--quick]`.

`--at members:member_id=7,tab=1` opens a screen at a place and pictures that alone (`tab` is the page
of its tabs, from 0); it may be said for several screens.

Every registered screen × 简体中文, 繁體中文, English × light, dark (and 150 % in one language),
on the sample shop or the database given, and one contact sheet per language and theme.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QTabWidget

from desktop_admin import i18n, opening
from desktop_admin.services.permissions import Role
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language, theme
from desktop_admin.views.main_window import MainWindow, assemble
from desktop_admin.views.shell import Shell

SIZE = (1280, 820)
PATIENCE = 30.0  # s per screen
COLUMNS = 3


@dataclass(frozen=True)
class Look:
    """One way a screen may look."""

    language: str
    mode: str
    scale: int = 100

    @property
    def name(self) -> str:
        """Answer the folder it goes into."""
        return f"{self.language}-{self.mode}" + (f"-{self.scale}" if self.scale != 100 else "")


def looks(*, quick: bool) -> Iterator[Look]:
    """Answer every look; a quick run takes one light and one dark."""
    if quick:
        yield Look("zh_CN", "light")
        yield Look("en", "dark")
        return
    for code in i18n.LANGUAGES:
        for mode in ("light", "dark"):
            yield Look(code, mode)
    yield Look("zh_CN", "light", 150)


def one_look(name: str) -> Iterator[Look]:
    """Answer the look with this name."""
    code, mode, *scale = name.split("-")
    yield Look(code, mode, int(scale[0]) if scale else 100)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; answers the number of screens that could not be shown."""
    parser = argparse.ArgumentParser("shots")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", default="", metavar="URL")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="ids of screens, with commas")
    parser.add_argument("--size", default="x".join(map(str, SIZE)), help="of the window, such as 1024x700")
    parser.add_argument("--look", default="", help="one look only, such as zh_TW-dark or zh_CN-light-150")
    parser.add_argument("--at", action="append", default=[], metavar="SCREEN:NAME=NUMBER,...")
    said = parser.parse_args(arguments)
    places = dict(place_said(text) for text in said.at)
    app = QApplication([sys.argv[0], "-style", "Fusion"])
    theme.Theme(app, "light").apply()
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(Path(place) / "settings.ini")
        database = opening.opening(said.database, sample=not said.database)()
        tasks = Tasks(database)
        i18n.use_time_zone(database.shop.zone())
        failed = 0
        try:
            wide, high = (int(part) for part in said.size.split("x"))
            for look in one_look(said.look) if said.look else looks(quick=said.quick):
                wanted = [name for name in said.only.split(",") if name] or list(places)
                failed += shoot(tasks, settings, look, said.folder, wanted, (wide, high), places)
        finally:
            tasks.close()
    return failed


def place_said(text: str) -> tuple[str, dict[str, int]]:
    """Read "members:member_id=7,tab=1": the screen and the place in it."""
    id_, _colon, rest = text.partition(":")
    pairs = (part.split("=") for part in rest.split(",") if part)
    return id_, {name: int(value) for name, value in pairs}


def shoot(
    tasks: Tasks, settings: Settings, look: Look, folder: Path, only: list[str],
    size: tuple[int, int] = SIZE, places: dict[str, dict[str, int]] | None = None,
) -> int:  # fmt: skip
    """Picture every screen in one look."""
    place = folder / look.name
    place.mkdir(parents=True, exist_ok=True)
    theme.current().set(mode=look.mode, scale=look.scale)
    language.use(look.language)
    window = assemble(settings, tasks, _nobody, facts=_facts)
    window._idle.blockSignals(True)  # nobody types here; it must not lock
    window.resize(*size)
    window.show()
    window.sign_in.say_shop(tasks.shop().read(lambda work: str(work.shop.name)))
    pictures = [save(window, place / "sign_in.png")] if not only else []
    window._signed_in(administrator(tasks))
    shell, failed = window.shell, 0
    assert shell is not None
    for id_ in shell.rail.ids():
        if only and id_ not in only:
            continue
        started = time.monotonic()
        try:
            go_to(shell, tasks, id_, (places or {}).get(id_, {}))
        except Exception:  # noqa: BLE001 - told, counted, and the other screens are pictured
            traceback.print_exc()
            failed += 1
            continue
        if not settle(tasks):
            print(f"{look.name} {id_}: still loading after {PATIENCE:.0f} s", file=sys.stderr)
            failed += 1
        pictures.append(save(window, place / f"{id_}.png"))
        print(f"{look.name:16} {id_:16} {time.monotonic() - started:5.1f} s", flush=True)
    contact_sheet(pictures, folder / f"{look.name}.png")
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return failed


def go_to(shell: Shell, tasks: Tasks, id_: str, where: dict[str, int]) -> None:
    """Open a screen, a place in it, and one of its tabs."""
    shell.open(id_, {name: value for name, value in where.items() if name != "tab"})
    if "tab" in where and settle(tasks) and shell.current is not None:
        tabs = shell.current.findChild(QTabWidget)
        assert tabs is not None, f"{id_} has no tabs"
        tabs.setCurrentIndex(where["tab"])


def settle(tasks: Tasks) -> bool:
    """Wait until every question was answered and painted."""
    end = time.monotonic() + PATIENCE
    quiet = 0
    while time.monotonic() < end:
        QApplication.processEvents()
        quiet = quiet + 1 if not tasks._open and tasks.idle() else 0
        if quiet > 30:
            return True
        time.sleep(0.01)
    return False


def save(window: MainWindow, path: Path) -> Path:
    """Save a picture of the window."""
    QApplication.processEvents()
    window.grab().save(str(path))
    return path


def contact_sheet(pictures: Sequence[Path], path: Path) -> None:
    """Put small pictures onto one sheet, each with its name."""
    width, height, gap, line = 640, 410, 16, 26
    rows = -(-len(pictures) // COLUMNS)
    sheet = QImage(
        COLUMNS * (width + gap) + gap,
        rows * (height + line + gap) + gap,
        QImage.Format.Format_RGB32,
    )
    sheet.fill(Qt.GlobalColor.lightGray)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setFont(QFont(QApplication.font().families(), 12))
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        x, y = gap + column * (width + gap), gap + row * (height + line + gap)
        painter.drawText(QRect(x, y, width, line), Qt.AlignmentFlag.AlignLeft, picture.stem)
        painter.drawImage(QRect(x, y + line, width, height), QImage(str(picture)))
    painter.end()
    sheet.save(str(path))


def administrator(tasks: Tasks) -> Any:
    """Answer the administrator of the shop, without asking for a password."""
    from desktop_admin.services.database.sql import Sql
    from desktop_admin.services.work import Actor

    find = Sql(
        "SELECT o.id, o.name, o.role, b.id AS branch_id, b.name AS branch_name FROM operator o "
        "JOIN branch b ON b.id = coalesce(o.branch_id, (SELECT min(id) FROM branch)) "
        "WHERE o.role = :role ORDER BY o.id"
    )
    row = tasks.shop().read(lambda work: work.first(find, role=Role.ADMINISTRATOR.value))
    assert row is not None, "the shop has no administrator"
    return Actor(row.id, row.name, Role(row.role), row.branch_id, row.branch_name, "shots")


def _facts(window: MainWindow) -> None:
    from desktop_admin.views.shop_facts import ask_facts

    ask_facts(window.desk.tasks, window, "sample.db")


def _nobody(_database: Any, _login: str, _password: str) -> Any:
    raise AssertionError("nobody signs in here")


if __name__ == "__main__":
    sys.exit(main())
