"""Moving a shop between a file and a server."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from desktop_admin.cli.terminal import BadInput, Terminal
from desktop_admin.i18n import _

if TYPE_CHECKING:
    from desktop_admin.services.moving import Moved


def run(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Move a shop, or give an unfinished move up."""
    from desktop_admin.services import moving

    wish.source = wish.source or wish.database
    if not wish.source or not (wish.target or wish.give_up):
        raise BadInput(_("Name both databases: --from URL --to URL."))
    if wish.give_up:
        return _give_up(wish, terminal)
    keep_open = wish.keep_open or not _sure(wish, _("Close the old place when the shop has moved?"), default=True)

    def tell(done: int, total: int, text: str) -> None:
        terminal.opening = False  # both ends were found good: what goes wrong from now on was not typed
        terminal(done, total, text)

    done = moving.move(wish.source, wish.target, keep_open=keep_open, progress=tell)
    terminal.tell(_as_json(done), _lines(done, terminal))
    return 0


def _give_up(wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import moving

    mark = moving.under_way(wish.source)
    finished = mark is not None and mark.state == "moved"
    if (finished or not wish.target) and not _sure(
        wish, _("Work in the old place again, although the shop lives on in the other?"), default=False
    ):
        raise BadInput(_("Nothing was changed. Say --yes where the other place is given up for good."))
    two = moving.give_up(wish.source, wish.target)
    text = _("The move is given up; the shop is worked with where it was.")
    if two:
        text = _("The old place is open again. The shop that moved is another one from now on: close it.")
    terminal.tell({"given_up": True, "two_shops": two}, text)
    return 0


def _sure(wish: argparse.Namespace, question: str, *, default: bool) -> bool:
    """Ask on a terminal; elsewhere the default holds, and --yes always says yes."""
    if wish.yes:
        return True
    if wish.json or wish.quiet or not sys.stdin.isatty():
        return default
    said = input(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
    return default if not said else said in ("y", "yes", "是")


def _as_json(done: Moved) -> dict[str, object]:
    return {
        "from": done.source, "to": done.target, "resumed": done.resumed, "closed": done.closed,
        "passwords": list(done.passwords),
        "tables": [{"table": t.table, "ledger": t.ledger, "rows": t.rows, "sha256": t.digest} for t in done.tables],
    }  # fmt: skip


def _lines(done: Moved, terminal: Terminal) -> list[str]:
    if not done.tables:
        return [_("The shop had moved to “{target}” already.").format(target=done.target)]
    titles = (_("Table"), _("Ledger"), _("Rows"), _("SHA-256, equal on both sides"))
    rows = [(t.table, "•" if t.ledger else "", f"{t.rows:,}", t.digest) for t in done.tables]
    said = _("The shop has moved from “{source}” to “{target}”; the books that arrived are in order.")
    lines = [*terminal.table(titles, rows, (False, False, True, False)), "",
             said.format(source=done.source, target=done.target)]  # fmt: skip
    lines.append(
        _("The old place is closed: whoever opens it is told where the shop is.")
        if done.closed
        else _("The old place stays open: see that nobody works there by mistake.")
    )
    if done.passwords:
        lines.append(
            _(
                "Passwords do not move with the roles of a server; new ones are needed by: {names}. On a server "
                "“pointsdesk set-up-server” gives them, in a file “pointsdesk recover-admin” the first."
            ).format(names=", ".join(done.passwords))
        )
    return lines
