"""Lists to a workbook or CSV file, with their row in the audit trail."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_admin.cli.figures import writable, wrote
from desktop_admin.cli.jobs import writer
from desktop_admin.cli.terminal import BadInput, Terminal
from desktop_admin.i18n import N_, _, local
from desktop_admin.services.rules.redemptions import STATE_TITLES
from desktop_admin.services.rules.stock import MOVEMENT_TITLES
from desktop_admin.services.rules.titles import MEMBER_STATES, PURCHASE_KINDS, entry_title
from desktop_admin.services.spreadsheets.tables import Column, Shape, Sheet

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

_PAGE = 500

Cell = Callable[[Any], object]


@dataclass(frozen=True)
class List:
    """One list: its name, its columns (title marked for translation, shape, value), where its pages come from.

    ``page`` is module:function of a query; ``days``: how it takes a period, () where it has none.
    """

    title: str
    page: str
    columns: tuple[tuple[str, Shape, Cell], ...]
    sort: str = ""
    days: tuple[str, ...] = ()
    personal: bool = True


def _of(name: str) -> Cell:
    return lambda row: getattr(row, name)


def _instant(name: str) -> Cell:
    return lambda row: local(getattr(row, name)).replace(tzinfo=None)


def _tier(row: Any) -> object:
    from desktop_admin.services.names import named

    return named(row.tier_names) or row.tier


def _entry(row: Any) -> object:
    return _(entry_title(row.kind, row.reverses_id or 0))


def _called(titles: Mapping[Any, str], name: str) -> Cell:
    """What a kind or state is called."""
    return lambda row: _(titles[getattr(row, name)])


_T, _C, _W, _P, _M, _D, _I = (
    Shape.TEXT, Shape.CODE, Shape.WHOLE, Shape.POINTS, Shape.MONEY, Shape.DATE, Shape.MOMENT,
)  # fmt: skip
LISTS: dict[str, List] = {
    "members": List(N_("Members"), "members:page", (
        (N_("Card number"), _C, _of("card_number")), (N_("Name"), _T, _of("name")),
        (N_("Phone"), _C, _of("phone")),
        (N_("Tier"), _T, _tier), (N_("Balance"), _P, _of("balance")), (N_("Owed"), _P, _of("owed")),
        (N_("Branch"), _T, _of("branch")), (N_("Enrolled on"), _D, _of("enrolled_on")),
        (N_("Birthday"), _D, _of("birthday")), (N_("State"), _T, _called(MEMBER_STATES, "state")),
    )),
    "journal": List(N_("Journal of points"), "points:journal", (
        (N_("Number"), _C, _of("id")), (N_("Time"), _I, _instant("recorded_at")),
        (N_("Day"), _D, _of("business_date")),
        (N_("Card number"), _C, _of("card_number")), (N_("Member"), _T, _of("member_name")),
        (N_("Kind"), _T, _entry),
        (N_("Points"), _P, _of("points")), (N_("After"), _P, _of("net_after")),
        (N_("Reason"), _T, _of("reason_name")),
        (N_("Operator"), _T, _of("operator")), (N_("Branch"), _T, _of("branch")), (N_("Note"), _T, _of("note")),
    ), days=("where",)),
    "purchases": List(N_("Purchases"), "purchases:page", (
        (N_("Receipt number"), _C, _of("number")), (N_("Source"), _T, _of("source")),
        (N_("Day"), _D, _of("business_date")),
        (N_("Kind"), _T, _called(PURCHASE_KINDS, "kind")), (N_("Card number"), _C, _of("card_number")),
        (N_("Member"), _T, _of("member_name")),
        (N_("Amount"), _M, _of("amount")), (N_("Points"), _P, _of("points")), (N_("Branch"), _T, _of("branch")),
    )),
    "redemptions": List(N_("Redemptions"), "redemptions:page", (
        (N_("Number"), _C, _of("number")), (N_("State"), _T, _called(STATE_TITLES, "state")),
        (N_("Placed on"), _D, _of("placed_on")),
        (N_("Promised for"), _D, _of("promised_on")), (N_("Card number"), _C, _of("card_number")),
        (N_("Member"), _T, _of("member")), (N_("Item"), _T, _of("first_item")),
        (N_("Pieces"), _W, _of("pieces")),
        (N_("Points"), _P, _of("points")), (N_("Cash"), _M, _of("cash")), (N_("Carrier"), _T, _of("carrier")),
        (N_("Tracking number"), _C, _of("tracking")), (N_("Branch"), _T, _of("branch")),
    ), days=("since", "until")),
    "items": List(N_("Items"), "catalog:page", (
        (N_("Item code"), _C, _of("code")), (N_("Barcode"), _C, _of("barcode")), (N_("Item"), _T, _of("name")),
        (N_("Category"), _T, _of("category")), (N_("Points from"), _P, _of("from_points")),
        (N_("Cost"), _M, _of("cost")),
        (N_("Market price"), _M, _of("market_price")), (N_("On hand"), _W, _of("on_hand")),
        (N_("Reserved"), _W, _of("reserved")),
    ), personal=False),
    "stock": List(N_("Stock"), "stock:page", (
        (N_("Branch"), _T, _of("branch")), (N_("Item code"), _C, _of("code")), (N_("Item"), _T, _of("name")),
        (N_("Category"), _T, _of("category")), (N_("Shelf"), _C, _of("shelf")),
        (N_("On hand"), _W, _of("on_hand")),
        (N_("Reserved"), _W, _of("reserved")), (N_("Available"), _W, _of("available")),
        (N_("Safety level"), _W, _of("safety")), (N_("Cost"), _M, _of("cost")),
    ), personal=False),
    "movements": List(N_("Movements of stock"), "stock:movements", (
        (N_("Time"), _I, _instant("recorded_at")), (N_("Branch"), _T, _of("branch")),
        (N_("Item code"), _C, _of("code")),
        (N_("Item"), _T, _of("name")), (N_("Kind"), _T, _called(MOVEMENT_TITLES, "kind")),
        (N_("Quantity"), _W, _of("quantity")),
        (N_("On hand"), _W, _of("on_hand_after")), (N_("Reason"), _T, _of("reason")),
        (N_("Operator"), _T, _of("operator")),
        (N_("Redemption"), _C, _of("redemption")),
    ), days=("since", "until"), personal=False),
}  # fmt: skip


def run(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Write one list to a file."""
    from desktop_admin.services import exports
    from desktop_admin.services.command import new_request

    chosen, path = LISTS[wish.what], writable(wish.file)
    if (wish.first or wish.last) and not chosen.days:
        raise BadInput(
            _("The list “{list}” has no period; leave --from and --to away.").format(list=_(chosen.title))
        )
    if wish.first and wish.last and wish.first > wish.last:
        raise BadInput(_("The period ends before it begins."))
    with terminal.shop(wish.database) as database:
        write, actor = writer(database)
        columns = [Column(_(title), shape, total=shape in (_P, _M) and title != N_("After"))
                   for title, shape, _cell in chosen.columns]  # fmt: skip
        sheet = Sheet(_(chosen.title), columns, _cells(chosen, _pages(database, actor, wish)))
        period = f"{wish.first or '…'} – {wish.last or '…'}" if wish.first or wish.last else ""
        written = exports.table(
            write, new_request(), path, _(chosen.title), [sheet], filters=((_("Period"), period),) if period else (),
            personal=chosen.personal, progress=terminal.count,
        )  # fmt: skip
        terminal.tell(
            {"file": str(written.path), "rows": written.rows, "bytes": written.size}, wrote(written)
        )
    return 0


