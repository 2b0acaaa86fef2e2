"""A shop of every released version: the frozen schema with the rows of a small shop that was worked in with it.

`VERSION.json.xz` holds the rows, table by table; it is made once, when a version is released, by
`python -m tests.releases FILE` from a file of that version, and never changed.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from desktop_admin.services.database import upgrades
from desktop_admin.services.database.engines import APPLICATION_ID, engine_for, kind_of, parse

HERE = Path(__file__).parent
_PICTURES, _KEPT = "item_picture", 2  # of the pictures a few are enough


def released() -> list[str]:
    """The versions there are shops of."""
    return sorted(path.name.removesuffix(".json.xz") for path in HERE.glob("*.json.xz"))


def build(url: str, version: str) -> dict[str, int]:
    """Make the shop of a version in an empty database; how many rows each table has."""
    with lzma.open(HERE / f"{version}.json.xz", "rt", encoding="utf-8") as file:
        shop: dict[str, Any] = json.load(file)
    engine = engine_for(parse(url))
    kind = kind_of(engine.url)
    statements = upgrades.frozen(version, kind)
    made = [one for one in statements if one.startswith("CREATE TABLE")]
    with engine.connect() as connection:
        _free(connection, kind)
        for one in made:
            connection.exec_driver_sql(one.replace("%", "%%") if kind == "postgresql" else one)
        for table, facts in shop.items():
            _fill(connection, table, facts["columns"], facts["rows"])
        for one in statements:
            if one not in made and not one.startswith("INSERT INTO zero"):
                connection.exec_driver_sql(one.replace("%", "%%") if kind == "postgresql" else one)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        _numbers(connection, kind)
        connection.commit()
    engine.dispose()
    return {table: len(facts["rows"]) for table, facts in shop.items()}


def _free(connection: Connection, kind: str) -> None:
    """Rows come in the order of the file, before the keys and guards look at them."""
    if kind == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _fill(connection: Connection, table: str, columns: list[str], rows: list[list[Any]]) -> None:
    if rows:
        said = [
            {c: bytes.fromhex(v["hex"]) if isinstance(v, dict) else v for c, v in zip(columns, row, strict=True)}
            for row in rows
        ]
        marks = ", ".join(f":{column}" for column in columns)
        connection.execute(text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"), said)


def _numbers(connection: Connection, kind: str) -> None:
    if kind != "postgresql":
        return
    identities = connection.execute(
        text("SELECT table_name, column_name FROM information_schema.columns "
             "WHERE table_schema = current_schema() AND is_identity = 'YES'")
    ).all()  # fmt: skip
    for table, column in identities:
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 1), "
            f"max({column}) IS NOT NULL) FROM {table}"
        )


def keep(source: Path) -> Path:
    """Write down the rows of a shop in a file under the version it has."""
    connection = sqlite3.connect(source)
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    shop = {}
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").fetchall():
        if table != "alembic_version":
            cursor = connection.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            rows = cursor.fetchall()[: _KEPT if table == _PICTURES else None]
            shop[table] = {
                "columns": columns,
                "rows": [[{"hex": v.hex()} if isinstance(v, bytes) else v for v in row] for row in rows],
            }
    connection.close()
    target = HERE / f"{version}.json.xz"
    with lzma.open(target, "wt", encoding="utf-8", preset=9) as file:
        json.dump(shop, file, ensure_ascii=False, separators=(",", ":"))
    return target


if __name__ == "__main__":
    print(keep(Path(sys.argv[1])))
