"""Frozen records to JSON and back: for receipts, approvals and canonical parameters."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from desktop_admin.services.database.clock import instant, parse_instant

T = TypeVar("T")

# made once, for every act pays for it
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Secret(str):
    """A text that is used and never kept: a PIN, a one-time code. It leaves no trace in hashes and receipts."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(•)"


def plain(value: Any) -> Any:
    """A value as JSON knows it. Records become objects, dates ISO text."""
    if isinstance(value, Secret):
        return ""
    if value is None or (isinstance(value, (str, int, bool)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    if isinstance(value, dict):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def dump(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks."""
    return _encode(plain(value))


def load(kind: type[T], text: str) -> T:
    """The record that ``dump`` wrote."""
    return typing.cast(T, _load(kind, json.loads(text)))


def revive(kind: Any, value: Any) -> Any:
    """A value that ``plain`` made, as the type ``kind`` again."""
    return _load(kind, value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _load(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        kind = next(k for k in get_args(kind) if k is not type(None))
        return _load(kind, value)
    if origin in (tuple, list):
        inner = get_args(kind)
        if len(inner) == 2 and inner[1] is not Ellipsis and origin is tuple:
            return tuple(_load(k, v) for k, v in zip(inner, value, strict=True))
        return origin(_load(inner[0], v) for v in value)
    if origin is dict:
        key, item = get_args(kind)
        return {_load(key, k): _load(item, v) for k, v in value.items()}
    if isinstance(kind, type):
        if kind is Secret:
            return Secret(value)
        if is_dataclass(kind):
            hints = _hints(kind)
            return kind(**{name: _load(hints[name], v) for name, v in value.items()})
        if issubclass(kind, Enum):
            return kind(value)
        if kind is datetime:
            return parse_instant(value)
        if kind is date:
            return date.fromisoformat(value)
        if kind is int and isinstance(value, str):
            return int(value)
    return value
