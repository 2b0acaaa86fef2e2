"""What a person reads goes through gettext: no words are written straight into a widget."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import source

# methods and widgets whose texts are shown or read aloud
SHOWN = frozenset({
    "setText", "setWindowTitle", "setToolTip", "setStatusTip", "setWhatsThis", "setPlaceholderText", "setTitle",
    "setHeaderLabels", "setHorizontalHeaderLabels", "setAccessibleName", "setAccessibleDescription", "setLabelText",
    "setInformativeText", "setDetailedText", "setPrefix", "setSuffix", "setSpecialValueText", "setItemText",
    "setTabText", "setTabToolTip", "addTab", "addItem", "addItems", "insertItem", "addAction", "addMenu", "addRow",
    "appendPlainText", "setPlainText", "setHtml", "showMessage", "tell", "say", "show_empty", "set_heading",
    "QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction", "QTabWidget",
    "QListWidgetItem", "QTableWidgetItem", "QMessageBox", "QMenu", "getSaveFileName", "getOpenFileName",
})  # fmt: skip
# named arguments that are no text: keys of settings, looks, objects
SILENT = frozenset({"icon", "tone", "kind", "objectName", "keys", "name", "text_role", "act", "filter", "directory"})
WORDS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
# names, keys, kinds of files and forms of an address or an anchor, the same in every language
FREE = re.compile(
    r"^(PointsDesk|积分台|UTC ·|PD1\|…|postgresql://…|(Ctrl|Alt|Shift|F\d+|Esc|Enter)[+\w ]*"
    r"|((XLSX|CSV|PDF|PNG|SVG|Excel) \(\*\.\w+\)(;;)?)+|\.\w{3,4})$"
)
LOOKS = frozenset({
    "good", "bad", "warn", "info", "muted", "caption", "strong", "title", "heading", "figure", "label", "error",
    "chart",
    *(Path(name).stem for name in source.tracked() if name.startswith("resources/icons/")),
})  # fmt: skip


def literals(node: ast.expr) -> Iterator[str]:
    """The words an argument puts on the screen itself: not those of a call in it, of a comparison or of a key."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield str(part.value)
            elif isinstance(part, ast.FormattedValue):
                yield from literals(part.value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        yield from literals(node.left)
        yield from literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from literals(value)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for value in node.elts:
            yield from literals(value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}:
        yield from literals(node.func.value)


def untranslated(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Words that stand in a widget without gettext, with their line."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or source.called(call) not in SHOWN:
            continue
        said = [*call.args, *(word.value for word in call.keywords if word.arg not in SILENT)]
        for argument in said:
            for text in literals(argument):
                bare = re.sub(r"<[^>]*>|&\w+;|\{[^}]*\}", "", text).strip()
                if WORDS.search(bare) and not FREE.match(bare) and bare not in LOOKS:
                    yield call.lineno, text


def test_no_words_without_gettext() -> None:
    found = [
        f"{name}:{line}: {text!r}"
        for name in source.python_files(f"{source.PACKAGE}/views", f"{source.PACKAGE}/models")
        for line, text in untranslated(source.tree(name))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("code", "words"), [
    ('label.setText("Save")', ["Save"]),
    ('QLabel("积分")', ["积分"]),
    ('label.setText(_("Save"))', []),
    ('label.setText(f"{n} points")', [" points"]),
    ('label.setText("Yes" if yes else _("No"))', ["Yes"]),
    ('box.setToolTip("Ctrl+K")', []),
    ('label.setText("—")', []),
    ('notices.tell("Done.", tone="good")', ["Done."]),
    ('x.setText(_("a {b}").format(b="c d"))', []),
])  # fmt: skip
def test_the_reader_itself(code: str, words: list[str]) -> None:
    assert [text for _line, text in untranslated(ast.parse(code))] == words
