"""A file at one end of a move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.database import copying, opening
from desktop_admin.services.database.engines import APPLICATION_ID
from desktop_admin.services.database.moving.arrival import EMPTY, Arrival, Found
from desktop_admin.services.database.moving.shape import Table
from desktop_admin.services.database.moving.side import Row
from desktop_admin.services.errors import Trouble

_LIGHT, _HEAVY = 500, 8  # rows fetched at once, the latter of a table with pictures
_DECODING = "decode to UTF-8"


class FileSide(Arrival):
    """A shop in a file."""

    kind = "sqlite"
    mark = "?"

    @property
    def path(self) -> Path:
        return copying.path_of(self.engine)

    @property
    def name(self) -> str:
        return str(self.path.absolute())

    def identity(self) -> tuple[str, ...]:
        return (str(self.path.resolve()),)

    def _prepare(self) -> None:
        # a kill loses nothing; after a power cut the file is whole, and what is missing is copied again
        for habit in ("foreign_keys = OFF", "synchronous = NORMAL", "temp_store = FILE"):
            self.raw.execute(f"PRAGMA {habit}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")
            raise

    def blocks(self, table: Table, after: Sequence[object] | None) -> Iterator[list[Row]]:
        with self.speaking():
            cursor = self.raw.cursor()
            size = _HEAVY if table.heavy else _LIGHT
            try:
                cursor.execute(table.select("?", after=after is not None), tuple(after or ()))
                while block := cursor.fetchmany(size):
                    yield block
            except self.engine.dialect.loaded_dbapi.OperationalError as error:
                if _DECODING not in str(error):
                    raise
                raise Trouble(
                    N_("A text in the table “{table}” cannot be read as text. The shop stays where it was; "
                       "run the doctor."), table=table.name,
                ) from error  # fmt: skip
            finally:
                cursor.close()

    def write(self, table: Table, rows: list[Row]) -> None:
        marks = ", ".join("?" * len(table.columns))
        with self.speaking():
            self.raw.executemany(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", rows)

    # -- the shop arrives

    def look(self) -> Found:
        if not self.path.exists() or not self.path.stat().st_size:
            opening.check_place_for_new(self.engine.url)
            return Found(EMPTY)
        with self.path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\x00":
                raise Trouble(N_("There is already a file at “{path}”. Nothing was changed."), path=str(self.path))
        return super().look()

    def tables_here(self) -> set[str]:
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'")
            return {str(row[0]) for row in rows}

    def begin(self, mark: object, source: str) -> None:
        self.run(f"PRAGMA application_id = {APPLICATION_ID}")
        self.run("PRAGMA journal_mode = WAL")
        super().begin(mark, source)  # type: ignore[arg-type]  # as the class above declares it

    def _take_apart(self) -> list[tuple[str, str]]:
        pieces = self.all(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL "
            "ORDER BY type, rowid"
        )
        for kind, name, _sql in pieces:
            self.run(f"DROP {kind} {name}")
        for table in self.table_names():
            self.run(f"DELETE FROM {table}")
        return [(f"{kind} {name}", sql) for kind, name, sql in pieces]

    def _piece_there(self, name: str) -> bool:
        return bool(self.all("SELECT 1 FROM sqlite_schema WHERE type || ' ' || name = ?", (name,)))

    def _guard(self) -> None:
        astray = self.all("SELECT \"table\", count(*) FROM pragma_foreign_key_check() GROUP BY 1")
        if astray:
            raise self._broken(", ".join(f"{table} × {times}" for table, times in astray))

    def empty(self) -> None:
        self.__exit__()
        for end in ("", "-wal", "-shm", "-journal"):
            copying.remove(self.path.with_name(self.path.name + end))
