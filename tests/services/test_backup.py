"""Backups: whole or not there, examined, rotated, copied elsewhere; restored only when sound."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services import anchors, backup, branches, policies
from desktop_admin.services.backup import files, making
from desktop_admin.services.database import copying, upgrades
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.work import Actor
from tests.house import source
from tests.services.counter import Counter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def office(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "administrator")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def make(office: Counter, **how: object) -> backup.Made:
    return backup.make(office.database, actor=office.actor, **how)  # type: ignore[arg-type]


def restore(office: Counter, path: str) -> backup.Restored:
    return backup.restore(path, office.database, actor=office.actor, witness=office.by("manager").actor)


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_backup_holds_all_and_says_so(office: Counter, folder: Path) -> None:
    office.member(50)
    steps: list[tuple[int, int, str]] = []
    made = make(office, progress=lambda *step: steps.append(step))
    assert made.verified
    assert Path(made.file).parent == folder
    assert files.digest_said(Path(made.file)) == made.sha256
    check = ["sha256sum", "-c", Path(made.file).name + ".sha256"]
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode == 0
    examined = backup.examine(Path(made.file))
    assert examined.good
    assert examined.totals is not None
    assert (examined.totals.points, examined.totals.members) == (50, 1)
    assert {making.COPYING, *(s[2] for s in steps)} == {s[2] for s in steps}
    assert [row.kind for row in office.ask(backup.listing)] == ["manual"]
    assert there(folder) == [Path(made.file).name, Path(made.file).name + ".sha256"], "nothing is left beside it"


def test_a_backup_while_others_write(office: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is of one moment, however much is written meanwhile, and does not start over."""
    monkeypatch.setattr(copying, "_PAGES", 16)
    who = office.member(1)
    till, left = office.by("system"), iter(range(60))  # a copy that starts over would never end

    def write(*_step: object) -> None:
        if next(left, None) is not None:
            till.adjust(who, 1)

    made = make(office, progress=write)
    assert made.verified
    totals = backup.examine(Path(made.file)).totals
    assert totals is not None
    assert totals.points == totals.balances == 1


