"""A desk of three small screens and three operators, for the tests of the window around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QLineEdit

from desktop_admin import i18n
from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission, Role
from desktop_admin.views.navigation import Place
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.search_box import Hit
from tests.views.fakes import FakeActor


class FirstScreen(Screen):
    title = N_("Counter")

    def build(self) -> None:
        self.where: list[dict[str, Any]] = []
        self.codes: list[str] = []
        self.edit = QLineEdit()
        self.content.addWidget(self.edit)
        self.add_act("first.earn", N_("Earn"), self.earn, keys="F2")
        self.earned = 0

    def retranslate(self) -> None:
        self.edit.setAccessibleName(i18n._("Note"))

    def reload(self) -> None:
        self.ask("n", lambda work: 1, lambda _n: None)

    def earn(self) -> None:
        self.earned += 1

    def arrive(self, **where: Any) -> None:
        self.where.append(where)

    def scan(self, code: str) -> bool:
        self.codes.append(code)
        return code.startswith("R")


class SecondScreen(FirstScreen):
    title = N_("Members")

    def build(self) -> None:
        super().build()
        self.add_act("second.enrol", N_("Enrol a member"), self.earn, keys="Ctrl+N")


PLACES = (
    (
        N_("Members"),
        (
            Place("first", N_("Counter"), "users", __name__, "FirstScreen", None, "Ctrl+1"),
            Place("second", N_("Members"), "users", __name__, "SecondScreen",
                  Permission.SEE_MEMBERS, "Ctrl+2"),
            Place("third", N_("Administration"), "settings", __name__, "SecondScreen",
                  Permission.EDIT_SETTINGS),
            Place("missing", N_("Reports"), "users", "no_such_module", "X", None),
        ),
    ),
)  # fmt: skip

OPERATORS = {
    "chen": FakeActor(1, "陈晓明", Role.MANAGER),
    "wang": FakeActor(2, "王芳", Role.COUNTER),
    "admin": FakeActor(3, "管理员", Role.ADMINISTRATOR),
}


def find(_desk: Any, text: str, found: Callable[[Sequence[Hit]], None]) -> None:
    names = {"zs": "张三", "ls": "李四"}
    hits = [Hit(name, key, ("first", {"name": name})) for key, name in names.items() if text in key]
    found(hits)


def sign_in(_database: Any, login: str, password: str) -> Any:
    if password != "right":
        raise Refused("Login or password is wrong.", field="password")
    return OPERATORS[login]
