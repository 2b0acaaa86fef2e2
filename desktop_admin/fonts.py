"""Which typeface writes Chinese on this machine, for the screen, for paper and for charts.

A machine with only a pan-CJK face shows Japanese shapes for 直 or 骨 unless the family is named.
So the family is always named: SC for zh_CN (and for Chinese names in an English window), TC for
zh_TW. Where the machine has none, Noto Sans SC travels with the program; where even that is
missing the operator is told, and nothing falls back to a Japanese face on purpose.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from desktop_admin.i18n import N_

_SIMPLIFIED: Final = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "HarmonyOS Sans SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "SimSun",
)
_TRADITIONAL: Final = (
    "Microsoft JhengHei UI",
    "Microsoft JhengHei",
    "PingFang TC",
    "PingFang HK",
    "Noto Sans CJK TC",
    "Source Han Sans TC",
    "Source Han Sans TW",
    "Noto Sans TC",
    "Heiti TC",
    "PMingLiU",
    "MingLiU",
)
_LATIN: Final = {"win32": "Segoe UI", "darwin": "Helvetica Neue"}.get(sys.platform, "DejaVu Sans")
BUNDLED_FAMILY: Final = "Noto Sans SC"

NO_CHINESE_FONT: Final = N_(
    "This computer has no font for Chinese. Names may show as empty boxes. "
    "Install a font such as Noto Sans CJK, then start the program again."
)


@dataclass(frozen=True)
class FontChoice:
    """The families for one language, first choice first.

    `family` is empty when nothing on this machine or in the program can write Chinese.
    `exact` is False when zh_TW has to do with Simplified shapes. `files` are font files that a
    drawing library outside Qt must load to have the bundled family.
    """

    language: str
    family: str
    families: tuple[str, ...]
    exact: bool
    files: tuple[Path, ...] = ()

    @property
    def trouble(self) -> str:
        """The msgid to show the operator, or "" when Chinese can be written."""
        return "" if self.family else NO_CHINESE_FONT


def bundled_file() -> Path | None:
    """The Noto Sans SC that travels with the program, or None in a build without it."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        return None
    path = Path(sans_path())
    return path if path.is_file() else None


@cache
def register_bundled() -> str:
    """Make the bundled family known to Qt once; answers its name or "". Needs a QGuiApplication."""
    path = bundled_file()
    if path is None:
        return ""
    number = QFontDatabase.addApplicationFont(str(path))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""


def choose(language: str, *, installed: frozenset[str] | None = None) -> FontChoice:
    """Choose the families for a language code such as "zh_CN", "zh_TW" or "en".

    `installed` replaces the families Qt knows (tests). Needs a QGuiApplication.
    """
    bundled = register_bundled()
    known = frozenset(QFontDatabase.families()) if installed is None else installed
    traditional = language.replace("-", "_").startswith(("zh_TW", "zh_HK", "zh_Hant"))
    wanted = _TRADITIONAL if traditional else _SIMPLIFIED
    exact = next((name for name in wanted if name in known), "")
    family = exact or bundled or next((name for name in _SIMPLIFIED if name in known), "")
    order = [family, bundled, _LATIN, "DejaVu Sans"]
    families = tuple(dict.fromkeys(name for name in order if name))
    path = bundled_file() if bundled else None
    exactly = bool(exact) or (bool(family) and not traditional)
    return FontChoice(language, family, families, exactly, (path,) if path else ())


@cache
def for_language(language: str) -> FontChoice:
    """Like `choose`, remembered: the families of a running machine do not change."""
    return choose(language)


def font(language: str, *, pixels: float = 0.0, points: float = 0.0, bold: bool = False) -> QFont:
    """A QFont that writes this language with the right shapes; size in pixels or points."""
    result = QFont()
    result.setFamilies(list(for_language(language).families))
    if pixels:
        result.setPixelSize(max(1, round(pixels)))
    elif points:
        result.setPointSizeF(points)
    result.setBold(bold)
    return result
