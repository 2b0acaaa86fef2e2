"""A sheet of a given size in logical pixels on which charts are drawn with matplotlib.

Everything is placed in pixels from the top left (96 to the inch), so that what was drawn is also
what can be pointed at. matplotlib is imported here and only when the first chart is drawn; never
pyplot, which keeps figures alive. matplotlib is not safe in several threads at once: `LOCK`.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from desktop_admin.services.charts.data import Mark
from desktop_admin.services.charts.style import HATCHES, MARKERS, ChartStyle, Tone

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Outline

LOCK: Final = threading.Lock()
PER_INCH: Final = 96
_POINT: Final = 72 / PER_INCH
_LONGEST: Final = 240
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Across = Literal["left", "center", "right"]
Down = Literal["top", "center", "bottom", "baseline"]


@cache
def _load(path: Path) -> None:
    from matplotlib.font_manager import fontManager

    fontManager.addfont(str(path))


@cache
def _families(wanted: tuple[str, ...], files: tuple[Path, ...]) -> tuple[str, ...]:
    """The wanted families that matplotlib can find; the one it brings itself is always last."""
    from matplotlib.font_manager import fontManager

    for path in files:
        _load(path)
    known = {entry.name for entry in fontManager.ttflist}
    found = [name for name in wanted if name in known]
    return tuple(dict.fromkeys([*found, "DejaVu Sans"]))


@cache
def _letters(families: tuple[str, ...]) -> frozenset[int]:
    """Every character that at least one of the families can draw."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    covered: set[int] = set()
    for name in families:
        covered.update(get_font(findfont(FontProperties(family=name))).get_charmap())
    return frozenset(covered)


@cache
def _face(families: tuple[str, ...], points: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families), size=points)


