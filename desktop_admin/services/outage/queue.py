"""Purchases noted down while the server is away: on this machine's disk before anybody is told, encrypted.

A row is in exactly one state: ``waiting`` for the server, ``booked``, ``refused`` by it, ``asked`` for approval, or
``discarded`` by a person. The request id was made when the form opened; it is the purchase's for ever, so that sending
the row any number of times books it once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from desktop_admin.i18n import N_, format_money
from desktop_admin.services.database import sealed_file
from desktop_admin.services.database.clock import instant, parse_instant
from desktop_admin.services.database.sealed_file import OtherFormat, SealedFile, Unreadable
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.outage import finding
from desktop_admin.services.outage.copy import CopyState, open_copy
from desktop_admin.services.outage.keys import Keys
from desktop_admin.services.outage.place import Place
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.purchases.facts import checked_lines
from desktop_admin.services.purchases.facts import receipt_number as plain_number
from desktop_admin.services.rules.outage import check_queueing
from desktop_admin.services.rules.words import RuleError, Words
from desktop_admin.services.storable import refuse_unstorable
from desktop_admin.services.work import Actor

T = TypeVar("T")

FORM = 1
TABLES = """
CREATE TABLE queued (n INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
  operator_id INTEGER NOT NULL, operator TEXT NOT NULL, branch_id INTEGER NOT NULL, branch TEXT NOT NULL,
  workstation TEXT NOT NULL, member_id INTEGER NOT NULL, name TEXT NOT NULL, card_number TEXT NOT NULL,
  receipt_number TEXT NOT NULL, amount INTEGER NOT NULL, bought_at TEXT NOT NULL, day TEXT NOT NULL,
  estimate INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, points INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}', settled_at TEXT NOT NULL DEFAULT '')
"""
KEPT = timedelta(days=7)  # how long what is settled stays to be looked at

_ALL = Sql("SELECT * FROM queued ORDER BY n")
_ONE = Sql("SELECT * FROM queued WHERE request = :request")
_WAITING = Sql("SELECT count(*) FROM queued WHERE state IN ('waiting', 'refused')")
_SAME = Sql(
    "SELECT request FROM queued WHERE branch_id = :branch_id AND day = :day AND receipt_number = :number "
    "AND state IN ('waiting', 'refused', 'asked') AND request <> :request"
)
_ADD = Sql(
    "INSERT INTO queued (request, state, operator_id, operator, branch_id, branch, workstation, member_id, name, "
    "card_number, receipt_number, amount, bought_at, day, estimate) VALUES (:request, 'waiting', :operator_id, "
    ":operator, :branch_id, :branch, :workstation, :member_id, :name, :card_number, :receipt_number, :amount, "
    ":bought_at, :day, :estimate)"
)
_TRY = Sql("UPDATE queued SET tries = tries + 1 WHERE request = :request AND state = 'waiting'")
_SETTLE = Sql(
    "UPDATE queued SET state = :state, points = :points, message = :message, facts = :facts, settled_at = :now "
    "WHERE request = :request"
)
_CHANGE = Sql(
    "UPDATE queued SET state = 'waiting', receipt_number = :number, amount = :amount, estimate = :estimate, "
    "message = '', facts = '{}' WHERE request = :request AND state = 'refused'"
)
_SWEEP = Sql("DELETE FROM queued WHERE state IN ('booked', 'discarded', 'asked') AND settled_at < :before")


class QueueState(StrEnum):
    """What became of a purchase that was noted down."""

    WAITING = "waiting"
    BOOKED = "booked"
    REFUSED = "refused"
    ASKED = "asked"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Queued:
    """A purchase noted down. ``amount`` in minor units; ``estimate`` and ``points`` are points."""

    request: str
    state: QueueState
    operator_id: int
    operator: str
    branch_id: int
    branch: str
    member_id: int
    name: str
    card_number: str
    receipt_number: str
    amount: int
    bought_at: datetime
    estimate: int
    tries: int
    points: int
    message: str  # marked for translation: why it was refused, or what became of it
    facts: dict[str, Any]

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in (QueueState.WAITING, QueueState.REFUSED)

    def words(self) -> str:
        """The message in the language in use."""
        return Refused(self.message, **self.facts).text() if self.message else ""


class LockedQueue(Trouble):
    """The queue is there and cannot be read; it was put aside, not deleted."""


def note(
    place: Place, keys: Keys, *, request: str, actor: Actor, member_id: int, receipt_number: str, amount: int,
    now: datetime, zone: str,
) -> Queued:  # fmt: skip
    """Note a purchase down for when the server is back; it is on the disk when this answers.

    The same request again answers the same row. Refuses what the shop's bounds do not allow, a receipt number noted
    down already for this day, and a member the copy does not hold. NoCopy where the copy may not be used.
    """
    if not may(actor.role, Permission.RECORD_PURCHASES):
        raise Refused(N_("Your role does not allow this."), permission=Permission.RECORD_PURCHASES.value)
    if not 8 <= len(request) <= 100:
        raise Refused(N_("This act has no proper request id."))
    refuse_unstorable({"receipt_number": receipt_number, "amount": amount})
    number = plain_number(receipt_number)
    checked_lines(amount, ())
    who, state = _held(place, keys, member_id, now)
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    row = {
        "request": request, "operator_id": actor.operator_id, "operator": actor.name, "branch_id": actor.branch_id,
        "branch": actor.branch_name, "workstation": actor.workstation, "member_id": member_id, "name": who.name,
        "card_number": who.card_number, "receipt_number": number, "amount": amount, "bought_at": instant(now),
        "day": day, "estimate": finding.estimate(who, amount),
    }  # fmt: skip

    def add(file: SealedFile) -> Queued:
        known = file.first(_ONE, request=request)
        if known is not None:
            if (known.member_id, known.receipt_number, known.amount) != (member_id, number, amount):
                raise Refused(
                    N_("This request was already used for something else. Nothing was done; open the form again.")
                )
            return _queued(known)
        _check(state, file.value(_WAITING), amount, now)
        _refuse_same(file, request, actor.branch_id, day, number)
        file.run(_ADD, **row)
        return _queued(file.first(_ONE, request=request))

    return _with(place, keys, add, make=True)


def rows(place: Place, keys: Keys) -> tuple[Queued, ...]:
    """Everything that was noted down and not yet swept away, in its order."""
    if not place.queue.exists():
        return ()
    return _with(place, keys, lambda file: tuple(_queued(row) for row in file.all(_ALL)))


def change(place: Place, keys: Keys, *, request: str, receipt_number: str, amount: int) -> Queued:
    """Put right what the server refused, so that it is sent again under the same request."""
    refuse_unstorable({"receipt_number": receipt_number, "amount": amount})
    number = plain_number(receipt_number)
    checked_lines(amount, ())

    def put(file: SealedFile) -> Queued:
        row = _open_row(file, request)
        if row.state is not QueueState.REFUSED:
            raise Refused(N_("Only what the server refused can be changed."))
        _refuse_same(file, request, row.branch_id, file.first(_ONE, request=request).day, number)
        estimated = row.estimate if amount == row.amount else 0
        file.run(_CHANGE, request=request, number=number, amount=amount, estimate=estimated)
        return _queued(file.first(_ONE, request=request))

    return _with(place, keys, put)


def tried(place: Place, keys: Keys, request: str) -> bool:
    """Write down that a row is about to be sent; whether it still waits."""
    return _with(place, keys, lambda file: file.run(_TRY, request=request) == 1)


def settle(
    place: Place, keys: Keys, request: str, state: QueueState, *, now: datetime, points: int = 0, message: str = "",
    facts: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write down what became of a row."""
    said = json.dumps({name: _plain(value) for name, value in (facts or {}).items()}, ensure_ascii=False)
    what = {"state": state.value, "points": points, "message": message, "facts": said, "now": instant(now)}
    _with(place, keys, lambda file: file.run(_SETTLE, request=request, **what))


