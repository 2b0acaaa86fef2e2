"""Point-in-time recovery as docs/server.md describes it: archive, break, recover to a moment, judge: `dev.py pitr`."""

from __future__ import annotations

import argparse
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
from desktop_admin.services.work import Work
from tests import postgres

DATABASE = "shop"


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


class Archive:
    """A server that archives its log, and the folders a recovery needs."""

    def __init__(self, folder: Path) -> None:
        account = postgres.Account.choose()
        self.log, self.base = folder / "archive", folder / "base"
        folder.chmod(0o755)
        self.log.mkdir()
        shutil.chown(self.log, account.uid, account.gid)
        self.server = postgres.start(
            durable=True, programs=("pg_basebackup",),
            config=(
                "wal_level = replica", "archive_mode = on", "max_wal_senders = 4",
                f"archive_command = 'test ! -f {self.log}/%f && cp %p {self.log}/%f'",
            ),
            hba=("local replication all trust",),
        )  # fmt: skip
        self.account = account

    def base_backup(self) -> None:
        self.base.mkdir()
        shutil.chown(self.base, self.account.uid, self.account.gid)
        self.server.run("pg_basebackup", "-D", self.base, "-d", self.server.conninfo("postgres"), "--checkpoint=fast")

    def recover(self, moment: str) -> postgres.Server:
        """A new server from the base backup and the archive, as things were at the moment."""

        def prepare(server: postgres.Server) -> None:
            shutil.copytree(self.base, server.data, symlinks=True)
            (server.data / "recovery.signal").touch()
            for path in (server.data, *server.data.rglob("*")):
                shutil.chown(path, self.account.uid, self.account.gid)
            server.data.chmod(0o700)

        return postgres.start(
            durable=True, prepare=prepare,
            config=(
                "archive_mode = off", f"restore_command = 'cp {self.log}/%f %p'",
                f"recovery_target_time = '{moment}'", "recovery_target_action = 'promote'",
            ),
        )  # fmt: skip


def run(folder: Path, acts: int) -> Recovered:
    """Found a shop, back it up, work, note a moment, do harm, break, recover."""
    archive = Archive(folder)
    try:
        url = archive.server.create(DATABASE)
        database = shop.found(url, name="Shop", admin_login="admin", admin_password_hash="!")
        actor = shop.system_actor(database)
        who: dict[str, Any] = {"name": "王小明", "consent_terms": True}
        member = database.write(lambda w: members.enrol(w, request=new_request(), **who), actor=actor).result.member_id
        archive.base_backup()
        _post(database, actor, member, acts)
        early = anchors.take(database, actor=actor).text
        before = _entries(database)
        moment = _now(archive.server)
        time.sleep(1.1)  # the moment lies between two commits, also for a clock of whole seconds
        _post(database, actor, member, acts)  # the harm: what should not have been
        late = anchors.take(database, actor=actor).text
        after = _entries(database)
        database.close()
        _switch(archive)
        archive.server.halt(signal.SIGKILL)
        return _judged(archive, moment, (before, after), (early, late))
    finally:
        archive.server.stop()


def _judged(archive: Archive, moment: str, entries: tuple[int, int], taken: tuple[str, str]) -> Recovered:
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
        found = Recovered(url, seconds, *entries, _entries(database), faults, early, noted, late)
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


def _now(server: postgres.Server) -> str:
    return str(_ask(server, "SELECT clock_timestamp()::text"))


def _switch(archive: Archive) -> None:
    """Have the last piece of the log archived, and wait for it."""
    last = _ask(archive.server, "SELECT pg_walfile_name(pg_switch_wal())")
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
    good = found.entries == found.before and not found.faults and (found.early, found.late) == ("good", "restored")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
