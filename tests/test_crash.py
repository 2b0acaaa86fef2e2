"""Bugs are written down without what they should not tell."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_admin import crash


@pytest.fixture
def told(tmp_path: Path) -> Iterator[list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    hooks = sys.excepthook, threading.excepthook
    crash.install(tmp_path, lambda reference, report: told.append((reference, report)))
    yield told
    crash.uninstall()
    sys.excepthook, threading.excepthook = hooks


def test_what_names_a_person_is_taken_out() -> None:
    text = (
        "phone 13800138000 mail zhang@example.com card 880100012345 name 张三 "
        "postgresql://mall:hunter2@db/shop password='s3cret' ok 12345"
    )
    redacted = crash.redact(text)
    for secret in ("13800138000", "zhang@", "880100012345", "张三", "hunter2", "s3cret"):
        assert secret not in redacted
    assert "ok 12345" in redacted


def test_a_bug_gets_a_number_and_a_file(tmp_path: Path, told: list[tuple[str, str]]) -> None:
    try:
        raise KeyError("13800138000")
    except KeyError as error:
        reference = crash.record(error)
    report = crash.read(reference)
    assert "KeyError" in report
    assert "13800138000" not in report
    assert told == []
    assert crash.read("no such") == ""


def test_a_bug_of_any_thread_is_told(told: list[tuple[str, str]]) -> None:
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    assert len(told) == 1
    assert "ZeroDivisionError" in told[0][1]


def test_a_bug_nobody_caught_is_told(told: list[tuple[str, str]]) -> None:
    error = ValueError("boom")
    sys.excepthook(ValueError, error, None)
    assert "boom" in told[0][1]
    assert crash.read(told[0][0]) == told[0][1]


def test_old_reports_go(tmp_path: Path, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "KEEP", 3)
    for n in range(6):
        crash.record(ValueError(str(n)))
    assert len(list(tmp_path.glob("report-*.txt"))) == 3
