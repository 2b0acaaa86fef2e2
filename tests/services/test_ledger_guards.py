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
