"""How everything looks: palette, text sizes, style, fonts and icons, light and dark.

Screens say what a thing is (`mark(label, text="title")`, `mark(button, kind="primary")`); only this
module and `resources/style` say how that looks.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QSize, QStandardPaths, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop_admin import RESOURCES, fonts
from desktop_admin.models.tones import COLOURS
from desktop_admin.views.colours import DARK, LIGHT, Colours

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

SPACE = 8  # px; everything stands on multiples of 4
BASE = 13  # px of plain text at 100 %

USUAL = (16, 18)  # px of icons in buttons and lists

SCALES = (90, 100, 110, 125, 140, 160)


class Theme(QObject):
    """The look in force; one per program, `theme.current()` answers it."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: str = "system", scale: int = 100) -> None:
        super().__init__(app)
        self._app = app
        self.mode, self.scale, self.language = mode, scale, "zh_CN"
        self.colours: Colours = LIGHT
        self._icons: list[tuple[weakref.ref[Any], str, str, int]] = []
        if settled:
            self.follow_system()
            app.setStyle("Fusion")  # the program says it by argument: this loads 20 ms of enums
        global _current
        _current = self

    @property
    def dark(self) -> bool:
        """Say whether the dark theme is in force."""
        return self.colours is DARK

    def px(self, size: int) -> int:
        """Answer a length at the present text size."""
        return round(size * self.scale / 100)

    def set(self, *, mode: str = "", scale: int = 0, language: str = "") -> None:
        """Change the mode ("system", "light", "dark"), the text size (90-160 %), the language."""
        before = (self.mode, self.scale, self.language)
        self.mode = mode or self.mode
        self.scale = min(160, max(90, scale)) if scale else self.scale
        self.language = language or self.language
        if before != (self.mode, self.scale, self.language) or not self._app.styleSheet():
            self.apply()

    def apply(self) -> None:
        """Put the look on the whole program."""
        self.colours = DARK if self._want_dark() else LIGHT
        _pixmap.cache_clear()
        font = QFont(list(fonts.for_language(self.language).families))
        font.setPixelSize(self.px(BASE))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self._app.setFont(font)
        COLOURS.update(self.colours)
        self._app.setPalette(palette(self.colours))
        self._app.setStyleSheet(style_sheet(self.colours, self.scale))
        for reference, name, role, size in list(self._icons):
            target = reference()
            if target is None or not shiboken6.isValid(target):
                continue
            target.setIcon(self.icon(name, role, size))
        self._icons = [entry for entry in self._icons if entry[0]() is not None]
        self.changed.emit()

    def icon(self, name: str, role: str = "muted", size: int = 18) -> QIcon:
        """Answer an icon in a colour role; it does not follow later changes: see `set_icon`."""
        icon = QIcon()
        wide = self.px(size)
        for ratio in self.ratios():
            icon.addPixmap(pixmap(name, self.colours[role], wide, ratio))
            if role in ("muted", "rail_text"):
                strong = pixmap(name, self.colours["accent_strong"], wide, ratio)
                icon.addPixmap(strong, QIcon.Mode.Normal, QIcon.State.On)
        return icon

    def ratios(self) -> Sequence[int]:
        """Answer the pixel ratios icons are drawn for: none for a screen that is not there."""
        return (1, 2) if self._app.devicePixelRatio() > 1 else (1,)

    def set_icon(self, target: Any, name: str, role: str = "muted", size: int = 18) -> None:
        """Give a button or an action an icon that follows the theme."""
        target.setIcon(self.icon(name, role, size))
        if isinstance(target, QWidget):
            target.setIconSize(QSize(self.px(size), self.px(size)))  # type: ignore[attr-defined]
        self._icons = [e for e in self._icons if e[0]() is not None and e[0]() is not target]
        self._icons.append((weakref.ref(target), name, role, size))

    def follow_system(self) -> None:
        """Change with the system's light and dark, and with a screen that is plugged in, from now on."""
        self._app.screenAdded.connect(self.apply)
        self._app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _want_dark(self) -> bool:
        if self.mode != "system":
            return self.mode == "dark"
        if not settled:  # our own palette is not yet on: the system's tells
            return self._app.palette().color(QPalette.ColorRole.Window).lightness() < 128
        return self._app.styleHints().colorScheme() == _qt().ColorScheme.Dark

    def _system_changed(self) -> None:
        if self.mode == "system" and self._want_dark() != self.dark:
            QTimer.singleShot(0, self, self.apply)


_current: Theme | None = None
settled = True  # False from the start of the program to the first paint: nothing is polished yet


def _qt() -> type[Qt]:
    """Answer Qt's enums: importing them takes 40 ms, which the first paint need not wait for."""
    from PySide6.QtCore import Qt as Enums

    return Enums


