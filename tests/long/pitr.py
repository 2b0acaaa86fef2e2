"""Point-in-time recovery by the very lines of docs/server.md: archive, break, recover to a moment, judge.

`dev.py pitr`; a few acts of it are a test.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from desktop_admin.services import anchors, backup, doctor, members, points, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.operators import provisioning
from desktop_admin.services.work import Work
from tests import postgres, told

DATABASE = "shop"
_HELD = "SELECT string_agg(rolname || ' ' || rolpassword, ',' ORDER BY rolname) FROM pg_authid WHERE rolpassword <> ''"


@dataclass(frozen=True)
class Recovered:
    """What a recovery came to."""

    url: str
    seconds: float  # from starting the new server until it takes writes
    before: int  # entries at the moment to which it was recovered
    after: int  # entries when it broke
    entries: int  # entries now
    faults: tuple[str, ...]
    early: str  # what the anchor from before the moment is judged
    late: str  # what the anchor from after it is judged
    late_without_note: str  # the same before the recovery was noted
    passwords: bool  # whether everybody's password is the one of the moment, not the later one


class Archive:
    """A server that archives its log, and the folders a recovery needs."""

    def __init__(self, folder: Path) -> None:
        account = postgres.Account.choose()
        self.log, self.base = folder / "archive", folder / "base"
        folder.chmod(0o755)
        self.log.mkdir()
        shutil.chown(self.log, account.uid, account.gid)
        archiving, (self._copying,), self._restoring = told.blocks("server.md", "Recovery to a moment")[:3]
        self.server = postgres.start(
            durable=True, programs=("pg_basebackup",), config=self._here(archiving),
            hba=("local replication all trust",),
        )  # fmt: skip
        self.account = account

    def _here(self, lines: list[str], **moment: str) -> list[str]:
        """The document's lines with this archive's folder in them."""
        said = {"/archive/": f"{self.log}/", "2026-03-02 14:05:00+08": moment.get("moment", "")}
        for there, here in said.items():
            lines = [line.replace(there, here) for line in lines]
        return lines

    def base_backup(self) -> None:
        self.base.mkdir()
        shutil.chown(self.base, self.account.uid, self.account.gid)
        line = self._copying.replace("/backup/base-$(date +%F)", str(self.base))
        line = line.replace("postgresql://replicator@server/postgres", self.server.url("postgres"))
        self.server.run(*shlex.split(line))

    def recover(self, moment: str) -> postgres.Server:
        """A new server from the base backup and the archive, as things were at the moment."""

        def prepare(server: postgres.Server) -> None:
            shutil.copytree(self.base, server.data, symlinks=True)
            (server.data / "recovery.signal").touch()
            for path in (server.data, *server.data.rglob("*")):
                shutil.chown(path, self.account.uid, self.account.gid)
            server.data.chmod(0o700)

        return postgres.start(durable=True, prepare=prepare, config=self._here(self._restoring, moment=moment))


def run(folder: Path, acts: int) -> Recovered:
    """Found a shop, back it up, work, note a moment, do harm, break, recover."""
    archive = Archive(folder)
    try:
        url = archive.server.create(DATABASE)
        database = shop.found(url, name="Shop", admin_login="admin", admin_password_hash="!")
        actor = shop.system_actor(database)
        who: dict[str, Any] = {"name": "王小明", "consent_terms": True}
        member = database.write(lambda w: members.enrol(w, request=new_request(), **who), actor=actor).result.member_id
        provisioning.set_up(url)
        archive.base_backup()
        _post(database, actor, member, acts)
        early = anchors.take(database, actor=actor).text
        before, held = _entries(database), _held(archive.server)
        moment = _now(archive.server)
        time.sleep(1.1)  # the moment lies between two commits, also for a clock of whole seconds
        _post(database, actor, member, acts)  # the harm: what should not have been
        provisioning.set_up(url, everybody=True)
        late = anchors.take(database, actor=actor).text
        after = _entries(database)
        database.close()
        _switch(archive, archive.server)
        archive.server.halt(signal.SIGKILL)
        return _judged(archive, moment, held, (before, after), (early, late))
    finally:
        archive.server.stop()


def _judged(
    archive: Archive, moment: str, held: str, entries: tuple[int, int], taken: tuple[str, str]
) -> Recovered:
    start = time.monotonic()
    server = archive.recover(moment)
    try:
        while _ask(server, "SELECT pg_is_in_recovery()"):
            time.sleep(0.05)
        seconds = time.monotonic() - start
        url = server.url(DATABASE)
        database = Database.open(url)
        actor = shop.system_actor(database)
        early, late = (_verdict(database, actor, text) for text in taken)
        backup.note_recovery(database, actor=actor, note=f"to {moment}")
        noted = _verdict(database, actor, taken[1])
        faults = tuple(str(fault) for fault in database.read(doctor.faults))
        _switch(archive, server)  # it goes on archiving, on a line of its own
        same = bool(held) and _held(server) == held
        found = Recovered(url, seconds, *entries, _entries(database), faults, early, noted, late, same)
        database.close()
        return found
    finally:
        server.stop()


def _post(database: Database, actor: Any, member: int, acts: int) -> None:
    for _ in range(acts):
        said: dict[str, Any] = {"member_id": member, "points": 5, "reason": "event", "request": new_request()}
        database.write(partial(points.adjust, **said), actor=actor)


def _entries(database: Database) -> int:
    from desktop_admin.services.database.sql import Sql

    def count(work: Work) -> int:
        return int(work.value(Sql("SELECT count(*) FROM entry")))

    return database.read(count)


def _verdict(database: Database, actor: Any, text: str) -> str:
    return database.read(partial(anchors.verify, text=text), actor=actor)[0].state


def _ask(server: postgres.Server, sql: str) -> Any:
    import psycopg

    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        row = connection.execute(sql.encode()).fetchone()
        return row[0] if row else None


def _held(server: postgres.Server) -> str:
    """What the passwords of the shop's accounts are checked against."""
    return str(_ask(server, _HELD))


def _now(server: postgres.Server) -> str:
    return str(_ask(server, "SELECT clock_timestamp()::text"))


def _switch(archive: Archive, server: postgres.Server) -> None:
    """Have the last piece of the log archived, and wait for it."""
    last = _ask(server, "SELECT pg_walfile_name(pg_switch_wal())")
    end = time.monotonic() + 60
    while not (archive.log / str(last)).exists():
        if time.monotonic() > end:
            raise SystemExit("the log was not archived")
        time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py pitr", description=__doc__)
    parser.add_argument("--acts", type=int, default=200, help="acts before and after the moment")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pd-pitr-", dir="/tmp") as folder:
        found = run(Path(folder), wish.acts)
    print(f"{found.seconds:.1f} s from starting the new server until it took writes")
    print(f"{found.entries:,} entries: {found.before:,} at the moment, {found.after:,} when it broke")
    print(f"anchor before the moment: {found.early}; after it: {found.late_without_note}, once noted {found.late}")
    print("\n".join(found.faults) or "the books are in order")
    print("passwords are those of the moment" if found.passwords else "PASSWORDS ARE NOT THOSE OF THE MOMENT")
    good = found.entries == found.before and not found.faults and (found.early, found.late) == ("good", "restored")
    good = good and found.passwords
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
