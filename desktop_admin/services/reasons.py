"""Reason codes: why an operator moved points. Every typed movement names one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from desktop_admin.i18n import N_
from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

Direction = Literal["credit", "debit", "both"]

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_ALL = Sql("SELECT code, name, direction, position, active, version FROM reason ORDER BY position, code")
_ONE = Sql("SELECT code, name, direction, position, active, version FROM reason WHERE code = :code")
_ADD = Sql(
    "INSERT INTO reason (code, name, direction, position, active) "
    "VALUES (:code, :name, :direction, :position, :active)"
)
_CHANGE = Sql(
    "UPDATE reason SET name = :name, direction = :direction, position = :position, active = :active, "
    "version = version + 1 WHERE code = :code AND version = :version"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason code; ``name`` is in the language in use, ``names`` holds all of them."""

    code: str
    name: str
    names: dict[str, str]
    direction: str
    position: int
    active: bool
    version: int

    def fits(self, points: int) -> bool:
        """Say whether the reason may stand for a movement of this sign."""
        return self.direction == "both" or (self.direction == "credit") == (points > 0)


@dataclass(frozen=True, slots=True)
class Saved:
    """Which reason a command wrote."""

    code: str


@query(Permission.USE_PROGRAM)
def reasons(work: Work) -> tuple[Reason, ...]:
    """Every reason code in the order of the list, the inactive ones too."""
    return tuple(_reason(row) for row in work.all(_ALL))


def asked(code: str) -> tuple[Sql, dict[str, Any]]:
    """What ``checked`` asks, for ``work.ahead``."""
    return _ONE, {"code": code}


def checked(work: Work, code: str, points: int) -> Reason:
    """The reason, for services. Refused where it is unknown, inactive or of the other direction."""
    row = work.first(_ONE, code=code)
    if row is None or not row.active:
        raise Refused(N_("Choose a reason from the list."), field="reason", reason=code)
    reason = _reason(row)
    if not reason.fits(points):
        message = (
            N_("“{reason}” is a reason for taking points, not for giving them.")
            if points > 0
            else N_("“{reason}” is a reason for giving points, not for taking them.")
        )
        raise Refused(message, field="reason", reason=reason.name)
    return reason


@command(Permission.EDIT_REASONS, Topic.SETTINGS)
def save(
    work: Work, *, request: str, code: str, names: dict[str, str], direction: Direction,
    position: int, active: bool, version: int = 0,
) -> Saved:  # fmt: skip
    """Add a reason (version 0) or change one. Refuses an odd code, no name, and a changed version."""
    if not _CODE.fullmatch(code):
        raise Refused(N_("A code is 1 to 32 small letters, digits, - and _."), field="code")
    kept = {language: name.strip() for language, name in names.items() if name.strip()}
    if not kept or max(map(len, kept.values())) > 60:
        raise Refused(N_("A reason needs a name of at most 60 letters."), field="name")
    if direction not in ("credit", "debit", "both"):
        raise Refused(N_("Choose one of the values offered."), field="direction")
    before = work.first(_ONE, code=code)
    row = {
        "code": code, "name": json.dumps(kept, ensure_ascii=False, sort_keys=True),
        "direction": direction, "position": position, "active": int(active),
    }  # fmt: skip
    if before is None:
        work.run(_ADD, **row)
    elif version == 0:
        raise Refused(N_("There is already a reason with the code “{code}”."), field="code", code=code)
    elif not work.run(_CHANGE, version=version, **row):
        raise Refused(N_("Somebody else changed this reason meanwhile; open it again."), field="code")
    work.audit("change" if before else "add", "reason", 0, dict(before._mapping) if before else None, row)
    return Saved(code)


def _reason(row: Any) -> Reason:
    names = json.loads(row.name)
    return Reason(row.code, named(row.name), names, row.direction, row.position, bool(row.active), row.version)
