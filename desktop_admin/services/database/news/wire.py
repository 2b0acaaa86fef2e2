"""A connection that only notifies and listens. It never waits longer than it was told to."""

from __future__ import annotations

import select
import socket
import time
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy.engine import Engine

CHANNEL = "pointsdesk"  # notices stay within one database
ANSWER = 5.0  # seconds a statement may take


class Wire:
    """A connection of its own beside the pool, without transactions."""

    def __init__(self, engine: Engine) -> None:
        pooled = engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()  # it is the pool's no more: nobody else gets it
        connection.autocommit = True
        self._connection, self._pq = connection, connection.pgconn

    def listen(self) -> None:
        self._say(f"LISTEN {CHANNEL}")

    def say(self, payload: str) -> None:
        """Notify everybody who listens on this database."""
        self._say("SELECT pg_notify($1, $2)", CHANNEL, payload)

    def beat(self) -> None:
        """See that the server is still there."""
        self._say("SELECT 1")

    def wait(self, waker: socket.socket, seconds: float | None, *, ear: bool) -> None:
        """Sleep until something came, somebody woke us, or so many seconds passed."""
        on: list[Any] = [waker, self._pq.socket] if ear else [waker]
        readable, _writable, _odd = select.select(on, [], [], seconds)
        if waker in readable:
            waker.recv(4096)
        if self._pq.socket in readable:
            self._pq.consume_input()

    def heard(self) -> list[str]:
        """What was notified meanwhile, the oldest first."""
        payloads = []
        while notice := self._pq.notifies():
            payloads.append(notice.extra.decode("utf-8", "replace"))
        return payloads

    def close(self) -> None:
        self._connection.close()

    def _say(self, statement: str, *parameters: str) -> None:
        if self._pq.status != ConnStatus.OK:
            raise psycopg.OperationalError("the connection is lost")
        self._pq.send_query_params(statement.encode(), [text.encode() for text in parameters])
        end = time.monotonic() + ANSWER
        while self._pq.flush():
            self._until(end, writing=True)
        while True:
            while self._pq.is_busy():
                self._until(end)
                self._pq.consume_input()
            result = self._pq.get_result()
            if result is None:
                return
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise psycopg.OperationalError(result.error_message.decode("utf-8", "replace"))

    def _until(self, end: float, *, writing: bool = False) -> None:
        left = end - time.monotonic()
        own = [self._pq.socket]
        readable, writable, _odd = select.select([] if writing else own, own if writing else [], [], max(0.0, left))
        if not readable and not writable:
            raise psycopg.OperationalError("the server does not answer")
