"""The whole program on a shop whose roles were set up on its server: by the profile, a one-time password, the counter.

What is typed at the counter stands in the database under the login of who typed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from PySide6.QtWidgets import QApplication

from desktop_admin import app as program_module
from desktop_admin import profiles
from desktop_admin.app import Options, Program
from desktop_admin.services import members, operators, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.connection import Profile
from desktop_admin.services.database.authority.names import login_role
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.operators import on_server, provisioning
from desktop_admin.services.permissions import Role
from desktop_admin.settings import LAST_SCREEN, Settings
from desktop_admin.views import language, theme
from desktop_admin.views.dialogs import FormDialog
from tests import founding
from tests.served import Served
from tests.stories.hands import Hands

NAME, OWN = "story", "eleven grey herons"
_BOSS = Sql("SELECT id, branch_id FROM operator WHERE login = 'boss'")
_WITNESS = (
    "CREATE TABLE witnessed (who text NOT NULL, at_table text NOT NULL)",
    (
        "CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS "
        "'BEGIN INSERT INTO witnessed VALUES (session_user, TG_TABLE_NAME); RETURN NULL; END'"
    ),
    "CREATE TRIGGER witness AFTER INSERT ON operation FOR EACH STATEMENT EXECUTE FUNCTION witness()",
    "CREATE TRIGGER witness AFTER INSERT ON entry FOR EACH STATEMENT EXECUTE FUNCTION witness()",
)
_GONE = (
    "DROP TRIGGER witness ON operation", "DROP TRIGGER witness ON entry", "DROP FUNCTION witness()",
    "DROP TABLE witnessed",
)  # fmt: skip


@pytest.fixture
def given(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A shop as the server's administrator sets it up: the one-time passwords, by who signs in with them."""
    monkeypatch.setattr(on_server, "FAILURES", on_server.Failures())
    url = served.server.create(NAME)
    shop.found(url, name="Story shop", admin_login="boss", admin_password_hash="!").close()
    database = Database.open(url)
    try:
        boss: Any = database.read(lambda work: work.first(_BOSS))
        actor = replace(
            shop.system_actor(database), operator_id=boss.id, role=Role.ADMINISTRATOR, branch_id=boss.branch_id
        )
        for act in (
            partial(
                operators.create, login="chen", name="陈静", role="counter", branch_id=boss.branch_id, secret_hash="!"
            ),
            partial(members.enrol, name="张三", phone="13800138000", consent_terms=True),
        ):
            database.write(partial(act, request=new_request()), actor=actor)
        passwords = {one.login: one.password for one in provisioning.set_up(url).given}
        served.execute(*_WITNESS, database=NAME)
        yield passwords
        served.execute(*_GONE, database=NAME)
        assert founding.faults(database) == []
    finally:
        database.close()


@pytest.fixture
def hands(
    qtbot: Any, tmp_path: Path, served: Served, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hands]:
    """The program as it starts on a machine whose connection leads to that shop."""
    monkeypatch.setattr(program_module, "load_ahead", lambda _screen, _progress: None)
    monkeypatch.setattr(program_module, "warm_up", lambda _progress: None)
    theme.current().set(mode="light", language="en")
    language.use("en")
    settings = Settings(tmp_path / "home" / "settings.ini")
    settings.set(LAST_SCREEN, "counter")
    where = served.address(database=NAME)
    profile = Profile("p", "Story", hosts=where.hosts, database=where.database, ca_file=where.ca_file)
    profiles.keep(settings, profile)
    profiles.choose(settings, profile)
    program = Program(cast(QApplication, QApplication.instance()), settings, Options())
    qtbot.addWidget(program.window)
    with qtbot.waitActive(program.window):
        program.window.show()
        program.window.activateWindow()
    program.open_database()
    yield Hands(qtbot, program.window, cast(Any, None))
    program.window.close()
    program.close()


def test_what_is_typed_at_the_counter_is_booked_by_ones_own_login(
    hands: Hands, given: dict[str, str], served: Served
) -> None:
    window = hands.window
    hands.type("chen").press("Return").type(given["chen"]).press("Return")
    hands.until(lambda: window.shell is not None)  # a one-time password opens nothing but the choice of another
    hands.until(dialogs)
    [dialog] = dialogs()
    dialog.form.fill({"old": given["chen"], "new": OWN, "again": OWN})
    dialog.form.submit()
    hands.until(lambda: window.desk.actor is None and window.shell is None).rest()
    window.sign_in.login.setText("chen")
    window.sign_in.password.setFocus()
    hands.type(OWN).press("Return").until(lambda: window.shell is not None and window.shell.current is not None)
    hands.until(lambda: hands.counter.facts is not None).rest()

    hands.type("13800138000").press("Return").sees_member("张三")
    hands.press("F3").type("50").foresees("50").press("Return").type("1").press("Return").sees("Points adjusted")

    role = login_role(NAME, "chen")
    with psycopg.connect(served.server.conninfo(NAME)) as direct:
        [booked] = direct.execute(
            "SELECT e.points, o.login, o.account, p.kind, m.balance FROM entry e JOIN operation p "
            "ON p.id = e.operation_id JOIN operator o ON o.id = p.operator_id JOIN member m ON m.id = e.member_id"
        ).fetchall()
        seen = direct.execute("SELECT DISTINCT who FROM witnessed WHERE at_table = 'entry'").fetchall()
        acts = direct.execute("SELECT DISTINCT who FROM witnessed WHERE at_table = 'operation'").fetchall()
    assert booked == (50, "chen", role, "points.adjust", 50)
    assert seen == [(role,)], "the server saw who added the entry"
    assert acts == [(role,)], "nothing on this machine was written by anybody else"


def dialogs() -> list[FormDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, FormDialog) and one.isVisible()]
