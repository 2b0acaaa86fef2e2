"""One end of a move: a database over a connection of its own, read and written by the driver itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from sqlalchemy.exc import DBAPIError

from desktop_admin.i18n import N_
from desktop_admin.services.database import barriers, failures, marks, opening
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.database.marks import Mark
from desktop_admin.services.database.moving import shape
from desktop_admin.services.database.moving.shape import Table
from desktop_admin.services.database.schema import Engine
from desktop_admin.services.errors import Refused

ROWS, BYTES = 5000, 4 << 20  # of one chunk, whichever comes first
Row = tuple[Any, ...]


class Side(ABC):
    """A database of one kind. ``run`` and ``all`` speak its driver's dialect; what fails is told in plain words."""

    kind: ClassVar[Engine]
    mark: ClassVar[str]  # stands for a parameter

    def __init__(self, url: str) -> None:
        self.engine = engine_for(parse(url))
        self._pooled: Any = None
        self.raw: Any = None

    @property
    @abstractmethod
    def name(self) -> str:
        """What a person calls this database; never with a password."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make the connection ready for long work."""

    @contextmanager
    @abstractmethod
    def transaction(self) -> Iterator[None]:
        """All or nothing."""

    @abstractmethod
    def blocks(self, table: Table, after: Sequence[object] | None) -> Iterator[list[Row]]:
        """The rows in the order of the key, some at a time; from the one after a key on."""

    @abstractmethod
    def write(self, table: Table, rows: list[Row]) -> None:
        """Add rows, as fast as the engine takes them."""

    def __enter__(self) -> Self:
        with self.speaking():
            self._pooled = self.engine.raw_connection()
            self.raw = self._pooled.driver_connection
            self._prepare()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pooled is not None:
            self._pooled.invalidate()  # its habits are not those of the program
            self._pooled = self.raw = None
        self.engine.dispose()

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """What the driver says, as a person is told it."""
        dialect = self.engine.dialect
        try:
            yield
        except DBAPIError as error:
            raise failures.trouble(error) from error
        except self.engine.dialect.loaded_dbapi.Error as error:
            wrapped = DBAPIError.instance("move", None, error, dialect.loaded_dbapi.Error, dialect=dialect)
            assert isinstance(wrapped, DBAPIError)
            raise failures.trouble(wrapped) from error

    def run(self, sql: str, params: Sequence[object] = ()) -> None:
        """Execute one statement."""
        with self.speaking():
            self.raw.execute(sql, params) if params else self.raw.execute(sql)

    def all(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """Every row of a statement."""
        with self.speaking():
            cursor = self.raw.execute(sql, params) if params else self.raw.execute(sql)
            return list(cursor.fetchall())

    def value(self, sql: str, params: Sequence[object] = ()) -> Any:
        rows = self.all(sql, params)
        return rows[0][0] if rows else None

    def shape(self) -> tuple[Table, ...]:
        """The shop's tables as they stand here."""
        with self.speaking(), self.engine.connect() as connection:
            return shape.read(connection)

    def chunks(self, table: Table, after: Sequence[object] | None = None) -> Iterator[list[Row]]:
        """The rows in the order of the key in pieces of bounded weight: memory stays flat."""
        out: list[Row] = []
        weight = 0
        for block in self.blocks(table, after):
            out += block
            weight += sum(len(v) for row in block for v in row if type(v) is str or type(v) is bytes)
            if len(out) >= ROWS or weight >= BYTES:
                yield out
                out, weight = [], 0
        if out:
            yield out

    # -- a shop that moves away

    def check_shop(self) -> None:
        """Trouble unless a shop of this program's version lives here, sound and whole."""
        opening.check(self.engine)

    def moving(self, name: str = marks.MOVING) -> Mark | None:
        """The mark of a move in this shop's settings."""
        with self.speaking(), self.engine.connect() as connection:
            return marks.read(connection, name)

    def shut(self, mark: Mark) -> None:
        """Leave the mark, and let nobody write any more until it is lifted. Also changes the mark."""
        with self.transaction():
            barriers.lift(self.run, self.kind, shape.names())
            self._put_mark(marks.MOVING, mark)
            barriers.shut(self.run, self.kind, shape.names())

    def lift(self) -> None:
        """Take mark and barriers away: the shop is worked with again."""
        with self.transaction():
            barriers.lift(self.run, self.kind, shape.names())
            self.run(f"DELETE FROM setting WHERE name = {self.mark}", (marks.MOVING,))

    def _put_mark(self, name: str, mark: Mark) -> None:
        self.run(
            f"INSERT INTO setting (name, value) VALUES ({self.mark}, {self.mark}) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, mark.stored()),
        )

    def check_storable(self, table: Table, rows: list[Row]) -> None:
        """Refuse a NUL within a text, naming the row: a server cannot store it."""
        for row in rows:
            for column, value in zip(table.columns, row, strict=True):
                if isinstance(value, str) and "\x00" in value:
                    raise Refused(
                        N_("A text holds a NUL, which a server cannot store: {table}.{column}, row {row}. "
                           "Correct it and move again."),
                        table=table.name, column=column, row=", ".join(map(str, table.key_of(row))),
                    )  # fmt: skip
