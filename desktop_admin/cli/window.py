"""What may be typed when the window is opened: `pointsdesk-desk --help`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from desktop_admin.cli import BAD_INPUT
from desktop_admin.cli.parser import Speaking, language_of
from desktop_admin.cli.terminal import BadInput, Terminal
from desktop_admin.cli.words import spoken
from desktop_admin.i18n import LANGUAGES, N_, _, use_language

EPILOG = N_(
    "What is said here holds until the window is closed; what is not said is as it was last\n"
    "time. The commands for schedulers and scripts are another program: pointsdesk --help."
)


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed; a wrong line ends the program with one sentence in the language asked for, else the machine's."""
    use_language(language_of(arguments))
    try:
        with spoken():
            return parser().parse_args(list(arguments))
    except BadInput as error:
        Terminal().complain(str(error))
        raise SystemExit(BAD_INPUT) from None


def parser() -> Speaking:
    """Every option of the window."""
    one = Speaking("pointsdesk-desk", _("Open the window of PointsDesk."), _(EPILOG))
    one.version()
    one.option("--sample", action="store_true", help=_("open the sample shop; it is built where there is none yet"))
    one.option("--database", default="", metavar="URL", help=_("open this shop: a file or a URL"))
    one.option("--language", default="", choices=tuple(LANGUAGES), help=_("of the window, and of this help"))
    one.option("--theme", default="", choices=("system", "light", "dark"),
               help=_("light, dark, or as the system has it"))  # fmt: skip
    return one
