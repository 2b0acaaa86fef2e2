"""Asking for an approval, and taking the question back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import codec, policies
from desktop_admin.services.approvals.kinds import kind_of, member_of
from desktop_admin.services.command import command
from desktop_admin.services.database.clock import instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.rules.limits import Decision
from desktop_admin.services.sealing import seal
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_ADD = Sql(
    "INSERT INTO approval (id, kind, request, parameters, summary, member_id, points, reason, branch_id, requester_id, "
    "requested_at, expires_at, state) VALUES (:id, :kind, :request, :parameters, :summary, :member_id, :points, "
    ":reason, :branch_id, :requester_id, :requested_at, :expires_at, 'open')"
)
_KNOWN = Sql("SELECT id FROM approval WHERE request = :request")
_DONE = Sql("SELECT id FROM operation WHERE request = :request")
_MINE = Sql("SELECT id, requester_id, state FROM approval WHERE id = :id")
_WITHDRAW = Sql(
    "UPDATE approval SET state = 'withdrawn', decided_at = :now WHERE id = :id AND state = 'open' AND requester_id = :o"
)
_LAPSE = Sql("UPDATE approval SET state = 'expired', decided_at = :now WHERE state = 'open' AND expires_at <= :now")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, and until when it can be decided."""

    approval_id: int
    member_id: int | None
    points: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    approval_id: int


@dataclass(frozen=True, slots=True)
class Lapsed:
    """How many requests nobody decided in time."""

    requests: int


@command(Permission.USE_PROGRAM, Topic.APPROVALS)
def ask(
    work: Work, *, request: str, act_request: str, kind: str, parameters: Mapping[str, Any], note: str = ""
) -> Asked:
    """Ask a second operator to allow an act that is above one's own limits.

    ``kind`` is the command's name, ``parameters`` what the form gave it, ``act_request`` the form's request id: once
    approved, the act runs under it, so the same form sent again is answered with the receipt. Secrets are used for the
    check and not kept. Refuses what needs no approval, and what no approval could allow.
    """
    found = kind_of(kind)
    if not may(work.actor.role, found.act.permission):  # type: ignore[attr-defined]  # set by @command
        raise Refused(N_("Your role does not allow this."))
    if not 8 <= len(act_request) <= 100 or act_request == request:
        raise Refused(N_("This act has no proper request id."))
    if work.first(_KNOWN, request=act_request) is not None:
        raise Refused(N_("An approval for this was already asked for."))
    if work.first(_DONE, request=act_request) is not None:
        raise Refused(N_("This was already done."))
    weighed = found.weigh(work, **parameters)
    if weighed.decision is Decision.ALLOWED:
        raise Refused(N_("You may do this yourself; no approval is needed."))
    if weighed.decision is Decision.REFUSED:
        raise Refused(weighed.message, **dict(weighed.facts or {}))
    kept = {name: value for name, value in parameters.items() if not isinstance(value, codec.Secret)}
    found.arguments(json.loads(codec.dump(kept)))  # what is stored must be readable again
    member_id = member_of(work, found, kept)
    text = codec.dump(kept)
    expires = work.now + timedelta(hours=policies.get(work, "approval_hours"))
    approval_id = work.new_ids("approval")[0]
    summary = {"before": weighed.before, "after": weighed.after, "why": weighed.message, "facts": weighed.facts}
    work.run(
        _ADD, id=approval_id, kind=kind, request=act_request, member_id=member_id, points=weighed.points,
        parameters=seal(work, member_id, text) if member_id is not None else text,
        summary=codec.dump({**summary, "note": seal(work, member_id, note.strip()) if member_id is not None else ""}),
        reason=str(kept.get("reason", "")), branch_id=work.actor.branch_id, requester_id=work.actor.operator_id,
        requested_at=work.now_text, expires_at=instant(expires),
    )  # fmt: skip
    return Asked(approval_id, member_id, weighed.points, expires)


@command(Permission.USE_PROGRAM, Topic.APPROVALS)
def withdraw(work: Work, *, request: str, approval_id: int) -> Withdrawn:
    """Take back one's own question. Refused where it is somebody else's or decided."""
    row = work.first(_MINE, id=approval_id)
    if row is None or row.requester_id != work.actor.operator_id:
        raise Refused(N_("Only the one who asked can withdraw this."))
    if not work.run(_WITHDRAW, id=approval_id, o=work.actor.operator_id, now=work.now_text):
        raise Refused(N_("This request is already decided."))
    work.audit("withdraw", "approval", approval_id)
    return Withdrawn(approval_id)


@command(Permission.DECIDE_APPROVALS, Topic.APPROVALS)
def lapse(work: Work, *, request: str) -> Lapsed:
    """Close the requests whose time is over; for the daily job. They cannot be decided before that either."""
    return Lapsed(work.run(_LAPSE, now=work.now_text))
