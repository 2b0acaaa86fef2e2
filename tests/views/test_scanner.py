"""A scanner works wherever the focus is, and never says yes to anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.views.scanner import Scanner
from desktop_admin.views.widgets.edits import PointsEdit, ScanEdit


class Room:
    """A window with some fields, a scanner, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.codes: list[str] = []
        self.window = QWidget()
        self.button, self.points = QPushButton("Adjust"), PointsEdit()
        self.scan, self.note = ScanEdit(), QPlainTextEdit()
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        layout = QVBoxLayout(self.window)
        for widget in (self.button, self.points, self.scan, self.note, self.secret):
            layout.addWidget(widget)
        self.pressed = 0
        self.button.setDefault(True)
        self.button.clicked.connect(self._press)
        self.scanner = Scanner(self.codes.append, clock=lambda: self.now)
        self.scanner.watch(self.window)

    def _press(self) -> None:
        self.pressed += 1

    def type(self, text: str, gap: float, end: Qt.Key = Qt.Key.Key_Return) -> None:
        target = QApplication.focusWidget() or QApplication.activeWindow() or self.window
        for letter in text:
            self.now += gap
            QTest.keyClicks(target, letter)
        self.now += gap
        QTest.keyClick(target, end)


@pytest.fixture
def room(qtbot: Any) -> Iterator[Room]:
    room = Room()
    qtbot.addWidget(room.window)
    room.window.show()
    qtbot.waitActive(room.window)
    yield room
    room.scanner.rest()


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_with_the_focus_on_a_button(room: Room, end: Qt.Key) -> None:
    room.button.setFocus()
    room.type("8801000123", 0.09, end)
    assert room.codes == ["8801000123"]
    assert room.pressed == 0
    assert room.button.hasFocus()


def test_in_an_amount_field_the_amount_stays(room: Room) -> None:
    room.points.setFocus()
    room.points.setText("50")
    room.type("R-2025-0001", 0.02)
    assert room.codes == ["R-2025-0001"]
    assert room.points.text() == "50"


def test_a_person_typing_an_amount_is_no_scanner(room: Room) -> None:
    room.points.setFocus()
    room.type("1000", 0.08)
    assert room.codes == []
    assert room.points.text() == "1000"


def test_slow_or_short_is_no_scan(room: Room) -> None:
    room.button.setFocus()
    room.type("8801000123", 0.15)
    room.now += 1
    room.type("123", 0.01)
    assert room.codes == []


def test_one_pause_in_the_middle_is_no_scan(room: Room) -> None:
    room.button.setFocus()
    for letter in "8801":
        room.now += 0.01
        QTest.keyClicks(room.button, letter)
    room.now += 0.3
    room.type("12", 0.01)
    assert room.codes == []


def test_a_scan_field_takes_it(room: Room) -> None:
    room.scan.setFocus()
    taken: list[str] = []
    room.scan.scanned.connect(taken.append)
    room.scan.setText("old")
    room.type("8801000123", 0.01)
    assert taken == ["8801000123"]
    assert room.scan.text() == "8801000123"
    assert room.codes == []


def test_notes_and_passwords_are_left_alone(room: Room) -> None:
    room.note.setFocus()
    room.type("line one", 0.01)
    assert room.note.toPlainText() == "line one\n"
    room.now += 1
    room.secret.setFocus()
    room.type("hunter2x", 0.01)
    assert room.secret.text() == "hunter2x"
    assert room.codes == []


def test_a_dialog_is_never_confirmed(qtbot: Any, room: Room) -> None:
    dialog = QDialog(room.window)
    yes = QPushButton("Delete", dialog)
    yes.setDefault(True)
    dialog.open()
    qtbot.waitActive(dialog)
    results: list[int] = []
    dialog.finished.connect(results.append)
    yes.clicked.connect(dialog.accept)
    yes.setFocus()
    room.type("8801000123", 0.01)
    assert results == []
    assert dialog.isVisible()
    assert room.codes == []
    dialog.reject()