def test_cancelling_leaves_nothing(office: Counter, folder: Path) -> None:
    def stop(*_step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(office, progress=stop)
    assert there(folder) == []
    assert office.ask(backup.listing) == ()


def test_a_full_disk_leaves_nothing(office: Counter, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_FREE", 10**9)
    with pytest.raises(Trouble, match="no room"):
        make(office)
    assert there(folder) == []


def test_a_copy_that_does_not_hold_all_is_thrown_away(
    office: Counter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = lambda path, progress=None: replace(backup.examine(path), totals=None)  # noqa: E731
    monkeypatch.setattr(making, "examine", short)
    with pytest.raises(Trouble, match="thrown away"):
        make(office)
    assert there(folder) == []


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of a file")
def test_a_disk_that_fills_up_half_way(database_url: str, folder: Path) -> None:
    """RLIMIT_FSIZE stands for a full disk: SQLite is told so at some page of the copy."""
    script = f"""
import resource, signal
from desktop_admin.services import backup, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Trouble
database = Database.open({database_url!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
actor = shop.system_actor(database)
database.write(lambda work: None, actor=actor)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    backup.make(database, actor=actor)
except Trouble as error:
    print("trouble:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=source.ROOT, check=False)
    assert "trouble:" in done.stdout, done.stderr
    assert there(folder) == []


@pytest.mark.slow
def test_a_kill_leaves_no_false_backup(database_url: str, folder: Path) -> None:
    """Killed at any moment: what stands under a final name is whole, and the next one sweeps the rest away."""
    script = f"""
from desktop_admin.services import backup, shop
from desktop_admin.services.database.database import Database
database = Database.open({database_url!r})
actor = shop.system_actor(database)
print("ready", flush=True)
while True:
    backup.make(database, actor=actor)
"""
    for round_ in range(6):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=source.ROOT)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.03 + 0.043 * round_)
        child.kill()
        child.wait()
        child.stdout.close()
        for found in files.found_in(folder):
            assert backup.examine(found.path).good
    opened = Database.open(database_url)
    try:
        from desktop_admin.services import shop

        backup.make(opened, actor=shop.system_actor(opened))
    finally:
        opened.close()
    assert not [name for name in there(folder) if ".part" in name]


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.95])
def test_a_flipped_byte_is_seen(office: Counter, where: float) -> None:
    made = make(office)
    path = Path(made.file)
    at = max(30, int(path.stat().st_size * where))
    with path.open("r+b") as file:
        file.seek(at)
        old = file.read(1)
        file.seek(at)
        file.write(bytes([old[0] ^ 0x55]))
    examined = backup.examine(path)
    assert not examined.good
    with pytest.raises(Refused):
        restore(office, made.file)


def test_a_changed_book_in_a_backup_is_seen(office: Counter) -> None:
    """No damage to the file, and the digest beside it made to fit: the doctor still sees it."""
    office.member(50)
    made = make(office)
    connection = _raw(made.file)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE member SET balance = 5000")
    connection.close()
    path = Path(made.file)
    files.digest_file(path).write_text(f"{files.digest_of(path)}  {path.name}\n")
    examined = backup.examine(path)
    assert "books" in examined.problem
    assert any(fault.startswith("balance") for fault in examined.faults)


def _raw(path: str) -> Any:
    from sqlcipher3 import dbapi2

    return dbapi2.connect(path, isolation_level=None)


def test_files_that_are_none_of_ours(office: Counter, tmp_path: Path) -> None:
    text, other = tmp_path / "text.pointsdesk", tmp_path / "other.pointsdesk"
    text.write_text("hello")
    connection = _raw(str(other))
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    for path in (text, other, tmp_path / "missing"):
        with pytest.raises(Trouble):
            backup.examine(path)
    with pytest.raises(Trouble):
        restore(office, str(other))


def test_another_version_is_named_not_restored(office: Counter) -> None:
    made = make(office)
    connection = _raw(made.file)
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    files.digest_file(Path(made.file)).unlink()
    before = Path(made.file).read_bytes()
    examined = backup.examine(Path(made.file))
    assert examined.detail == f"0999 / {upgrades.HEAD}"
    assert Path(made.file).read_bytes() == before


def test_the_copy_elsewhere(office: Counter, tmp_path: Path) -> None:
    elsewhere = tmp_path / "usb"
    made = make(office, copy_to=str(elsewhere))
    assert made.copied_to == ""
    assert "other place failed" in made.problem
    assert made.verified, "the backup itself is good"
    elsewhere.mkdir()
    made = make(office, copy_to=str(elsewhere))
    assert backup.examine(Path(made.copied_to)).sha256 == made.sha256
    assert len(there(elsewhere)) == 2


def test_old_backups_go(office: Counter, folder: Path, clock: SetClock) -> None:
    office.policy(backup_keep=2)
    (folder.parent / "backups").mkdir()
    keep = folder / "pointsdesk-ffffffff-20200101-000000-daily.pointsdesk"
    keep.write_bytes(b"another shop's")
    names = []
    for _ in range(4):
        names.append(make(office, kind="daily").file)
        clock.at += timedelta(days=1)
    make(office, kind="manual")
    left = [found.kind for found in files.found_in(folder, office.database.shop.uuid)]
    assert left == ["manual", "daily", "daily"]
    assert not Path(names[0]).exists()
    assert Path(names[3]).exists()
    assert keep.exists()


def test_when_a_backup_is_due(office: Counter, clock: SetClock) -> None:
    state = office.ask(backup.state)
    assert (state.due, state.warn, state.age_days) == (True, True, None)
    make(office, kind="daily")
    state = office.ask(backup.state)
    assert (state.due, state.warn, state.age_days) == (False, False, 0)
    clock.at = clock.at.replace(hour=12, minute=59)  # one minute before nine in the evening, in Shanghai
    assert not office.ask(backup.state).due
    clock.at += timedelta(minutes=1)
    assert office.ask(backup.state).due
    clock.at += timedelta(days=2)
    assert office.ask(backup.state).warn


def test_restoring_brings_the_past_back(office: Counter, clock: SetClock) -> None:
    who = office.member(50)
    early = anchors.take(office.database, actor=office.actor)
    made = make(office)
    office.adjust(who, 30)
    office.do(branches.create, code="02", name="gone tomorrow")
    late = anchors.take(office.database, actor=office.actor)
    planned = backup.plan(made.file, office.database)
    assert (planned.known, planned.entries, planned.points) == (True, 1, 30)
    assert {"branches.create", "points.adjust"} <= {row.kind for row in planned.vanishing}
    back = restore(office, made.file)
    assert back.faults == 0
    assert office.state(who) == (50, 0)
    assert [b.code for b in office.ask(branches.names)] == ["01"]
    said = office.ask(anchors.verify, text=f"{early.text}\n{late.text}")
    assert [verdict.state for verdict in said] == ["good", "restored"]
    assert backup.examine(Path(back.kept)).totals.points == 80
    forward = restore(office, back.kept)
    assert office.state(who) == (80, 0)
    assert forward.epoch != back.epoch
    assert not backup.plan(made.file, office.database).known, "numbers of another epoch do not compare"
    office.adjust(who, 1)


def test_nobody_else_restores(office: Counter) -> None:
    made = make(office)
    with pytest.raises(Refused):
        backup.restore(made.file, office.database, actor=office.by("manager").actor)
    with pytest.raises(Refused):
        backup.make(office.database, actor=office.by("counter").actor)


def test_four_eyes_where_there_are_four(office: Counter) -> None:
    """An operator with the right role and another pair of eyes; alone, one pair must do."""
    made, database, actor = make(office), office.database, office.actor
    assert backup.plan(made.file, database, actor=actor).witness
    for nobody in (None, actor, office.by("auditor").actor, office.by("system").actor):
        with pytest.raises(Refused, match="second administrator or manager") as refusal:
            backup.restore(made.file, database, actor=actor, witness=nobody)
        assert refusal.value.field == "witness"
    office.sql("UPDATE operator SET active = 0 WHERE login = 'manager'")
    assert not backup.plan(made.file, database, actor=actor).witness
    backup.restore(made.file, database, actor=actor)
    (said,) = office.rows("SELECT after FROM audit WHERE action = 'restore'")[-1]
    assert json.loads(said)["confirmed_by"] == ""
    restore(office, made.file)
    (said,) = office.rows("SELECT after FROM audit WHERE action = 'restore'")[-1]
    assert json.loads(said)["confirmed_by"] == "The manager"


def test_another_program_has_the_file_open(office: Counter, database_url: str, clock: SetClock) -> None:
    made = make(office)
    office.do(branches.create, code="02", name="stays")
    other = Database.open(database_url, clock=clock)
    other.read(lambda work: work.today)
    try:
        with pytest.raises(Trouble, match="Another program"):
            restore(office, made.file)
    finally:
        other.close()
    assert len(office.ask(branches.names)) == 2, "the shop is as it was"
    restore(office, made.file)


def test_a_backup_of_another_shop(office: Counter, tmp_path: Path) -> None:
    from desktop_admin.services import shop

    url = str(tmp_path / "second.pointsdesk")
    other = shop.found(url, name="Second", admin_login="a", admin_password_hash="!")
    stranger = replace(shop.system_actor(other), workstation="x")
    made = backup.make(other, actor=stranger, folder=str(tmp_path / "second"))
    other.close()
    with pytest.raises(Refused, match="another shop, “Second”"):
        restore(office, made.file)


def test_a_rehearsal_changes_nothing(office: Counter) -> None:
    made = make(office)
    before = Path(made.file).read_bytes()
    examined = backup.drill(made.file)
    assert examined.good
    assert Path(made.file).read_bytes() == before
    backup.record_drill(office.database, actor=office.actor, examined=examined)


def test_restoring_over_a_ruin(office: Counter, database_url: str, clock: SetClock) -> None:
    office.member(50)
    made = make(office)
    office.database.close()
    path = copying.path_of(office.database.engine)
    for ending in ("-wal", "-shm"):
        copying.remove(path.with_name(path.name + ending))
    path.write_bytes(b"ruined" * 1000)
    back = backup.restore_file(made.file, database_url)
    assert Path(back.kept).read_bytes().startswith(b"ruined")
    again = Database.open(database_url, clock=clock)
    try:
        assert again.read(lambda work: policies.get(work, "backup_keep")) == 30
    finally:
        again.close()


def test_a_disk_full_while_restoring(office: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(office)
    office.do(branches.create, code="02", name="stays")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(Trouble, match="as it was"):
        restore(office, made.file)
    monkeypatch.undo()
    assert len(office.ask(branches.names)) == 2
    assert not [name for name in os.listdir(Path(made.file).parent.parent) if "restoring" in name]
