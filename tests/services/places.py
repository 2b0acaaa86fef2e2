"""Databases to move from and into: a small shop with rows in nearly every table, on either engine, and empty places."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from desktop_admin.services import doctor, members, moving, points, sample, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database import declared
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from tests.postgres import Socket

KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


class Places:
    """Made once per module; each shop is a copy, and ``clear`` removes the databases of a test."""

    def __init__(self, folder: Path, socket: Callable[[], Socket]) -> None:
        self._folder, self._socket = folder, socket
        self._small = folder / "small.pointsdesk"
        self._prefix = f"pd_move_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        self._template = ""
        self._made: list[str] = []

    def empty(self, kind: str) -> str:
        """The address of an empty database, or of a file yet to be."""
        name = f"{self._prefix}_{next(_numbers)}"
        if kind == "sqlite":
            return str(self._folder / f"{name}.pointsdesk")
        self._made.append(name)
        return self._socket().create(name)

    def shop(self, kind: str) -> str:
        """The address of a copy of the small shop."""
        if not self._small.exists():
            sample.build(str(self._small), members=20, months=1)
            execute(str(self._small), "PRAGMA journal_mode = DELETE")
        name = f"{self._prefix}_{next(_numbers)}"
        if kind == "sqlite":
            return str(shutil.copyfile(self._small, self._folder / f"{name}.pointsdesk"))
        if not self._template:
            template = f"{self._prefix}_template"
            moving.move(self.shop("sqlite"), self._socket().create(template))
            self._template = template
        self._made.append(name)
        return self._socket().create(name, template=self._template)

    def clear(self) -> None:
        while self._made:
            self._socket().drop(self._made.pop())

    def close(self) -> None:
        self.clear()
        if self._template:
            self._socket().drop(self._template)


def execute(url: str, *statements: str, **facts: object) -> None:
    """Statements by the program's own driver, past every service."""
    engine = engine_for(parse(url))
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement), facts)
            connection.commit()
    finally:
        engine.dispose()


def asked(url: str, sql: str) -> list[Any]:
    """The rows of a question."""
    engine = engine_for(parse(url))
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]
    finally:
        engine.dispose()


def in_order(url: str) -> None:
    """Nothing is wrong with this shop, and nothing is missing that guards it."""
    database = Database.open(url)
    try:
        assert database.read(doctor.faults) == ()
        assert database.read(declared.missing) == []
    finally:
        database.close()


def work_on(url: str) -> int:
    """The shop goes on: a member joins and gets points."""
    database = Database.open(url)
    try:
        actor = shop.system_actor(database)
        joined = database.write(
            lambda work: members.enrol(work, request=new_request(), name="Han Mei", consent_terms=True), actor=actor
        ).result
        said: dict[str, Any] = {"member_id": joined.member_id, "points": 5, "reason": "event"}
        database.write(lambda work: points.adjust(work, request=new_request(), **said), actor=actor)
        assert database.read(doctor.faults) == ()
        return joined.member_id
    finally:
        database.close()
