"""The tiers screen: figures typed show their effect before they are saved."""

from __future__ import annotations

from typing import Any

import pytest

from desktop_admin.services import tiers
from desktop_admin.views.desk import Desk
from desktop_admin.views.tiers import TiersScreen, tier_dialog
from tests.services.counter import Counter
from tests.views.fakes import HeldWrites
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    """What the database does differently is tested with the services."""
    return "sqlite"


class TestTiersScreen(ScreenCase):
    screen = TiersScreen

    def _type(self, screen: TiersScreen, code: str, field: str, text: str) -> None:
        edit = screen.editor.edits[code, field]
        edit.setText(text)
        edit.changed.emit()

    def test_shows_the_effect_and_saves(self, qtbot: Any, desk: Desk, database: Any, as_role: Any) -> None:
        till = Counter(database, as_role, "system")
        till.buy(till.member(), 150_000, "R1")
        screen = self.open(qtbot, desk)
        assert isinstance(screen, TiersScreen)
        self._type(screen, "silver", "threshold", "1,000")
        assert screen.save_button.isEnabled()
        qtbot.waitUntil(lambda: "1" in screen.said.text() and "–" not in screen.editor._after["silver"].text())
        assert "▲ 1" in screen.editor._after["silver"].text()
        screen.save()
        wait_idle(qtbot, desk.tasks)
        assert till.ask(tiers.tiers).rows[1].tier.threshold == 100_000
        assert not screen.save_button.isEnabled()
        screen.working.start()
        wait_idle(qtbot, desk.tasks)
        assert [row.members for row in till.ask(tiers.tiers).rows] == [0, 1, 0, 0]

    def test_a_refusal_stands_at_its_field(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, TiersScreen)
        self._type(screen, "gold", "threshold", "100")
        screen.save()
        wait_idle(qtbot, desk.tasks)
        assert screen.editor.edits["gold", "threshold"].property("invalid")
        self._type(screen, "gold", "threshold", "many")
        assert screen.editor.values() is None
        screen.revert()
        wait_idle(qtbot, desk.tasks)
        assert not screen.editor.changed()

    def test_one_request_until_it_is_known_what_became_of_it(self, qtbot: Any, desk: Desk, monkeypatch: Any) -> None:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, TiersScreen)
        self._type(screen, "silver", "threshold", "1,000")
        held = HeldWrites()
        monkeypatch.setattr(desk.tasks, "write", held)
        held.watch(screen.save)
        assert screen.editor.isEnabled()

    def test_sets_a_tier_by_hand(self, qtbot: Any, desk: Desk, database: Any, as_role: Any) -> None:
        till = Counter(database, as_role, "system")
        member = till.member()
        screen = self.open(qtbot, desk)
        dialog = tier_dialog(screen, desk, member, "gold")
        dialog.form.editors["reason"].set_value("partner")
        dialog.form.submit()
        wait_idle(qtbot, desk.tasks)
        assert till.ask(tiers.members_count, only="by_hand") == 1
        assert isinstance(screen, TiersScreen)
        for name in ("falling", "by_hand", "tier", "history"):
            screen.lists.show_list(name)
            wait_idle(qtbot, desk.tasks)
        assert screen.lists.table.records.rowCount() == 1
