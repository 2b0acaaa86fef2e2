"""The colours delegates paint with, by role; the theme of the views fills them."""

from __future__ import annotations

COLOURS: dict[str, str] = {"good": "#14703c", "bad": "#b42318", "muted": "#5b6576"}
