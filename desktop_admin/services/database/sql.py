"""SQL statements written once as text, rendered once per engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from desktop_admin.services.database.ledgers import Addition, addition

# a name after a colon that is not a cast (::) and not inside a quoted string
_NAMES: Final = re.compile(r"'(?:[^']|'')*'|(?<![:\w]):([a-z_][a-z0-9_]*)")


class Sql:
    """One statement, the same on both engines unless ``postgresql`` gives its own text; parameters are ``:name``.

    Made as a module constant, so that nothing is built per call: building expressions costs five times the work
    itself (measured; see docs/decisions/0002).
    """

    __slots__ = ("addition", "names", "postgresql", "sqlite")

    def __init__(self, text: str, *, postgresql: str | None = None) -> None:
        self.sqlite = text
        self.names = frozenset(m for m in _NAMES.findall(text) if m)
        # what is added to a ledger goes through a function of the server
        self.addition: Addition | None = addition(text) if postgresql is None else None
        said = text if postgresql is None else postgresql
        self.postgresql = self.addition.statement() if self.addition else _pyformat(said)

    def __add__(self, more: str) -> Sql:
        if self.addition or self.postgresql != _pyformat(self.sqlite):
            raise TypeError("a statement with two texts is not extended")
        return Sql(self.sqlite + more)

    def __repr__(self) -> str:
        return f"Sql({self.sqlite!r})"


def _pyformat(text: str) -> str:
    return _NAMES.sub(lambda m: f"%({m[1]})s" if m[1] else m[0], text.replace("%", "%%"))


def next_id(table: str) -> Sql:
    """The id of a row about to be added to ``table``, a name of the schema."""
    # on a file: BEGIN IMMEDIATE, nobody else can take it
    return Sql(
        f"SELECT coalesce(max(id), 0) + 1 AS id FROM {table}", postgresql=f"SELECT nextval('{table}_id_seq') AS id"
    )


def in_list(name: str, count: int) -> str:
    """The text ``:name_0, :name_1, …`` for an IN list of ``count`` values; see ``list_params``."""
    return ", ".join(f":{name}_{i}" for i in range(count))


def list_params(name: str, values: Iterable[object]) -> dict[str, object]:
    """The parameters that ``in_list`` named."""
    return {f"{name}_{i}": value for i, value in enumerate(values)}
