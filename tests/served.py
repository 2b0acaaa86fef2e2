"""A shop on a server as a real one stands: TCP, TLS with an authority of the shop, an account per operator."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests import founding, postgres

if TYPE_CHECKING:
    from desktop_admin.services.database.servers import Server as Address
    from tests.tls import Authority

DATABASE = "shop"
PASSWORD = founding.PASSWORD
_HBA = (
    "hostssl all all 127.0.0.1/32 scram-sha-256",
    "hostnossl all all 127.0.0.1/32 scram-sha-256",
)


@dataclass
class Served:
    """The server, and how to spoil it for a while."""

    server: postgres.Server
    authority: Authority
    folder: Path
    certificates: tuple[Path, Path] = field(default=(Path(), Path()))

    @property
    def port(self) -> int:
        return self.server.port

    def address(self, **changed: object) -> Address:
        """Where the shop is, as a till has it."""
        from desktop_admin.services.database.servers import Host, Server

        said: dict[str, object] = {
            "hosts": (Host("localhost", self.port),), "database": DATABASE,
            "ca_file": str(self.authority.certificate),
        }  # fmt: skip
        return Server(**(said | changed))  # type: ignore[arg-type]

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the server's administrator."""
        with psycopg.connect(self.server.conninfo(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def show(self, *names: str, days: int = 365, authority: Authority | None = None) -> None:
        """Show a certificate made out to these names."""
        self._install(*(authority or self.authority).sign(self.folder / "shown", *names, days=days))
        self.reload()

    def encrypt(self, *, on: bool) -> None:
        """Switch TLS on or off."""
        self.execute(f"ALTER SYSTEM SET ssl = {'on' if on else 'off'}")
        self.reload()

    def reload(self) -> None:
        """Have the server read its files again, and wait until new connections see it."""
        self.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)

    def _install(self, certificate: Path, key: Path) -> None:
        for source, name in ((certificate, "server.crt"), (key, "server.key")):
            target = self.server.data / name
            shutil.copy(source, target)
            target.chmod(0o600)
            shutil.chown(target, self.server.account.uid, self.server.account.gid)


@pytest.fixture(scope="session")
def served_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Started once per process; tests take ``served``."""
    from desktop_admin.services.database.clock import SystemClock
    from tests.tls import Authority

    folder = tmp_path_factory.mktemp("served")
    authority = Authority(folder / "ca")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with postgres.serving(port=port, config=("listen_addresses = '127.0.0.1'",), hba=_HBA) as server:
        served = Served(server, authority, folder)
        served._install(*authority.sign(folder / "first", "localhost"))
        try:
            served.encrypt(on=True)
            _wait_for_tls(served)
        except psycopg.Error as error:
            pytest.skip(f"this PostgreSQL was built without TLS: {error}")
        founding.found(server.create(DATABASE), SystemClock())
        yield served


@pytest.fixture
def served(served_once: Served) -> Iterator[Served]:
    """The server, in order at the beginning of each test."""
    yield served_once
    if not _sound(served_once):
        served_once.encrypt(on=True)
        served_once.show("localhost")


def _sound(served: Served) -> bool:
    from desktop_admin.services.database.knocking import Step, knock

    address = served.address()
    return knock(address, address.hosts[0], user="nobody", password="x").step is Step.PASSWORD


def _wait_for_tls(served: Served) -> None:
    end = time.monotonic() + 10
    while not _sound(served):
        if time.monotonic() > end:
            raise psycopg.OperationalError(served.server.log.read_text(errors="replace")[-300:])
        time.sleep(0.1)
