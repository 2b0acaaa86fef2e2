"""Every act that the audit trail keeps has a word for it: nobody reads codes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from desktop_admin.models.administration import ACTIONS
from desktop_admin.services.rules.redemptions import State

SERVICES = Path(__file__).parents[2] / "desktop_admin" / "services"


def _written() -> Iterator[tuple[str, str]]:
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name != "audit":
                continue
            first = node.args[1:] if getattr(node.args[0], "id", "") == "work" else node.args
            for part in first[:1]:
                if isinstance(part, ast.Constant):
                    yield path.name, str(part.value)


def test_every_act_has_a_word() -> None:
    written = set(_written())
    assert len(written) > 20
    assert {(where, act) for where, act in written if act not in ACTIONS} == set()


def test_what_became_of_an_order_has_a_word() -> None:
    assert {State.CANCELLED.value, State.RETURNED.value} <= set(ACTIONS)
