"""PointsDesk: a desktop program in which a shop runs its points mall on its own machines."""

from __future__ import annotations

import sys
from pathlib import Path

__version__ = "0.1.0"

# A frozen build unpacks its data beside the executable; from source they lie beside the package.
_BESIDE = Path(getattr(sys, "_MEIPASS", Path(__file__).parent.parent)) / "resources"
_INSIDE = Path(__file__).parent / "resources"  # in an installed wheel
RESOURCES = _BESIDE if _BESIDE.is_dir() else _INSIDE
