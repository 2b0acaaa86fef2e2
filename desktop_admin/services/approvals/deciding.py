"""Deciding: the act runs in the same transaction, under the decider's sign-in and the stored request id."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.approvals.kinds import kind_of
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.limits import check_decider
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.sealing import unseal
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_ROW = (
    "SELECT a.id, a.kind, a.request, a.parameters, a.member_id, a.points, a.branch_id, a.requester_id, a.expires_at, "
    "a.state, b.name AS branch_name, o.active AS requester_active FROM approval a JOIN branch b ON b.id = a.branch_id "
    "JOIN operator o ON o.id = a.requester_id WHERE a.id = :id"
)
_FIND = Sql(_ROW)
_LOCK = Sql("SELECT id FROM approval WHERE id = :id", postgresql="SELECT id FROM approval WHERE id = :id FOR UPDATE")
_DECIDE = Sql(
    "UPDATE approval SET state = :state, decider_id = :o, decided_at = :now, answer = :answer, "
    "operation_id = :operation WHERE id = :id AND state = 'open'"
)
_ACT = Sql("SELECT id FROM operation WHERE request = :request")


@dataclass(frozen=True, slots=True)
class Decided:
    """How a request was decided; ``operation_id`` is the act itself, where it was approved."""

    approval_id: int
    state: str
    member_id: int | None
    points: int
    operation_id: int | None = None


@command(
    Permission.DECIDE_APPROVALS, Topic.APPROVALS, Topic.POINTS, Topic.MEMBERS, Topic.PURCHASES, Topic.REDEMPTIONS,
    Topic.STOCK,
)  # fmt: skip
def approve(work: Work, *, request: str, approval_id: int, answer: str = "") -> Decided:
    """Allow the act and do it, at once and whole, at the branch where it was asked.

    It stands under the decider's name; the request names who asked. Refuses one's own request, a decided or lapsed
    one, an act above the decider's own limits, one that would move other points by now, and whatever the act itself
    refuses.
    """
    row = _open(work, approval_id)
    if work.first(_ACT, request=row.request) is not None:
        raise Refused(N_("This was already done."))
    kind = kind_of(row.kind)
    text = unseal(work, row.member_id, row.parameters) if row.member_id is not None else row.parameters
    if text is None:
        raise Refused(N_("This member was erased; the request cannot be carried out."))
    actor = replace(work.actor, branch_id=row.branch_id, branch_name=row.branch_name)
    with work.apart(actor, approval=approval_id):
        try:
            done = kind.act(work, request=row.request, **kind.arguments(json.loads(text)))
        except NeedsApproval as error:
            raise Refused(
                N_("This is above your own limits too; somebody with higher ones must decide.")
            ) from error
        assert work.operation is not None
        act = work.operation.id
    if done.points != row.points:  # another rule, tier or refund came between: not what was shown when this was decided
        raise Refused(
            N_("This would move {now:,} points by now, not {asked:,}; it must be asked again."),
            now=done.points, asked=row.points,
        )  # fmt: skip
    _decide(work, row, "approved", answer, act)
    return Decided(row.id, "approved", row.member_id, row.points, act)


@command(Permission.DECIDE_APPROVALS, Topic.APPROVALS)
def reject(work: Work, *, request: str, approval_id: int, answer: str) -> Decided:
    """Say no, and why. Refuses one's own request and a decided or lapsed one."""
    if not answer.strip():
        raise Refused(N_("Say why, so that the one who asked knows."), field="answer")
    row = _open(work, approval_id)
    _decide(work, row, "rejected", answer, None)
    return Decided(row.id, "rejected", row.member_id, row.points)


def _open(work: Work, approval_id: int) -> Any:
    """The request, locked against a second decision. Refused where it cannot be decided by this operator."""
    work.first(_LOCK, id=approval_id)
    row = work.first(_FIND, id=approval_id)
    if row is None:
        raise Refused(N_("There is no such request."))
    if row.state != "open":
        raise Refused(N_("This request is already decided."))
    if row.expires_at <= work.now_text:
        raise Refused(N_("This request has lapsed; it must be asked again."))
    try:
        check_decider(row.requester_id, work.actor.operator_id)
    except RuleError as error:
        raise Refused.of(error) from error
    if not row.requester_active:
        raise Refused(N_("The one who asked no longer works here; reject the request."))
    return row


def _decide(work: Work, row: Any, state: str, answer: str, operation: int | None) -> None:
    if len(answer) > 200:
        raise Refused(N_("An answer has at most {most} letters."), field="answer", most=200)
    work.run(
        _DECIDE, id=row.id, state=state, o=work.actor.operator_id, now=work.now_text, answer=answer.strip(),
        operation=operation,
    )  # fmt: skip
    work.audit(state, "approval", row.id, {"state": "open"}, {"state": state, "answer": answer.strip()})
