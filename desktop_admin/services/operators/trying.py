"""Counting tries: every attempt is counted before it is judged, and forgiven when it was right.

Failures are kept per name and workstation in the database, so that a restart forgets nothing, parallel guesses all
count, and nobody can lock a colleague out from another till. A hundred failures over all workstations lock the name.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from desktop_admin.i18n import N_
from desktop_admin.services.database.clock import instant, parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules.passwords import wait_left
from desktop_admin.services.work import Work

MOST_FAILURES = 100  # in a row over all workstations (NIST SP 800-63B 5.2.2)
PIN_TRIES = 5
_FORGET = timedelta(days=30)

_FAILURES = Sql(
    "SELECT failures, last_at FROM sign_in_failure WHERE login = :login AND workstation = :workstation",
    postgresql="SELECT failures, last_at FROM sign_in_failure WHERE login = :login AND workstation = :workstation "
    "FOR UPDATE",
)
_ALL = Sql("SELECT CAST(coalesce(sum(failures), 0) AS bigint) FROM sign_in_failure WHERE login = :login")
_BEGIN = Sql(
    "INSERT INTO sign_in_failure (login, workstation, failures, last_at) VALUES (:login, :workstation, 1, :now) "
    "ON CONFLICT (login, workstation) DO NOTHING"
)
_COUNT = Sql(
    "UPDATE sign_in_failure SET failures = failures + 1, last_at = :now "
    "WHERE login = :login AND workstation = :workstation"
)
_FORGIVE = Sql("DELETE FROM sign_in_failure WHERE login = :login AND workstation = :workstation")
_FORGIVE_ALL = Sql("DELETE FROM sign_in_failure WHERE login = :login")
_OLD = Sql("DELETE FROM sign_in_failure WHERE last_at < :before")


def normal_login(text: str) -> str:
    """A sign-in name as it is stored and looked up: without blanks around it, in small letters, at most 60 signs."""
    return unicodedata.normalize("NFKC", text).strip().casefold()[:60]


def pin_name(operator_id: int) -> str:
    """Under what name tries of a PIN are counted; no sign-in name holds a colon."""
    return f"pin:{operator_id}"


def refuse_early(failures: int, last_at: datetime | None, now: datetime) -> None:
    """Refused while the wait after so many failures lasts."""
    left = wait_left(failures, last_at, now)
    if left:
        seconds = -(-left // timedelta(seconds=1))
        wait = f"{seconds // 60}:{seconds % 60:02}"
        message = N_("Too many wrong tries. Wait {wait} and try again.")
        raise Refused(message, field="password", wait=wait, seconds=seconds)


def count_try(work: Work, *, login: str, workstation: str) -> int:
    """Count a try with a password; how many failed before it. Refused while the wait of the last ones lasts."""
    failures, last_at = _count(work, login, workstation)
    refuse_early(failures, parse_instant(last_at) if failures else None, work.now)
    if work.value(_ALL, login=login) > MOST_FAILURES:
        raise Refused(
            N_("Too many wrong tries with this name. An administrator can unlock it."), field="password", locked=True
        )
    return failures


def count_pin(work: Work, *, operator_id: int, workstation: str) -> int:
    """Count a try with a PIN; how many failed before it. Refused after five: then the password is asked."""
    failures, _last_at = _count(work, pin_name(operator_id), workstation)
    if failures >= PIN_TRIES:
        raise Refused(N_("Too many wrong PINs. Sign in with the password."), field="pin", password=True)
    return failures


def _count(work: Work, login: str, workstation: str) -> tuple[int, str]:
    """Count one more, with the row locked; how many there were and when the last was. A refusal takes it back."""
    where = {"login": login, "workstation": workstation}
    while not work.run(_BEGIN, now=work.now_text, **where):
        row = work.first(_FAILURES, **where)
        if row is not None:
            work.run(_COUNT, now=work.now_text, **where)
            return int(row.failures), str(row.last_at)
    return 0, ""


def forgive(work: Work, *, login: str, workstation: str) -> None:
    """Forget the failures of this name here; and whatever is a month old."""
    work.run(_FORGIVE, login=login, workstation=workstation)
    work.run(_OLD, before=instant(work.now - _FORGET))


def forgive_everywhere(work: Work, *, login: str, operator_id: int) -> None:
    """Forget every failure of a name and of its PIN."""
    work.run(_FORGIVE_ALL, login=login)
    work.run(_FORGIVE_ALL, login=pin_name(operator_id))
