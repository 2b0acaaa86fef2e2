"""Every message is translated, with the same placeholders and plurals."""

from __future__ import annotations

import pytest

from desktop_admin import i18n
from tools import text


@pytest.mark.parametrize("language", text.TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    missing = [line for line in text.faults() if line.startswith(language)]
    assert not missing, f"{len(missing)}:\n" + "\n".join(missing[:50])


def test_the_template_is_up_to_date() -> None:
    """`python3 dev.py text` collects the messages again."""
    if not text.POT.exists():
        return
    known = {message.id for message in text.load(text.POT)}
    lost = [message.id for message in text.template() if message.id not in known]
    assert not lost, "\n".join(map(str, lost))


def test_the_program_and_the_catalogues_know_the_same_languages() -> None:
    assert set(text.LANGUAGES) == set(i18n.LANGUAGES)


def test_placeholders_are_compared() -> None:
    assert text.placeholders("{points} of {total:,}") == {"points", "total"}
    assert text.placeholders("no {brace") == set()
