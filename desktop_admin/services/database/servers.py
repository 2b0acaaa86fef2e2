"""A shop's server as a machine of the shop knows it: its hosts, its database, and how the line to it is proven."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from desktop_admin.i18n import N_

if TYPE_CHECKING:
    from sqlalchemy import URL

PORT = 5432
CONNECT_SECONDS = 3  # per host: a dead one must not hold up the next


class Tls(StrEnum):
    """How the line to the server is secured; anything but the first was chosen by a person who saw the warning."""

    VERIFIED = "verify-full"
    ENCRYPTED = "require"
    PLAIN = "disable"


TLS_TITLES = {
    Tls.VERIFIED: N_("Encrypted, and the server proves who it is"),
    Tls.ENCRYPTED: N_("Encrypted, the server's name is not checked"),
    Tls.PLAIN: N_("Not encrypted"),
}
TLS_WARNINGS = {
    Tls.VERIFIED: "",
    Tls.ENCRYPTED: N_("Another machine could pretend to be the server and read everything that is sent to it."),
    Tls.PLAIN: N_("Everybody on the network can read and change what is sent: members, phones, points."),
}


class Host(NamedTuple):
    """A machine and its port; a name that begins with a slash is a folder with a socket on this machine."""

    name: str
    port: int = PORT

    @property
    def local(self) -> bool:
        """Whether nothing leaves this machine."""
        return self.name.startswith("/")

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == PORT or self.local else f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Server:
    """Where a shop's database is served. ``replicas`` answer reports when the screen may be some seconds behind."""

    hosts: tuple[Host, ...]
    database: str
    tls: Tls = Tls.VERIFIED
    ca_file: str = ""  # the site's authority; empty: those this machine trusts
    replicas: tuple[Host, ...] = ()

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.hosts))}/{self.database}"

    def encrypted(self, host: Host) -> bool:
        """Whether the line to this host is encrypted; a socket on this machine needs no encryption."""
        return self.tls is not Tls.PLAIN and not host.local

    @property
    def authorities(self) -> str:
        """The file of the authorities that are trusted; "system" where this machine does not name one."""
        return self.ca_file or authorities_of_this_machine()

    def url(self, user: str, password: str, *, application: str) -> URL:
        """The address of the machine that takes writes, whichever of the hosts that is now."""
        return self._url(self.hosts, user, password, application, "read-write")

    def replica_url(self, user: str, password: str, *, application: str) -> URL | None:
        """The address of the replicas; None where there are none."""
        return self._url(self.replicas, user, password, application, "any") if self.replicas else None

    def _url(self, hosts: tuple[Host, ...], user: str, password: str, application: str, session: str) -> URL:
        from sqlalchemy import URL  # a second: not where a profile is only shown

        secured = {"sslmode": Tls.PLAIN.value}
        if any(self.encrypted(host) for host in hosts):
            secured = {"sslmode": self.tls.value}
            if self.tls is Tls.VERIFIED:
                secured["sslrootcert"] = self.authorities
        return URL.create(
            "postgresql+psycopg",
            username=user,
            password=password,
            database=self.database,
            query={
                "host": ",".join(host.name for host in hosts),
                "port": ",".join(str(host.port) for host in hosts),
                "target_session_attrs": session,
                "application_name": application,
                "connect_timeout": str(CONNECT_SECONDS),
                # the server must ask for the password and prove that it knows it: no other way in is taken
                "require_auth": "scram-sha-256",
                "gssencmode": "disable",
                **secured,
            },
        )


def authorities_of_this_machine() -> str:
    """The file with the authorities this machine trusts, as Python found it; "system" leaves it to libpq."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile if paths.cafile and Path(paths.cafile).is_file() else "system"


def application_name(version: str, workstation: str) -> str:
    """What the server's administrator sees of a session: program, version and till, nobody's name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in workstation)
    return f"pointsdesk/{version} {plain}"[:63].strip()
