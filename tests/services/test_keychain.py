"""The system's keyring: where secrets may be, and what happens where there is none, or it fails, or hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked

from desktop_admin.services import keychain
from tests.keyring import MemoryKeyring


@pytest.fixture
def backend() -> Iterator[Any]:
    """Put another keyring in place for a test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)
    keychain._hung.clear()


def test_a_secret_is_kept_recalled_and_forgotten() -> None:
    assert keychain.usable()
    assert keychain.recall("server", "p1/chen") == ""
    assert keychain.keep("server", "p1/chen", "lotus")
    assert MemoryKeyring.secrets == {("pointsdesk/server", "p1/chen"): "lotus"}
    assert keychain.recall("server", "p1/chen") == "lotus"
    assert keychain.recall("server", "p1/wang") == ""
    keychain.forget("server", "p1/chen")
    keychain.forget("server", "p1/chen")
    assert MemoryKeyring.secrets == {}


class PlainFile(KeyringBackend):
    """As keyrings.alt keeps secrets: in a file that everybody reads."""

    __module__ = "keyrings.alt.file"
    priority: ClassVar[float] = 9
    kept: ClassVar[list[str]] = []

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept.append(password)

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept[-1] if self.kept else None


@pytest.mark.parametrize("one", [fail.Keyring, null.Keyring, PlainFile])
def test_what_keeps_no_secrets_is_none(backend: Any, one: type[KeyringBackend]) -> None:
    backend(one())
    assert not keychain.usable()
    assert not keychain.keep("server", "p1/chen", "lotus")
    assert keychain.recall("server", "p1/chen") == ""
    keychain.forget("server", "p1/chen")
    assert PlainFile.kept == []


def test_of_several_the_first_good_one_is_taken(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    several = chainer.ChainerBackend()
    monkeypatch.setattr(type(several), "backends", [PlainFile(), MemoryKeyring()])
    backend(several)
    assert keychain.keep("server", "p1/chen", "lotus")
    assert PlainFile.kept == []
    assert MemoryKeyring.secrets == {("pointsdesk/server", "p1/chen"): "lotus"}


class Locked(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")


def test_a_locked_one_keeps_nothing(backend: Any) -> None:
    backend(Locked())
    assert not keychain.keep("server", "p1/chen", "lotus")
    assert keychain.recall("server", "p1/chen") == ""
    keychain.forget("server", "p1/chen")


def test_one_that_hangs_is_waited_for_once(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    class Hanging(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            released.wait(20)
            return None

    backend(Hanging())
    monkeypatch.setattr(keychain, "PATIENCE", 0.3)
    began = time.monotonic()
    try:
        assert keychain.recall("server", "p1/chen") == ""
        assert time.monotonic() - began < 2
        assert not keychain.keep("server", "p1/chen", "lotus")
        assert not keychain.usable()
        assert len([t for t in threading.enumerate() if t.name == "pointsdesk-keyring"]) == 1
    finally:
        released.set()


def test_five_seconds_are_enough_and_not_too_many() -> None:
    assert keychain.PATIENCE == 5.0
