"""The administration screen: its pages by keyboard, forms with errors at the field, secrets shown once."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_admin.services import audit, branches, operators, policies
from desktop_admin.services.command import new_request
from desktop_admin.services.operators import secrets
from desktop_admin.views.administration import AdministrationScreen
from desktop_admin.views.administration.restoring import RestoreDialog
from desktop_admin.views.administration.screen import PAGES
from desktop_admin.views.administration.secret import SecretDialog
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.notices import Question
from tests.founding import PASSWORD
from tests.views.fakes import HeldWrites
from tests.views.screen_case import ScreenCase, accessible_name, controls, wait_idle


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(secrets, "_hasher", lambda: quick)


def opened(kind):
    """The dialog of this kind that is open."""
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def settle(qtbot, desk):
    wait_idle(qtbot, desk.tasks)
    qtbot.waitUntil(desk.tasks.idle, timeout=10_000)
    wait_idle(qtbot, desk.tasks)


class TestAdministrationScreen(ScreenCase):
    screen = AdministrationScreen
    actor_role = "administrator"

    def page(self, qtbot, desk, name):
        screen = self.open(qtbot, desk)
        screen.show_page(name)
        wait_idle(qtbot, desk.tasks)
        return screen.page

    @pytest.mark.parametrize("name", [kind.id for kind in PAGES])
    def test_every_page_opens_fits_and_is_named(self, qtbot, desk, name):
        page = self.page(qtbot, desk, name)
        assert page.host.banner.isHidden(), page.host.banner.label.text()
        least = page.host.minimumSizeHint()
        assert least.width() <= 1024 - 208
        assert least.height() <= 700 - 88
        assert [type(c).__name__ for c in controls(page) if not accessible_name(c)] == []

    @pytest.mark.parametrize(
        ("role", "pages"), [("auditor", ["trail", "doctor"]), ("manager", ["trail", "backups", "doctor"])]
    )
    def test_who_sees_which_pages(self, qtbot, desk, as_role, role, pages):
        desk.sign_in(as_role(role))
        assert list(self.open(qtbot, desk).kinds) == pages

    def test_keys_mean_one_thing_at_a_time(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        for name in screen.kinds:
            screen.show_page(name)
            wait_idle(qtbot, desk.tasks)
        for name in screen.kinds:
            screen.show_page(name)
            wait_idle(qtbot, desk.tasks)
            live = [a for a in desk.actions.of(screen) if a.isEnabled() and not a.shortcut().isEmpty()]
            keys = [a.shortcut().toString() for a in live]
            assert len(keys) == len(set(keys)), (name, keys)

    def test_an_operator_is_taken_on(self, qtbot, desk, database, as_role):
        page = self.page(qtbot, desk, "operators")
        qtbot.keyClick(page.host, Qt.Key.Key_F4)
        form = opened(FormDialog).form
        branch = as_role("counter").branch_id
        form.fill({"login": "li", "name": "李四", "role": "counter", "branch_id": branch, "card": "no"})
        form.submit()
        settle(qtbot, desk)
        assert "no" in form._errors["card"].text(), "the refusal stands at its field"
        form.editors["card"].set_value("")
        form.submit()
        settle(qtbot, desk)
        shown = opened(SecretDialog)
        actor = operators.sign_in(database, login="li", password=shown.secret.text(), workstation="x")
        assert actor.must_change
        assert actor.name == "李四"
        shown.accept()
        settle(qtbot, desk)
        assert "李四" in [row.name for row in page.table.records.records]

    def test_an_operator_is_edited_and_changed_meanwhile(self, qtbot, desk, database, as_role):
        page = self.page(qtbot, desk, "operators")
        who = as_role("clerk").operator_id
        assert page.table.select_where(lambda row: row.id == who)
        page.edit_act.trigger()
        form = opened(FormDialog).form
        form.editors["name"].set_value("Mine")
        other = partial(
            operators.edit, request=new_request(), operator_id=who, version=1, name="Theirs", role="clerk",
            branch_id=as_role("clerk").branch_id,
        )  # fmt: skip
        database.write(other, actor=as_role("administrator"))
        form.submit()
        settle(qtbot, desk)
        question = opened(Question)
        question.yes.click()
        settle(qtbot, desk)
        again = opened(FormDialog).form
        assert again.values()["name"] == "Mine"
        again.submit()
        settle(qtbot, desk)
        row = database.read(partial(operators.card, operator_id=who), actor=as_role("administrator"))
        assert (row.name, row.version) == ("Mine", 3)

    def test_nobody_resets_or_switches_off_themselves(self, qtbot, desk, actor):
        page = self.page(qtbot, desk, "operators")
        page.table.select_where(lambda row: row.id == actor.operator_id)
        assert page.edit_act.isEnabled()
        assert not page.reset_act.isEnabled()
        assert not page.switch_act.isEnabled()

    def test_a_branch_by_keyboard(self, qtbot, desk, database, actor):
        page = self.page(qtbot, desk, "branches")
        qtbot.keyClick(page.host, Qt.Key.Key_F4)
        form = opened(FormDialog).form
        form.fill({"code": "01", "name": "海港店"})
        qtbot.keyClick(form.editors["name"].widget, Qt.Key.Key_Return)
        settle(qtbot, desk)
        assert form._errors["code"].text()
        form.editors["code"].set_value("02")
        qtbot.keyClick(form.editors["code"].widget, Qt.Key.Key_Return)
        settle(qtbot, desk)
        assert [b.name for b in database.read(branches.names, actor=actor)][-1] == "海港店"

    def test_settings_save_only_what_changed(self, qtbot, desk, database, actor):
        page = self.page(qtbot, desk, "settings")
        form = next(f for f in page.forms if "pending_days" in f.editors)
        assert not form.submit_button.isEnabled()
        form.editors["pending_days"].set_value(9999)
        assert form.submit_button.isEnabled()
        form.submit()
        settle(qtbot, desk)
        assert "365" in form._errors["pending_days"].text()
        form.editors["pending_days"].set_value(7)
        form.submit()
        settle(qtbot, desk)
        assert database.read(policies.settings, actor=actor)["pending_days"] == 7
        last = database.read(audit.page, actor=actor).rows[0]
        detail = database.read(partial(audit.detail, audit_id=last.id), actor=actor)
        assert [(c.field, c.before, c.after) for c in detail.changes] == [("pending_days", "0", "7")]

    def test_limits_that_contradict_each_other(self, qtbot, desk, database, actor):
        page = self.page(qtbot, desk, "settings")
        page.limits.edits["counter", "per_act"].set_value(30_000)
        page.limits.save.click()
        assert not page.limits.banner.isHidden()
        page.limits.edits["counter", "per_act"].set_value(3_000)
        page.limits.save.click()
        settle(qtbot, desk)
        stored = database.read(policies.settings, actor=actor)["limits"]
        assert stored["counter"]["per_act"] == 3_000

    def test_limits_keep_their_request_until_it_is_known_what_became_of_it(self, qtbot, desk, monkeypatch):
        page = self.page(qtbot, desk, "settings")
        held = HeldWrites()
        monkeypatch.setattr(desk.tasks, "write", held)
        held.watch(page.limits.save.click)

    def test_the_trail_shows_before_and_after(self, qtbot, desk, database, actor):
        act = partial(branches.create, request=new_request(), code="02", name="<b>店</b>")
        database.write(act, actor=actor)
        page = self.page(qtbot, desk, "trail")
        page.table.setCurrentIndex(page.paged.index(0, 0))
        wait_idle(qtbot, desk.tasks)
        assert not page.drawer.isHidden()
        assert "<b>店</b>" in [label.text() for label in page.changes._labels]
        page.subject.setCurrentIndex(page.subject.findData("operator"))
        wait_idle(qtbot, desk.tasks)
        assert page.paged.rowCount() == 0

    def test_a_backup_a_rehearsal_and_a_restore(self, qtbot, desk, database, actor, tmp_path):
        page = self.page(qtbot, desk, "backups")
        page.make_act.trigger()
        settle(qtbot, desk)
        assert page.table.records.rowCount() == 1
        page.table.select_where(lambda row: True)
        page.drill_act.trigger()
        settle(qtbot, desk)
        assert len(desk.notices.told) == 2
        database.write(partial(branches.create, request=new_request(), code="02", name="x"), actor=actor)
        page.restore_act.trigger()
        dialog = opened(RestoreDialog)
        settle(qtbot, desk)
        assert dialog.table.records.rowCount() == 3
        assert not dialog.yes.isEnabled()
        dialog.password.setText("wrong")
        assert not dialog.yes.isEnabled(), "somebody else confirms it"
        dialog.witness.setText("manager")
        dialog.witness_password.setText(PASSWORD)
        dialog.yes.click()
        settle(qtbot, desk)
        assert dialog.error.text()
        assert len(database.read(branches.names, actor=actor)) == 2, "nothing happened"
        dialog.password.setText(PASSWORD)
        dialog.witness_password.setText("wrong")
        dialog.yes.click()
        settle(qtbot, desk)
        assert dialog.error.text()
        assert dialog.password.text(), "only what was wrong is typed again"
        dialog.witness_password.setText(PASSWORD)
        dialog.yes.click()
        settle(qtbot, desk)
        assert desk.actor is None
        assert len(database.read(branches.names, actor=actor)) == 1

    def test_the_doctor_finds_nothing_and_can_be_stopped(self, qtbot, desk):
        page = self.page(qtbot, desk, "doctor")
        page.run_act.trigger()
        settle(qtbot, desk)
        assert not page.state.isHidden()
        assert page.table.isHidden()
        page.run_act.trigger()
        page.bar_.cancel()
        settle(qtbot, desk)
        assert page.run_act.isEnabled()

    def test_an_anchor_is_compared(self, qtbot, desk):
        page = self.page(qtbot, desk, "doctor")
        assert page.scan("PD1|nonsense")
        wait_idle(qtbot, desk.tasks)
        assert page.results.count() == 1
        assert not page.scan("690123456789")
