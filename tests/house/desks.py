"""The real window on a real shop, for the tests that go through every screen."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop_admin.services import approvals, members, redemptions
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.redemptions import Wanted
from desktop_admin.services.work import Actor
from desktop_admin.settings import IDLE_MINUTES, Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language, theme
from desktop_admin.views.main_window import MainWindow, assemble
from desktop_admin.views.shell import Shell
from tests.services.counter import Counter
from tests.services.goods import Goods
from tests.views.screen_case import _Borrowed

WRITTEN = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET ")


def stock_up(database: Database, as_role: Callable[[str], Actor], size: int) -> None:
    """So many of everything; member 1 has as many purchases, entries and orders of their own."""
    till, goods = Counter(database, as_role), Goods(database, as_role)
    for n in range(1, size + 1):
        goods.item(n, 10, 100, pieces=size * 3, name=f"item {n}")
        member = till.by("administrator").do(
            members.enrol, name=f"王小{n}", phone=f"138{n:08d}", consent_terms=True, address="人民路 1 号"
        ).member_id
        till.gift(member, 50 * size)
        for who in {member, 1}:
            till.buy(who, 2_000, f"R-{n}-{who}")
            order = till.do(redemptions.place, member_id=who, lines=(Wanted(n, 1),), delivery="pickup").redemption_id
            if n % 2:
                till.do(redemptions.advance, redemption_id=order, to_state="ready")
        till.by("counter").do(
            approvals.ask, act_request=new_request(), kind="points.adjust",
            parameters={"member_id": member, "points": 3_000 + n, "reason": "service"},
        )  # fmt: skip


@contextmanager
def window(qtbot: Any, database: Any, folder: Path, actor: Actor) -> Iterator[tuple[MainWindow, Shell]]:
    """Somebody signed in at the real window; nothing but the first screen is open."""
    theme.current().set(mode="light", language="en")
    language.use("en")
    settings = Settings(folder / f"{actor.role}.ini")
    settings.set(IDLE_MINUTES, 0)
    tasks = Tasks(_Borrowed(database))
    shown = assemble(settings, tasks, _nobody)
    qtbot.addWidget(shown)
    shown.resize(1280, 820)
    shown.show()
    try:
        shown._signed_in(actor)
        assert shown.shell is not None
        settle(qtbot, tasks)
        yield shown, shown.shell
    finally:
        shown.close()
        closed = tasks.close(20)
    assert closed, "a thread is left"


def settle(qtbot: Any, tasks: Tasks) -> None:
    """Wait until everything was answered and nothing more is asked."""
    quiet = 0

    def rested() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if not tasks._open else 0
        return quiet > 6

    qtbot.waitUntil(rested, timeout=20_000)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _nobody(*_arguments: Any) -> Any:
    raise AssertionError("nobody signs in here")


@contextmanager
def counted(database: Database) -> Iterator[Tally[str]]:
    """Count the statements that reach the database, by their text."""
    found: Tally[str] = Tally()

    def count(statement: str, _parameters: Any) -> None:
        if not statement.startswith(WRITTEN):
            found[statement] += 1

    database.taps.statement.append(count)
    try:
        yield found
    finally:
        database.taps.statement.remove(count)
