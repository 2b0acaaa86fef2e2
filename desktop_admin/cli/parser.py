"""What may be typed: every command with its options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from typing import Any, NoReturn

from desktop_admin import __version__
from desktop_admin.cli.terminal import BadInput, Terminal

Run = Callable[[argparse.Namespace, Terminal], int]

EPILOG = """\
The database is a file (shop.pointsdesk) or a URL (sqlite:///shop.pointsdesk, postgresql://user@host/shop); it may stand
in POINTSDESK_DATABASE. Every command acts under the operator of scheduled jobs and leaves its trace in the audit trail.
Exit codes: 0 done, 1 refused or faults found, 2 bad input."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and nothing else."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message[:1].upper()}{message[1:].rstrip('.')}. “{self.prog} --help” lists what can be typed.")


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed, checked. BadInput where it cannot be meant."""
    wish = _parser().parse_args(list(arguments))
    if wish.command is None:
        raise BadInput("Say what to do. “pointsdesk --help” lists the commands.")
    return wish


def _parser() -> _Parser:
    parser = _Parser(
        "pointsdesk", description="PointsDesk on the command line.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"PointsDesk {__version__}")
    parser.set_defaults(json=False, quiet=False, language="en")
    commands = parser.add_subparsers(dest="command", metavar="command", parser_class=_Parser)
    for build in (_new, _files, _jobs, _care):
        build(commands)
    return parser


def _add(commands: Any, name: str, run: str, says: str, *, database: bool = True) -> Any:
    """A command; ``run`` is module:function, imported when it is wanted."""
    parser = commands.add_parser(name, help=says, description=says[:1].upper() + says[1:] + ".", epilog=EPILOG,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    if database:
        parser.add_argument(
            "--database", metavar="URL", default=os.environ.get("POINTSDESK_DATABASE", ""), help="the shop's database"
        )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument(
        "--language", default=os.environ.get("POINTSDESK_LANGUAGE", "en"), choices=("en", "zh_CN", "zh_TW"),
        help="of messages, reports and workbooks",
    )  # fmt: skip
    parser.set_defaults(run=_later(run))
    return parser


def _later(run: str) -> Run:
    module, _colon, name = run.partition(":")

    def go(wish: argparse.Namespace, terminal: Terminal) -> int:
        chosen: Run = getattr(import_module(f"desktop_admin.cli.{module}"), name)
        return chosen(wish, terminal)

    return go


def _new(commands: Any) -> None:
    one = _add(commands, "demo", "shops:demo", "build the sample shop at a new database")
    one.add_argument("--seed", type=_number(0), default=1, help="another seed, another history")
    one.add_argument("--members", type=_number(20), default=0, help="how many members (default: 2,000)")
    one.add_argument("--months", type=_number(1, 120), default=0, help="how many months of history (default: 24)")
    one = _add(commands, "found", "shops:found", "found a shop of one's own at a new database")
    one.add_argument("--name", required=True, help="the shop's name")
    one.add_argument("--admin", default="admin", metavar="LOGIN", help="the administrator's sign-in name")
    one.add_argument("--admin-name", default="", help="the administrator's name")
    one.add_argument("--branch", default="", help="the first branch's name (default: the shop's)")
    one.add_argument("--timezone", default="Asia/Shanghai")
    one.add_argument("--currency", default="CNY")


def _files(commands: Any) -> None:
    one = _add(commands, "import", "importing:run", "import purchases or members from a CSV file or workbook")
    one.add_argument("kind", choices=("purchases", "members"))
    one.add_argument("file", nargs="?", default="", help="the file; with --resume only where it was moved")
    one.add_argument("--source", default="", help="the program it comes from: numbers are unique in it")
    one.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", dest="columns",
                     help="which column is which: its title, or its number from 1; guessed where not said")  # fmt: skip
    one.add_argument("--encoding", default=None, help="of a CSV file, where the guess is wrong")
    one.add_argument("--delimiter", default=None, help="of a CSV file, where the guess is wrong")
    one.add_argument("--sheet", default=None, help="of a workbook (default: the first)")
    one.add_argument("--policy", choices=("all", "good"), default="all", help="all rows or none, or the good ones")
    one.add_argument("--expiry", choices=("policy", "never"), default="policy", help="of the points it brings")
    one.add_argument("--order", choices=("ymd", "dmy", "mdy"), default="", help="of day and month where both can be")
    one.add_argument("--branch", default="", help="code of the branch for rows that name none")
    one.add_argument("--create-members", action="store_true", help="a customer nobody knows becomes a member")
    one.add_argument("--tiers", action="store_true", help="the tier's multiplier counts, not only the base rule")
    one.add_argument("--hidden-rows", action="store_true", help="take hidden rows as well")
    one.add_argument("--again", action="store_true", help="import a file that was imported before")
    one.add_argument("--dry-run", action="store_true", help="judge every row and write nothing")
    one.add_argument("--errors", default="", metavar="FILE", help="write the rows that are wrong to this workbook")
    one.add_argument("--resume", type=_number(1), default=0, metavar="BATCH", help="go on with an interrupted import")
    one.add_argument("--undo", type=_number(1), default=0, metavar="BATCH", help="take a whole import back")
    one.add_argument("--list", action="store_true", help="list the newest imports")
    one = _add(commands, "template", "importing:template", "write an empty workbook to fill in for an import")
    one.add_argument("kind", choices=("purchases", "members"))
    one.add_argument("file")
    one = _add(commands, "export", "exporting:run", "export a list to a workbook (.xlsx) or CSV file")
    one.add_argument("what", choices=("members", "journal", "purchases", "redemptions", "items", "stock", "movements"))
    one.add_argument("file")
    one.add_argument("--from", dest="first", type=_day, default=None, metavar="DAY", help="YYYY-MM-DD")
    one.add_argument("--to", dest="last", type=_day, default=None, metavar="DAY", help="YYYY-MM-DD")


def _jobs(commands: Any) -> None:
    one = _add(commands, "report", "figures:run", "print a report, or write it to a workbook or CSV file")
    one.add_argument("code", choices=("dashboard", "movement", "movement_by_tier", "liability", "expiry", "expiring",
                                      "owing", "items", "low_stock", "operators"))  # fmt: skip
    one.add_argument("--from", dest="first", type=_day, default=None, metavar="DAY", help="YYYY-MM-DD")
    one.add_argument("--to", dest="last", type=_day, default=None, metavar="DAY", help="YYYY-MM-DD")
    one.add_argument("--output", default="", metavar="FILE", help="write a workbook (.xlsx) or CSV instead")
    one = _add(commands, "expire", "jobs:expire", "take the points whose last day has passed")
    one.add_argument("--preview", type=_number(0, 3660), default=None, metavar="DAYS",
                     help="only say what expires within so many days")  # fmt: skip
    says = "evaluate every member's tier: up at once, down after a grace"
    _add(commands, "evaluate-tiers", "jobs:evaluate_tiers", says)
    _add(commands, "daily", "jobs:daily", "what every night needs: tiers, expiry, lapsed requests, the backup if due")


def _care(commands: Any) -> None:
    one = _add(commands, "doctor", "care:doctor", "check the books; every fault is a line")
    one.add_argument("--anchors", default="", metavar="FILE", help="compare the anchors in this file, one a line")
    one = _add(commands, "backup", "care:backup", "make a verified backup")
    one.add_argument("--folder", default="", help="where to (default: as the shop set it)")
    one.add_argument("--copy", default=None, metavar="FOLDER", help="a second place, on another disk or machine")
    one.add_argument("--if-due", action="store_true", help="only where the daily backup is due")
    one.add_argument("--list", action="store_true", help="list the newest backups")
    one.add_argument("--drill", default="", metavar="FILE", help="rehearse restoring this backup; changes nothing")
    one.add_argument("--mark", default="", metavar="WHERE", help="note a backup that a server's own job has made")
    one = _add(commands, "restore", "care:restore", "put a backup in the place of the shop; what stood there is kept")
    one.add_argument("file", help="the backup")
    one.add_argument("--dry-run", action="store_true", help="examine it and list what would vanish")
    one.add_argument("--other-shop", action="store_true", help="even where it is a backup of another shop")
    one = _add(commands, "upgrade", "care:upgrade", "bring the database to this program's version, after a backup")
    one.add_argument("--backed-up", action="store_true", help="the server's administrator has backed it up")
    says = "give an administrator a one-time password; leaves a trace"
    one = _add(commands, "recover-admin", "care:recover_admin", says)
    one.add_argument("--login", default="", help="of the administrator, where there are several")


def _number(least: int, most: int = 10**12) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from {least:,} to {most:,}")
        return int(text)

    return whole


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day like 2026-03-31") from None
