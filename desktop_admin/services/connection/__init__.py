"""Connections: which shops this machine knows, where they live, and what is wrong with a way there."""

from desktop_admin.services.connection.profiles import (
    Profile,
    dump,
    load,
    new_id,
    read_hosts,
    said_hosts,
)
from desktop_admin.services.database.servers import TLS_TITLES, TLS_WARNINGS, Host, Server, Tls

__all__ = [
    "TLS_TITLES", "TLS_WARNINGS", "Host", "Profile", "Server", "Tls", "dump", "load", "new_id", "read_hosts",
    "said_hosts",
]  # fmt: skip
