"""Settings of this machine, each declared once; nothing secret is kept here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import QSettings, QStandardPaths

from desktop_admin.i18n import N_

T = TypeVar("T", str, int, bool)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting: its key, its default (which says its type), what it is for, what it takes."""

    key: str
    default: T
    description: str
    takes: Callable[[T], bool] | None = None


LANGUAGE = Setting("look/language", "", N_("Language; empty follows the system"))
THEME = Setting(
    "look/theme",
    "system",
    N_("Light or dark; follows the system by default"),
    lambda value: value in ("system", "light", "dark"),
)
TEXT_SIZE = Setting("look/text_size", 100, N_("Text size in per cent"), lambda value: 90 <= value <= 160)
DATABASE = Setting("shop/database", "", N_("Address of the database"))
PROFILES = Setting("shop/profiles", "[]", N_("The connections of this machine, without passwords"))
PROFILE = Setting("shop/profile", "", N_("Which connection is open"))
BRANCH = Setting("shop/branch", 0, N_("Branch this machine stands in"))
WORKSTATION = Setting("shop/workstation", "", N_("Name of this workstation"))
SAMPLE = Setting("shop/sample", False, N_("Whether this is the sample shop"))
LAST_LOGIN = Setting("desk/last_login", "", N_("Who signed in last"))
LAST_SCREEN = Setting("desk/last_screen", "counter", N_("Which screen was open last"))
GEOMETRY = Setting("desk/geometry", "", N_("Where the window stood"))
RAIL_NARROW = Setting("desk/rail_narrow", False, N_("Whether the navigation shows icons only"))
IDLE_MINUTES = Setting(  # the shop's setting rules; a machine may only be stricter
    "desk/idle_minutes", 0, N_("Minutes until this machine locks, if sooner than the shop says; 0 as the shop says"),
    lambda v: 0 <= v <= 480,
)
SCANNER = Setting("desk/scanner", True, N_("Whether a barcode scanner may be used anywhere"))
REDUCED_MOTION = Setting("look/reduced_motion", False, N_("Whether nothing moves by itself"))

ALL: tuple[Setting[Any], ...] = tuple(v for v in list(globals().values()) if isinstance(v, Setting))


class Settings:
    """Typed reads and writes on an INI file; a damaged file is put aside and defaults hold."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.damaged: Path | None = None
        self._store = self._open()

    @classmethod
    def of_this_machine(cls) -> Settings:
        """Open the settings where this system keeps them."""
        return cls(data_folder() / "settings.ini")

    def get(self, setting: Setting[T]) -> T:
        """Answer a setting; what is missing, of another type or not allowed is its default."""
        raw = self._store.value(setting.key)
        if raw is None:
            return setting.default
        value = _read(str(raw), setting.default)
        if value is None or (setting.takes is not None and not setting.takes(cast(T, value))):
            return setting.default
        return cast(T, value)

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a setting; refuses (ValueError) a value that is not allowed."""
        if setting.takes is not None and not setting.takes(value):
            raise ValueError(f"{setting.key} = {value!r}")
        self._store.setValue(setting.key, _write(value))

    def recall(self, operator_id: int, place: str) -> Any:
        """Answer what an operator's screen remembered under a name (plain JSON values), or None."""
        import json  # not before the first paint

        raw = self._store.value(f"operator_{operator_id}/{place}")
        try:
            return json.loads(str(raw)) if raw else None
        except ValueError:
            return None

    def remember(self, operator_id: int, place: str, value: Any) -> None:
        """Keep a plain JSON value for an operator's screen."""
        import json  # not before the first paint

        self._store.setValue(f"operator_{operator_id}/{place}", json.dumps(value))

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _open(self) -> QSettings:
        store = QSettings(str(self.path), QSettings.Format.IniFormat)
        if store.status() == QSettings.Status.NoError and _readable(self.path):
            return store
        self.damaged = self.path.with_suffix(".bad")
        self.path.replace(self.damaged)
        return QSettings(str(self.path), QSettings.Format.IniFormat)


def data_folder() -> Path:
    """Answer the folder where this system keeps the program's own files."""
    kind = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(kind)) / "pointsdesk"


def _readable(path: Path) -> bool:
    """QSettings accepts any text as INI: a file with none of its own marks is damaged."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        head = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "\0" not in head and head.lstrip().startswith("[")


def _write(value: str | int | bool) -> str:
    # Text keeps a mark in front, so that no INI rule about lists, @ or blanks touches it.
    return f"={value}" if isinstance(value, str) else str(int(value))


def _read(raw: str, default: str | int | bool) -> str | int | bool | None:
    if isinstance(default, str):
        return raw[1:] if raw.startswith("=") else None
    try:
        number = int(raw)
    except ValueError:
        return None
    return bool(number) if isinstance(default, bool) else number
