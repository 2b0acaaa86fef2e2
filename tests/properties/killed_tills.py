"""A till killed while it notes purchases down, and its program while it books them: every one is booked once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any

from desktop_admin.services.database.sql import Sql
from desktop_admin.services.outage import QueueState
from tests.keyring import MemoryKeyring
from tests.services.outages import Till

_BALANCE = Sql("SELECT balance FROM member WHERE id = :m")
_REQUESTS = Sql("SELECT o.request FROM purchase p JOIN operation o ON o.id = p.operation_id")

CHILD = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from tests.keyring import MemoryKeyring
from desktop_admin.services import outage
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor

folder, shop, secret, member, operator, branch, start = sys.argv[1:]
MemoryKeyring.secrets["pointsdesk/" + shop, "outage"] = secret
place, keys = outage.Place(Path(folder), shop), outage.keys_of(shop)
actor = Actor(int(operator), "The counter", Role.COUNTER, int(branch), "Main street", "till 1")
now = datetime(2026, 3, 2, 2, 29, tzinfo=UTC)
for n in range(int(start), int(start) + 10_000):
    request = f"killed-request-{n:08d}"
    outage.note(place, keys, request=request, actor=actor, member_id=int(member), receipt_number=f"K{n}",
                amount=100 + n % 10_000, now=now, zone="Asia/Shanghai")
    print(request, flush=True)  # acknowledged
"""


class Killed(Exception):
    """The program ends here: what follows never runs."""


@dataclass(frozen=True)
class Toll:
    """What was found: purchases acknowledged, noted down without saying so, times the booking was cut off."""

    acknowledged: int
    unheard: int
    cut_off: int


def run(till: Till, member_id: int, rounds: int, dice: random.Random) -> Toll:
    """Kill `rounds` programs that note down, then cut the booking off again and again; AssertionError on a fault."""
    acknowledged: set[str] = set()
    for number in range(rounds):
        acknowledged |= _killed(till, member_id, number, dice)
    held = {row.request for row in till.rows()}
    assert acknowledged <= held, "a purchase that was acknowledged is lost"
    assert len(held - acknowledged) <= rounds, "more was noted down than could be"
    cut_off = _book(till, dice)
    rows = till.rows()
    assert {row.state for row in rows} == {QueueState.BOOKED}
    booked = Tally(row.request for row in till.database.read(lambda work: work.all(_REQUESTS)))
    assert booked == Tally(held), "a purchase was booked twice or not at all"
    balance = till.database.read(lambda work: work.value(_BALANCE, m=member_id))
    assert balance == sum(row.points for row in rows) > 0
    return Toll(len(acknowledged), len(held - acknowledged), cut_off)


def _killed(till: Till, member_id: int, number: int, dice: random.Random) -> set[str]:
    secret = MemoryKeyring.secrets["pointsdesk/" + till.place.shop, "outage"]
    said = [str(till.place.folder), till.place.shop, secret, str(member_id), str(till.actor.operator_id),
            str(till.actor.branch_id), str(number * 10_000)]  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *said], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    assert first, "the child noted nothing down"
    time.sleep(dice.uniform(0, 0.1))
    child.send_signal(signal.SIGKILL)
    heard = {line.strip() for line in (first, *child.stdout) if line.endswith("\n")}
    child.wait()
    child.stdout.close()
    return heard


def _book(till: Till, dice: random.Random) -> int:
    """Book; three times in ten the program ends before the server's commit or before it is written down here."""
    cut_off = 0

    def write(act: Any) -> Any:
        if dice.random() < 0.15:
            raise Killed
        result = till.write(act)
        if dice.random() < 0.15:
            raise Killed
        return result

    while True:
        try:
            till.post(write=write)
            return cut_off
        except Killed:
            cut_off += 1
