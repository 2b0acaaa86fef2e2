"""The program on a shop on a server: who signs in works on a connection of their own, and on no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from desktop_admin import app as program_module
from desktop_admin import crash, profiles
from desktop_admin.app import Options, Program
from desktop_admin.services.connection import Profile
from desktop_admin.services.database.authority.names import login_role
from desktop_admin.services.database.clock import SystemClock
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble
from desktop_admin.services.operators import hash_password, on_server
from desktop_admin.settings import LAST_LOGIN, PROFILE, Settings
from desktop_admin.views import account, language
from desktop_admin.views.connections.form import ConnectionDialog
from desktop_admin.views.first_run import FirstRun
from tests import founding
from tests import served as shop
from tests.keyring import MemoryKeyring
from tests.served import Served
from tests.views.screen_case import wait_idle
from tests.views.test_connections import fill

_SESSION = Sql("SELECT ''", postgresql="SELECT session_user")


@pytest.fixture(autouse=True)
def _forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_server, "FAILURES", on_server.Failures())


@pytest.fixture
def settings(tmp_path: Path, served: Served) -> Settings:
    where = served.address()
    settings = Settings(tmp_path / "home" / "settings.ini")
    profile = Profile("p", "Main shop", hosts=where.hosts, database=where.database, ca_file=where.ca_file)
    profiles.keep(settings, profile)
    profiles.choose(settings, profile)
    return settings


@pytest.fixture
def program(qtbot: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setattr(program_module, "load_ahead", lambda _screen, _progress: None)
    monkeypatch.setattr(program_module, "warm_up", lambda _progress: None)
    language.use("en")
    program = Program(cast(QApplication, QApplication.instance()), settings, Options())
    qtbot.addWidget(program.window)
    program.window.show()
    program.open_database()
    yield program
    program.close()


def enter(qtbot: Any, program: Program, login: str, password: str = shop.PASSWORD) -> None:
    page = program.window.sign_in
    page.login.setText(login)
    page.password.setText(password)
    page.submit()
    qtbot.waitUntil(lambda: not page.writing, timeout=20_000)


def locked(program: Program) -> bool:
    return program.window.locked


def name_of(program: Program) -> str:
    actor = program.window.desk.actor
    return actor.name if actor is not None else ""


def session_of(program: Program) -> str:
    return str(program.tasks.shop().read(lambda work: work.value(_SESSION)))


def backends(served: Served, login: str) -> int:
    with psycopg.connect(served.server.conninfo("postgres")) as direct:
        row = direct.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [login_role(shop.DATABASE, login)]
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_nothing_of_the_shop_is_open_before_somebody_signs_in(qtbot: Any, program: Program, served: Served) -> None:
    assert program.tasks._shop is None
    assert program.window.sign_in.title.text() == "Main shop"
    enter(qtbot, program, "manager", "not it")
    assert program.window.sign_in.message.text() == "Wrong name or password."
    assert program.tasks._shop is None
    enter(qtbot, program, "manager")
    assert program.window.shell is not None
    assert session_of(program) == login_role(shop.DATABASE, "manager")
    assert program.nightly is None, "a server has its own scheduler"
    kept = profiles.chosen(program.settings)
    assert kept is not None
    assert kept.shop == "Test shop", "remembered for the next time"
    program.window.sign_out()
    wait_idle(qtbot, program.tasks)
    qtbot.waitUntil(lambda: backends(served, "manager") == 0, timeout=10_000)


def test_another_operator_works_on_another_connection(qtbot: Any, program: Program, served: Served) -> None:
    enter(qtbot, program, "manager")
    first = program.tasks.shop()
    program.window.change_operator()
    enter(qtbot, program, "counter")
    assert session_of(program) == login_role(shop.DATABASE, "counter")
    assert program.tasks.shop() is not first
    wait_idle(qtbot, program.tasks)
    qtbot.waitUntil(lambda: backends(served, "manager") == 0, timeout=10_000)


@pytest.fixture
def pin(served: Served) -> Iterator[str]:
    served.execute(
        f"UPDATE operator SET pin_hash = '{hash_password('246813')}' WHERE login = 'manager'", database=shop.DATABASE)
    yield "246813"
    served.execute("UPDATE operator SET pin_hash = '' WHERE login = 'manager'", database=shop.DATABASE)


def test_a_pin_reopens_only_what_its_operator_left_open(qtbot: Any, program: Program, served: Served, pin: str) -> None:
    enter(qtbot, program, "manager", pin)
    assert program.window.shell is None, "not before the password"
    enter(qtbot, program, "manager")
    own = program.tasks.shop()
    program.window.change_operator()
    enter(qtbot, program, "counter", pin)
    assert session_of(program) == login_role(shop.DATABASE, "manager"), "another's PIN opens nothing"
    enter(qtbot, program, "counter")
    assert backends(served, "manager") > 0
    program.window.change_operator()
    enter(qtbot, program, "manager", "999999")
    assert session_of(program) == login_role(shop.DATABASE, "counter")
    enter(qtbot, program, "manager", pin)
    assert program.tasks.shop() is own
    assert session_of(program) == login_role(shop.DATABASE, "manager")
    program.window.sign_out()
    wait_idle(qtbot, program.tasks)
    enter(qtbot, program, "manager", pin)
    assert program.window.shell is None, "signed out: nothing is left open"


def test_five_wrong_pins_and_the_password_is_asked(qtbot: Any, program: Program, pin: str) -> None:
    enter(qtbot, program, "manager")
    program.window.lock()
    for _each in range(5):
        enter(qtbot, program, "manager", "111111")
    enter(qtbot, program, "manager", pin)
    assert locked(program)
    enter(qtbot, program, "manager")
    assert not locked(program)


def test_a_locked_screen_opens_while_the_server_is_away(
    qtbot: Any, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(qtbot, program, "manager")
    program.window.lock()

    def away(*_args: Any, **_how: Any) -> Any:
        raise Trouble(on_server.NOT_FOUND, offline=True)

    monkeypatch.setattr(on_server, "sign_in", away)
    enter(qtbot, program, "manager", "not it")
    assert locked(program)
    enter(qtbot, program, "manager")
    assert not locked(program)
    program.window.change_operator()
    enter(qtbot, program, "counter")
    assert name_of(program) == "The manager", "another's own account needs the server"
    assert "only who worked here last" in program.window.sign_in.message.text()
    program.window.sign_out()
    enter(qtbot, program, "manager")
    assert program.window.shell is None
    assert program.window.sign_in.message.text() == on_server.NOT_FOUND


def test_a_locked_screen_opens_by_a_pin_never_typed_here(
    qtbot: Any, program: Program, pin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(qtbot, program, "manager")
    program.window.lock()
    assert program.connecting.entrance is not None
    present = program.connecting.entrance.present
    assert present is not None

    def away(*_args: Any, **_how: Any) -> Any:
        raise Trouble(on_server.NOT_FOUND, offline=True)

    monkeypatch.setattr(present.database, "read", away)
    for wrong in ("111111", "222222"):
        enter(qtbot, program, "manager", wrong)
        assert locked(program)
    enter(qtbot, program, "manager", pin)
    assert not locked(program)
    assert program.connecting.entrance.present is present


def remembering(settings: Settings) -> Profile:
    [profile] = profiles.kept(settings)
    profile = replace(profile, remember=True)
    profiles.keep(settings, profile)
    settings.set(LAST_LOGIN, "manager")
    return profile


def kept_password() -> str:
    return MemoryKeyring.secrets.get(("pointsdesk/server", "p/manager"), "")


def test_a_password_is_kept_in_the_keyring_where_that_was_asked(
    qtbot: Any, settings: Settings, program: Program
) -> None:
    enter(qtbot, program, "manager")
    assert kept_password() == ""
    profile = remembering(settings)
    program.connecting.use(profile)
    page = program.window.sign_in
    assert page.remember is not None
    assert page.remember.isChecked()
    enter(qtbot, program, "manager")
    assert kept_password() == shop.PASSWORD
    program.connecting.use(profile)
    qtbot.waitUntil(lambda: page.password.text() == shop.PASSWORD, timeout=10_000)
    page.remember.setChecked(False)
    page.submit()
    qtbot.waitUntil(lambda: not page.writing, timeout=20_000)
    assert kept_password() == ""


def test_a_connection_that_is_removed_takes_every_kept_password_along(
    qtbot: Any, settings: Settings, program: Program
) -> None:
    program.connecting.use(remembering(settings))
    for name in ("manager", "counter"):
        enter(qtbot, program, name)
        program.window.sign_out()
        program.connecting.use(profiles.kept(settings)[0])
    kept = {account for _service, account in MemoryKeyring.secrets}
    assert {"p/manager", "p/counter"} <= kept
    program.connecting._removed(profiles.kept(settings)[0])
    qtbot.waitUntil(lambda: not any(account.startswith("p/") for _s, account in MemoryKeyring.secrets))


@pytest.mark.parametrize("asked", [True, False])
def test_a_password_chosen_anew_takes_the_place_of_the_kept_one(
    qtbot: Any, settings: Settings, program: Program, served: Served, asked: bool
) -> None:
    if asked:
        program.connecting.use(remembering(settings))
    enter(qtbot, program, "manager")
    new = "eleven grey herons"
    form = account.change_password(program.window, program.window.desk).form
    try:
        form.fill({"old": shop.PASSWORD, "new": new, "again": new})
        form.submit()
        qtbot.waitUntil(lambda: program.window.desk.actor is None, timeout=20_000)
        assert kept_password() == (new if asked else "")
        wait_idle(qtbot, program.tasks)
        enter(qtbot, program, "manager", new)
        assert name_of(program) == "The manager"
    finally:
        served.execute(f"ALTER ROLE \"{login_role(shop.DATABASE, 'manager')}\" PASSWORD '{shop.PASSWORD}'")


@pytest.mark.expects_log
def test_no_file_of_the_program_holds_a_password(
    qtbot: Any, settings: Settings, program: Program, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level("DEBUG")
    canary = "canary-4711-secret"
    crash.install(tmp_path / "home" / "reports")
    try:
        remembering(settings)
        enter(qtbot, program, "manager", canary)
        enter(qtbot, program, "manager")
        program.window.lock()
        enter(qtbot, program, "manager", canary)

        def broken(*_args: Any, **how: Any) -> Any:
            raise RuntimeError(f"unexpected with {profiles.kept(settings)!r}")

        monkeypatch.setattr(on_server, "sign_in", broken)
        program.window.change_operator()
        enter(qtbot, program, "counter", canary)
        settings.save()
    finally:
        crash.uninstall()
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert any(path.name.startswith("report-") for path in files)
    for path in files:
        held = path.read_bytes()
        assert canary.encode() not in held, path
        assert shop.PASSWORD.encode() not in held, path
    assert canary not in caplog.text
    assert shop.PASSWORD not in caplog.text


def test_from_one_shop_to_another(qtbot: Any, settings: Settings, program: Program, tmp_path: Path) -> None:
    path = tmp_path / "other.pointsdesk"
    founding.found(f"sqlite:///{path}", SystemClock())
    enter(qtbot, program, "manager")
    other = profiles.of_file(str(path))
    program.connecting.use(other)
    assert program.window.shell is None
    wait_idle(qtbot, program.tasks)
    enter(qtbot, program, "manager", founding.PASSWORD)
    assert not program.tasks.shop().on_server  # type: ignore[attr-defined]
    assert settings.get(PROFILE) == other.id
    [server] = [one for one in profiles.kept(settings) if one.on_server]
    program.connecting.use(server)
    wait_idle(qtbot, program.tasks)
    enter(qtbot, program, "manager")
    assert session_of(program) == login_role(shop.DATABASE, "manager")


def test_the_first_run_leads_to_a_server(
    qtbot: Any, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module, "load_ahead", lambda _screen, _progress: None)
    monkeypatch.setattr(program_module, "warm_up", lambda _progress: None)
    program = Program(cast(QApplication, QApplication.instance()), Settings(tmp_path / "settings.ini"), Options())
    qtbot.addWidget(program.window)
    program.window.show()
    program.open_database()
    try:
        [guide] = [d for d in program.window.findChildren(FirstRun) if d.isVisible()]
        press(guide, "Open a shop that exists")
        press(guide, "Server…")
        [dialog] = [d for d in program.window.findChildren(ConnectionDialog) if d.isVisible()]
        wait_idle(qtbot, program.tasks)
        fill(dialog.form, served)
        dialog.form.submit_button.click()
        qtbot.waitUntil(lambda: program.window.shell is not None, timeout=20_000)
        assert session_of(program) == login_role(shop.DATABASE, "manager")
        [kept] = profiles.kept(program.settings)
        assert program.settings.get(PROFILE) == kept.id
    finally:
        program.close()


def press(dialog: QDialog, text: str) -> None:
    [button] = [one for one in dialog.findChildren(QPushButton) if one.text() == text]
    button.click()


def test_closing_the_form_comes_back_to_the_guide(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module, "load_ahead", lambda _screen, _progress: None)
    program = Program(cast(QApplication, QApplication.instance()), Settings(tmp_path / "settings.ini"), Options())
    qtbot.addWidget(program.window)
    program.window.show()
    program.open_database()
    try:
        [guide] = [d for d in program.window.findChildren(FirstRun) if d.isVisible()]
        guide.server_wanted.emit()
        guide.accept()
        [dialog] = [d for d in program.window.findChildren(ConnectionDialog) if d.isVisible()]
        wait_idle(qtbot, program.tasks)
        QTest.keyClick(dialog.form.editors["name"].widget, Qt.Key.Key_Escape)
        assert any(d.isVisible() for d in program.window.findChildren(FirstRun))
    finally:
        program.sample = False
        program.close()
