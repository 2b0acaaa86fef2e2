"""The end at which a shop arrives: how far the move into this database has come, kept in the database itself."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database import marks, upgrades
from desktop_admin.services.database.marks import Mark
from desktop_admin.services.database.moving import shape
from desktop_admin.services.database.moving.shape import Table
from desktop_admin.services.database.moving.side import Row, Side
from desktop_admin.services.errors import Refused, Trouble

# what a database is before a move into it
EMPTY, UNFINISHED, SHOP, OTHER = "empty", "unfinished", "shop", "other"
_BEGUN, _COPYING, _WHOLE = "begun", "copying", "whole"

Told = Callable[[int], None]  # rows done since it was last told


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in a database, and the token of the move that it belongs to."""

    state: str
    token: str = ""


class Arrival(Side):
    """What both kinds of database do when a shop arrives. Every step may be killed and is then done again."""

    @abstractmethod
    def identity(self) -> tuple[str, ...]:
        """What tells this database from every other of its kind."""

    @abstractmethod
    def tables_here(self) -> set[str]:
        """Every table of this database, whoever made it."""

    @abstractmethod
    def _take_apart(self) -> list[tuple[str, str]]:
        """Remove guards and indexes of the empty shop; (name, statement) of each, in the order to put them back."""

    @abstractmethod
    def _piece_there(self, name: str) -> bool:
        """Whether a piece was put back already."""

    @abstractmethod
    def _guard(self) -> None:
        """The last step of putting together: what must hold from now on; Trouble where it does not."""

    @abstractmethod
    def empty(self) -> None:
        """Remove all that an unfinished move has made here."""

    def look(self) -> Found:
        """What stands here now; changes nothing."""
        with self.speaking():
            there = self.tables_here()
        if not there:
            return Found(EMPTY)
        if marks.UNFINISHED in there:
            return Found(UNFINISHED, str(self._state().get("token", "")))
        if "alembic_version" in there and upgrades.version_of(self.engine):
            if upgrades.version_of(self.engine) != upgrades.HEAD:
                return Found(SHOP)
            arrived = self.moving(marks.ARRIVED)
            return Found(SHOP, arrived.token if arrived else "")
        return Found(OTHER)

    def _state(self) -> dict[str, Any]:
        with self.speaking(), self.engine.connect() as connection:
            rows = connection.exec_driver_sql(f"SELECT name, value FROM {marks.UNFINISHED}")
            return {str(row[0]): json.loads(str(row[1])) for row in rows}

    def source(self) -> str:
        """From where the unfinished move comes."""
        return str(self._state().get("from", ""))

    def _note(self, name: str, value: object) -> None:
        self.run(
            f"INSERT INTO {marks.UNFINISHED} (name, value) VALUES ({self.mark}, {self.mark}) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )

    def begin(self, mark: Mark, source: str) -> None:
        """Claim this empty database for the move; from now on no program takes it for a shop."""
        with self.transaction():
            self.run(f"CREATE TABLE {marks.UNFINISHED} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
            self._note("token", mark.token)
            self._note("from", source)
            self._note("phase", _BEGUN)

    def build(self) -> None:
        """Make the tables of an empty shop, without guards and indexes."""
        if self._state()["phase"] != _BEGUN:
            return
        if not upgrades.version_of(self.engine):
            with self.speaking():
                upgrades.upgrade(self.engine)
        with self.transaction():
            pieces = self._take_apart()
            self.run("DELETE FROM alembic_version")  # older programs take it for no shop at all
            self._note("pieces", pieces)
            self._note("phase", _COPYING)

    def receive(self, table: Table, source: Side, told: Told) -> None:
        """Copy a table, from where it was left on."""
        progress = self._state().get(f"table {table.name}", {"rows": 0, "last": None, "done": False})
        told(progress["rows"])
        if progress["done"]:
            return
        for chunk in source.chunks(table, progress["last"]):
            self._add(table, chunk, progress)
            told(len(chunk))
        self._note(f"table {table.name}", progress | {"done": True})

    def _add(self, table: Table, chunk: list[Row], progress: dict[str, Any]) -> None:
        name = f"table {table.name}"
        with self.transaction():
            stored = self.value(f"SELECT value FROM {marks.UNFINISHED} WHERE name = {self.mark}", (name,))
            if (json.loads(stored)["rows"] if stored else 0) != progress["rows"]:
                raise Refused(marks.TWO)
            progress["rows"] += len(chunk)
            progress["last"] = table.key_of(chunk[-1])
            self.write(table, chunk)
            self._note(name, progress)

    def put_together(self) -> Iterator[tuple[int, int]]:
        """Put indexes, keys and guards back; yields (pieces done, pieces in all)."""
        state = self._state()
        pieces = state["pieces"]
        if state["phase"] == _WHOLE:
            return
        for number, (name, statement) in enumerate(pieces):
            yield number, len(pieces)
            if not self._piece_there(name):
                self.run(statement)
        self._guard()
        self._note("phase", _WHOLE)

    def open_for_work(self, mark: Mark, source: str) -> None:
        """The move is over: this is a shop of this program's version from now on."""
        arrived = Mark(mark.token, source, mark.at, marks.ARRIVED)
        with self.transaction():
            self.run(f"INSERT INTO alembic_version (version_num) VALUES ({self.mark})", (upgrades.HEAD,))
            self.run(f"DELETE FROM setting WHERE name = {self.mark}", (marks.MOVING,))
            self._put_mark(marks.ARRIVED, arrived)
            self.run(f"DROP TABLE {marks.UNFINISHED}")

    def _broken(self, detail: str) -> Trouble:
        return Trouble(
            N_("What arrived does not hold together ({detail}). The new database stays closed; the shop stays where "
               "it was. Run the doctor there."), detail=detail,
        )  # fmt: skip

    @staticmethod
    def table_names() -> tuple[str, ...]:
        return shape.names()
