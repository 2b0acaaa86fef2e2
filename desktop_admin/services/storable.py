"""What no database can keep: numbers beyond 64 bits, and characters that are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused

_LEAST, _MOST = -(2**63), 2**63 - 1


def refuse_unstorable(said: Mapping[str, Any]) -> None:
    """Refuse parameters that would break in the driver, naming the field.

    SQLite keeps a NUL in a text and PostgreSQL does not; half a surrogate pair, as a broken paste leaves it, has no
    bytes in either.
    """
    for name, value in said.items():
        _look(name, value)


def _look(name: str, value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value or not (value.isascii() or _has_bytes(value)):
            raise Refused(N_("The text holds characters that cannot be shown."), field=name)
    elif isinstance(value, int):
        if not _LEAST <= value <= _MOST:
            raise Refused(N_("A whole number from {least} to {most}."), field=name, least=_LEAST, most=_MOST)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            _look(name, key)
            _look(name, one)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            _look(name, one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            _look(name, getattr(value, field.name))


def _has_bytes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