def _cells(chosen: List, rows: Iterator[Any]) -> Iterator[Sequence[object]]:
    for row in rows:
        yield tuple(cell(row) for _title, _shape, cell in chosen.columns)


def _pages(database: Database, actor: Actor, wish: argparse.Namespace) -> Iterator[Any]:
    """Every row of the list, page after page, memory flat; stock branch after branch."""
    from desktop_admin.services import branches

    if wish.what != "stock":
        yield from _walk(database, actor, wish, {})
        return
    for one in database.read(branches.names, actor=actor):
        yield from _walk(database, actor, wish, {"branch_id": one.id})


def _walk(database: Database, actor: Actor, wish: argparse.Namespace, more: dict[str, Any]) -> Iterator[Any]:
    from importlib import import_module

    chosen = LISTS[wish.what]
    module, _colon, name = chosen.page.partition(":")
    page = getattr(import_module(f"desktop_admin.services.{module}"), name)
    said = {**more, **_period(chosen, wish), "limit": _PAGE}
    after: Any = None
    while True:
        found = database.read(partial(page, after=after, **said), actor=actor)
        yield from found.rows
        if found.last is None or len(found.rows) < _PAGE:
            return
        after = found.last


def _period(chosen: List, wish: argparse.Namespace) -> dict[str, Any]:
    if not chosen.days or not (wish.first or wish.last):
        return {}
    if chosen.days == ("where",):
        from desktop_admin.services.points.entries import JournalFilter

        return {"where": JournalFilter(first_day=wish.first, last_day=wish.last)}
    first, last = chosen.days
    return {first: str(wish.first or ""), last: str(wish.last or "")}  # ISO text
