"""What an operator may do alone with points that come from typed input (DOMAIN 10).

Counted are all typed points: adjustments, reversals, transfers, typed purchases, their refunds and
voids; without sign, per act and per operator and day. Jobs and imports type nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.permissions import Role
from desktop_admin.services.rules.limits import (
    ALLOWED,
    DEFAULT_LIMITS,
    TYPED,
    Decision,
    Limits,
    Verdict,
    check_limits,
    check_not_own,
    judge_points,
    judge_reversal,
)
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.work import Work

_USED = Sql("SELECT points FROM typed_points WHERE operator_id = :o AND business_date = :day")
_COUNT = Sql(
    "INSERT INTO typed_points (operator_id, business_date, points) VALUES (:o, :day, :points) "
    "ON CONFLICT (operator_id, business_date) DO UPDATE SET points = typed_points.points + excluded.points "
    "RETURNING points",
    # on a server they are counted when the operation commits, for whoever types them (authority/guards.sql)
    postgresql="SELECT coalesce((SELECT points FROM typed_points WHERE operator_id = :o AND business_date = :day), 0) "
    "+ CAST(:points AS bigint)",
)
_OWN = Sql("SELECT member_id FROM operator WHERE id = :o")


def limits_of(settings: Mapping[str, Any], role: Role) -> Limits:
    """The limits of a role: the shop's, where it set some, over the defaults."""
    standard = DEFAULT_LIMITS[role.value]
    said = settings["limits"].get(role.value, {})
    return Limits(**{f.name: int(said.get(f.name, getattr(standard, f.name))) for f in fields(Limits)})


def check_setting(value: Mapping[str, Mapping[str, int]]) -> None:
    """Refuse limits per role that name an unknown role or contradict each other."""
    for role, said in value.items():
        if role not in DEFAULT_LIMITS or set(said) - {f.name for f in fields(Limits)}:
            raise Refused(N_("There are no limits for “{role}”."), field="limits", role=role)
        try:
            check_limits(limits_of({"limits": value}, Role(role)))
        except RuleError as error:
            raise Refused.of(error, field="limits") from error


def asked(work: Work, points: int = 0) -> list[tuple[Sql, dict[str, Any]]]:
    """What ``refuse_own`` and, for typed points, ``spend`` ask of a server, for ``work.ahead``."""
    own: tuple[Sql, dict[str, Any]] = (_OWN, {"o": work.actor.operator_id})
    if points == 0 or work.operation is None or work.operation.kind not in TYPED or work.actor.role is Role.SYSTEM:
        return [own]
    return [own, (_COUNT, {"o": work.actor.operator_id, "day": work.today_text, "points": abs(points)})]


def refuse_own(work: Work, *member_ids: int) -> None:
    """Refuse an act on the actor's own member account."""
    try:
        check_not_own(work.value(_OWN, o=work.actor.operator_id), *member_ids)
    except RuleError as error:
        raise Refused.of(error, field="member") from error


def weigh(
    work: Work, settings: Mapping[str, Any], points: int, *, age_days: int = 0, too_old: str = ""
) -> Verdict:
    """What would become of an act that types so many points now; writes nothing.

    ``age_days`` is the age of what the act is about, ``too_old`` what to say where the role's limit of age stops it.
    """
    if work.actor.role is Role.SYSTEM or points == 0:
        return ALLOWED
    used = work.value(_USED, o=work.actor.operator_id, day=work.today_text) or 0
    return _judge(limits_of(settings, work.actor.role), points, used, age_days, too_old)


def spend(
    work: Work, settings: Mapping[str, Any], points: int, *, age_days: int = 0, too_old: str = "", field: str = "points"
) -> None:
    """Count typed points against the day, or raise NeedsApproval or Refused above the limits.

    The count and the reading of it are one statement, so two windows of one operator cannot both
    slip under the limit of the day.
    """
    assert work.operation is not None
    if work.operation.kind not in TYPED or work.actor.role is Role.SYSTEM or points == 0:
        return
    size = abs(points)
    after = work.value(_COUNT, o=work.actor.operator_id, day=work.today_text, points=size)
    verdict = _judge(limits_of(settings, work.actor.role), size, after - size, age_days, too_old)
    if verdict.decision is Decision.NEEDS_APPROVAL:
        raise NeedsApproval(verdict.message, field=field, **verdict.facts)
    if verdict.decision is Decision.REFUSED:
        raise Refused(verdict.message, field=field, **verdict.facts)


def _judge(limits: Limits, points: int, used: int, age_days: int, too_old: str) -> Verdict:
    by_points = judge_points(limits, points, used)
    if not by_points.allowed or not age_days:
        return by_points
    verdict = judge_reversal(limits, points, used, age_days)
    return verdict if verdict.allowed or not too_old else replace(verdict, message=too_old)
