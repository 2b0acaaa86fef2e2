"""What is written, as data: columns, sheets, charts, and where the figures come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Shape(StrEnum):
    """How a column is written; CODE is text whatever it looks like (phones, cards, numbers)."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole"
    POINTS = "points"
    MONEY = "money"  # minor units, shown with two places
    PERCENT = "percent"  # whole basis points: 1234 is 12.34 %
    DATE = "date"
    MOMENT = "moment"  # a naive local datetime; the caller turns UTC into the shop's zone


@dataclass(frozen=True)
class Column:
    """One column; the title is already in the reader's language."""

    title: str
    shape: Shape = Shape.TEXT
    width: int = 0
    total: bool = False


@dataclass(frozen=True)
class Chart:
    """A native chart over the sheet's own columns, by their place from 0."""

    kind: Literal["line", "column", "bar", "pie", "area"]
    title: str
    categories: int
    values: Sequence[int]
    stacked: bool = False


@dataclass(frozen=True)
class Sheet:
    """One table; the rows may be a generator of any length."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    charts: Sequence[Chart] = ()


@dataclass(frozen=True)
class About:
    """Where the figures come from: goes on a second sheet of every workbook.

    `made_at` is in the shop's zone; `filters` are pairs already in the reader's language.
    """

    title: str
    operator: str
    made_at: datetime
    filters: Sequence[tuple[str, str]] = ()
    shop: str = ""
    personal: bool = False


@dataclass(frozen=True)
class WrittenFile:
    """What was written."""

    path: Path
    rows: int
    size: int
