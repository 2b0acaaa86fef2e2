"""Knocking at a server, step by step, as far as the door opens: what is wrong is known by step and code, not by words.

Speaks the few messages of PostgreSQL's protocol (version 3.0) that a sign-in needs; nothing is read of the shop.
"""

from __future__ import annotations

import os
import secrets
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from desktop_admin.services.database.scram import Exchange
from desktop_admin.services.database.servers import CONNECT_SECONDS, Host, Server, Tls

SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
_VERSION: Final = 196608
_WRONG_NAME, _EXPIRED, _NOT_YET = {62, 64}, {10}, {9}  # OpenSSL's verdicts on a certificate
_LONGEST = 1 << 20


class Step(StrEnum):
    """How far a knock came: the step that failed, or the last one."""

    NAME = "name"
    PORT = "port"
    TLS = "tls"
    PASSWORD = "password"
    DATABASE = "database"
    OPEN = "open"


@dataclass(slots=True)
class Knock:
    """What one host answered. ``problem`` is empty where the door opened."""

    host: Host
    step: Step = Step.NAME
    problem: str = ""
    code: str = ""  # the server's SQLSTATE
    words: str = ""  # what it said, in its language
    milliseconds: float = 0.0  # one round trip once the door was open
    told: dict[str, str] = field(default_factory=dict)  # the server's parameters

    @property
    def open(self) -> bool:
        return self.step is Step.OPEN

    @property
    def standby(self) -> bool:
        """Whether this host only follows another."""
        return self.told.get("in_hot_standby") == "on"

    @property
    def version(self) -> int:
        """The server's major version; 0 where it was not told."""
        number = self.told.get("server_version", "").partition(".")[0].partition(" ")[0]
        digits = "".join(c for c in number if c.isdigit())
        return int(digits) if digits else 0


class _Stopped(Exception):
    def __init__(self, problem: str, *, code: str = "", words: str = "") -> None:
        super().__init__(problem)
        self.problem, self.code, self.words = problem, code, words


def knock(server: Server, host: Host, *, user: str, password: str, application: str = "pointsdesk") -> Knock:
    """Knock once. Never raises for what the network or the server does; takes a few seconds at most."""
    found = Knock(host)
    try:
        with _line(host, found) as line:
            found.step = Step.TLS
            with _secured(server, host, line) as safe:
                found.step = Step.PASSWORD
                _enter(_Talk(safe), server, found, user=user, password=password, application=application)
                found.step = Step.OPEN
    except _Stopped as stopped:
        found.problem, found.code, found.words = stopped.problem, stopped.code, stopped.words
    except TimeoutError:
        found.problem = "silent"
    except (ConnectionError, EOFError):
        found.problem = "refused" if found.step is Step.PORT else "hung up"
    except OSError as error:
        found.problem, found.words = "unreachable", error.strerror or str(error)
    except (ValueError, struct.error):
        found.problem = "stranger"
    return found


@contextmanager
def _line(host: Host, found: Knock) -> Iterator[socket.socket]:
    if not host.local:
        try:
            socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise _Stopped("unknown") from None
    found.step = Step.PORT
    try:
        line = reach(host, CONNECT_SECONDS)
    except FileNotFoundError:  # no socket there
        raise _Stopped("refused") from None
    with line:
        yield line


def reach(host: Host, seconds: float) -> socket.socket:
    """A line to a server, on which each wait lasts so long at most. OSError where there is none."""
    if not host.local:
        return socket.create_connection((host.name, host.port), timeout=seconds)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(seconds)
        line.connect(os.path.join(host.name, f".s.PGSQL.{host.port}"))
    except OSError:
        line.close()
        raise
    return line


def _secured(server: Server, host: Host, line: socket.socket) -> socket.socket:
    if not server.encrypted(host):
        return line
    line.sendall(SSL_REQUEST)
    answer = line.recv(1)
    if answer == b"N":
        raise _Stopped("plain")
    if answer != b"S":
        raise _Stopped("hung up" if not answer else "stranger")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if server.tls is Tls.VERIFIED:
        _trust(context, server)
    else:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return context.wrap_socket(line, server_hostname=host.name)
    except ssl.SSLCertVerificationError as error:
        verdicts = ((_WRONG_NAME, "wrong name"), (_EXPIRED, "expired"), (_NOT_YET, "not yet"))
        problem = next((said for codes, said in verdicts if error.verify_code in codes), "not trusted")
        raise _Stopped(problem, words=error.verify_message) from None
    except ssl.SSLError as error:
        raise _Stopped("no tls", words=error.reason or "") from None


def _trust(context: ssl.SSLContext, server: Server) -> None:
    try:
        if server.authorities == "system":
            context.load_default_certs()
        else:
            context.load_verify_locations(server.authorities)
    except (OSError, ssl.SSLError) as error:
        raise _Stopped("no authority", words=str(error.strerror or "")) from None


class _Talk:
    """Messages over a line: a letter, a length, a body."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def say(self, letter: bytes, body: bytes) -> None:
        self._line.sendall(letter + struct.pack("!i", len(body) + 4) + body)

    def hear(self) -> tuple[bytes, bytes]:
        """The next message. An error of the server's stops the knock."""
        letter = self._read(1)
        (length,) = struct.unpack("!i", self._read(4))
        if not 4 <= length <= _LONGEST:
            raise ValueError("not a message")
        body = self._read(length - 4)
        if letter == b"E":
            said = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
            raise _Stopped("said no", code=said.get(b"C", ""), words=said.get(b"M", ""))
        return letter, body

    def _read(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            more = self._line.recv(size - len(got))
            if not more:
                raise EOFError
            got += more
        return got


def _enter(talk: _Talk, server: Server, found: Knock, *, user: str, password: str, application: str) -> None:
    said = {"user": user, "database": server.database, "application_name": application}
    body = b"".join(f"{name}\0{value}\0".encode() for name, value in said.items()) + b"\0"
    talk.say(b"", struct.pack("!i", _VERSION) + body)
    _prove(talk, password)
    found.step = Step.DATABASE
    while (message := talk.hear())[0] != b"Z":
        if message[0] == b"S":
            name, value, _end = message[1].split(b"\0", 2)
            found.told[name.decode()] = value.decode(errors="replace")
    found.milliseconds = min(_round_trip(talk) for _each in range(3))
    talk.say(b"X", b"")


def _prove(talk: _Talk, password: str) -> None:
    exchange = Exchange(password, secrets.token_urlsafe(18))
    while True:
        letter, body = talk.hear()
        if letter != b"R":
            raise ValueError("not what follows")
        (kind,), rest = struct.unpack("!i", body[:4]), body[4:]
        if kind == 10:
            if b"SCRAM-SHA-256" not in rest.split(b"\0"):
                raise _Stopped("weak")
            first = exchange.first()
            talk.say(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
        elif kind == 11:
            talk.say(b"p", exchange.final(rest))
        elif kind == 12:
            if not exchange.proven(rest):
                raise _Stopped("false server")
        elif kind == 0:
            if not exchange.done:
                raise _Stopped("open door")
            return
        else:  # the password in the clear, or a digest that gives it away
            raise _Stopped("weak")


def _round_trip(talk: _Talk) -> float:
    began = time.perf_counter()
    talk.say(b"Q", b"SELECT 1\0")
    while talk.hear()[0] != b"Z":
        pass
    return (time.perf_counter() - began) * 1000
