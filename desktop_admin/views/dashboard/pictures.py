"""The dashboard's charts, made from its figures in the language in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop_admin.i18n import N_, _
from desktop_admin.services.charts import Chart, Mark, dashboard
from desktop_admin.services.charts.dashboard import Named, Shelf
from desktop_admin.services.metrics import Dashboard
from desktop_admin.services.metrics.figures import AGES
from desktop_admin.services.names import named

AGE_NAMES = {
    "0": N_("today"), "1-2": N_("1–2 days"), "3-6": N_("3–6 days"), "7-13": N_("7–13 days"),
    "14+": N_("14+ days"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """The rows behind a mark: a figure of the catalog, and which part of it."""

    figure: str
    key: str = ""
    timed: bool = True


@dataclass(frozen=True)
class Picture:
    """One chart: how it is made of the figures, what is behind a mark on it, and how wide it likes to be."""

    id: str
    make: Callable[[Dashboard], Chart]
    behind: Callable[[Mark], Wanted | None]
    wide: int = 1


def _movement(board: Dashboard) -> Chart:
    return dashboard.movement(
        board.periods(), board.issued, board.redeemed, board.expired, board.outstanding, as_of=board.as_of
    )


def _behind_movement(mark: Mark) -> Wanted | None:
    return Wanted(mark.series) if mark.series in ("issued", "redeemed", "expired") else Wanted("issued")


def _tiers(board: Dashboard) -> Chart:
    return dashboard.tier_mix([Named(t.key, named(t.name), t.value) for t in board.tiers], as_of=board.as_of)


def _rate(board: Dashboard) -> Chart:
    return dashboard.redemption_rate(board.periods(), board.issued, board.redeemed, as_of=board.as_of)


def _active(board: Dashboard) -> Chart:
    return dashboard.active_members(board.periods(), board.active, as_of=board.as_of)


def _items(board: Dashboard) -> Chart:
    return dashboard.top_items([Named(i.key, i.name, i.value) for i in board.items], as_of=board.as_of)


def _ages(board: Dashboard) -> Chart:
    classes = [Named(key, _(AGE_NAMES[key]), n) for (key, _least, _most), n in zip(AGES, board.ages, strict=True)]
    return dashboard.aged_orders(classes, as_of=board.as_of)


def _shelves(board: Dashboard) -> Chart:
    several = len({shelf.branch for shelf in board.shelves}) > 1
    shelves = [
        Shelf(s.key, f"{s.name} · {s.branch}" if several else s.name, s.available, s.safety) for s in board.shelves
    ]
    return dashboard.low_stock(shelves[:8], as_of=board.as_of)


def _peaks(board: Dashboard) -> Chart:
    busy = [hour for hour in range(24) if any(line[hour] for line in board.peaks)]
    first, last = (min(busy), max(busy)) if busy else (9, 21)
    return dashboard.peaks([line[first : last + 1] for line in board.peaks], first_hour=first, as_of=board.as_of)


PICTURES: tuple[Picture, ...] = (
    Picture("movement", _movement, _behind_movement, wide=2),
    Picture("tiers", _tiers, lambda mark: Wanted("members", mark.key, timed=False)),
    Picture("active", _active, lambda mark: Wanted("active_members")),
    Picture("rate", _rate, lambda mark: Wanted("redeemed")),
    Picture("items", _items, lambda mark: Wanted("pieces", mark.key)),
    Picture("ages", _ages, lambda mark: Wanted("open_redemptions", mark.key, timed=False)),
    Picture("shelves", _shelves, lambda mark: Wanted("low_stock", timed=False)),
    Picture("peaks", _peaks, lambda mark: Wanted("purchases", mark.key)),
)
