"""The words argparse says itself, in the language in use."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from desktop_admin.cli.terminal import wide, wrapped
from desktop_admin.i18n import N_, _, ngettext

# What argparse may say about a line somebody typed, as it writes it; never shown: they are here to be translated.
WORDS = (
    N_("usage: "),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("unrecognized arguments: %s"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("the following arguments are required: %s"),
)


@contextmanager
def spoken() -> Iterator[None]:
    """Let argparse look its words up in our catalogues: it asks through these two names of its module."""
    before = argparse._, argparse.ngettext  # type: ignore[attr-defined]
    argparse._, argparse.ngettext = _, ngettext  # type: ignore[attr-defined]
    try:
        yield
    finally:
        argparse._, argparse.ngettext = before  # type: ignore[attr-defined]


class Wrapped(argparse.RawDescriptionHelpFormatter):
    """Help whose lines are as wide as they look: a Chinese letter takes two places, and may begin a line."""

    def _format_usage(self, *said: Any) -> str:
        prefix = _("usage: ")
        beyond = wide(prefix) - len(prefix)
        self._width -= beyond
        usage = super()._format_usage(*said)
        self._width += beyond
        return usage

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)
