"""What a shop on this computer needs every night, done by the program itself: the backup, expiry, tiers, old requests.

A shop on a server has a scheduler for this (docs/operations.md), the sample shop stays as it is. Programs that share
one file take turns: whoever claims the hour does the work, the others find it claimed. What was missed, because
the program was closed or was closed in the middle of it, is made up for in the next hour it is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from desktop_admin.services import approvals, backup, expiry, policies, shop, tiers
from desktop_admin.services.backup import Made, Progress
from desktop_admin.services.command import command, new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.expiry import Expired
from desktop_admin.services.permissions import Permission
from desktop_admin.services.tiers import Evaluated
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

_KNOWN = Sql("SELECT id FROM operation WHERE request = :request")


@dataclass(frozen=True, slots=True)
class Due:
    """What should run now: the daily backup; expiry, tiers and old requests."""

    backup: bool = False
    jobs: bool = False

    def __bool__(self) -> bool:
        return self.backup or self.jobs


@dataclass(frozen=True, slots=True)
class Mark:
    """An hour claimed by one program, or a day whose jobs are done."""

    by: str


@dataclass(frozen=True, slots=True)
class Night:
    """What was done; ``troubles`` are the parts that could not be, each to be told. They are tried again next hour."""

    made: Made | None = None
    expired: Expired | None = None
    evaluated: Evaluated | None = None
    troubles: tuple[Exception, ...] = ()
    topics: frozenset[Topic] = frozenset()


def due(work: Work) -> Due:
    """What should run now. For the program itself; asks no leave."""
    if work.on_server or work.shop.is_sample:
        return Due()
    jobs = bool(policies.get(work, "nightly_jobs")) and work.first(_KNOWN, request=_done(work)) is None
    return Due(backup.due(work), jobs)


@command(Permission.BACKUP)
def claim(work: Work, *, request: str, by: str) -> Mark:
    """Take this hour's work upon oneself. Refused where another program on the same file did."""
    return Mark(by)


@command(Permission.EXPIRE_POINTS)
def finish(work: Work, *, request: str) -> Mark:
    """Note that this day's expiry and tiers are done."""
    return Mark(work.actor.workstation)


def run(database: Database, *, workstation: str, progress: Progress | None = None) -> Night:
    """Do what is due, if anything is and no other program does it. Cancelled or killed, it goes on in a later hour."""
    wanted = Due() if database.readonly else database.read(due)
    if not wanted:
        return Night()
    actor = shop.system_actor(database, workstation)
    if not _claimed(database, actor):
        return Night()
    made, expired, evaluated, troubles = None, None, None, []
    topics: set[Topic] = set()
    if wanted.backup:
        try:
            made = backup.make(database, actor=actor, kind="daily", progress=progress)
            topics.add(Topic.BACKUPS)
        except (Refused, Trouble) as error:
            troubles.append(error)
    if wanted.jobs:
        try:
            expired, evaluated = _jobs(database, actor, topics, progress)
        except (Refused, Trouble) as error:
            troubles.append(error)
    return Night(made, expired, evaluated, tuple(troubles), frozenset(topics))


def _jobs(
    database: Database, actor: Actor, topics: set[Topic], progress: Progress | None
) -> tuple[Expired, Evaluated]:
    """Lapse, expire, evaluate under the day's own requests: what was done before an interruption is not done again."""

    def write(operation: Callable[[Work], Any]) -> Any:
        written = database.write(operation, actor=actor)
        topics.update(written.topics)
        return written.result

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total, "")

    today = database.read(night)
    write(partial(approvals.lapse, request=f"{today}-lapse"))
    expired = expiry.run(write, f"{today}-expire", step)
    evaluated = tiers.evaluate(write, f"{today}-tiers", step)
    done(write, today)
    return expired, evaluated


def done(write: Callable[[Callable[[Work], Any]], Any], today: str) -> None:
    """Leave the mark that a night's jobs are done."""
    write(partial(finish, request=f"{today}-done"))


def _claimed(database: Database, actor: Actor) -> bool:
    now = database.clock.now().astimezone(database.shop.zone())
    operation = partial(claim, request=f"night-{now:%Y-%m-%d-%H}", by=new_request())
    try:
        database.write(operation, actor=actor)
    except Refused:  # the same hour under another name: the request id is unique for ever
        return False
    return True


def night(work: Work) -> str:
    """The name of this business date's night; its requests begin with it."""
    return f"night-{work.today_text}"


def _done(work: Work) -> str:
    return f"{night(work)}-done"
