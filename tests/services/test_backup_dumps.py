"""What docs/server.md tells a server's administrator to type, done: pg_dump, pg_restore, recovery to a moment."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from desktop_admin.cli import main
from desktop_admin.services import anchors, backup, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.moving import digests
from desktop_admin.services.database.moving.ends import end
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import provisioning
from tests import postgres as pg
from tests import told
from tests.long import pitr
from tests.services.places import Places, asked, in_order, work_on

_VERIFIERS = "SELECT rolname, rolpassword FROM pg_authid WHERE starts_with(rolname, '{}')"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Places]:
    made = Places(tmp_path_factory.mktemp("dumps"), lambda: request.getfixturevalue("postgres"))
    yield made
    made.close()


class Desk:
    """An administrator's prompt: the server's programs of the server's own version, and the program's command line."""

    def __init__(self, socket: pg.Socket, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.socket, self.folder, self._capsys = socket, folder, capsys
        with psycopg.connect(socket.conninfo("postgres")) as connection:
            self._major = connection.info.server_version // 10000
        self.programs = {name: self._program(name) for name in ("pg_dump", "pg_restore", "createdb")}

    def _program(self, name: str) -> Path:
        """Another version's might not read what this server holds."""
        for binaries in pg.candidates():
            if binaries.has(name):
                said = subprocess.run([binaries.program(name), "--version"], capture_output=True, text=True, check=True)
                if said.stdout.split()[2].split(".")[0] == str(self._major):
                    return binaries.program(name)
        reason = f"no {name} of PostgreSQL {self._major} on this machine: docs/server.md is not tried"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def type(self, line: str, old: str, new: str) -> Any:
        """Run a line of the document with these two databases in the place of shop and shop2; a command's JSON."""
        said = {
            "$(date +%F)": "2026-03-02", "/backup/": f"{self.folder}/", "postgresql://postgres@server/shop2": new,
            "postgresql://postgres@server/shop": old, "shop2": self.name(new),
        }  # fmt: skip
        for told_, here in said.items():
            line = line.replace(told_, here)
        program, *words = shlex.split(line)
        if program == "pointsdesk":
            self._capsys.readouterr()
            assert main([*words, "--json"]) == 0, line
            return json.loads(self._capsys.readouterr().out)
        env = os.environ | {"PGHOST": str(self.socket.folder), "PGPORT": str(self.socket.port), "PGUSER": pg.SUPERUSER}
        done = subprocess.run([self.programs[program], *words], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return None

    @staticmethod
    def name(url: str) -> str:
        return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def desk(postgres: pg.Socket, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(postgres, tmp_path, capsys)


def digests_of(url: str) -> dict[str, digests.Digest]:
    """The digest of every table, as a move prints them."""
    with end(url) as side:
        return {table.name: digests.of(side, table, lambda _rows: None) for table in side.shape()}


def anchor(url: str) -> str:
    database = Database.open(url)
    try:
        return anchors.take(database, actor=shop.system_actor(database)).text
    finally:
        database.close()


def judged(url: str, *taken: str) -> list[str]:
    database = Database.open(url)
    try:
        actor = shop.system_actor(database)
        found = [database.read(lambda w, text=text: anchors.verify(w, text=text), actor=actor) for text in taken]
        return [one.state for judged in found for one in judged]
    finally:
        database.close()


@pytest.mark.parametrize("roles", [False, True])
def test_a_dump_restored_under_another_name(places: Places, desk: Desk, roles: bool) -> None:
    """The lines of docs/server.md one by one: what comes back is the shop as it was dumped, whoever owned it."""
    saving, restoring = told.blocks("server.md", "Backups with pg_dump")
    old, new = places.shop("postgresql"), places.empty("postgresql")
    desk.socket.drop(desk.name(new))  # the lines make it
    first = provisioning.set_up(old, everybody=True) if roles else None
    early = anchor(old)
    dumping, marking = saving
    desk.type(dumping, old, new)
    as_dumped = digests_of(old)
    desk.type(marking, old, new)
    work_on(old)
    late = anchor(old)

    creating, filling, setting_up, noting = restoring
    desk.type(creating, old, new)
    desk.type(filling, old, new)
    assert digests_of(new) == as_dumped
    assert judged(new, early, late) == ["good", "cut"]
    if first is not None:
        boss = desk.socket.conninfo(desk.name(new), next(g.account for g in first.given if g.role == "administrator"))
        with psycopg.connect(boss) as there, pytest.raises(psycopg.errors.InsufficientPrivilege):
            there.execute("SELECT count(*) FROM member")  # grants are not in what came back
        renewed(desk.type(setting_up, old, new), first, old, new)
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(boss)
    assert desk.type(noting, old, new)["faults"] == 0
    assert judged(new, early, late) == ["good", "restored"]
    in_order(new)
    work_on(new)
    in_order(old)


def renewed(again: dict[str, Any], first: provisioning.SetUp, old: str, new: str) -> None:
    """Everybody has a role of the new name with a password of its own; those of the old name are as they were."""
    assert again["prefix"] == Desk.name(new) != first.prefix
    assert {one["login"] for one in again["given"]} == {one.login for one in first.given}
    held = {name: dict(asked(new, _VERIFIERS.format(name))) for name in (Desk.name(old), Desk.name(new))}
    for one, before in zip(again["given"], first.given, strict=True):
        assert one["account"].startswith(again["prefix"])
        assert held[again["prefix"]][one["account"]] not in (None, held[first.prefix][before.account])


@pytest.mark.slow
def test_recovery_to_a_moment() -> None:
    """A few acts of what `dev.py pitr` does with many."""
    try:
        pg.find("pg_basebackup")
    except pg.Unavailable as error:
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory(prefix="pd-pitr-") as folder:  # the server's account must get in
        found = pitr.run(Path(folder), 10)
    assert (found.entries, found.before, found.after) == (10, 10, 20)
    assert (found.early, found.late_without_note, found.late) == ("good", "cut", "restored")
    assert found.faults == ()
    assert found.passwords


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_notes_its_restores_itself(database: Database) -> None:
    with pytest.raises(Refused, match="file"):
        backup.note_recovery(database, actor=shop.system_actor(database), note="x")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_recovery_needs_a_note(database: Database) -> None:
    with pytest.raises(Refused) as caught:
        backup.note_recovery(database, actor=shop.system_actor(database), note=" ")
    assert caught.value.field == "note"
