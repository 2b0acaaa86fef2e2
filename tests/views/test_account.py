"""One's own account: a password that is due, a PIN, notices after signing in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop_admin.services import audit, operators
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import account
from desktop_admin.views.desk import Desk
from desktop_admin.views.dialogs import FormDialog
from tests.founding import PASSWORD
from tests.services.staff import As, quicken
from tests.views.fakes import FakeNotices
from tests.views.screen_case import _Borrowed, wait_idle

TILL = "till 1"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    tasks = Tasks(_Borrowed(database))
    yield Desk(tasks, Settings(tmp_path / "settings.ini"), FakeNotices())
    assert tasks.close(20)


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    return shown


def settle(qtbot: Any, desk: Desk) -> None:
    wait_idle(qtbot, desk.tasks)
    qtbot.waitUntil(desk.tasks.idle, timeout=10_000)
    wait_idle(qtbot, desk.tasks)


def one_time(database: Database, as_role: As, role: str) -> str:
    secret, who = operators.new_secret(), as_role(role).operator_id
    given = {"secret_hash": secret.hash, "verifier": secret.verifier}
    act = partial(operators.reset_password, request=new_request(), operator_id=who, **given)
    database.write(act, actor=as_role("administrator"))
    return secret.plain


def test_a_password_of_ones_own(qtbot: Any, database: Database, as_role: As, desk: Desk, window: QWidget) -> None:
    plain = one_time(database, as_role, "clerk")
    desk.sign_in(operators.sign_in(database, login="clerk", password=plain, workstation=TILL))
    account.greet(window, desk)
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog) and w.isVisible()]
    form = dialog.form
    form.fill({"old": plain, "new": "seven blue cups", "again": "eight blue cups"})
    form.submit()
    assert form._errors["again"].text()
    form.editors["again"].set_value("seven blue cups")
    form.editors["old"].set_value("wrong")
    form.submit()
    settle(qtbot, desk)
    assert form._errors["old"].text(), "the refusal stands at its field"
    heard: list[tuple[str, str]] = []
    desk.new_password = lambda actor, new: heard.append((actor.name, new))
    form.editors["old"].set_value(plain)
    form.submit()
    settle(qtbot, desk)
    assert desk.actor is not None
    assert not desk.actor.must_change
    assert heard == [(desk.actor.name, "seven blue cups")], "what opens the lock and what is kept follow"
    with pytest.raises(Refused):
        operators.sign_in(database, login="clerk", password=plain, workstation=TILL)


def test_esc_goes_back_to_signing_in(qtbot: Any, database: Database, as_role: As, desk: Desk, window: QWidget) -> None:
    plain = one_time(database, as_role, "clerk")
    desk.sign_in(operators.sign_in(database, login="clerk", password=plain, workstation=TILL))
    dialog = account.change_password(window, desk)
    qtbot.keyClick(dialog.form.editors["old"].widget, Qt.Key.Key_Escape)
    assert desk.actor is None


def test_a_pin(qtbot: Any, database: Database, desk: Desk, window: QWidget) -> None:
    manager = operators.sign_in(database, login="manager", password=PASSWORD, workstation=TILL)
    desk.sign_in(manager)
    form = account.set_pin(window, desk).form
    form.fill({"password": PASSWORD, "pin": "111111"})
    form.submit()
    settle(qtbot, desk)
    assert form._errors["pin"].text()
    form.editors["pin"].set_value("135790")
    form.submit()
    settle(qtbot, desk)
    assert operators.enter(database, login="manager", password="135790", workstation=TILL) == manager


def test_a_recovery_is_told_until_it_was_read(qtbot: Any, database: Database, desk: Desk, window: QWidget) -> None:
    operators.recover_in(database)
    found = operators.recover_in(database)
    signed = operators.sign_in(database, login=found.login, password=found.one_time_password, workstation=TILL)
    desk.sign_in(operators.change_password(database, actor=signed, old=found.one_time_password, new="nine green cups"))
    account.greet(window, desk)
    settle(qtbot, desk)
    assert len(desk.notices.told) == 1  # type: ignore[attr-defined]
    account._read(desk)
    settle(qtbot, desk)
    account.greet(window, desk)
    settle(qtbot, desk)
    assert len(desk.notices.told) == 1  # type: ignore[attr-defined]


def test_going_leaves_a_trace(qtbot: Any, database: Database, as_role: As, desk: Desk, window: QWidget) -> None:
    desk.sign_in(as_role("manager"))
    account.leave(window, desk)
    settle(qtbot, desk)
    assert database.read(audit.page, actor=as_role("auditor")).rows[0].action == "sign out"
