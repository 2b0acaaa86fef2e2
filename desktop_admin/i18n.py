"""Text, numbers and dates for people, in 简体中文, 繁體中文 and English.

The language can change while the program runs: text is marked with `N_` where it is declared and
translated with `_` where it is shown.  Nothing here knows Qt.
"""

from __future__ import annotations

import gettext
import os
import struct
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from desktop_admin import RESOURCES

LANGUAGES: dict[str, str] = {"zh_CN": "简体中文", "zh_TW": "繁體中文", "en": "English"}
DEFAULT_LANGUAGE = "zh_CN"
MINUS = "\u2212"

_domain = "pointsdesk"
_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"
_zone: tzinfo | None = None
_currency = "¥"
_listeners: list[Callable[[str], None]] = []


def N_(message: str) -> str:
    """Mark a message for translation; it is translated later, where it is shown."""
    return message


def _(message: str) -> str:
    """Translate a message into the language in use."""
    return _translations.gettext(message) if message else ""


@lru_cache(maxsize=32)
def in_every_language(message: str) -> frozenset[str]:
    """Answer a message in each of our languages: for reading back what we wrote ourselves."""
    return frozenset(_catalogue(language).gettext(message) for language in LANGUAGES)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a message that depends on a count."""
    return _translations.ngettext(one, many, count)


def current_language() -> str:
    """Say which language is in use: "zh_CN", "zh_TW" or "en"."""
    return _language


def sentences(said: Iterable[str]) -> str:
    """One after the other; Chinese has no blank between them."""
    return ("" if _language.startswith("zh") else " ").join(said)


def use_language(language: str) -> str:
    """Switch to the nearest known language, tell the listeners and answer its code."""
    global _translations, _language
    language = match_language([language])
    _translations = _catalogue(language)
    _language = language
    for listener in list(_listeners):
        listener(language)
    return language


def on_language(listener: Callable[[str], None]) -> None:
    """Call the listener after each change of language."""
    _listeners.append(listener)


def match_language(preferred: Iterable[str], otherwise: str = DEFAULT_LANGUAGE) -> str:
    """Pick the first wanted language that we have ("zh-Hant-HK" is zh_TW, other zh is zh_CN)."""
    for wanted in preferred:
        parts = wanted.replace("-", "_").split(".")[0].lower().split("_")
        if parts[0] == "zh":
            traditional = {"tw", "hk", "mo", "hant"} & set(parts[1:])
            return "zh_TW" if traditional else "zh_CN"
        if parts[0] == "en":
            return "en"
    return otherwise


def system_language() -> str:
    """Answer the language of the environment, for programs without a window; one we do not have is English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):  # the order of gettext
        if said := os.environ.get(name):
            return match_language(said.split(":"), "en")
    return match_language([_windows_language()], "en")


def _windows_language() -> str:
    if sys.platform == "win32":
        import ctypes
        import locale

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""


# --- catalogues --------------------------------------------------------------------------------


def locale_folder() -> Path:
    """Answer the folder of the catalogues."""
    return RESOURCES / "locale"


