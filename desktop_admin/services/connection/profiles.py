"""Profiles: a shop by name, and where it lives, as this machine keeps it. Nothing secret is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from desktop_admin.i18n import N_
from desktop_admin.services.database.servers import PORT, Host, Server, Tls
from desktop_admin.services.errors import Refused

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._\-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+(%\w+)?|[^\W_][\w.\-]*")
_MOST_HOSTS = 9


@dataclass(frozen=True, slots=True)
class Profile:
    """One connection: a file of this machine (``path``) or a server (``hosts``)."""

    id: str
    name: str
    path: str = ""
    hosts: tuple[Host, ...] = ()
    database: str = ""
    tls: Tls = Tls.VERIFIED
    ca_file: str = ""
    replicas: tuple[Host, ...] = ()
    shop: str = ""  # the shop's own name, as it was when it was last open
    shop_uuid: str = ""  # which shop that was: under it this machine keeps things for an outage
    remember: bool = False  # whether the password may be kept in the system's keyring
    logins: tuple[str, ...] = ()  # who signed in while it might: whose passwords the keyring may hold

    @property
    def on_server(self) -> bool:
        return bool(self.hosts)

    @property
    def server(self) -> Server:
        """Where it is served; only for a profile with hosts."""
        return Server(self.hosts, self.database, self.tls, self.ca_file, self.replicas)

    @property
    def place(self) -> str:
        """Where the shop lives, for a list."""
        return str(self.server) if self.on_server else self.path

    def checked(self) -> Profile:
        """The profile itself. Refused at the first field that cannot be meant."""
        if not self.name.strip():
            raise Refused(N_("Give the connection a name."), field="name")
        if not self.on_server:
            if not self.path.strip():
                raise Refused(N_("Choose the shop's file, or name its server."), field="path")
            return self
        if not self.database.strip():
            raise Refused(N_("Name the database on the server."), field="database")
        if "\0" in self.database or len(self.database.encode()) > 63:
            raise Refused(N_("This cannot be the name of a database."), field="database")
        if self.ca_file and self.tls is not Tls.VERIFIED:
            raise Refused(N_("A certificate of the site is only of use where the server is checked."), field="tls")
        return self


def new_id() -> str:
    return uuid4().hex[:12]


def read_hosts(text: str, *, field: str = "hosts", least: int = 1) -> tuple[Host, ...]:
    """Read "db1, db2:5433, [fd00::2]:5432": machines with their ports. Refused at ``field`` for what is none."""
    parts = [part.strip() for part in re.split(r"[,;，；、\s]+", text) if part.strip()]
    hosts = tuple(dict.fromkeys(_host(part, field) for part in parts))
    if len(hosts) < least:
        raise Refused(N_("Name the server: its address in the shop's network, such as “db.shop.lan”."), field=field)
    if len(hosts) > _MOST_HOSTS:
        raise Refused(N_("At most {most} servers."), field=field, most=_MOST_HOSTS)
    return hosts


def said_hosts(hosts: Iterable[Host]) -> str:
    """The text that ``read_hosts`` reads."""
    return ", ".join(f"{host.name}:{host.port}" if host.local and host.port != PORT else str(host) for host in hosts)


def _host(text: str, field: str) -> Host:
    name, port = text, ""
    if text.startswith("[") and "]" in text:
        name, _bracket, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        name, _colon, port = text.partition(":")
    good = name.startswith("/") or _NAME.fullmatch(name)
    if not good or "://" in text or "@" in text:
        raise Refused(N_("“{host}” is not the address of a server."), field=field, host=text)
    if not port:
        return Host(name)
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Refused(N_("“{port}” is not a port; ports are numbers from 1 to 65535."), field=field, port=port)
    return Host(name, int(port))


# -- as the machine keeps them ---------------------------------------------------------------------------------------


def dump(profiles: Iterable[Profile]) -> str:
    """Profiles as text for the machine's settings."""
    import json  # not before the first paint

    return json.dumps([_said(profile) for profile in profiles], ensure_ascii=False)


def load(text: str) -> tuple[Profile, ...]:
    """The profiles a text holds; what cannot be read is left out."""
    import json  # not before the first paint

    try:
        said = json.loads(text or "[]")
    except ValueError:
        return ()
    read = (_read(one) for one in said) if isinstance(said, list) else ()
    return tuple(profile for profile in read if profile is not None)


def _said(profile: Profile) -> dict[str, object]:
    said = {name: getattr(profile, name) for name in Profile.__slots__}
    return {name: value for name, value in said.items() if value or name in ("id", "name")}


def _read(said: object) -> Profile | None:
    if not isinstance(said, dict):
        return None
    names = ("id", "name", "path", "database", "ca_file", "shop", "shop_uuid")
    texts = {name: str(said.get(name, "")) for name in names}
    try:
        tls = Tls(said.get("tls", Tls.VERIFIED))
        hosts, replicas = (tuple(Host(str(n), int(p)) for n, p in said.get(key, ())) for key in ("hosts", "replicas"))
        logins = tuple(map(str, said.get("logins", ())))
        profile = Profile(
            hosts=hosts, replicas=replicas, tls=tls, remember=said.get("remember") is True, logins=logins, **texts
        )
        return profile.checked() if profile.id else None
    except (TypeError, ValueError, Refused):
        return None
