"""The command line in three languages: every help text and every sentence stands in the catalogues."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from desktop_admin import app, i18n, opening
from desktop_admin.cli import main, window
from desktop_admin.cli.parser import _parser, language_of
from desktop_admin.cli.terminal import wide, wrapped
from desktop_admin.cli.words import spoken
from tests.house import source

LANGUAGES = ("en", "zh_CN", "zh_TW")


@pytest.fixture(autouse=True)
def _no_language_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "POINTSDESK_LANGUAGE", "POINTSDESK_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")


class Marks:
    """A catalogue that marks what went through it."""

    def gettext(self, message: str) -> str:
        return "".join(f"⟦{line}⟧" for line in message.splitlines(keepends=True))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(many)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_translations", Marks())


def commands() -> dict[str, Any]:
    choices = next(action for action in _parser()._actions if action.dest == "command").choices
    return dict(choices or {})


def helped(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        app.parse(["--help"]) if words == [WINDOW] else main([*words, "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


# -- which language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "words", "expected"),
    [
        ({}, [], "en"),
        ({"LANG": "C.UTF-8"}, [], "en"),
        ({"LANG": "zh_CN.UTF-8"}, [], "zh_CN"),
        ({"LANG": "zh_HK.UTF-8"}, [], "zh_TW"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, [], "en"),
        ({"LC_MESSAGES": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, [], "zh_TW"),
        ({"LC_ALL": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, [], "zh_CN"),
        ({"LANGUAGE": "fr:zh_TW"}, [], "zh_TW"),
        ({"LANG": "de_DE.UTF-8"}, [], "en"),
        ({"LANG": "zh_CN.UTF-8", "POINTSDESK_LANGUAGE": "en"}, [], "en"),
        ({"LANG": "zh_CN.UTF-8", "POINTSDESK_LANGUAGE": "zh_TW"}, ["doctor", "--language", "en"], "en"),
        ({"LANG": "zh_CN.UTF-8"}, ["--language=zh_TW", "doctor"], "zh_TW"),
        ({"LANG": "zh_CN.UTF-8"}, ["doctor", "--language", "klingon"], "zh_CN"),
        ({"LANG": "zh_CN.UTF-8"}, ["doctor", "--language"], "zh_CN"),
    ],
)
def test_which_language_it_speaks(
    environment: dict[str, str], words: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(words) == expected


# -- help ------------------------------------------------------------------------------------------


WINDOW = "pointsdesk-desk"  # the program that opens the window


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("name", ["", *commands(), WINDOW])
def test_every_line_of_help_is_a_message(name: str) -> None:
    """With a catalogue that marks every message nothing stands outside the marks but names and values."""
    with spoken():
        parser = window.parser() if name == WINDOW else commands()[name] if name else _parser()
        said = parser.format_help()
    texts = [action.help for action in parser._actions if action.dest != "command"]
    texts += [parser.description, *(group.title for group in parser._action_groups if group._group_actions)]
    assert all(text and text.startswith("⟦") for text in texts), texts
    bare = re.sub(r"⟦[^⟧]*⟧", "", said)
    bare = re.sub(r"[{\[][^}\]]*[}\]]", "", bare)  # choices, and what may be left away
    assert not re.search(r"(?<![-\w])[a-z']{2,} [a-z']{2,} [a-z']{2,}", bare.replace("\n", "  ")), bare


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW"])
@pytest.mark.parametrize("name", ["", *commands(), WINDOW])
def test_help_in_chinese_fits_and_holds_no_english(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    said = helped([name] if name else [], capsys)
    assert "用法：" in said
    assert max(wide(line) for line in said.splitlines() if not line.isascii()) <= 100
    prose = re.sub(r"[{\[][^}\]]*[}\]]", "", said).replace("\n", "  ")
    assert not re.search(r"(?<![-\w])[a-z']{2,} (the|of|and|to|is|that|with) ", prose), said
    assert "usage" not in said
    assert "options" not in said


def test_help_waits_for_nothing_heavy() -> None:
    asked = (
        "import sys; from desktop_admin.cli import main\n"
        "try: main(['import', '--help'])\n"
        "except SystemExit: print(sorted({'sqlalchemy', 'PySide6', 'psycopg', 'matplotlib'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, encoding="utf-8", check=True)
    assert said.stdout.splitlines()[-1] == "[]"


def test_the_words_of_argparse_are_in_the_catalogues(capsys: pytest.CaptureFixture[str]) -> None:
    """What argparse of this Python can say of a line is among the words given to translators."""
    import argparse
    from pathlib import Path

    from desktop_admin.cli.words import WORDS

    tree = ast.parse(Path(argparse.__file__).read_text("utf-8"))
    says = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
        and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip
    assert set(WORDS) <= says, set(WORDS) - says


def test_argparse_has_its_own_words_again_afterwards() -> None:
    import argparse
    import gettext

    main(["dance"])
    assert argparse._ is gettext.gettext  # type: ignore[attr-defined]


# -- bad input -------------------------------------------------------------------------------------

WRONG: list[tuple[list[str], dict[str, str]]] = [
    ([], {"en": "Say what to do", "zh_CN": "请说明要做什么", "zh_TW": "請說明要做什麼"}),
    (["dance"], {"en": "invalid choice: 'dance'", "zh_CN": "没有 'dance' 这一项", "zh_TW": "沒有 'dance' 這一項"}),
    (["doctor", "--loud"], {"en": "nrecognized arguments: --loud", "zh_CN": "不认识的参数：--loud",
                            "zh_TW": "不認識的參數：--loud"}),
    (["report"], {"en": "required: code", "zh_CN": "缺少必需的参数：code", "zh_TW": "缺少必需的參數：code"}),
    (["restore", "--database"], {"en": "expected one argument", "zh_CN": "要有一个值", "zh_TW": "要有一個值"}),
    (["backup", "--d", "x"], {"en": "mbiguous option", "zh_CN": "选项有歧义", "zh_TW": "選項有歧義"}),
    (["doctor", "--json=1"], {"en": "ignored explicit", "zh_CN": "不接受值", "zh_TW": "不接受值"}),
    (["report", "liability", "--from", "x"], {"en": "not a day", "zh_CN": "这样的日期", "zh_TW": "這樣的日期"}),
    (["expire", "--preview", "9999"], {"en": "whole number from 0", "zh_CN": "之间的整数", "zh_TW": "之間的整數"}),
    (["doctor"], {"en": "Name the database", "zh_CN": "数据库的地址", "zh_TW": "資料庫的位址"}),
    (["import", "members"], {"en": "Name the file", "zh_CN": "要导入的文件", "zh_TW": "要匯入的檔案"}),
    (["doctor", "--database", "/nowhere/x.pointsdesk"], {"en": "no database", "zh_CN": "数据库", "zh_TW": "資料庫"}),
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", range(len(WRONG)))
def test_bad_input_is_one_sentence_in_each_language(
    case: int, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, expected = WRONG[case]
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    code = main(words)
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert expected[language] in said.err
    if language != "en":
        assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", said.err.replace("--help", "")), said.err


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "nrecognized"), ("zh_CN", "不认识的参数"), ("zh_TW", "不認識的參數")]
)
def test_the_window_says_in_one_sentence_what_was_mistyped(
    language: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    with pytest.raises(SystemExit) as end:
        app.parse(["--loud"])
    said = capsys.readouterr()
    assert end.value.code == 2
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert expected in said.err
    assert "pointsdesk-desk --help" in said.err


def test_the_window_takes_what_was_typed() -> None:
    typed = ["--sample", "--database", "x.pointsdesk", "--language", "zh_TW", "--theme", "dark"]
    assert app.parse(typed) == app.Options(True, "x.pointsdesk", "zh_TW", "dark")
    assert app.parse(["--theme=light"]) == app.Options(theme="light")


# -- what commands say -----------------------------------------------------------------------------


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts of two words and more that no gettext holds, with their line; docstrings are for developers."""
    held: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and source.called(node) in {"_", "N_", "ngettext", "getLogger", "warning"}:
            held.update(id(part) for part in ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            held.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in held:
            text = node.value if isinstance(node.value, str) else ""
            if re.search(r"[A-Za-z]{2,}[,.:;]? [A-Za-z]{2,}", text):
                yield node.lineno, text


def test_commands_say_nothing_without_gettext() -> None:
    found = [
        f"{name}:{line}: {text!r}"
        for name in source.python_files(f"{source.PACKAGE}/cli")
        for line, text in sentences(source.tree(name))
    ]
    assert not found, "\n".join(found)


def test_a_terminal_hears_of_the_sample_shop_in_its_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    i18n.use_language("zh_TW")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    tell = opening._in_steps(lambda _done, _total: None)
    tell(1, 200)
    tell(200, 200)
    assert capsys.readouterr().err == "\r正在產生樣例商戶：0 %\r正在產生樣例商戶：100 %\n"


def test_what_stands_outside_of_commands_says_nothing_without_gettext() -> None:
    """The opening of a shop and the doctor's findings are read on a terminal as well."""
    files = ("opening.py", "services/database/declared.py", "services/doctor/__init__.py", "services/doctor/chain.py")
    found = [
        f"{name}:{line}: {text!r}" for name in files
        for line, text in sentences(source.tree(f"{source.PACKAGE}/{name}"))
        if re.search(r"[a-z]{2,} [a-z]{2,}", text)
    ]
    assert not found, "\n".join(found)


def test_the_reader_of_sentences_itself() -> None:
    assert [text for _line, text in sentences(ast.parse('tell(f"{n} rows are wrong")'))] == [" rows are wrong"]
    assert not list(sentences(ast.parse('"""Doc string."""\ntell(_("{n} rows are wrong"))')))


@pytest.mark.parametrize("text", ["每晚该做的事：评定等级、积分过期。", "one two three four five six", "多 a，b。"])
def test_lines_are_as_wide_as_they_look(text: str) -> None:
    lines = wrapped(text, 14)
    assert max(map(wide, lines)) <= 14 + 2  # a mark that may not begin a line hangs over
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith(("，", "。", "、")) for line in lines)
