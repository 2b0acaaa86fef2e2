"""Files, classes and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house import source

FILE, CLASS, FUNCTION = 400, 200, 50

# May only shrink: what stands here is longer than the house allows, and exactly that long at most.
EXCEPTIONS: dict[str, int] = {}


def _measured() -> Iterator[tuple[str, int, int]]:
    for name in source.python_files():
        yield name, len(source.text(name).splitlines()), FILE
        for node in ast.walk(source.tree(name)):
            if isinstance(node, ast.ClassDef):
                yield f"{name}:{node.name}", _lines(node), CLASS
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name}:{node.name}()", _lines(node), FUNCTION


def _lines(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_nothing_outgrows_the_house() -> None:
    large = [f"{name}: {lines} lines, {limit} allowed" for name, lines, limit in _measured()
             if lines > EXCEPTIONS.get(name, limit)]
    assert not large, "\n".join(large)


def test_exceptions_only_shrink() -> None:
    longest: dict[str, int] = {}
    for name, lines, limit in _measured():
        if lines > limit:
            longest[name] = max(lines, longest.get(name, 0))
    slack = [f"{name}: {allowed} allowed, needs {longest.get(name, 'none')}"
             for name, allowed in EXCEPTIONS.items() if longest.get(name) != allowed]
    assert not slack, "\n".join(slack)
