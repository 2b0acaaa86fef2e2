"""The Qt binding itself: traps that a new version may bring back."""

from __future__ import annotations

import ast
import sys

import PySide6
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.house import source

CALLS = 20_000


def test_void_calls_keep_none_alive(qtbot: QtBot) -> None:
    """6.12.0 drops a reference to None with every void call, and Python 3.11 dies of it."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        label.setText("x")
    assert sys.getrefcount(None) > before - 1000


def test_the_binding_is_one_we_trust() -> None:
    version = tuple(int(part) for part in PySide6.__version__.split(".")[:3])
    assert (6, 11, 3) <= version < (6, 12)


def test_the_sign_in_form_names_no_enumeration_of_qt() -> None:
    """`Qt` itself is imported inside functions on the way to the first paint: its enumerations take 40 ms to make."""
    early = ("app", "tasks", "workers", "progress", "settings", "crash", "i18n", "fonts", "views/theme",
             "views/main_window", "views/sign_in", "views/sign_in_card", "views/brand", "views/language")  # fmt: skip
    named = []
    for name in early:
        for node in source.tree(f"{source.PACKAGE}/{name}.py").body:
            if isinstance(node, ast.ImportFrom) and node.module == "PySide6.QtCore":
                named += [name for alias in node.names if alias.name == "Qt"]
    assert not named, named
