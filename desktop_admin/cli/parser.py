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
from desktop_admin.cli.words import Wrapped, spoken
from desktop_admin.i18n import LANGUAGES, N_, _, current_language, match_language, system_language

Run = Callable[[argparse.Namespace, Terminal], int]

EPILOG = N_(
    "The database is a file (shop.pointsdesk) or a URL (sqlite:///shop.pointsdesk,\n"
    "postgresql://user@host/shop); it may stand in POINTSDESK_DATABASE. Every command acts\n"
    "under the operator of scheduled jobs and leaves its trace in the audit trail.\n"
    "Exit codes: 0 done, 1 refused or faults found, 2 bad input."
)


class Speaking(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and nothing else; and everything in the language in use."""

    def __init__(self, prog: str, says: str, epilog: str = "") -> None:
        super().__init__(prog, description=says, epilog=epilog, formatter_class=Wrapped, add_help=False)
        self.wanted = self.add_argument_group(_("arguments"))
        self.options = self.add_argument_group(_("options"))
        self.option("-h", "--help", action="help", help=_("show this help and stop"))

    def version(self) -> None:
        """Offer to say the version."""
        self.option("--version", action="version", version=f"PointsDesk {__version__}",
                    help=_("say the version and stop"))  # fmt: skip

    def option(self, *names: str, **said: Any) -> None:
        """Something that may be said."""
        self.options.add_argument(*names, **said)

    def want(self, *names: str, **said: Any) -> None:
        """Something that stands on the line by its place."""
        self.wanted.add_argument(*names, **said)

    def error(self, message: str) -> NoReturn:
        said = f"{message[:1].upper()}{message[1:].rstrip('.。')}"
        help_ = f"{self.prog} --help"
        raise BadInput(_("{said}. “{help}” lists what can be typed.").format(said=said, help=help_))


class _Parser(Speaking):
    """A command: every one has its language."""

    def __init__(self, prog: str, says: str) -> None:
        super().__init__(prog, says, _(EPILOG))
        self.option("--language", default=current_language(), choices=tuple(LANGUAGES),
                    help=_("of help, messages, reports and workbooks (default: the machine's)"))  # fmt: skip


def language_of(arguments: Sequence[str]) -> str:
    """The language to speak, before anything else is read: as typed, as told to the program, as the machine has it."""
    for at, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        said = value if equals else "".join(arguments[at + 1 : at + 2])
        if name == "--language" and said in LANGUAGES:
            return said
    told = os.environ.get("POINTSDESK_LANGUAGE")
    return match_language([told], "en") if told else system_language()


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed, checked. BadInput where it cannot be meant."""
    with spoken():
        wish = _parser().parse_args(list(arguments))
    if wish.command is None:
        raise BadInput(_("Say what to do. “pointsdesk --help” lists the commands."))
    return wish


def _parser() -> _Parser:
    parser = _Parser("pointsdesk", _("PointsDesk on the command line."))
    parser.version()
    parser.set_defaults(json=False, quiet=False)
    commands = parser.add_subparsers(dest="command", metavar="command", title=_("commands"))
    for build in (_new, _files, _jobs, _care):
        build(commands)
    return parser


def _add(commands: Any, name: str, run: str, says: str) -> _Parser:
    """A command; ``run`` is module:function, imported when it is wanted."""
    parser: _Parser = commands.add_parser(name, help=says, says=says)
    parser.option("--database", metavar="URL", default=os.environ.get("POINTSDESK_DATABASE", ""),
                  help=_("the shop's database"))  # fmt: skip
    parser.option("--json", action="store_true", help=_("print the result as JSON"))
    parser.option("--quiet", action="store_true", help=_("show no progress"))
    parser.set_defaults(run=_later(run))
    return parser


def _later(run: str) -> Run:
    module, _colon, name = run.partition(":")

    def go(wish: argparse.Namespace, terminal: Terminal) -> int:
        chosen: Run = getattr(import_module(f"desktop_admin.cli.{module}"), name)
        return chosen(wish, terminal)

    return go


def _new(commands: Any) -> None:
    one = _add(commands, "demo", "shops:demo", _("Build the sample shop at a new database."))
    one.option("--seed", type=_number(0), default=1, help=_("another seed, another history"))
    one.option("--members", type=_number(20), default=0, help=_("how many members (default: 2,000)"))
    one.option("--months", type=_number(1, 120), default=0, help=_("how many months of history (default: 24)"))
    one = _add(commands, "found", "shops:found", _("Found a shop of one's own at a new database."))
    one.option("--name", required=True, help=_("the shop's name"))
    one.option("--admin", default="admin", metavar="LOGIN", help=_("the administrator's sign-in name"))
    one.option("--admin-name", default="", help=_("the administrator's name"))
    one.option("--branch", default="", help=_("the first branch's name (default: the shop's)"))
    one.option("--timezone", default="Asia/Shanghai", help=_("the shop's time zone (default: %(default)s)"))
    one.option("--currency", default="CNY", help=_("the shop's currency (default: %(default)s)"))


def _files(commands: Any) -> None:
    one = _add(commands, "import", "importing:run", _("Import purchases or members from a CSV file or workbook."))
    kinds = ("purchases", "members")
    one.want("kind", choices=kinds, help=_("what the file holds"))
    one.want("file", nargs="?", default="", help=_("the file; with --resume only where it was moved"))
    _columns(one)
    _judging(one)
    one.option("--resume", type=_number(1), default=0, metavar="BATCH", help=_("go on with an interrupted import"))
    one.option("--undo", type=_number(1), default=0, metavar="BATCH", help=_("take a whole import back"))
    one.option("--list", action="store_true", help=_("list the newest imports"))
    one = _add(commands, "template", "importing:template", _("Write an empty workbook to fill in for an import."))
    one.want("kind", choices=kinds, help=_("what the file holds"))
    one.want("file", help=_("the workbook to write (.xlsx)"))
    one = _add(commands, "export", "exporting:run", _("Export a list to a workbook (.xlsx) or CSV file."))
    lists = ("members", "journal", "purchases", "redemptions", "items", "stock", "movements")
    one.want("what", choices=lists, help=_("the list"))
    one.want("file", help=_("the file to write (.xlsx or .csv)"))
    _period(one)


def _columns(one: _Parser) -> None:
    """How the file of an import is read."""
    one.option("--source", default="", help=_("the program it comes from: numbers are unique in it"))
    one.option("--map", action="append", default=[], metavar="FIELD=COLUMN", dest="columns",
               help=_("which column is which: its title, or its number from 1; guessed where not said"))  # fmt: skip
    one.option("--encoding", default=None, help=_("of a CSV file, where the guess is wrong"))
    one.option("--delimiter", default=None, help=_("of a CSV file, where the guess is wrong"))
    one.option("--sheet", default=None, help=_("of a workbook (default: the first)"))
    orders = ("ymd", "dmy", "mdy")
    one.option("--order", choices=orders, default="", help=_("of day and month where both can be"))
    one.option("--hidden-rows", action="store_true", help=_("take hidden rows as well"))


def _judging(one: _Parser) -> None:
    """What an import makes of the rows."""
    one.option("--policy", choices=("all", "good"), default="all", help=_("all rows or none, or the good ones"))
    one.option("--expiry", choices=("policy", "never"), default="policy", help=_("of the points it brings"))
    one.option("--branch", default="", help=_("code of the branch for rows that name none"))
    one.option("--create-members", action="store_true", help=_("a customer nobody knows becomes a member"))
    one.option("--tiers", action="store_true", help=_("the tier's multiplier counts, not only the base rule"))
    one.option("--again", action="store_true", help=_("import a file that was imported before"))
    one.option("--dry-run", action="store_true", help=_("judge every row and write nothing"))
    one.option("--errors", default="", metavar="FILE", help=_("write the rows that are wrong to this workbook"))


def _period(one: _Parser) -> None:
    one.option("--from", dest="first", type=_day, default=None, metavar="DAY", help=_("first day, as YYYY-MM-DD"))
    one.option("--to", dest="last", type=_day, default=None, metavar="DAY", help=_("last day, as YYYY-MM-DD"))


def _jobs(commands: Any) -> None:
    one = _add(commands, "report", "figures:run", _("Print a report, or write it to a workbook or CSV file."))
    codes = ("dashboard", "movement", "movement_by_tier", "liability", "expiry", "expiring", "owing", "items",
             "low_stock", "operators")  # fmt: skip
    one.want("code", choices=codes, help=_("the report"))
    _period(one)
    one.option("--output", default="", metavar="FILE", help=_("write a workbook (.xlsx) or CSV instead"))
    one = _add(commands, "expire", "jobs:expire", _("Take the points whose last day has passed."))
    one.option("--preview", type=_number(0, 3660), default=None, metavar="DAYS",
               help=_("only say what expires within so many days"))  # fmt: skip
    says = _("Evaluate every member's tier: up at once, down after a grace.")
    _add(commands, "evaluate-tiers", "jobs:evaluate_tiers", says)
    says = _("Do what every night needs: tiers, expiry, lapsed requests, the backup if due.")
    _add(commands, "daily", "jobs:daily", says)


def _care(commands: Any) -> None:
    one = _add(commands, "doctor", "care:doctor", _("Check the books; every fault is a line."))
    one.option("--anchors", default="", metavar="FILE", help=_("compare the anchors in this file, one a line"))
    one = _add(commands, "backup", "care:backup", _("Make a verified backup."))
    one.option("--folder", default="", help=_("where to (default: as the shop set it)"))
    one.option("--copy", default=None, metavar="FOLDER", help=_("a second place, on another disk or machine"))
    one.option("--if-due", action="store_true", help=_("only where the daily backup is due"))
    one.option("--list", action="store_true", help=_("list the newest backups"))
    one.option("--drill", default="", metavar="FILE", help=_("rehearse restoring this backup; changes nothing"))
    one.option("--mark", default="", metavar="WHERE", help=_("note a backup that a server's own job has made"))
    says = _("Put a backup in the place of the shop; what stood there is kept.")
    one = _add(commands, "restore", "care:restore", says)
    one.want("file", nargs="?", default="", help=_("the backup"))
    one.option("--recovered", default="", metavar="NOTE",
               help=_("note that the server's administrator has recovered the shop: from what, to which moment"))
    one.option("--dry-run", action="store_true", help=_("examine it and list what would vanish"))
    one.option("--other-shop", action="store_true", help=_("even where it is a backup of another shop"))
    says = _("Bring the database to this program's version, after a backup.")
    one = _add(commands, "upgrade", "care:upgrade", says)
    one.option("--backed-up", action="store_true", help=_("the server's administrator has backed it up"))
    says = _("Move a shop between a file and a server. Stopped or killed, it goes on where it was when run again.")
    one = _add(commands, "move", "moving:run", says)
    one.option("--from", dest="source", metavar="URL", default="", help=_("where the shop is (default: the database)"))
    one.option("--to", dest="target", metavar="URL", default="", help=_("an empty database, or a file yet to be"))
    one.option("--keep-open", action="store_true", help=_("let the old place be worked in afterwards"))
    one.option("--give-up", action="store_true", help=_("forget an unfinished move; the shop stays where it was"))
    one.option("--yes", action="store_true", help=_("ask nothing"))
    says = _("Give an administrator a one-time password; leaves a trace.")
    one = _add(commands, "recover-admin", "care:recover_admin", says)
    one.option("--login", default="", help=_("of the administrator, where there are several"))
    says = _("Make the roles of a shop on its server, and a password for everybody who needs one.")
    one = _add(commands, "set-up-server", "server:set_up", says)
    one.option("--everybody", action="store_true", help=_("a new password for all, after a move or a restore"))


def _number(least: int, most: int = 10**12) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            wrong = _("“{text}” is not a whole number from {least:,} to {most:,}")
            raise argparse.ArgumentTypeError(wrong.format(text=text, least=least, most=most))
        return int(text)

    return whole


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}” is not a day like 2026-03-31").format(text=text)) from None
