"""How a chart looks: colours, hatches, fonts, sizes. Plain data, made from the theme.

The cycles are told apart with every common colour blindness (after Okabe and Ito, *Color Universal
Design*, 2008, darkened or lightened to a contrast of 3:1 on their ground); a hatch or a marker
repeats what the colour says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final


class Tone(StrEnum):
    """What a mark means; the style turns it into a colour and a hatch."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    QUIET = "quiet"
    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


HATCHES: Final[dict[Tone, str]] = {
    Tone.FIRST: "",
    Tone.SECOND: "////",
    Tone.THIRD: "....",
    Tone.FOURTH: "----",
    Tone.QUIET: "\\\\\\\\",
    Tone.GOOD: "",
    Tone.WATCH: "////",
    Tone.BAD: "xxxx",
}
MARKERS: Final[dict[Tone, str]] = {
    Tone.FIRST: "o",
    Tone.SECOND: "s",
    Tone.THIRD: "D",
    Tone.FOURTH: "^",
    Tone.QUIET: "v",
    Tone.GOOD: "o",
    Tone.WATCH: "s",
    Tone.BAD: "X",
}
_LIGHT_TONES: Final[dict[Tone, str]] = {
    Tone.FIRST: "#1f6fb4",
    Tone.SECOND: "#cf7a00",
    Tone.THIRD: "#0a8f6c",
    Tone.FOURTH: "#b0588f",
    Tone.QUIET: "#848b95",
    Tone.GOOD: "#1f6fb4",
    Tone.WATCH: "#cf7a00",
    Tone.BAD: "#c4391d",
}
_DARK_TONES: Final[dict[Tone, str]] = {
    Tone.FIRST: "#5aa7e8",
    Tone.SECOND: "#f0a63c",
    Tone.THIRD: "#3fc7a0",
    Tone.FOURTH: "#e08fc0",
    Tone.QUIET: "#8d95a1",
    Tone.GOOD: "#5aa7e8",
    Tone.WATCH: "#f0a63c",
    Tone.BAD: "#ff7a5c",
}


@dataclass(frozen=True)
class ChartStyle:
    """Colours as "#rrggbb"; `ground` "" is transparent (the widget paints its own card).

    `families` are tried in order for each character; `font_files` are loaded first. `scale` is the
    text size, 1.0 = 100 %.
    """

    ground: str
    text: str
    muted: str
    grid: str
    tones: dict[Tone, str] = field(default_factory=lambda: dict(_LIGHT_TONES))
    families: tuple[str, ...] = ("DejaVu Sans",)
    font_files: tuple[Path, ...] = ()
    scale: float = 1.0
    dark: bool = False

    def colour(self, tone: Tone) -> str:
        """The colour of a tone."""
        return self.tones[tone]


def light(**changes: object) -> ChartStyle:
    """The light style, for a window or for paper, with some fields changed."""
    given: dict[str, object] = {
        "ground": "#ffffff", "text": "#1c2128", "muted": "#5b6470", "grid": "#e4e7eb",
    }  # fmt: skip
    return ChartStyle(**{**given, **changes})  # type: ignore[arg-type]


def dark(**changes: object) -> ChartStyle:
    """The dark style with some fields changed."""
    given: dict[str, object] = {
        "ground": "#1f2329", "text": "#eceff3", "muted": "#a3acb8", "grid": "#363c45",
        "tones": dict(_DARK_TONES), "dark": True,
    }  # fmt: skip
    return ChartStyle(**{**given, **changes})  # type: ignore[arg-type]
