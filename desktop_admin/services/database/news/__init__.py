"""News between programs on one shop: `contract` says what it is, `server` and `file` are its two ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy.engine import Engine

from desktop_admin.services.database.news.contract import Heard, News
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.database.work import Work
from desktop_admin.services.topics import Topic

__all__ = ["Heard", "News", "news_for"]

_NEWEST = Sql("SELECT coalesce(max(id), 0) FROM operation")
_SINCE = Sql("SELECT id, kind FROM operation WHERE id >= :operation ORDER BY id LIMIT :most")


class Source(Protocol):
    """What is needed of the database."""

    engine: Engine

    @property
    def on_server(self) -> bool: ...

    def read(self, query: Callable[[Work], Any]) -> Any: ...


def news_for(database: Source, heard: Heard | None, topics_of: Callable[[str], frozenset[Topic]]) -> News:
    """The news of this database, not begun; without ``heard`` it only tells."""
    if database.on_server:
        from desktop_admin.services.database.news.server import ServerNews  # a file needs none of it

        return ServerNews(database.engine, heard)
    from desktop_admin.services.database.news.file import FileNews

    return FileNews(_Operations(database), topics_of, heard)


class _Operations:
    """The newest operations, each look a snapshot of its own."""

    def __init__(self, database: Source) -> None:
        self._database = database

    def newest(self) -> int:
        return int(self._database.read(lambda work: work.value(_NEWEST)))

    def since(self, operation: int, most: int) -> Sequence[Any]:
        rows: Sequence[Any] = self._database.read(lambda work: work.all(_SINCE, operation=operation, most=most))
        return rows
