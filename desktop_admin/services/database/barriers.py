"""Barriers: triggers beyond the declared schema that stop whoever writes, also a program that has long been open.

They stand in the database itself, so they survive a crash of the program that put them up, hold for programs that know
nothing of them, and cost no round trip. ``declared`` compares what is declared and leaves them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_admin.services.database.schema import Engine

# what ``failures`` and ``programs`` tell a barrier by
MOVING = "the shop is moving"
TOO_OLD = "the program is too old"
_ACTS = ("INSERT", "UPDATE", "DELETE")

Run = Callable[[str], object]  # executes one statement


def shut(run: Run, engine: Engine, tables: Sequence[str]) -> None:
    """Nobody writes any table any more. On a server this waits for the acts under way."""
    if engine == "sqlite":
        for table in tables:
            for act in _ACTS:
                run(
                    f"CREATE TRIGGER moving_{table}_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{MOVING}'); END"
                )
        return
    # every command opens an operation first: who holds this lock has nobody half-way through the other tables
    run("LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE")
    run(
        "CREATE FUNCTION moving_stop() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MOVING}'; END $$"
    )
    for table in tables:
        run(
            f"CREATE TRIGGER moving_stop BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION moving_stop()"
        )


def lift(run: Run, engine: Engine, tables: Sequence[str]) -> None:
    """Writing goes on. Nothing happens where no barrier stands."""
    if engine == "sqlite":
        for table in tables:
            for act in _ACTS:
                run(f"DROP TRIGGER IF EXISTS moving_{table}_{act.lower()}")
        return
    run("DROP FUNCTION IF EXISTS moving_stop() CASCADE")


def guard_programs(run: Run, engine: Engine, version: str, least: int) -> None:
    """Only programs that know this version of the schema, and are not older than ``least``, open an operation."""
    said = f"{TOO_OLD}|{version}|{least}"
    if engine == "sqlite":
        run("DROP TRIGGER IF EXISTS program_guard")
        run(
            "CREATE TRIGGER program_guard BEFORE INSERT ON operation BEGIN "
            f"SELECT RAISE(ABORT, '{said}') WHERE program_schema() < '{version}' OR program_number() < {least}; END"
        )
        return
    run("DROP FUNCTION IF EXISTS program_guard() CASCADE")
    run(
        "CREATE FUNCTION program_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF coalesce(current_setting('pointsdesk.schema', true), '') < '{version}' "
        f"OR coalesce(nullif(current_setting('pointsdesk.program', true), ''), '0')::bigint < {least} "
        f"THEN RAISE EXCEPTION '{said}'; END IF; RETURN NULL; END $$"
    )
    run(
        "CREATE TRIGGER program_guard BEFORE INSERT ON operation FOR EACH STATEMENT EXECUTE FUNCTION program_guard()"
    )