class Sheet:
    """One drawing: a figure, its style, and the marks a person can point at."""

    def __init__(self, style: ChartStyle, width: float, height: float, ratio: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.style = style
        self.width = width
        self.height = height
        self.spare = 0.0
        self.marks: list[Mark] = []
        self.figure = Figure((width / PER_INCH, height / PER_INCH), dpi=PER_INCH * ratio)
        self.figure.patch.set_visible(bool(style.ground))
        if style.ground:
            self.figure.patch.set_facecolor(style.ground)
        self.canvas = FigureCanvasAgg(self.figure)
        down = Affine2D().scale(1 / PER_INCH, -1 / PER_INCH).translate(0, height / PER_INCH)
        self._place = down + self.figure.dpi_scale_trans
        self._names = _families(style.families, style.font_files)
        self._known = _letters(self._names)
        self._ratio = ratio
        self._widths: dict[tuple[str, float], float] = {}

    def px(self, size: float) -> float:
        """A size in pixels at the text size of the style."""
        return size * self.style.scale

    def clean(self, text: str) -> str:
        """One line without control characters, and a box for what no font here can draw."""
        line = " ".join(text[:_LONGEST].split())
        kept = (ch for ch in line if unicodedata.category(ch) not in _UNSEEN)
        return "".join(ch if ord(ch) in self._known else "□" for ch in kept)

    def wide(self, text: str, size: float) -> float:
        """Width of a text in pixels; `size` is its height in pixels at 100 % text size."""
        key = (text, size)
        if key not in self._widths:
            face = _face(self._names, self.px(size) * _POINT)
            renderer = self.canvas.get_renderer()  # type: ignore[no-untyped-call]
            width, _height, _below = renderer.get_text_width_height_descent(self.clean(text), face, ismath=False)
            self._widths[key] = width / self._ratio
        return self._widths[key]

    def fit(self, text: str, size: float, room: float) -> str:
        """The text, or as much of it as fits into `room` pixels with an ellipsis."""
        text = self.clean(text)
        if self.wide(text, size) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.wide(text[:middle].rstrip() + "…", size) <= room:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…" if low else ""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = "",
        across: Across = "left",
        down: Down = "baseline",
        strong: bool = False,
        halo: bool = False,
    ) -> None:
        """Write one line; strong thickens it (the bundled face has no bold)."""
        from matplotlib.patheffects import Normal, Stroke
        from matplotlib.text import Text

        shown = self.clean(text)
        if not shown:
            return
        ink = colour or self.style.text
        artist = Text(
            x, y, shown, color=ink, ha=across,
            va="center_baseline" if down == "center" else down,
            fontproperties=_face(self._names, self.px(size) * _POINT), parse_math=False,
            transform=self._place, zorder=6,
        )  # fmt: skip
        if strong:
            artist.set_path_effects([Stroke(linewidth=0.45 * self.px(size) / 15, foreground=ink)])
        elif halo and self.style.ground:
            artist.set_path_effects([Stroke(linewidth=2.2, foreground=self.style.ground), Normal()])
        self.figure.add_artist(artist)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        colour: str,
        *,
        width: float = 1.0,
        dashes: tuple[float, ...] = (),
        marker: str = "",
        marker_size: float = 0.0,
        above: float = 3,
    ) -> None:
        """Draw a line through points; a marker is filled with the ground's colour inside."""
        from matplotlib.lines import Line2D

        artist = Line2D(
            xs, ys, color=colour, linewidth=width * _POINT, transform=self._place, zorder=above,
            linestyle=(0, dashes) if dashes else "-", solid_capstyle="round",
            solid_joinstyle="round", marker=marker or "None", markersize=marker_size * _POINT,
            markerfacecolor=colour, markeredgecolor=self.style.ground or colour,
            markeredgewidth=0.9,
        )  # fmt: skip
        self.figure.add_artist(artist)

    def rule(self, left: float, right: float, y: float, *, strong: bool = False) -> None:
        """A grid line; the strong one is the base."""
        colour = self.style.muted if strong else self.style.grid
        self.line((left, right), (y, y), colour, width=1.1 if strong else 0.9, above=1)

    def box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        tone: Tone | str,
        *,
        corners: tuple[float, float, float, float] = (0, 0, 0, 0),
        alpha: float = 1.0,
        above: float = 2,
    ) -> None:
        """Fill a rectangle; `corners` are radii top left, top right, bottom right, bottom left.

        A tone brings its hatch, so that the colour is not the only thing that tells it apart.
        """
        from matplotlib.patches import PathPatch

        if width <= 0 or height <= 0:
            return
        colour = self.style.colour(tone) if isinstance(tone, Tone) else tone
        patch = PathPatch(
            _rounded(left, top, width, height, corners), facecolor=colour, linewidth=0,
            alpha=alpha, transform=self._place, zorder=above,
        )  # fmt: skip
        hatch = HATCHES[tone] if isinstance(tone, Tone) else ""
        if hatch:
            patch.set_hatch(hatch)
            patch.set_hatch_linewidth(0.7)
            patch.set_edgecolor(self.style.ground or "#ffffff")
        self.figure.add_artist(patch)

    def area(self, xs: Sequence[float], ys: Sequence[float], base: float, colour: str) -> None:
        """A faint filling between a line and its base."""
        from matplotlib.patches import Polygon

        points = [(xs[0], base), *zip(xs, ys, strict=True), (xs[-1], base)]
        self.figure.add_artist(Polygon(points, facecolor=colour, alpha=0.13, linewidth=0, transform=self._place))

    def key(self, left: float, middle: float, tone: Tone, name: str, *, line: bool = False) -> float:
        """A legend key: swatch (or line with marker) and its name; answers where it ends."""
        side = self.px(10)
        if line:
            colour = self.style.colour(tone)
            side = self.px(18)
            ends = (left, left + side / 2, left + side)
            self.line(ends, (middle,) * 3, colour, width=2)
            self.line(ends[1:2], (middle,), colour, marker=MARKERS[tone], marker_size=6, above=4)
        else:
            self.box(left, middle - side / 2, side, side, tone, corners=(2, 2, 2, 2))
        self.text(left + side + self.px(5), middle, name, 11.5, down="center")
        return left + side + self.px(5) + self.wide(name, 11.5) + self.px(16)


def _rounded(left: float, top: float, width: float, height: float, corners: Sequence[float]) -> Outline:
    from matplotlib.path import Path as Outline

    most = min(width, height) / 2
    tl, tr, br, bl = (min(radius, most) for radius in corners)
    right, bottom = left + width, top + height
    points = [
        (left + tl, top), (right - tr, top), (right, top), (right, top + tr),
        (right, bottom - br), (right, bottom), (right - br, bottom),
        (left + bl, bottom), (left, bottom), (left, bottom - bl),
        (left, top + tl), (left, top), (left + tl, top), (left + tl, top),
    ]  # fmt: skip
    to, curve = Outline.LINETO, Outline.CURVE3
    codes = [
        Outline.MOVETO, to, curve, curve, to, curve, curve, to, curve, curve, to, curve, curve,
        Outline.CLOSEPOLY,
    ]  # fmt: skip
    return Outline(points, codes)
