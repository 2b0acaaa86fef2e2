"""The colour roles of the light and the dark theme; no screen names a colour of its own."""

from __future__ import annotations

Colours = dict[str, str]

LIGHT: Colours = {
    "window": "#f5f6f8",
    "surface": "#ffffff",
    "rail": "#fafbfc",
    "header": "#fafbfc",
    "field": "#ffffff",
    "sunken": "#eceef2",
    "stripe": "#fbfbfd",
    "hover": "#f0f2f6",
    "pressed": "#e4e8ef",
    "focus": "#f4f7ff",
    "selected": "#e3ebfd",
    "line": "#e4e7ec",
    "line_strong": "#cbd1db",
    "scroll": "#cdd3dd",
    "text": "#1b2230",
    "rail_text": "#3a4456",
    "muted": "#5b6576",
    "faint_text": "#687285",
    "faint": "#8d96a6",
    "disabled": "#a9b3c4",
    "accent": "#2458c5",
    "accent_hover": "#1d4aa8",
    "accent_pressed": "#183e8d",
    "accent_ring": "#9dbaf5",
    "accent_soft": "#e6edfc",
    "accent_strong": "#1c48a3",
    "on_accent": "#ffffff",
    "good": "#14703c",
    "good_soft": "#e4f5ea",
    "good_line": "#b5dfc4",
    "bad": "#b42318",
    "bad_soft": "#fdecea",
    "bad_line": "#f3c2bc",
    "warn": "#8a4b08",
    "warn_soft": "#fdf2dd",
    "warn_line": "#eed3a0",
    "info": "#1c48a3",
    "info_soft": "#e9f0fd",
    "info_line": "#c3d5f8",
    "tip": "#232b3a",
    "tip_text": "#f4f6fa",
    "tip_link": "#a9c6ff",
    "tier_normal": "#4c5667",
    "tier_normal_soft": "#eceff3",
    "tier_silver": "#47566e",
    "tier_silver_soft": "#e1e8f1",
    "tier_gold": "#7a4f05",
    "tier_gold_soft": "#fbeecb",
    "tier_diamond": "#5b3aa8",
    "tier_diamond_soft": "#ede7fb",
}

DARK: Colours = {
    "window": "#14171d",
    "surface": "#1c2028",
    "rail": "#171b22",
    "header": "#1f242d",
    "field": "#161a21",
    "sunken": "#12151a",
    "stripe": "#1e232b",
    "hover": "#272d38",
    "pressed": "#303846",
    "focus": "#222a3a",
    "selected": "#263757",
    "line": "#2b313c",
    "line_strong": "#404857",
    "scroll": "#3c4454",
    "text": "#e8ebf1",
    "rail_text": "#c4cbd8",
    "muted": "#a3adbd",
    "faint_text": "#8f99ab",
    "faint": "#737d8f",
    "disabled": "#4b5567",
    "accent": "#8ab0ff",
    "accent_hover": "#a3c1ff",
    "accent_pressed": "#7199ee",
    "accent_ring": "#c9dbff",
    "accent_soft": "#22304c",
    "accent_strong": "#a9c6ff",
    "on_accent": "#0d1a35",
    "good": "#6fd39a",
    "good_soft": "#173126",
    "good_line": "#28543f",
    "bad": "#ff9a8f",
    "bad_soft": "#3a2022",
    "bad_line": "#693234",
    "warn": "#f2bd66",
    "warn_soft": "#352917",
    "warn_line": "#604923",
    "info": "#a9c6ff",
    "info_soft": "#1f2b43",
    "info_line": "#36496e",
    "tip": "#e8ebf1",
    "tip_text": "#1b2230",
    "tip_link": "#1c48a3",
    "tier_normal": "#c0c8d4",
    "tier_normal_soft": "#2b323d",
    "tier_silver": "#c5d3e8",
    "tier_silver_soft": "#2c3747",
    "tier_gold": "#f0c976",
    "tier_gold_soft": "#3b2f17",
    "tier_diamond": "#cbb8ff",
    "tier_diamond_soft": "#332a4f",
}

# Text on ground, each at least 4.5:1 in both themes; a test computes them.
READ_TOGETHER = [
    *((text, ground) for text in ("text", "muted") for ground in ("window", "surface", "rail")),
    ("text", "selected"),
    ("text", "stripe"),
    ("text", "hover"),
    ("muted", "header"),
    ("muted", "sunken"),
    ("faint_text", "rail"),
    ("rail_text", "rail"),
    ("rail_text", "hover"),
    ("accent", "surface"),
    ("accent", "window"),
    ("accent_strong", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    *((tone, ground) for tone in ("good", "bad", "warn") for ground in ("surface", "selected")),
    *((tone, f"{tone}_soft") for tone in ("good", "bad", "warn", "info")),
    *(("text", f"{tone}_soft") for tone in ("good", "bad", "warn", "info")),
    ("tip_text", "tip"),
    ("tip_link", "tip"),
    *((f"tier_{t}", f"tier_{t}_soft") for t in ("normal", "silver", "gold", "diamond")),
]


def luminance(colour: str) -> float:
    """Answer the relative luminance of "#rrggbb" (WCAG 2.2)."""
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Answer the contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
