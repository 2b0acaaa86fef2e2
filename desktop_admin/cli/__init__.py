"""The command line over the same services, for schedulers and scripts: `pointsdesk --help`, in the machine's language.

Exits with 0 when all went well, 1 where a rule refused or something is wrong with the books, 2 on bad input; what is
wrong stands in one plain sentence on stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from desktop_admin.cli.terminal import BadInput, Terminal
from desktop_admin.i18n import _, use_language

DONE, REFUSED, BAD_INPUT, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code."""
    terminal = Terminal()
    try:
        return _run(terminal, list(sys.argv[1:] if arguments is None else arguments))
    except BadInput as error:
        terminal.complain(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        terminal.complain(_("Stopped. What was finished stays; nothing is half-written."))
        return STOPPED
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the interpreter's last flush
        return DONE


def _run(terminal: Terminal, arguments: list[str]) -> int:
    from desktop_admin.cli.parser import language_of, read

    use_language(language_of(arguments))
    wish = read(arguments)
    terminal.as_json, terminal.quiet = wish.json, wish.quiet
    from desktop_admin.services.errors import Refused, Trouble

    try:
        done: int = wish.run(wish, terminal)
        return done
    except Refused as refused:
        terminal.complain(refused.text())
        return REFUSED
    except Trouble as trouble:
        terminal.complain(trouble.text())
        return BAD_INPUT if terminal.opening else REFUSED
    except (BadInput, KeyboardInterrupt, BrokenPipeError):
        raise
    except OSError as error:
        terminal.complain(_("The machine said: {problem}.").format(problem=_problem(error)))
        return REFUSED
    except Exception as error:  # a script is told in one sentence; the report is asked for by name
        if os.environ.get("POINTSDESK_DEBUG"):
            raise
        terminal.complain(
            _(
                "Something went wrong in the program ({kind}); nothing was half-written. "
                "Set POINTSDESK_DEBUG=1 to see the report."
            ).format(kind=type(error).__name__)
        )
        return REFUSED


def _problem(error: OSError) -> str:
    return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part).rstrip(".")
