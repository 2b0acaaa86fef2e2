"""Names in the language in use; the command line stands in the books as a token and is shown as a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from desktop_admin import i18n
from desktop_admin.models.administration import AUDIT
from desktop_admin.services import audit, policies
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.names import COMMAND_LINE, workstation_title
from desktop_admin.services.shop import system_actor
from desktop_admin.services.work import Actor
from tests.services.counter import Counter

WORDS = {"en": "command line", "zh_CN": "命令行", "zh_TW": "命令列"}


@pytest.mark.parametrize("language", WORDS)
def test_the_command_line_is_a_word_in_the_trail(
    language: str, database: Database, as_role: Callable[[str], Actor]
) -> None:
    office = Counter(database, as_role, "administrator")
    job = partial(policies.change, request=new_request(), values={"grace_days": 9})
    database.write(job, actor=system_actor(database))
    row = office.ask(audit.page).rows[0]
    assert row.workstation == COMMAND_LINE
    i18n.use_language(language)
    column = next(column for column in AUDIT if column.id == "workstation")
    assert column.text(row) == WORDS[language]
    assert column.text(replace(row, workstation="command line")) == WORDS[language]  # as older programs kept it


def test_a_workstation_keeps_its_own_name() -> None:
    i18n.use_language("zh_CN")
    assert [workstation_title(name) for name in ("till-1", "Counter", "")] == ["till-1", "Counter", ""]
