"""Versions of the database: creating it, upgrading it all or nothing, refusing what is newer than the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from desktop_admin.i18n import N_
from desktop_admin.services.database import marks, programs
from desktop_admin.services.database.authority import setting_up
from desktop_admin.services.database.authority.names import quoted
from desktop_admin.services.database.engines import APPLICATION_ID, kind_of
from desktop_admin.services.database.schema import Engine as SchemaEngine
from desktop_admin.services.errors import Trouble

# every version in order; a new migration appends its name here
VERSIONS = ("0001", "0002")
HEAD = VERSIONS[-1]
SEPARATOR = "\n-- next\n"  # between the statements of a frozen schema
_ADVISORY_LOCK = 0x506F696E  # two upgraders of one server wait for each other


class OlderDatabase(Trouble):
    """The database waits for an upgrade."""


def frozen(version: str, engine: str) -> list[str]:
    """The statements that made the database of a released version, as they were then."""
    path = Path(__file__).parent / "frozen" / f"{version}.{engine}.sql"
    return path.read_text(encoding="utf-8").rstrip("\n").split(SEPARATOR)


def version_of(engine: Engine) -> str:
    """The database's version; empty for a database that holds nothing of ours."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def check_version(engine: Engine) -> None:
    """Trouble unless the database has exactly this program's version."""
    version = version_of(engine)
    if version == HEAD:
        return
    if version == "" and marks.unfinished(engine):
        raise Trouble(marks.HALF_MOVED)
    if version == "":
        raise Trouble(N_("This database holds no PointsDesk shop."))
    if version in VERSIONS:
        raise OlderDatabase(
            N_(
                "The database has version {database}, this program {program}. "
                "Upgrade it first: a verified backup is made before."
            ),
            database=version,
            program=HEAD,
        )
    raise Trouble(
        N_(
            "The database has version {database}, newer than this program ({program}). "
            "Nothing was changed; install the newer program."
        ),
        database=version,
        program=HEAD,
    )


def create(engine: Engine) -> None:
    """Make an empty database of this program's version. Trouble where it holds a shop already."""
    if version_of(engine):
        raise Trouble(N_("There is already a shop in this database. Nothing was changed."))
    if marks.unfinished(engine):
        raise Trouble(marks.HALF_MOVED)
    upgrade(engine)


def upgrade(engine: Engine) -> tuple[str, str]:
    """Bring the database to this program's version in one transaction; answers (version before, after)."""
    before = version_of(engine)
    if before not in ("", *VERSIONS):
        check_version(engine)
    with engine.connect() as connection:
        _begin(connection)
        try:
            before = _version_inside(connection)
            if before != HEAD:
                _run(connection)
                if before:
                    kind: SchemaEngine = "sqlite" if kind_of(engine.url) == "sqlite" else "postgresql"
                    programs.keep_old_ones_out(connection, kind, HEAD)
                if kind_of(connection.engine.url) == "postgresql":
                    setting_up.renew(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    return before, HEAD


def _begin(connection: Connection) -> None:
    if kind_of(connection.engine.url) == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ADVISORY_LOCK})
        _become_owner(connection)


def _become_owner(connection: Connection) -> None:
    """Who may become the shop's owner does so: what a migration makes must belong to it. A superuser gives it after."""
    owner = connection.execute(
        text("SELECT tableowner FROM pg_tables JOIN pg_roles ON rolname = current_user "
             "WHERE tablename = 'alembic_version' AND tableowner <> current_user AND NOT rolsuper")
    ).scalar()  # fmt: skip
    if owner is not None:
        connection.exec_driver_sql(f"SET LOCAL ROLE {quoted(owner)}")


def _version_inside(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    attributes: dict[Any, Any] = config.attributes
    attributes["connection"] = connection
    command.upgrade(config, "head")
