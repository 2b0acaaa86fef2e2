"""What the house refuses, each found by a small checker."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import source

MARKS = {"_", "N_", "ngettext", "gettext"}
AMOUNT = re.compile(
    r"(^|_|\.)(points?|balance|money|price|cents|minor|amount|cash|owed|spend)(_|$)")
# Here "points" are a printer's, 72 to the inch.
TYPE_SIZES = ("desktop_admin/fonts.py", "desktop_admin/services/charts/",
              "desktop_admin/views/printing/", "desktop_admin/services/printing/")
WORDS_REFUSED = {
    "pyplot": "matplotlib.figure.Figure, drawn off the UI thread",
    "processEvents": "a task, and its answer by signal",
    "QSqlTableModel": "models.records or models.pages",
    "QSqlQueryModel": "models.records or models.pages",
    "resizeRowsToContents": "a uniform row height",
    "stateChanged": "checkStateChanged, or toggled",
}
# Built of two halves, or this file would find itself.
REGISTRIES = re.compile("|".join(
    "".join(pair) for pair in (
        ("pypi", r"\.org"), ("pythonhosted", r"\.org"), ("--(extra-)?index", "-url"),
        ("://[^ \"']+/", "simple/?[\"'\\s]"), ("registry.npmjs", r"\.org"),
        ("deb.debian", r"\.org"), (r"archive.ubuntu", r"\.com"),
    )))
MACHINE = re.compile("|".join((r"(?<![\w.])/(work|opt/wheels|opt/py" + "pi)/", r"/ro" + r"ot/\w",
                               r"/ho" + r"me/(?!shop\b|operator\b|you\b)\w+/",
                               r"[A-Z]:\\\\?Us" + r"ers\\")))


def _calls(name: str) -> Iterator[tuple[ast.Call, bool]]:
    """Calls of a file, and whether each runs when the module is imported."""

    def visit(node: ast.AST, importing: bool) -> Iterator[tuple[ast.Call, bool]]:
        if isinstance(node, ast.Call):
            yield node, importing
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for field, value in ast.iter_fields(node):
            # Defaults and decorators of a function run at import, its body does not.
            late = inside and field == "body"
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from visit(child, importing and not late)

    yield from visit(source.tree(name), True)


def _built(text: ast.expr) -> bool:
    return isinstance(text, (ast.JoinedStr, ast.BinOp)) or (
        isinstance(text, ast.Call) and source.called(text) == "format")


def test_translated_text_is_a_constant() -> None:
    """An f-string is extracted as written and never matches."""
    wrong = []
    for name in source.python_files(source.PACKAGE):
        if name.endswith("/i18n.py"):
            continue
        for call, _ in _calls(name):
            if source.called(call) in {"N_", "ngettext"}:
                texts = call.args[:2] if source.called(call) == "ngettext" else call.args[:1]
                wrong += [f"{name}:{call.lineno}" for text in texts
                          if not isinstance(text, ast.Constant)]
            # _(variable) translates what N_ marked elsewhere; a built string never matches.
            elif source.called(call) == "_" and call.args and _built(call.args[0]):
                wrong.append(f"{name}:{call.lineno}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_translated_at_import() -> None:
    """The language is not known yet, and it can change."""
    early = [f"{name}:{call.lineno}" for name in source.python_files(source.PACKAGE)
             for call, importing in _calls(name)
             if importing and source.called(call) in MARKS - {"N_"}]
    assert not early, "\n".join(early)


@pytest.mark.parametrize("word", sorted(WORDS_REFUSED))
def test_refused_words(word: str) -> None:
    found = [f"{name}:{line}: {word}; take {WORDS_REFUSED[word]}"
             for name in source.python_files(source.PACKAGE)
             for said, line in source.names(name) if said == word]
    assert not found, "\n".join(found)


def test_signals_carry_points_as_objects() -> None:
    """Signal(int) cuts to 32 bits with a mere warning."""
    found = [
        f"{name}:{call.lineno}: Signal(int) cuts points to 32 bits; take Signal(object)"
        for name in source.python_files(source.PACKAGE) for call, _ in _calls(name)
        if source.called(call) == "Signal"
        and any(isinstance(part, ast.Name) and part.id == "int" for part in call.args)
    ]
    assert not found, "\n".join(found)


def test_no_spin_box_for_points() -> None:
    """A QSpinBox holds 32 bits; it may count copies or days, not points or money."""
    found = []
    for name in source.python_files(source.PACKAGE):
        for node in ast.walk(source.tree(name)):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                boxes = any(isinstance(part, ast.Call)
                            and source.called(part) in {"QSpinBox", "QDoubleSpinBox"}
                            for part in ast.walk(node.value))
                if boxes and any(AMOUNT.search(ast.unparse(target)) for target in targets):
                    found.append(f"{name}:{node.lineno}")
    assert not found, "\n".join(found)


def test_points_and_money_are_whole() -> None:
    """No name that holds points or money is declared float, and rules do not divide with "/"."""
    found = []
    for name in source.python_files(source.PACKAGE):
        for node in ast.walk(source.tree(name)):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                declared, of = node.target.id, node.annotation
            elif isinstance(node, ast.arg) and node.annotation is not None:
                declared, of = node.arg, node.annotation
            else:
                continue
            if declared == "points" and name.startswith(TYPE_SIZES):
                continue
            if AMOUNT.search(declared) and re.search(r"\bfloat\b", ast.unparse(of)):
                found.append(f"{name}:{node.lineno}: {declared}: {ast.unparse(of)}")
    for name in source.python_files(f"{source.PACKAGE}/services/rules"):
        found += [f"{name}:{node.lineno}: / makes a float; take //"
                  for node in ast.walk(source.tree(name))
                  if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    assert not found, "\n".join(found)


def test_schema_has_no_float_column() -> None:
    found = []
    for name in source.tracked():
        if name.startswith(f"{source.PACKAGE}/services/database/") and name.endswith(
                (".py", ".sql")):
            found += [f"{name}:{number}" for number, line in
                      enumerate(source.text(name).splitlines(), 1)
                      if re.search(r"\b(REAL|FLOAT|DOUBLE PRECISION)\b|\b(Float|Double)\(", line)
                      and not line.lstrip().startswith("#")]
    assert not found, "\n".join(found)


def test_nothing_is_swallowed() -> None:
    """`except Exception: pass` hides a bug."""
    found = [
        f"{name}:{node.lineno}" for name in source.python_files(source.PACKAGE)
        for node in ast.walk(source.tree(name)) if isinstance(node, ast.ExceptHandler)
        and len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
        and (node.type is None or (isinstance(node.type, ast.Name)
                                   and node.type.id in {"Exception", "BaseException"}))
    ]
    assert not found, "\n".join(found)


def test_no_addresses_and_no_machine() -> None:
    """The tree names no package registry and no path of somebody's machine."""
    found = []
    for name in source.tracked():
        try:
            lines = source.text(name).splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{name}:{number}: {line.strip()[:100]}" for number, line in enumerate(lines, 1)
                  if REGISTRIES.search(line) or MACHINE.search(line)]
    assert not found, "\n".join(found)
