"""A connection that does not wait for ever: a server that fell silent is asked whether it is still there.

The machine's own time-outs see a broken line, not a server whose process hangs or a box between that swallows
everything. A statement may take as long as it likes as long as the server answers elsewhere.

Names are looked up and the server is asked in Python: libpq would do both with the interpreter held, and the window
stand still meanwhile.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Generator, Mapping
from typing import Any, TypeVar

import psycopg
from psycopg import OperationalError

from desktop_admin.services.database.knocking import SSL_REQUEST, reach
from desktop_admin.services.database.servers import Host

T = TypeVar("T")

PATIENCE = 4.0  # seconds of silence before it is asked
ANSWER = 2.0  # seconds it has to say anything


class PatientConnection(psycopg.Connection[Any]):
    """Gives up a statement, and itself, when the server stays silent and answers no knock either."""

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Wait as psycopg does. OperationalError without a code, as for any lost connection."""
        return super().wait(self._patient(gen), *args, **kwargs)

    def _patient(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        heard = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > PATIENCE:
                    if not self._there():
                        self.pgconn.finish()
                        raise OperationalError("the server fell silent")
                    heard = time.monotonic()
                answer = gen.send(ready)
                if answer is not None:
                    wanted = answer
        except StopIteration as end:
            result: T = end.value
            return result

    def _there(self) -> bool:
        """Whether the very machine this connection leads to still answers anybody."""
        host, port = self.pgconn.hostaddr or self.pgconn.host, self.pgconn.port
        return answers(host.decode(), int(port))


def answers(host: str, port: int) -> bool:
    """Whether a database server says anything there within two seconds."""
    try:
        with reach(Host(host, port), ANSWER) as line:
            line.sendall(SSL_REQUEST)
            return bool(line.recv(1))
    except OSError:
        return False


def found(words: Mapping[str, Any]) -> dict[str, Any]:
    """libpq's words for a connection, with the addresses of the hosts that are named in them.

    OperationalError where none of the names is known.
    """
    hosts = str(words.get("host") or "").split(",")
    if "hostaddr" in words or not any(hosts):
        return dict(words)
    ports = str(words.get("port") or "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    ways: list[tuple[str, str, str]] = []
    for host, port in zip(hosts, ports, strict=True):
        ways += [(host, address, port) for address in _addresses(host)]
    if not ways:
        raise OperationalError("none of the servers' names is known")
    names, addresses, numbers = (",".join(part) for part in zip(*ways, strict=True))
    return {**words, "host": names, "hostaddr": addresses, "port": numbers}


def _addresses(host: str) -> list[str]:
    if not host or host.startswith("/"):
        return [""]
    try:
        infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(info[4][0]) for info in infos))