def sweep(place: Place, keys: Keys, now: datetime) -> None:
    """Let go of what was settled a week ago; nothing that waits or was refused goes by itself."""
    if place.queue.exists():
        _with(place, keys, lambda file: file.run(_SWEEP, before=instant(now - KEPT)))


def waiting(place: Place, keys: Keys) -> int:
    """How many rows somebody still has to do something about."""
    if not place.queue.exists():
        return 0
    return _with(place, keys, lambda file: int(file.value(_WAITING)))


def _with(place: Place, keys: Keys, use: Callable[[SealedFile], T], *, make: bool = False) -> T:
    try:
        with sealed_file.opened(place.queue, keys.files, form=FORM, tables=TABLES, make=make) as file:
            return use(file)
    except OtherFormat as error:
        raise LockedQueue(
            N_("Another version of PointsDesk noted purchases down on this machine. Open that version to book them.")
        ) from error
    except Unreadable as error:
        aside = _put_aside(place)
        raise LockedQueue(
            N_("The purchases noted down on this machine cannot be read. The file was kept as {name}; book them from "
               "their paper slips."),
            name=aside,
        ) from error  # fmt: skip


def _put_aside(place: Place) -> str:
    for number in range(1, 1000):
        aside = place.queue.with_name(f"queue-unreadable-{number}.sealed")
        if not aside.exists():
            sealed_file.move(place.queue, aside)
            return aside.name
    raise Trouble(N_("There are too many unreadable files in {folder}."), folder=str(place.inside))


def _held(place: Place, keys: Keys, member_id: int, now: datetime) -> tuple[finding.Held, CopyState]:
    def look(file: SealedFile, state: CopyState) -> tuple[finding.Held, CopyState]:
        held = finding.one(file, state, member_id)
        if held is None:
            raise Refused(N_("The copy on this till does not hold this member."), field="member")
        return held, state

    return open_copy(place, keys, now, look)


def _check(state: CopyState, queued: int, amount: int, now: datetime) -> None:
    try:
        check_queueing(state.bounds, amount, queued, state.contact, now)
    except RuleError as error:
        refused = Refused.of(error, field="amount")
        if "most" in refused.facts:
            refused.facts["most"] = format_money(state.bounds.most_amount)
        raise refused from error


def _refuse_same(file: SealedFile, request: str, branch_id: int, day: str, number: str) -> None:
    if file.first(_SAME, request=request, branch_id=branch_id, day=day, number=number) is not None:
        raise Refused(
            N_("Receipt {number} of this day was already noted down on this till."),
            field="receipt_number", number=number,
        )  # fmt: skip


def _open_row(file: SealedFile, request: str) -> Queued:
    row = file.first(_ONE, request=request)
    if row is None:
        raise Refused(N_("This purchase is not noted down any more."))
    return _queued(row)


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return {"words": str(value)}
    return value if isinstance(value, int) else str(value)


def _facts(text: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(text)
    return {name: Words(value["words"]) if isinstance(value, dict) else value for name, value in said.items()}


def _queued(row: Any) -> Queued:
    return Queued(
        row.request, QueueState(row.state), row.operator_id, row.operator, row.branch_id, row.branch, row.member_id,
        row.name, row.card_number, row.receipt_number, row.amount, parse_instant(row.bought_at), row.estimate,
        row.tries, row.points, row.message, _facts(row.facts),
    )  # fmt: skip

