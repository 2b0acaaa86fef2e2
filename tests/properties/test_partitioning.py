"""The way to partitions that docs/decisions/0015 describes is one that a server goes along with."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from desktop_admin.services.database import schema
from tests.services.counter import Counter

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0015-partitioning.md"
_COPY = (
    "INSERT INTO entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', {id}{more}))).* FROM entry e "
    "ORDER BY id LIMIT 1"
)


@pytest.mark.keeps_books_wrong
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_the_ledger_becomes_the_first_partition_and_a_new_run_of_ids_the_next(database, as_role):
    counter = Counter(database, as_role)
    counter.gift(counter.member(10), 5)
    ddl = DECISION.read_text(encoding="utf-8").partition("```sql\n")[2].partition("```")[0]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(ddl)
        connection.exec_driver_sql("CREATE TABLE of_an_entry (entry_id bigint REFERENCES entry)")
        connection.exec_driver_sql(_COPY.format(id=500_000_001, more=""))
        found = connection.exec_driver_sql("SELECT tableoid::regclass::text, count(*) FROM entry GROUP BY 1 ORDER BY 1")
        assert [tuple(row) for row in found] == [("entry_next", 1), ("entry_until_now", 2)]
    with pytest.raises(IntegrityError, match="pkey"), database.engine.begin() as connection:
        connection.exec_driver_sql(_COPY.format(id=500_000_001, more=""))  # still one id, one entry
    with database.engine.begin() as connection:  # the guard judges whole statements, so it stands on the whole table
        for statement in schema.triggers("postgresql"):
            if statement.startswith("CREATE TRIGGER entry_guard"):
                connection.exec_driver_sql(statement)
    with pytest.raises(DBAPIError, match="chain broken"), database.engine.begin() as connection:
        connection.exec_driver_sql(_COPY.format(id=1000, more=", 'n', 99, 'seq', 99"))  # the old run is guarded, too
