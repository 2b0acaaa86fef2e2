"""The database refuses every way to falsify the books, on both engines; and a missing guard is noticed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from tests.services.counter import Counter
from tests.services.ledger_attacks import ATTACKS, POSTGRESQL_ONLY, SQLITE_ONLY, WATCHED, Forger, furnish


def picture(database) -> dict[str, list[Any]]:
    """Every row of the tables that matter."""
    with database.engine.connect() as connection:
        return {table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")))) for table in WATCHED}


def attempt(database, shop, attack) -> bool:
    """Whether the books let it happen."""
    with database.engine.connect() as connection:
        if database.kind == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            attack(Forger(connection, shop))
            connection.commit()
        except (DBAPIError, StatementError):
            connection.rollback()
            return False
    return True


def test_every_forgery_is_refused_and_nothing_moves(database, as_role, clock):
    shop = furnish(Counter(database, as_role), clock)
    before = picture(database)
    others = POSTGRESQL_ONLY if database.kind == "sqlite" else SQLITE_ONLY
    got_through = []
    for name in sorted(set(ATTACKS) - others):
        if attempt(database, shop, ATTACKS[name]) and picture(database) != before:
            got_through.append(name)
            break  # the books are not what the other attacks expect
    assert got_through == []
    assert picture(database) == before


# a guard of SQLite -> forgeries that succeed once it is gone
GUARDS = {
    "entry_guard": {"a gap", "wrong hash", "wrong link"},
    "entry_reverses": {"reversal beyond the entry", "reversal of another's entry", "a third level"},
    "entry_post": {"credit without a lot", "overdraft, or ignore", "overdraft, or fail"},
    "lot_open": {"lot beyond its credit"},
    "lot_use_guard": {"use of a pending lot", "use of an expired lot"},
    "lot_use_take": {"use without need", "more given back than reversed"},
    "member_frozen": {"member head", "two columns that agree", "update member"},
    "member_new": {"member born rich"},
    "lot_frozen": {"lot usable earlier", "lot remaining", "lot given away", "lot of more points"},
    "movement_guard": {"stock of a false sum", "stock out of turn"},
    "stock_frozen": {"update stock"},
    "stock_new": {"stock born full"},
    "purchase_guard": {"purchase born void"},
    "purchase_frozen": {"purchase earns more", "purchase voided by nothing"},
    "approval_frozen": {"request of other points"},
    "operation_no_update": {"update operation"},
    "receipt_no_update": {"update receipt"},
    "receipt_no_delete": {"delete receipt"},
    "audit_no_update": {"update audit"},
    "audit_no_delete": {"delete audit"},
    "purchase_line_no_update": {"update purchase_line"},
    "purchase_line_no_delete": {"delete purchase_line"},
    "movement_no_update": {"update movement"},
}


@pytest.mark.keeps_books_wrong
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_a_guard_that_is_gone_is_noticed(database, as_role, clock, guard):
    """So that no test above passes by accident."""
    shop = furnish(Counter(database, as_role), clock)
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {guard}")
    before = picture(database)
    assert any(
        attempt(database, shop, ATTACKS[name]) and picture(database) != before for name in sorted(GUARDS[guard])
    ), f"without {guard} nothing more gets through"


# a guard of a server's, and the forgeries that succeed once it is gone; the guards of ledgers refuse to delete
GUARDS_ON_SERVER = {
    "entry_guard@entry": {"credit without a lot", "debit without a use"},
    "lot_open@lot": {"lot beyond its credit", "lot without a credit"},
    "lot_use_take@lot_use": {"use without need"},
    "member_frozen@member": {"member head", "update member"},
    "member_new@member": {"member born rich"},
    "lot_frozen@lot": {"lot usable earlier"},
    "movement_guard@movement": {"stock of a false sum", "stock out of turn"},
    "stock_frozen@stock": {"update stock"},
    "purchase_frozen@purchase": {"purchase earns more"},
    "approval_frozen@approval": {"request of other points"},
}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_each_guard_of_a_server_is_needed(database, as_role, clock):
    """Taken out alone, in a transaction that is undone, it lets a forgery through that it had refused."""
    shop = furnish(Counter(database, as_role), clock)
    superfluous, untold = [], []
    for guard, table in _triggers(database):
        of_ledger = {f"delete {table}"} if guard == f"{table}_is_ledger" else set()
        attacks = sorted(GUARDS_ON_SERVER.get(f"{guard}@{table}", of_ledger))
        if not attacks:
            untold.append(guard)
        elif not any(_gets_through(database, shop, attack, guard, table) for attack in attacks):
            superfluous.append(guard)
    assert (superfluous, untold) == ([], [])


def _triggers(database) -> list[tuple[str, str]]:
    """Every trigger of the books; those that ask who signed in have a test of their own."""
    with database.engine.connect() as connection:
        rows = connection.execute(text(
            "SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND NOT p.prosecdef ORDER BY 1, 2"
        ))  # fmt: skip
        return [tuple(row) for row in rows]


def _gets_through(database, shop, name: str, guard: str, table: str) -> bool:
    """Refused with the guard, and let through without it. Rows that others name are kept by those keys as well."""
    done = []
    for removal in ((), (f"DROP TRIGGER {guard} ON {table}",)):
        with database.engine.connect() as connection:
            try:
                for statement in (*_keys_to(connection, table), *removal):
                    connection.exec_driver_sql(statement)
                ATTACKS[name](Forger(connection, shop))
                connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
                done.append(True)
            except (DBAPIError, StatementError):
                done.append(False)
            finally:
                connection.rollback()
    return done == [False, True]


def _keys_to(connection, table: str) -> list[str]:
    """How the foreign keys that name this table's rows are taken out: they cover what its ledger guard refuses."""
    found = connection.execute(text(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 "
        "AND confrelid = to_regclass(:table)"), {"table": table})  # fmt: skip
    return [f"ALTER TABLE {where} DROP CONSTRAINT {name}" for where, name in found]
