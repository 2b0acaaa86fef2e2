"""Forms: errors at the field, one request, nothing doubled, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop_admin import i18n
from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views.desk import Desk
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.widgets.edits import parse_date
from tests.views.fakes import FakeActor, FakeNotices, FakeShop
from tests.views.screen_case import wait_idle

FIELDS = (
    Field("points", N_("Points"), "points", required=True),
    Field("reason", N_("Reason"), "choice", choices=((1, N_("Goodwill")), (2, N_("Other")))),
    Field("on", N_("Date"), "date"),
    Field("paid", N_("Amount"), "money"),
    Field("check", N_("Ask for the PIN"), "check"),
    Field("note", N_("Note"), "note"),
)


@dataclass(frozen=True)
class Record:
    points: int
    reason: int
    on: date
    paid: int
    check: bool
    note: str


class Writes:
    """Remembers what a form wrote; may refuse."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, values: dict[str, Any], request: str) -> Callable[[Any], str]:
        def operation(_work: Any) -> str:
            self.gate.wait(5)
            self.seen.append((request, values))
            if self.error is not None:
                raise self.error
            return "receipt"

        return operation


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Desk]:
    i18n.use_language("en")
    tasks = Tasks(FakeShop())
    desk = Desk(tasks, Settings(tmp_path / "s.ini"), FakeNotices())
    desk.sign_in(FakeActor())  # type: ignore[arg-type]
    yield desk
    assert tasks.close(20)


@pytest.fixture
def writes() -> Writes:
    return Writes()


@pytest.fixture
def form(qtbot: Any, desk: Desk, writes: Writes) -> Form:
    form = Form(desk, FIELDS, writes, submit=N_("Adjust"), draft="adjust/7")
    qtbot.addWidget(form)
    form.show()
    return form


def test_a_record_goes_in_and_comes_out(form: Form) -> None:
    record = Record(10**12, 2, date(2025, 3, 15), 123456, True, "线下补登")
    form.fill(record)
    assert form.values() == vars(record)
    assert form.changes() == {}
    form.editors["points"].set_value(5)
    assert form.changes() == {"points": (10**12, 5)}


def test_what_is_missing_is_said_at_the_field(form: Form, writes: Writes) -> None:
    form.submit()
    assert form._errors["points"].text()
    assert not form.writing
    assert writes.seen == []


def test_what_cannot_be_read_is_said_at_the_field(form: Form, writes: Writes) -> None:
    _line(form, "points").setText("12.5")
    _line(form, "on").setText("0231")
    form.submit()
    assert form._errors["points"].text()
    assert form._errors["on"].text()
    assert writes.seen == []


def test_a_double_submit_writes_once(qtbot: Any, form: Form, writes: Writes, desk: Desk) -> None:
    form.fill({"points": 50})
    receipts: list[object] = []
    form.done.connect(receipts.append)
    writes.gate.clear()
    kinds = QEvent.Type
    for kind in (kinds.MouseButtonPress, kinds.MouseButtonRelease, kinds.MouseButtonDblClick,
                 kinds.MouseButtonRelease):  # fmt: skip
        _mouse(form, kind)
    form.submit()
    assert form.writing
    assert not form.editors["points"].widget.isEnabled()
    writes.gate.set()
    qtbot.waitUntil(lambda: receipts == ["receipt"])
    wait_idle(qtbot, desk.tasks)
    assert len(writes.seen) == 1
    assert form.editors["points"].widget.isEnabled()


def test_a_held_enter_writes_once(qtbot: Any, form: Form, writes: Writes, desk: Desk) -> None:
    form.fill({"points": 50})
    kinds, enter, none = QEvent.Type, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier
    for repeat in (False, True, True, True):
        QApplication.sendEvent(form, QKeyEvent(kinds.KeyPress, enter, none, "\r", repeat))
    wait_idle(qtbot, desk.tasks)
    for _again in range(3):
        QApplication.sendEvent(form, QKeyEvent(kinds.KeyPress, enter, none, "\r", True))
    wait_idle(qtbot, desk.tasks)
    assert len(writes.seen) == 1


