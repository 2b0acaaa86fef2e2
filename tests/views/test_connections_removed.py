"""A connection that is removed takes along what this machine kept of the shop; what waits is never lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.errors import KeyringLocked
from PySide6.QtWidgets import QLabel

from desktop_admin.services import members, outage
from desktop_admin.services.command import new_request
from desktop_admin.services.connection import Host, Profile
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.services.work import Actor
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language
from desktop_admin.views.connections.listing import ConnectionsDialog
from desktop_admin.views.desk import Desk
from desktop_admin.views.notices import Question
from tests.keyring import MemoryKeyring
from tests.services.outages import Till
from tests.views.fakes import FakeNotices, FakeShop
from tests.views.screen_case import wait_idle

HERE = Profile("here", "This shop", path="/shops/this.pointsdesk")


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Iterator[None]:
    yield
    pinyin.close()


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
def till(database: Database, tmp_path: Path, clock: SetClock, as_role: Callable[[str], Actor]) -> Till:
    """A machine that worked in a shop on a server, and holds its copy."""
    made = Till(database, tmp_path, clock, as_role)

    def enrol(work: Any) -> Any:
        return members.enrol(work, request=new_request(), name="张三丰", phone="13800138000", consent_terms=True)

    made.zhang = made.write(enrol).member_id
    made.refresh()
    assert made.place.members.exists()
    return made


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Desk]:
    language.use("en")
    tasks = Tasks(FakeShop())
    yield Desk(tasks, Settings(tmp_path / "settings.ini"), FakeNotices())
    assert tasks.close(20)


def there(till: Till, id_: str = "there") -> Profile:
    return Profile(id_, "Old shop", hosts=(Host("db.old.lan"),), database="old", shop_uuid=till.place.shop)


class Removing:
    """The dialog, and what somebody does in it."""

    def __init__(self, qtbot: Any, desk: Desk, *profiles: Profile) -> None:
        self.qtbot, self.desk = qtbot, desk
        self.dialog = ConnectionsDialog(None, desk, (HERE, *profiles), HERE.id)  # type: ignore[arg-type]
        qtbot.addWidget(self.dialog)
        self.removed: list[Profile] = []
        self.dialog.removed.connect(self.removed.append)
        self.dialog.open()
        self.dialog.list.setCurrentRow(1)

    def rest(self) -> None:
        wait_idle(self.qtbot, self.desk.tasks)
        self.qtbot.waitUntil(self.desk.tasks.idle, timeout=20_000)
        wait_idle(self.qtbot, self.desk.tasks)

    def asked(self) -> Question:
        """Press Remove; the question that comes."""
        self.dialog.drop.click()
        self.rest()
        [question] = [one for one in self.dialog.findChildren(Question) if one.isVisible()]
        return question

    def answer(self, question: Question) -> None:
        question.accept()
        self.rest()


def words(question: Question) -> str:
    return " ".join(label.text() for label in question.findChildren(QLabel))


def test_the_copy_and_its_key_go_with_it(qtbot: Any, desk: Desk, till: Till) -> None:
    hands = Removing(qtbot, desk, there(till))
    question = hands.asked()
    assert "not booked" not in words(question)
    hands.answer(question)
    assert hands.removed == [there(till)]
    assert not till.place.inside.exists()
    assert MemoryKeyring.secrets == {}


def test_what_waits_is_told_and_only_lost_when_somebody_says_so(qtbot: Any, desk: Desk, till: Till) -> None:
    till.note(till.zhang, "A1")
    till.note(till.zhang, "A2")
    hands = Removing(qtbot, desk, there(till))
    question = hands.asked()
    assert "2 purchases noted down on this machine are not booked yet" in words(question)
    question.reject()
    hands.rest()
    assert (hands.removed, len(till.rows())) == ([], 2)
    question = hands.asked()
    till.note(till.zhang, "A3")  # another window, meanwhile
    hands.answer(question)
    assert "not booked yet: 3" in hands.dialog.banner.label.text()
    assert (hands.removed, len(till.rows())) == ([], 3)
    question = hands.asked()
    assert "3 purchases" in words(question)
    assert question.yes.text() == "Remove all the same"
    hands.answer(question)
    assert hands.removed == [there(till)]
    assert not till.place.inside.exists()


def test_while_nobody_can_know_it_stays(qtbot: Any, desk: Desk, till: Till) -> None:
    till.note(till.zhang, "A1")

    class Locked(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            raise KeyringLocked("locked")

    before = keyring.get_keyring()
    keyring.set_keyring(Locked())
    try:
        hands = Removing(qtbot, desk, there(till))
        hands.dialog.drop.click()
        hands.rest()
        assert "KeyringLocked" in hands.dialog.banner.label.text()
        assert hands.dialog.drop.isEnabled()
    finally:
        keyring.set_keyring(before)
    assert hands.removed == []
    assert len(till.rows()) == 1


def test_another_way_to_the_same_shop_keeps_it(qtbot: Any, desk: Desk, till: Till) -> None:
    till.note(till.zhang, "A1")
    hands = Removing(qtbot, desk, there(till), replace(there(till), id="other", name="Old shop, by the other server"))
    hands.answer(hands.asked())
    assert len(hands.removed) == 1
    assert len(till.rows()) == 1
    assert till.place.members.exists()


def test_who_comes_back_begins_with_a_new_key(qtbot: Any, desk: Desk, till: Till) -> None:
    vault = desk.till.vault
    first = vault.open(till.place.shop)[1]
    hands = Removing(qtbot, desk, there(till))
    hands.answer(hands.asked())
    again = vault.open(till.place.shop, make=True)[1]
    assert again != first
    assert outage.keys_of(till.place.shop) == again, "the one that the keyring keeps"
