"""Names kept in the books and shown in the language in use: JSON, language -> name; a word for the command line."""

from __future__ import annotations

import json

from desktop_admin.i18n import DEFAULT_LANGUAGE, N_, _, current_language

COMMAND_LINE = "command-line"  # kept as the workstation where nobody sat at one
_COMMAND_LINE = {COMMAND_LINE: N_("command line"), "command line": N_("command line")}  # as older rows have it


def named(text: str) -> str:
    """The name in the language in use; else in the shop's first language, else any."""
    names: dict[str, str] = json.loads(text) if text else {}
    for language in (current_language(), DEFAULT_LANGUAGE):
        if names.get(language):
            return names[language]
    return next(iter(names.values()), "")


def workstation_title(kept: str) -> str:
    """The workstation as it is shown: its own name, or that it was the command line."""
    return _(_COMMAND_LINE[kept]) if kept in _COMMAND_LINE else kept
