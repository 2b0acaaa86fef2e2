"""Fixtures of shops: the same empty shop on SQLite and on PostgreSQL, cheap enough for every test.

The shop is founded once per engine and worker; each test works on a copy (a file, or a database
made from a template) and the doctor looks at the copy when the test is over.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import founding, sessions
from tests.postgres import Server, Socket, Unavailable, start

if TYPE_CHECKING:           # a test without a database does not wait for SQLAlchemy
    from desktop_admin.services.database.clock import SetClock
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

MORNING = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)     # Monday, half past ten in Shanghai
_SERVER = pytest.StashKey[Server]()
_TROUBLE = pytest.StashKey[str]()
_numbers = itertools.count(1)


# -- one PostgreSQL per run ------------------------------------------------------------------------


def _own_server(config: pytest.Config) -> Server | None:
    """This process's server, started at the first call; None when it cannot be."""
    if _TROUBLE in config.stash:
        return None
    if _SERVER not in config.stash:
        try:
            config.stash[_SERVER] = start()
        except (Unavailable, OSError) as error:
            config.stash[_TROUBLE] = str(error)
            return None
    return config.stash[_SERVER]


def share_postgres(node: Any) -> None:
    """Called in the xdist controller for each worker: start the server, tell the worker where."""
    server = _own_server(node.config)
    node.workerinput["postgres"] = str(server.folder) if server else ""
    node.workerinput["no_postgres"] = node.config.stash.get(_TROUBLE, "")


def stop_postgres(config: pytest.Config) -> None:
    if _SERVER in config.stash:
        config.stash[_SERVER].stop()
        del config.stash[_SERVER]


def no_postgres(config: pytest.Config) -> str:
    """Why PostgreSQL could not be had, "" when it could or nobody asked."""
    return config.stash.get(_TROUBLE, "")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Socket:
    """The run's PostgreSQL: `create`, `drop` and `url` databases on it."""
    told: dict[str, str] = getattr(request.config, "workerinput", {})
    if told.get("postgres"):
        return Socket(Path(told["postgres"]))
    server = None if "no_postgres" in told else _own_server(request.config)
    if server is not None:
        return server
    reason = told.get("no_postgres") or no_postgres(request.config)
    if os.environ.get("CI") == "true":
        pytest.fail(f"no PostgreSQL: {reason}")
    pytest.skip(f"no PostgreSQL: {reason}")


def _clock() -> SetClock:
    from desktop_admin.services.database.clock import SetClock

    return SetClock(MORNING)


# -- a shop ----------------------------------------------------------------------------------------


class Templates:
    """A founded shop per engine, and copies of it."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self._folder = folder
        self._request = request
        self._prefix = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        self._made: dict[str, founding.Founded] = {}

    def founded(self, engine: str) -> founding.Founded:
        """The template's branch and operators; it is made at the first call."""
        if engine not in self._made:
            if engine == "sqlite":
                url = f"sqlite:///{self._folder / 'template.pointsdesk'}"
            else:
                url = self._postgres().create(f"{self._prefix}_template")
            self._made[engine] = founding.found(url, _clock())
        return self._made[engine]

    def copy(self, engine: str, folder: Path) -> str:
        """The URL of a new copy."""
        self.founded(engine)
        if engine == "sqlite":
            target = folder / "shop.pointsdesk"
            shutil.copyfile(self._folder / "template.pointsdesk", target)
            return f"sqlite:///{target}"
        url = self._postgres().create(f"{self._prefix}_{next(_numbers)}", template=f"{self._prefix}_template")
        founding.renew_roles(url)
        return url

    def drop(self, url: str) -> None:
        """Forget a copy; a file goes with its folder."""
        if url.startswith("postgresql"):
            self._postgres().drop(url.partition("@/")[2].partition("?")[0])

    def _postgres(self) -> Socket:
        socket: Socket = self._request.getfixturevalue("postgres")
        return socket


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"), request)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Every test with a database runs on both, unless it parametrizes `engine` indirectly."""
    return str(request.param)


@pytest.fixture
def clock() -> SetClock:
    """The shop's clock; `clock.at = ...` or `clock.at += timedelta(...)` moves it."""
    return _clock()


@pytest.fixture
def database_url(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The URL of a founded shop nobody has opened."""
    url = templates.copy(engine, tmp_path)
    sessions.install()
    yield url
    templates.drop(url)


@pytest.fixture
def database(
    request: pytest.FixtureRequest, database_url: str, clock: SetClock
) -> Iterator[Database]:
    """A founded shop, opened; when the test is over its books must be in order."""
    from desktop_admin.services.database.database import Database

    opened = Database.open(database_url, clock=clock)
    try:
        yield opened
        if not request.node.get_closest_marker("keeps_books_wrong"):
            if opened.closed:  # by the test itself
                opened = Database.open(database_url, clock=clock)
            assert founding.faults(opened) == []
    finally:
        opened.close()


@pytest.fixture
def as_role(engine: str, templates: Templates) -> Callable[[str], Actor]:
    """`as_role("manager")`: the shop's operator with this role."""
    founded = templates.founded(engine)
    return lambda role: founded.actors[role]