def _catalogue(language: str) -> gettext.NullTranslations:
    source = locale_folder() / f"{language}.po"
    compiled = locale_folder() / f"{language}.mo"
    if not source.exists() and not compiled.exists():
        return gettext.NullTranslations()
    if compiled.exists() and (not source.exists() or compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(BytesIO(compile_po(source.read_text("utf-8"))))


def compile_po(text: str) -> bytes:
    """Turn the text of a .po file into the bytes of a .mo file, without fuzzy and empty entries."""
    messages = {key: value for key, value in _entries(text) if value.strip("\0")}
    keys = sorted(messages, key=str.encode)
    ids = [key.encode() for key in keys]
    values = [messages[key].encode() for key in keys]
    count = len(keys)
    at = 28 + 16 * count
    tables: list[int] = []
    for blobs in (ids, values):
        for blob in blobs:
            tables += [len(blob), at]
            at += len(blob) + 1
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    body = b"".join(blob + b"\0" for blob in (*ids, *values))
    return header + struct.pack(f"<{4 * count}I", *tables) + body


def _entries(text: str) -> Iterable[tuple[str, str]]:
    """Read a .po file: the keys and values of a .mo file, NUL between a message and its plural."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        parts: dict[str, str] = {}
        current = ""
        fuzzy = False
        for line in block.splitlines():
            if line.startswith("#,") and "fuzzy" in line:
                fuzzy = True
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith('"'):
                current, _space, line = line.partition(" ")
                parts.setdefault(current, "")
            parts[current] += _unquote(line.strip())
        if "msgid" not in parts or (fuzzy and parts["msgid"]):
            continue
        key = parts["msgid"]
        if "msgctxt" in parts:
            key = parts["msgctxt"] + "\x04" + key
        if "msgid_plural" in parts:
            key += "\0" + parts["msgid_plural"]
        yield key, "\0".join(v for k, v in parts.items() if k.startswith("msgstr"))


_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r"}


def _unquote(quoted: str) -> str:
    out: list[str] = []
    characters = iter(quoted[1:-1])
    for character in characters:
        out.append(_ESCAPES.get(next(characters), "") if character == "\\" else character)
    return "".join(out)


# --- numbers -----------------------------------------------------------------------------------


def format_number(value: int) -> str:
    """Write a whole number with its thousands grouped."""
    return f"{value:,}".replace("-", MINUS)


def format_points(points: int, *, signed: bool = False) -> str:
    """Write points; signed puts + before a credit."""
    return ("+" if signed and points > 0 else "") + format_number(points)


def use_currency(symbol: str) -> None:
    """Say which sign stands before money, for example "¥"."""
    global _currency
    _currency = symbol


def format_money(minor: int, *, symbol: bool = True) -> str:
    """Write money given in minor units (分) with two places: 123456 is ¥1,234.56."""
    whole, part = divmod(abs(minor), 100)
    sign = MINUS if minor < 0 else ""
    return f"{sign}{_currency if symbol else ''}{whole:,}.{part:02d}"


def format_share(part: int, whole: int, places: int = 1) -> str:
    """Write part of whole as a percentage, rounded half up; "–" where whole is nought."""
    if whole == 0:
        return "–"
    scale = 10**places
    tenths = (abs(part) * 100 * scale * 2 + abs(whole)) // (abs(whole) * 2)
    sign = MINUS if (part < 0) != (whole < 0) and tenths else ""
    digits = f".{tenths % scale:0{places}d}" if places else ""
    return f"{sign}{tenths // scale:,}{digits}%"


# --- dates -------------------------------------------------------------------------------------


def use_time_zone(zone: tzinfo | str | None) -> None:
    """Show instants in this zone: the shop's, not the machine's. None is the machine's."""
    global _zone
    if isinstance(zone, str):
        from zoneinfo import ZoneInfo  # only where a shop is open

        zone = ZoneInfo(zone)
    _zone = zone


def local(instant: datetime) -> datetime:
    """Move a UTC instant (naive ones are read as UTC) to the zone that is shown."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return instant.astimezone(_zone)


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS = {
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    "zh_CN": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "zh_TW": ["週一", "週二", "週三", "週四", "週五", "週六", "週日"],
}


def format_date(day: date, *, long: bool = False) -> str:
    """Write a date; long adds the weekday in words."""
    if _language == "en":
        text = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return f"{_WEEKDAYS['en'][day.weekday()]} {text}" if long else text
    if long:
        return f"{day.year}年{day.month}月{day.day}日 {_WEEKDAYS[_language][day.weekday()]}"
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def format_month(day: date) -> str:
    """Write the month of a date."""
    if _language == "en":
        return f"{_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月"


def format_time(instant: datetime, *, seconds: bool = False) -> str:
    """Write the time of day of a UTC instant in the zone that is shown."""
    return local(instant).strftime("%H:%M:%S" if seconds else "%H:%M")


def format_instant(instant: datetime, *, seconds: bool = False) -> str:
    """Write a UTC instant as date and time in the zone that is shown."""
    return f"{format_date(local(instant).date())} {format_time(instant, seconds=seconds)}"


def format_age(age: timedelta) -> str:
    """Write a length of time by its largest unit: "just now", "5 minutes", "3 days"."""
    minutes = int(age.total_seconds()) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if minutes < 60 * 24:
        hours = minutes // 60
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    days = minutes // (60 * 24)
    return ngettext("{count} day", "{count} days", days).format(count=format_number(days))
