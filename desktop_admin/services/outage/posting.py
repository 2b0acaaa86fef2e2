"""When the server is back: what was noted down is booked once, under the sign-in of whoever noted it down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import approvals, purchases
from desktop_admin.services.command import ask_leave, command
from desktop_admin.services.database.clock import instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import NeedsApproval, Refused, Trouble
from desktop_admin.services.members.stored import audit
from desktop_admin.services.outage import queue
from desktop_admin.services.outage.keys import Keys
from desktop_admin.services.outage.place import Place
from desktop_admin.services.outage.queue import Queued, QueueState
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

BOOKED, ALREADY = N_("Booked, points: {points}"), N_("Was booked already, points: {points}")
ASKED = N_("A second operator decides about it, see Approvals.")
ELSEWHERE = N_("It was noted down at {branch}; sign in there to book it.")
KIND = "purchases.record"

_DONE = Sql("SELECT id FROM operation WHERE request = :request")
_HAS_KEY = Sql("SELECT count(*) FROM member_key WHERE member_id = :m")

Write = Callable[[Callable[[Work], Any]], Any]


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of the queue: the rows dealt with now, what others noted down, and why it stopped."""

    rows: tuple[Queued, ...]
    of_others: int = 0
    stopped: str = ""  # already translated: the server went away again

    def count(self, state: QueueState) -> int:
        """How many came to this."""
        return sum(1 for row in self.rows if row.state is state)


@dataclass(frozen=True, slots=True)
class Discarded:
    """The receipt of a purchase that was noted down and will never be booked."""

    request: str


def post(
    place: Place, keys: Keys, write: Write, *, actor: Actor, now: Callable[[], datetime],
    check: Callable[[], object] = lambda: None,
) -> Posted:  # fmt: skip
    """Book what this operator noted down; each row under the request it was noted down with, so at most once.

    Rows of others wait for them. A refusal stays with its row; where the server goes away again the rest waits.
    """
    queue.sweep(place, keys, now())
    done: list[str] = []
    others, stopped = 0, ""
    for row in queue.rows(place, keys):
        if row.state is not QueueState.WAITING:
            continue
        if row.operator_id != actor.operator_id:
            others += 1
            continue
        check()
        try:
            _post_one(place, keys, write, actor, row, now)
        except Trouble as error:
            stopped = error.text()
            break
        done.append(row.request)
    rows = {row.request: row for row in queue.rows(place, keys)} if done else {}
    return Posted(tuple(rows[request] for request in done if request in rows), others, stopped)


def _post_one(
    place: Place, keys: Keys, write: Write, actor: Actor, row: Queued, now: Callable[[], datetime]
) -> None:
    if row.branch_id != actor.branch_id:
        queue.settle(
            place, keys, row.request, QueueState.REFUSED, now=now(), message=ELSEWHERE, facts={"branch": row.branch}
        )
        return
    if not queue.tried(place, keys, row.request):
        return  # another window of the program was faster
    began = now()
    try:
        receipt: purchases.PurchaseReceipt = write(partial(purchases.record, request=row.request, **_said(row)))
    except NeedsApproval as error:
        facts = {**error.facts, "approval": True}
        queue.settle(place, keys, row.request, QueueState.REFUSED, now=now(), message=error.message, facts=facts)
        return
    except Refused as error:
        queue.settle(place, keys, row.request, QueueState.REFUSED, now=now(), message=error.message, facts=error.facts)
        return
    before = receipt.recorded_at is not None and receipt.recorded_at < began and row.tries > 0
    queue.settle(
        place, keys, row.request, QueueState.BOOKED, now=now(), points=receipt.points,
        message=ALREADY if before else BOOKED, facts={"points": receipt.points},
    )  # fmt: skip


def _said(row: Queued) -> dict[str, Any]:
    return {
        "member_id": row.member_id, "receipt_number": row.receipt_number, "amount": row.amount,
        "bought_at": row.bought_at,
    }  # fmt: skip


def ask_approval(place: Place, keys: Keys, write: Write, row: Queued, now: datetime) -> approvals.Asked:
    """Ask a second operator about a row above its author's limits; once allowed it is booked under its own request."""
    ask = partial(approvals.ask, request=f"{row.request}-ask", act_request=row.request, kind=KIND,
                  parameters={**_said(row), "lines": ()})  # fmt: skip
    asked: approvals.Asked = write(ask)
    queue.settle(place, keys, row.request, QueueState.ASKED, now=now, message=ASKED)
    return asked


@command(Permission.RECORD_PURCHASES, Topic.PURCHASES)
def discard(
    work: Work, *, request: str, queued: str, operator_id: int, member_id: int, receipt_number: str, amount: int,
    bought_at: datetime, reason: str,
) -> Discarded:  # fmt: skip
    """Leave a trace of a purchase that was noted down during an outage and will not be booked.

    ``queued`` is its request. Refuses one that was booked after all, a missing reason, and another operator's unless
    the role decides approvals.
    """
    why = " ".join(reason.split())
    if not why or len(why) > 200:
        raise Refused(N_("A reason is needed, at most {most} characters."), field="reason", most=200)
    if operator_id != work.actor.operator_id:
        ask_leave(work, Permission.DECIDE_APPROVALS)
    if work.first(_DONE, request=queued) is not None:
        raise Refused(N_("This purchase was booked after all; void it there."))
    said = {
        "queued": queued, "operator": operator_id, "receipt_number": receipt_number, "amount": amount,
        "bought_at": instant(bought_at),
    }  # fmt: skip
    if work.value(_HAS_KEY, m=member_id):
        audit(work, "discard", member_id, None, {**said, "reason": why})
    else:  # erased meanwhile: what was typed about a member is not kept without their key
        work.audit("discard", "purchase", 0, None, said)
    return Discarded(queued)


def discard_row(place: Place, keys: Keys, write: Write, row: Queued, reason: str, now: datetime) -> None:
    """Discard a row: first the trace in the shop's books, then here."""
    write(partial(
        discard, request=f"{row.request}-discard", queued=row.request, operator_id=row.operator_id,
        member_id=row.member_id, receipt_number=row.receipt_number, amount=row.amount, bought_at=row.bought_at,
        reason=reason,
    ))  # fmt: skip
    queue.settle(place, keys, row.request, QueueState.DISCARDED, now=now)
