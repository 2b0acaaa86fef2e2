"""Programs of different versions on one database: which of them may write.

Every connection tells the database which schema its program knows and how old the program is. An upgrade puts a guard
on ``operation``, on which every write hangs: programs that know only the schema before, also such as have long been
open and such as tell nothing, are refused by the database itself, without one more round trip. A row of ``setting``
(``least_program``) says how old a program may be that still writes; an older one that knows the schema may look.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import Connection, text

from desktop_admin import __version__
from desktop_admin.i18n import N_
from desktop_admin.services.database import barriers
from desktop_admin.services.database.schema import Engine
from desktop_admin.services.errors import Trouble

LEAST = "least_program"  # the setting
# Version of the schema -> the oldest program that may write from then on, where the schema alone does not say it.
ASKED: dict[str, str] = {}

_PUT = (
    "INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
    "version = setting.version + 1"
)
_UPGRADED = N_(
    "The database was upgraded to version {database}; this program knows version {program}. Nothing was saved; install "
    "the newer program, and start it again."
)
_TOO_OLD = N_(
    "This shop is written by PointsDesk {least} and newer; this is {program}. Everything can be looked at; nothing can "
    "be saved until the newer program is installed."
)


class ProgramTooOld(Trouble):
    """Another program has upgraded the database, or asks more than this one knows."""


def schema() -> str:
    """The newest schema this program knows."""
    return max(path.name[:4] for path in (Path(__file__).parent / "upgrades" / "frozen").glob("*.sql"))


def number(version: str) -> int:
    """A version as a number that compares: 1.2.3 is 1002003."""
    parts = [int(part) for part in re.findall(r"\d+", version)[:3]]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return (major * 1000 + minor) * 1000 + patch


def keep_old_ones_out(connection: Connection, engine: Engine, version: str) -> None:
    """After an upgrade to ``version``, in its transaction."""
    least = _least(connection)
    asked = ASKED.get(version, "")
    if number(asked) > number(least):
        connection.execute(text(_PUT), {"name": LEAST, "value": json.dumps(asked)})
        least = asked
    barriers.guard_programs(connection.exec_driver_sql, engine, version, number(least))


def reason_not_to_write(connection: Connection) -> Trouble | None:
    """Why this program, which knows the schema, may only look."""
    least = _least(connection)
    if number(least) > number(__version__):
        return ProgramTooOld(_TOO_OLD, least=least, program=__version__)
    return None


def refused(said: str) -> Trouble | None:
    """What a person is told when the guard has spoken; None where it was something else."""
    found = re.search(re.escape(barriers.TOO_OLD) + r"\|(\w+)\|(\d+)", said)
    if found is None:
        return None
    if found[1] > schema():
        return ProgramTooOld(_UPGRADED, database=found[1], program=schema())
    least = int(found[2])
    return ProgramTooOld(
        _TOO_OLD, least=f"{least // 1_000_000}.{least // 1000 % 1000}.{least % 1000}", program=__version__
    )


def overtaken(trouble: Trouble) -> ProgramTooOld:
    """What the check of the versions says, once a running program has met a schema it does not know."""
    told = ProgramTooOld(trouble.message)
    told.facts = trouble.facts
    return told


def _least(connection: Connection) -> str:
    stored = connection.execute(text("SELECT value FROM setting WHERE name = :name"), {"name": LEAST}).scalar()
    return "0" if stored is None else str(json.loads(str(stored)))
