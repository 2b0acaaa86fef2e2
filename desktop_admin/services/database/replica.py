"""Reports from a replica: as good as the primary while it follows closely, else the primary is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

MOST_BEHIND = timedelta(seconds=60)

_POSITION = text("SELECT pg_current_wal_flush_lsn()::text")
_STATE = text(  # a standby that has followed nothing yet since it started knows what was at the last checkpoint
    "SELECT pg_is_in_recovery() AS follows, pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn) AS level, s.seen_at, "
    "clock_timestamp() - s.seen_at AS behind FROM (SELECT coalesce(pg_last_xact_replay_timestamp(), "
    "(SELECT checkpoint_time FROM pg_control_checkpoint())) AS seen_at) s"
)


class Replica:
    """The replicas of a shop's server."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def choose(self, primary: Engine) -> tuple[Engine, datetime | None]:
        """Who answers a report: a replica that is close enough, else the primary; and what it knows the shop until.

        None is as much as now. While the primary is away a replica answers however old it is.
        """
        position, away = _position(primary)
        try:
            with self.engine.connect().execution_options(postgresql_readonly=True) as connection:
                state: Any = connection.execute(_STATE, {"position": position}).one()
        except DBAPIError:
            self.engine.dispose()
            if away is not None:
                raise away from None
            return primary, None
        if not state.follows or state.level:  # it was promoted, or knows all that was committed
            return self.engine, None
        if away is not None or state.behind <= MOST_BEHIND:
            return self.engine, state.seen_at
        return primary, None


def _position(primary: Engine) -> tuple[str | None, DBAPIError | None]:
    try:
        with primary.connect() as connection:
            return str(connection.execute(_POSITION).scalar_one()), None
    except DBAPIError as error:
        return None, error
