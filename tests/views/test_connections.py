"""Connections on the screen: the form with its test, the list, signing in to a shop on a server, and its loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from desktop_admin import profiles
from desktop_admin.services import connection
from desktop_admin.services.connection import Host, Profile, Tls
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.operators import on_server
from desktop_admin.settings import DATABASE, PROFILES, Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language
from desktop_admin.views.connections.form import ConnectionDialog, ConnectionForm
from desktop_admin.views.connections.listing import ConnectionsDialog
from desktop_admin.views.help import HelpPage
from desktop_admin.views.main_window import MainWindow, assemble
from tests import served as shop
from tests.served import Served
from tests.views.fakes import FakeShop
from tests.views.screen_case import accessible_name, controls, wait_idle
from tests.views.small_desk import sign_in

_SESSION = Sql("SELECT ''", postgresql="SELECT session_user")


@pytest.fixture(autouse=True)
def _forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_server, "FAILURES", on_server.Failures())


# -- the form ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: Any, tmp_path: Path) -> Iterator[MainWindow]:
    tasks = Tasks(FakeShop())
    language.use("en")
    window = assemble(Settings(tmp_path / "settings.ini"), tasks, sign_in)
    qtbot.addWidget(window)
    window.show()
    yield window
    assert tasks.close(20)


def dialog_of(qtbot: Any, window: MainWindow, profile: Profile | None = None) -> ConnectionDialog:
    dialog = ConnectionDialog(window, window.desk, profile)
    dialog.open()
    wait_idle(qtbot, window.desk.tasks)
    return dialog


def fill(form: ConnectionForm, served: Served, **changed: Any) -> None:
    where = served.address()
    values = {
        "name": "Main shop", "hosts": f"localhost:{served.port}", "database": where.database, "tls": Tls.VERIFIED,
        "ca_file": where.ca_file, "login": "manager", "password": shop.PASSWORD,
    }  # fmt: skip
    for name, value in (values | changed).items():
        form.editors[name].set_value(value)


def test_a_test_shows_what_was_found_and_keeps_nothing(qtbot: Any, window: MainWindow, served: Served) -> None:
    dialog = dialog_of(qtbot, window)
    saved: list[Any] = []
    dialog.saved.connect(lambda *said: saved.append(said))
    fill(dialog.form, served, password="not it")
    dialog.form.test.click()
    wait_idle(qtbot, window.desk.tasks)
    assert any("Wrong · Name and password: Wrong name or password." in line for line in dialog.form.findings.lines)
    assert "\n".join(dialog.form.findings.lines) == dialog.form.findings.accessibleDescription()
    fill(dialog.form, served)
    dialog.form.test.click()
    wait_idle(qtbot, window.desk.tasks)
    assert not any(line.startswith("Wrong") for line in dialog.form.findings.lines)
    assert dialog.form.banner.label.text() == "This way leads into the shop."
    assert saved == []
    assert window.desk.settings.get(PROFILES) == "[]"


def test_a_good_way_is_saved_at_once_by_keyboard(qtbot: Any, window: MainWindow, served: Served) -> None:
    dialog = dialog_of(qtbot, window)
    saved: list[Any] = []
    dialog.saved.connect(lambda *said: saved.append(said))
    fill(dialog.form, served)
    QTest.keyClick(dialog.form.editors["password"].widget, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(saved), timeout=20_000)
    [(profile, login, password)] = saved
    assert (profile.name, profile.hosts, login, password) == (
        "Main shop", (Host("localhost", served.port),), "manager", shop.PASSWORD,
    )  # fmt: skip
    assert not dialog.isVisible()


def test_a_way_that_does_not_work_is_saved_by_asking_twice(qtbot: Any, window: MainWindow, served: Served) -> None:
    dialog = dialog_of(qtbot, window)
    saved: list[Any] = []
    dialog.saved.connect(lambda *said: saved.append(said))
    fill(dialog.form, served, hosts="nowhere.invalid")
    dialog.form.submit_button.click()
    wait_idle(qtbot, window.desk.tasks)
    assert saved == []
    assert dialog.form.submit_button.text() == "Save all the same"
    dialog.form.submit_button.click()
    qtbot.waitUntil(lambda: bool(saved), timeout=20_000)


@pytest.mark.parametrize(("field", "text"), [("hosts", "https://x"), ("replicas", "a:b"), ("database", "")])
def test_what_cannot_be_meant_is_said_at_its_field(
    qtbot: Any, window: MainWindow, served: Served, field: str, text: str
) -> None:
    dialog = dialog_of(qtbot, window)
    fill(dialog.form, served, **{field: text})
    dialog.form.submit_button.click()
    assert dialog.form._errors[field].text()
    assert not dialog.form.writing
    dialog.reject()


def test_a_weaker_line_is_warned_of_in_words(qtbot: Any, window: MainWindow, served: Served) -> None:
    dialog = dialog_of(qtbot, window)
    assert dialog.form.editors["tls"].value() == Tls.VERIFIED
    assert not dialog.form.warning.isVisibleTo(dialog)
    for tls in (Tls.ENCRYPTED, Tls.PLAIN):
        dialog.form.editors["tls"].set_value(tls)
        assert dialog.form.warning.label.text() == connection.TLS_WARNINGS[tls]
        assert dialog.form.warning.isVisibleTo(dialog)
    dialog.reject()


def test_without_a_keyring_the_form_says_that_it_asks_each_time(qtbot: Any, window: MainWindow) -> None:
    before = keyring.get_keyring()
    dialog = dialog_of(qtbot, window)
    assert dialog.form._cells["remember"].isVisibleTo(dialog)
    assert not dialog.form.without.isVisibleTo(dialog)
    dialog.reject()
    keyring.set_keyring(fail.Keyring())
    try:
        dialog = dialog_of(qtbot, window)
        assert not dialog.form._cells["remember"].isVisibleTo(dialog)
        assert dialog.form.without.isVisibleTo(dialog)
        dialog.reject()
    finally:
        keyring.set_keyring(before)


def test_the_form_fits_and_names_its_controls(qtbot: Any, window: MainWindow, served: Served) -> None:
    dialog = dialog_of(qtbot, window)
    fill(dialog.form, served, password="x")
    dialog.form.test.click()
    wait_idle(qtbot, window.desk.tasks)
    dialog.adjustSize()
    assert dialog.width() <= 1024
    assert dialog.height() <= 700
    unnamed = [widget for widget in controls(dialog) if not accessible_name(widget)]
    assert unnamed == []
    language.use("zh_CN")
    QApplication.processEvents()
    shown = " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    assert "加密" in shown
    language.use("en")
    dialog.reject()


# -- the list ----------------------------------------------------------------------------------------------------------

TWO = (
    Profile("one", "Main shop", hosts=(Host("db.shop.lan"),), database="shop"),
    Profile("two", "Old shop", path="/shops/old.pointsdesk"),
)


def test_the_list_tells_what_is_wanted(qtbot: Any, window: MainWindow) -> None:
    dialog = ConnectionsDialog(window, window.desk, TWO, "one")
    told: list[Any] = []
    dialog.opened.connect(lambda *said: told.append(said))
    dialog.removed.connect(told.append)
    dialog.open()
    assert "db.shop.lan/shop" in dialog.list.item(0).text()
    assert "in use" in dialog.list.item(0).text()
    assert not dialog.drop.isEnabled(), "what is in use is not removed"
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.drop.isEnabled()
    assert not dialog.edit.isEnabled()
    dialog.drop.click()
    [question] = [d for d in dialog.findChildren(QDialog) if d.isVisible()]
    question.accept()
    assert told == [TWO[1]]
    assert dialog.list.count() == 1
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert told[1:] == [(TWO[0], "", "")]


@pytest.mark.parametrize("code", ["en", "zh_CN", "zh_TW"])
def test_its_page_of_help_is_there_in_every_language(qtbot: Any, window: MainWindow, code: str) -> None:
    language.use(code)
    dialog = ConnectionsDialog(window, window.desk, TWO, "one")
    dialog.open()
    dialog.help.click()
    [page] = dialog.findChildren(HelpPage)
    title = {"en": "Connections", "zh_CN": "连接", "zh_TW": "連線"}[code]
    assert page.browser.toPlainText().startswith(title)
    language.use("en")
    dialog.reject()


def test_profiles_are_kept_chosen_and_removed(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    for profile in TWO:
        profiles.keep(settings, profile)
    profiles.choose(settings, TWO[1])
    again = Settings(tmp_path / "settings.ini")
    assert profiles.kept(again) == TWO
    assert profiles.chosen(again) == TWO[1]
    assert again.get(DATABASE) == "/shops/old.pointsdesk"
    profiles.remove(again, "two")
    assert (profiles.chosen(again), profiles.kept(again), again.get(DATABASE)) == (None, TWO[:1], "")
