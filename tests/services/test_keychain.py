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
from desktop_admin.services.keychain import NoKeyring
from tests.keyring import MemoryKeyring


@pytest.fixture
def backend() -> Iterator[Any]:
    """Put another keyring in place for a test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


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
    for ask in (keychain.find, keychain.remove):
        with pytest.raises(NoKeyring, match="no keyring"):
            ask("server", "p1/chen")
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
        raise KeyringLocked("lotus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("lotus")


def test_a_locked_one_keeps_nothing(backend: Any) -> None:
    backend(Locked())
    assert not keychain.keep("server", "p1/chen", "lotus")
    assert keychain.recall("server", "p1/chen") == ""
    keychain.forget("server", "p1/chen")


def test_a_locked_one_is_not_an_empty_one(backend: Any) -> None:
    assert keychain.find("server", "p1/chen") is None
    backend(Locked())
    asked = [
        lambda: keychain.find("server", "p1/chen"),
        lambda: keychain.store("server", "p1/chen", "lotus"),
        lambda: keychain.remove("server", "p1/chen"),
    ]
    for ask in asked:
        with pytest.raises(NoKeyring, match="KeyringLocked") as raised:
            ask()
        assert "lotus" not in str(raised.value)


class Broken(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("no bus")


def test_one_that_breaks_in_its_own_way_refuses_too(backend: Any) -> None:
    backend(Broken())
    assert keychain.recall("server", "p1/chen") == ""
    with pytest.raises(NoKeyring, match="OSError"):
        keychain.find("server", "p1/chen")


class Forgets(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        return None


def test_one_that_forgets_is_found_out(backend: Any) -> None:
    backend(Forgets())
    assert not keychain.keep("server", "p1/chen", "lotus")
    with pytest.raises(NoKeyring, match="does not keep"):
        keychain.store("server", "p1/chen", "lotus")


def test_one_that_hangs_is_waited_for_once_until_it_answers(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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
        with pytest.raises(NoKeyring, match="does not answer"):
            keychain.find("server", "p1/chen")
        asked = [t for t in threading.enumerate() if t.name == "pointsdesk-keyring"]
        assert len(asked) == 1
    finally:
        released.set()
    asked[0].join(5)  # somebody came and unlocked it
    backend(MemoryKeyring())
    assert keychain.keep("server", "p1/chen", "lotus")


def test_five_seconds_are_enough_and_not_too_many() -> None:
    assert keychain.PATIENCE == 5.0
