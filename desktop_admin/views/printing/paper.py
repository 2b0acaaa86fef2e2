"""Sizes of paper, and the unit everything is laid out in: a hundredth of a millimetre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MM: Final = 100.0
PT: Final = 2540 / 72
PER_INCH: Final = 2540


@dataclass(frozen=True)
class Paper:
    """A size in millimetres with its margin; a roll is cut where the text ends."""

    name: str
    width: float
    height: float
    margin: float
    roll: bool = False

    @property
    def narrow(self) -> bool:
        """Whether there is room for one column only."""
        return self.width <= 110


ROLL_80: Final = Paper("80 mm", 80, 2_000, 4, roll=True)
A5: Final = Paper("A5", 148, 210, 11)
A4: Final = Paper("A4", 210, 297, 16)
LABEL_100X150: Final = Paper("100 × 150 mm", 100, 150, 5)
LABEL_60X40: Final = Paper("60 × 40 mm", 60, 40, 2.5)
PAPERS: Final = (ROLL_80, A5, A4, LABEL_100X150, LABEL_60X40)
