"""Names kept in several languages: JSON, language -> name, shown in the language in use."""

from __future__ import annotations

import json

from desktop_admin.i18n import DEFAULT_LANGUAGE, current_language


def named(text: str) -> str:
    """The name in the language in use; else in the shop's first language, else any."""
    names: dict[str, str] = json.loads(text) if text else {}
    for language in (current_language(), DEFAULT_LANGUAGE):
        if names.get(language):
            return names[language]
    return next(iter(names.values()), "")
