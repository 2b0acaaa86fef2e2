"""Messages: collect them from the code, bring the catalogues up to date, compile, check.

`python -m tools.text update | compile | check`
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "resources" / "locale"
POT = LOCALE / "pointsdesk.pot"
LANGUAGES = ("zh_CN", "zh_TW", "en")
TRANSLATED = ("zh_CN", "zh_TW")          # English is the messages themselves
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
# A fixed date: a catalogue changes only with its messages.
_THEN = datetime(2026, 1, 1, tzinfo=UTC)

_HEADER: dict[str, Any] = {
    "project": "PointsDesk", "version": "-", "charset": "utf-8", "fuzzy": False,
    "creation_date": _THEN, "revision_date": _THEN, "last_translator": "-", "language_team": "-",
    "msgid_bugs_address": "-", "copyright_holder": "-",
}


def template() -> Catalog:
    """Every message of the code."""
    catalog = Catalog(header_comment="# The messages of PointsDesk.", **_HEADER)
    for path, _, message, comments, _ in extract_from_dir(
            ROOT / "desktop_admin", keywords=KEYWORDS, comment_tags=("Translators:",)):
        catalog.add(message, None, [(f"desktop_admin/{path}", 0)], auto_comments=comments)
    return catalog


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None if path == POT else path.stem)


def _written(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, sort_by_file=True, ignore_obsolete=True,
             include_lineno=False)
    return buffer.getvalue()


def update() -> None:
    """Write the template and every catalogue again; translations that fit are kept."""
    LOCALE.mkdir(parents=True, exist_ok=True)
    messages = template()
    POT.write_bytes(_written(messages))
    for language in LANGUAGES:
        path = LOCALE / f"{language}.po"
        # The header is made anew: only the messages come from the file.
        catalog = Catalog(locale=language, header_comment=f"# PointsDesk: {language}.", **_HEADER)
        for message in load(path) if path.exists() else ():
            if message.id:
                catalog[message.id] = message
        catalog.update(messages, no_fuzzy_matching=True)
        if language == "en":
            for message in catalog:
                if message.id:
                    message.string = message.id
        path.write_bytes(_written(catalog))
    compile_all()
    print(f"{sum(1 for _ in faults())} translations are missing or wrong: `dev.py text check`")


def compile_all() -> None:
    """Write each .mo beside its .po."""
    for path in sorted(LOCALE.glob("*.po")):
        buffer = io.BytesIO()
        write_mo(buffer, load(path))
        temporary = path.with_suffix(".mo.new")
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(path.with_suffix(".mo"))


def placeholders(text: str) -> set[str]:
    """The names in braces; a text that is no format string has none."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def _texts(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def faults() -> Iterator[str]:
    """What a translation lacks, one line each."""
    wanted = {message.id: message for message in template() if message.id}
    for language in TRANSLATED:
        path = LOCALE / f"{language}.po"
        if not path.exists():
            continue
        catalog = load(path)
        for identity in wanted:
            found = catalog.get(_texts(identity)[0])
            yield from _faults_of(language, identity, found, catalog.num_plurals)


def _faults_of(language: str, identity: object, found: Message | None, plurals: int
               ) -> Iterator[str]:
    sources = _texts(identity)  # type: ignore[arg-type]
    name = f"{language}: {sources[0]!r}"
    if found is None:
        yield f"{name} is not in the catalogue"
        return
    if found.id != identity:
        yield f"{name} has a plural in only one of code and catalogue"
    texts = _texts(found.string or "")
    if found.fuzzy or not all(texts):
        yield f"{name} is not translated"
        return
    if len(sources) > 1 and len(texts) != plurals:
        yield f"{name} has {len(texts)} plural forms, not {plurals}"
    names = set().union(*map(placeholders, sources))
    for text in texts:
        # A language without plurals may still leave out no name; one with them may say "one".
        if placeholders(text) != names and not (len(sources) > 1 and len(texts) > 1):
            yield f"{name} has other placeholders: {text!r}"


def check() -> int:
    """Whether template and catalogues are up to date and complete."""
    found = list(faults())
    if POT.exists() and POT.read_bytes() != _written(template()):
        found.append("pointsdesk.pot is out of date: run `python3 dev.py text`")
    print("\n".join(found[:40]) or "Every message is translated.")
    if len(found) > 40:
        print(f"... and {len(found) - 40} more")
    return 1 if found else 0


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "update"
    if command == "check":
        return check()
    {"update": update, "compile": compile_all}[command]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