def test_the_request_is_kept_until_it_was_written(qtbot: Any, form: Form, writes: Writes, desk: Desk) -> None:
    form.fill({"points": 50})
    writes.error = Trouble("The database does not answer.")
    form.submit()
    wait_idle(qtbot, desk.tasks)
    writes.error = Refused("Only {available} points can be used.", field="points", available=9)
    form.submit()
    wait_idle(qtbot, desk.tasks)
    assert form._errors["points"].text() == "Only 9 points can be used."
    assert form.values()["points"] == 50
    writes.error = None
    form.submit()
    wait_idle(qtbot, desk.tasks)
    requests = [request for request, _values in writes.seen]
    assert len(requests) == 3
    assert len(set(requests)) == 1
    form.submit()
    wait_idle(qtbot, desk.tasks)
    assert writes.seen[-1][0] != requests[0]


def test_a_refusal_of_no_field_stands_above_them(qtbot: Any, form: Form, writes: Writes, desk: Desk) -> None:
    form.fill({"points": 50})
    writes.error = Refused("The shift is closed.")
    form.submit()
    wait_idle(qtbot, desk.tasks)
    assert form.banner.label.text() == "The shift is closed."
    assert not form.banner.isHidden()


def test_a_draft_survives_closing(qtbot: Any, form: Form, writes: Writes, desk: Desk) -> None:
    QTest.keyClicks(form.editors["points"].widget, "12*30")
    form.deleteLater()
    again = Form(desk, FIELDS, writes, draft="adjust/7")
    qtbot.addWidget(again)
    assert again.values()["points"] == 360
    again.cancel()
    third = Form(desk, FIELDS, writes, draft="adjust/7")
    qtbot.addWidget(third)
    assert third.values()["points"] is None


def test_another_operator_does_not_see_the_draft(qtbot: Any, form: Form, writes: Writes, desk: Desk) -> None:
    QTest.keyClicks(form.editors["points"].widget, "77")
    desk.sign_in(FakeActor(operator_id=2))  # type: ignore[arg-type]
    other = Form(desk, FIELDS, writes, draft="adjust/7")
    qtbot.addWidget(other)
    assert other.values()["points"] is None


def test_values_survive_a_change_of_language(form: Form) -> None:
    form.fill({"points": 50, "reason": 2})
    QApplication.sendEvent(form, QEvent(QEvent.Type.LanguageChange))
    assert form.values()["points"] == 50
    assert form.values()["reason"] == 2


def test_a_dialog_grows_with_what_is_said_of_an_error(qtbot: Any, form: Form) -> None:
    """A long sentence above the fields, and one at a field: nothing is squeezed to make room."""
    window = QWidget()
    qtbot.addWidget(window)
    dialog = FormDialog(window, N_("Points"), form)
    dialog.show()
    qtbot.waitExposed(dialog)
    before = {name: editor.widget.height() for name, editor in form.editors.items()}
    form.set_error("", "This shop is written by a newer program, and this one only looks at it. " * 4)
    form.set_error("points", "No more than an operator of this role may give on one day, so ask a manager. " * 2)
    qtbot.wait(30)
    assert [name for name, editor in form.editors.items() if editor.widget.height() < before[name] - 2] == []
    assert form.banner.label.height() >= form.banner.label.heightForWidth(form.banner.label.width())
    form.setParent(None)  # it is closed by itself


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("t", date(2025, 3, 15)), ("+3", date(2025, 3, 18)), ("-15", date(2025, 2, 28)),
        ("0315", date(2025, 3, 15)), ("7", date(2025, 3, 7)), ("20240229", date(2024, 2, 29)),
        ("2025-3-1", date(2025, 3, 1)), ("2025年12月31日", date(2025, 12, 31)),
        ("０３１５", date(2025, 3, 15)), ("12/24", date(2025, 12, 24)), ("今天", date(2025, 3, 15)),
    ],
)  # fmt: skip
def test_dates_as_people_type_them(typed: str, day: date) -> None:
    assert parse_date(typed, date(2025, 3, 15)) == day


@pytest.mark.parametrize("typed", ["0230", "32", "2025-13-01", "x", "20180229", "1.38E+10", "+99999"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(typed, date(2025, 3, 15))


def _line(form: Form, name: str) -> QLineEdit:
    widget = form.editors[name].widget
    assert isinstance(widget, QLineEdit)
    return widget


def _mouse(form: Form, kind: QEvent.Type) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QMouseEvent

    button = form.submit_button
    at = QPointF(button.rect().center())
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, at, left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(button, event)