def current() -> Theme:
    """Answer the look in force; without a program around it, the light one."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if _current is None or not shiboken6.isValid(_current):
        Theme(app, "light").apply()
    assert _current is not None
    return _current


def colour(role: str) -> QColor:
    """Answer the colour of a role, for painting."""
    return QColor(current().colours[role])


def mark(widget: QWidget, **properties: object) -> None:
    """Say what a widget is (kind="primary", text="title", tone="bad") and restyle it."""
    if settled and "text" in properties and isinstance(widget, QLabel):
        formats = _qt().TextFormat
        if widget.textFormat() == formats.AutoText:
            widget.setTextFormat(formats.PlainText)  # a member may be called <b>
    changed = False
    for name, value in properties.items():
        name = "words" if name == "text" else name  # labels have a property "text" of their own
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed and settled and widget.testAttribute(_qt().WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def set_icon_beside(button: Any, icon: QIcon, size: int = 18) -> None:
    """Give a push button an icon with air before its words: Qt leaves 4 px and no way to say more."""
    wide, gap = current().px(size), current().px(5)
    answer = QIcon()
    for ratio in current().ratios() if not icon.isNull() else ():
        ground = QPixmap((wide + gap) * ratio, wide * ratio)
        ground.fill(QColor(0, 0, 0, 0))
        painter = QPainter(ground)
        painter.drawPixmap(0, 0, wide * ratio, wide * ratio, icon.pixmap(QSize(wide, wide), float(ratio)))
        painter.end()
        ground.setDevicePixelRatio(ratio)
        answer.addPixmap(ground)
    button.setIcon(answer)
    button.setIconSize(QSize(wide + gap, wide))


def set_icon(target: Any, name: str, role: str = "muted", size: int = 18) -> None:
    """Give a button or an action an icon that follows the theme."""
    current().set_icon(target, name, role, size)


# --- palette and style ----------------------------------------------------------------------------


def palette(colours: Colours) -> QPalette:
    """Answer the Qt palette of a theme."""
    roles = QPalette.ColorRole
    answer = QPalette()
    for role, name in (
        (roles.Window, "window"), (roles.WindowText, "text"), (roles.Base, "surface"),
        (roles.AlternateBase, "stripe"), (roles.Text, "text"), (roles.Button, "surface"),
        (roles.ButtonText, "text"), (roles.BrightText, "bad"), (roles.Highlight, "accent"),
        (roles.HighlightedText, "on_accent"), (roles.ToolTipBase, "tip"),
        (roles.ToolTipText, "tip_text"), (roles.PlaceholderText, "faint"), (roles.Link, "accent"),
        (roles.LinkVisited, "accent_strong"), (roles.Light, "surface"), (roles.Midlight, "line"),
        (roles.Mid, "line_strong"), (roles.Dark, "faint"), (roles.Shadow, "line_strong"),
        (roles.Accent, "accent"),
    ):  # fmt: skip
        answer.setColor(role, QColor(colours[name]))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        answer.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours["faint"]))
    return answer


def style_sheet(colours: Colours, scale: int) -> str:
    """Fill the style with the colours, and grow its lengths with the text size (percent)."""
    source = (RESOURCES / "style" / "pointsdesk.qss").read_text("utf-8")
    drawn = {
        "chevron": _drawn("chevron-down", colours["muted"]),
        "tick": _drawn("check", colours["on_accent"]),
        "sort_up": _drawn("chevron-up", colours["text"]),
        "sort_down": _drawn("chevron-down", colours["text"]),
    }
    known = colours | drawn

    def grown(match: re.Match[str]) -> str:
        size = int(match[1])
        return f"{size if size <= 2 else round(size * scale / 100)}px"

    text = re.sub(r"\b(\d+)px", grown, source)
    return re.sub(r"@(\w+)", lambda match: known[match[1]], text)


def _drawn(name: str, colour: str) -> str:
    """Answer the path of an icon file in this colour: style sheets take only files."""
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    folder = Path(cache) / "pointsdesk" / "style"
    path = folder / f"{name}-{colour[1:]}.svg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(_svg(name).replace("currentColor", colour), "utf-8")
    return path.as_posix()


# --- icons ----------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _svg(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=1024)
def _shape(name: str, size: int, ratio: int) -> QImage:
    from PySide6.QtGui import QImage  # only where an icon is drawn: not before the first paint
    from PySide6.QtSvg import QSvgRenderer

    answer = QImage(size * ratio, size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    answer.fill(0)
    svg = _svg(name).replace("currentColor", "black").replace('stroke-width="2"', 'stroke-width="1.75"')
    painter = QPainter(answer)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    answer.setDevicePixelRatio(ratio)
    return answer


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, ratio: int) -> QPixmap:
    answer = QPixmap.fromImage(_shape(name, size, ratio).copy())  # pictures of one image share Qt's cache
    painter = QPainter(answer)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)  # colouring costs less than drawing
    painter.fillRect(answer.rect(), QColor(colour))
    painter.end()
    return answer


def draw_ahead() -> None:
    """Draw the shapes of all icons at their usual sizes; beside the window's thread."""
    for path in sorted((RESOURCES / "icons").glob("*.svg")):
        for size in USUAL:
            for ratio in current().ratios():
                _shape(path.stem, current().px(size), ratio)


def pixmap(name: str, colour: str, size: int, ratio: int = 1) -> QPixmap:
    """Draw an icon of `resources/icons` in a colour at a size in pixels."""
    return _pixmap(name, colour, size, ratio)
