"""Versions of the database: what migrations make is what is declared; newer, older and foreign files are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from desktop_admin.services.database import declared, schema, upgrades
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.errors import Trouble


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_frozen_schema_is_the_declared_one(engine: str) -> None:
    """Of the newest version: its triggers and functions; its tables are compared once they are made."""
    assert upgrades.frozen(upgrades.HEAD, engine) == list(schema.triggers(engine))


def test_what_migrations_make_is_what_is_declared(database: Database) -> None:
    assert database.read(declared.missing) == []


def test_a_newer_database_is_refused_with_both_versions(database_url: str) -> None:
    _set_version(database_url, "9999")
    with pytest.raises(Trouble, match=rf"9999.*{upgrades.HEAD}"):
        Database.open(database_url)


def test_an_older_database_waits_for_its_upgrade(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = "9000"
    monkeypatch.setattr(upgrades, "VERSIONS", (*upgrades.VERSIONS, newer))
    monkeypatch.setattr(upgrades, "HEAD", newer)
    with pytest.raises(upgrades.OlderDatabase, match=rf"{upgrades.VERSIONS[-2]}.*{newer}"):
        Database.open(database_url)


def test_an_upgrade_that_breaks_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing: the last statement fails, and not one table is there."""
    real = upgrades.frozen
    monkeypatch.setattr(
        "desktop_admin.services.database.upgrades.frozen",
        lambda version, engine: [*real(version, engine), "CREATE TABLE broken ("],
    )
    engine = engine_for(parse(str(tmp_path / "half.pointsdesk")))
    with pytest.raises(Exception, match=r"incomplete input|syntax"):
        upgrades.create(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_schema")).scalar_one() == 0
    engine.dispose()


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    for name, content in (("text.db", b"hello"), ("empty.db", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Trouble):
            Database.open(str(tmp_path / name))


def _set_version(url: str, version: str) -> None:
    engine = engine_for(parse(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()
