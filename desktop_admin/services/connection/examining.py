"""Examining a connection before it is kept: one line per check, in order, each with what to do where it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desktop_admin import __version__
from desktop_admin.i18n import N_, _
from desktop_admin.services.connection.profiles import Profile
from desktop_admin.services.database import failures, opening, upgrades
from desktop_admin.services.database.authority.names import login_role
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.database.knocking import Knock, Step, knock
from desktop_admin.services.database.servers import TLS_WARNINGS, Host, Server, Tls, application_name
from desktop_admin.services.errors import Trouble
from desktop_admin.services.operators.trying import normal_login

OLDEST = 15  # of the server's versions
SLOW = 100.0  # milliseconds of a round trip with which the counter is no joy


class Verdict(StrEnum):
    GOOD = "good"
    WARNING = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One check and what was found."""

    check: str  # N_()
    verdict: Verdict
    message: str  # N_()
    facts: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The finding in the present language."""
        return _(self.message).format(**self.facts)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, in order. ``shop`` is the shop's name where one was reached."""

    lines: tuple[Line, ...]
    shop: str = ""

    @property
    def good(self) -> bool:
        return not any(line.verdict is Verdict.BAD for line in self.lines)


NAME, PORT_, TLS_, PASSWORD, DATABASE = (
    N_("Address"), N_("Server"), N_("Encryption"), N_("Name and password"), N_("Database")
)  # fmt: skip
VERSION, SHOP, RIGHTS, SPEED, ROLES = N_("Version of the server"), N_("Shop"), N_("Rights"), N_("Speed"), N_("Servers")
_CHECKS = {
    Step.NAME: NAME, Step.PORT: PORT_, Step.TLS: TLS_, Step.PASSWORD: PASSWORD, Step.DATABASE: DATABASE,
}  # fmt: skip

_FAULTS = {
    (Step.NAME, "unknown"): N_(
        "Nobody knows the name “{host}”. Check how it is written, and whether this machine is in the shop's network."
    ),
    (Step.PORT, "refused"): N_(
        "“{host}” answers, but nothing listens at port {port}. Check the port, and that the database server runs."
    ),
    (Step.PORT, "silent"): N_(
        "“{host}” does not answer. Check that it is switched on, and that no firewall closes port {port}."
    ),
    (Step.PORT, "unreachable"): N_(
        "There is no way to “{host}” from here. Check the cable or the wireless network of this machine."
    ),
    (Step.TLS, "plain"): N_(
        "“{host}” does not encrypt. Nothing was sent to it. Have TLS switched on at the server (ssl = on, with a "
        "certificate)."
    ),
    (Step.TLS, "not trusted"): N_(
        "The certificate of “{host}” was signed by nobody this machine trusts. Choose the certificate of the shop's "
        "own authority (a .crt or .pem file) that whoever set up the server can give you."
    ),
    (Step.TLS, "wrong name"): N_(
        "The certificate that “{host}” shows is made out to another name. Write the server's name as it stands in its "
        "certificate, or have a certificate made for this one."
    ),
    (Step.TLS, "expired"): N_("The certificate of “{host}” has expired. Have a new one put on the server."),
    (Step.TLS, "not yet"): N_(
        "The certificate of “{host}” is not valid yet. Check the date and time of this machine."
    ),
    (Step.TLS, "no authority"): N_("The file with the site's certificate cannot be read. Choose it again."),
    (Step.TLS, "no tls"): N_("“{host}” and this program found no way to encrypt that both know."),
    (Step.PASSWORD, "weak"): N_(
        "“{host}” asks for the password in a way that gives it away, so it was not sent. Have the server ask with "
        "scram-sha-256."
    ),
    (Step.PASSWORD, "open door"): N_(
        "“{host}” lets everybody in without asking for a password. Have it ask with scram-sha-256 (pg_hba.conf)."
    ),
    (Step.PASSWORD, "false server"): N_(
        "“{host}” does not know the password itself: this may be somebody else's server. Do not sign in there."
    ),
}  # fmt: skip
_STRANGER = N_("Something answers at “{host}”, port {port}, but it is no database server.")
_CODES = {
    (Step.PASSWORD, "28P01"): N_("Wrong name or password."),
    (Step.PASSWORD, "28000"): N_(
        "The server lets nobody in with this name from this machine. Its list of permitted machines (pg_hba.conf) "
        "lacks this one, or this name, or encrypted lines."
    ),
    (Step.DATABASE, "28000"): N_("Your account is switched off. Ask an administrator."),
    (Step.DATABASE, "3D000"): N_("There is no database “{database}” on “{host}”. Check how it is written."),
    (Step.DATABASE, "42501"): N_("This account may not open the database “{database}”. Is it an account of this shop?"),
    (Step.DATABASE, "53300"): N_(
        "The server has no room for another connection. Close the program elsewhere, or have the server allow more."
    ),
    (Step.PASSWORD, "57P03"): N_("The server is just starting or shutting down. Try again in a moment."),
}  # fmt: skip
_SAID = N_("“{host}” refused: {words}")


def examine(profile: Profile, login: str, password: str, *, workstation: str = "") -> Report:
    """Look at everything on the way to the shop, as the operator ``login``. Changes nothing anywhere."""
    if not profile.on_server:
        return Report(*_file(profile.path))
    server = profile.server
    user = login_role(server.database, normal_login(login))
    application = application_name(__version__, workstation)
    one = partial(knock, server, user=user, password=password, application=application)
    hosts = (*server.hosts, *(host for host in server.replicas if host not in server.hosts))
    with ThreadPoolExecutor(len(hosts), "pointsdesk-knock") as pool:
        found = list(pool.map(one, hosts))
    primaries = [one for one in found if one.open and not one.standby and one.host in server.hosts]
    lines = list(_on_the_way(server, found, usable=bool(primaries)))
    if not primaries:
        return Report(tuple(lines))
    lines += _of_the_servers(server, found, primaries[0])
    shop, inside = _inside(server, login, user, password, application)
    return Report((*lines, *inside), shop)


# -- on the way --------------------------------------------------------------------------------------------------------


def _on_the_way(server: Server, found: list[Knock], *, usable: bool) -> Iterator[Line]:
    """What was found up to the door; where one host lets in, what is wrong with another is a warning."""
    furthest = max((_order(one.step) for one in found), default=0)
    said: set[tuple[str, str]] = set()
    for step, check in _CHECKS.items():
        stopped = [one for one in found if one.step is step]
        for one in stopped:
            line = _fault(server, one, Verdict.WARNING if usable else Verdict.BAD)
            if (line.message, str(line.facts.get("host"))) not in said:
                said.add((line.message, str(line.facts.get("host"))))
                yield line
        if _order(step) < furthest:
            yield _passed(server, check, step, [one.host for one in found if _order(one.step) > _order(step)])
    if not usable and any(one.open for one in found):
        names = ", ".join(str(one.host) for one in found if one.open)
        message = N_(
            "{hosts}: only follows another server and takes no bookings. Name the server that leads, too."
        )
        yield Line(ROLES, Verdict.BAD, message, {"hosts": names})


def _order(step: Step) -> int:
    return list(Step).index(step)


def _passed(server: Server, check: str, step: Step, hosts: list[Host]) -> Line:
    names = ", ".join(map(str, hosts))
    good = {
        Step.NAME: N_("{hosts}: known."),
        Step.PORT: N_("{hosts}: answers."),
        Step.TLS: N_("{hosts}: encrypted, and the certificate is right."),
        Step.PASSWORD: N_("Accepted."),
        Step.DATABASE: N_("“{database}” is there."),
    }
    facts = {"hosts": names, "database": server.database}
    if step is Step.TLS and server.tls is not Tls.VERIFIED and not all(host.local for host in hosts):
        return Line(check, Verdict.WARNING, TLS_WARNINGS[server.tls])
    if step is Step.TLS and all(host.local for host in hosts):
        return Line(check, Verdict.GOOD, N_("On this machine; nothing goes over the network."))
    return Line(check, Verdict.GOOD, good[step], facts)


def _fault(server: Server, one: Knock, verdict: Verdict) -> Line:
    facts = {"host": one.host.name, "port": one.host.port, "database": server.database, "words": one.words}
    message = _CODES.get((one.step, one.code)) or _FAULTS.get((one.step, one.problem))
    message = message or (_SAID if one.words else _STRANGER)
    if one.problem == "silent":  # also after it was reached: a port that takes calls and never answers
        message = _FAULTS[Step.PORT, "silent"]
    return Line(_CHECKS[one.step], verdict, message, facts)


def _of_the_servers(server: Server, found: list[Knock], primary: Knock) -> Iterator[Line]:
    old = [one for one in found if one.open and 0 < one.version < OLDEST]
    if old:
        message = N_("“{host}” has version {version}; PointsDesk needs {oldest} or newer. Have the server upgraded.")
        facts = {"host": old[0].host.name, "version": old[0].version, "oldest": OLDEST}
        yield Line(VERSION, Verdict.BAD, message, facts)
    else:
        yield Line(VERSION, Verdict.GOOD, N_("PostgreSQL {version}."), {"version": primary.told["server_version"]})
    slow = primary.milliseconds > SLOW
    message = N_("{time} ms there and back: every act will be felt. A cable is faster than a wireless network.")
    facts = {"time": f"{primary.milliseconds:.0f}" if slow else f"{primary.milliseconds:.1f}"}
    yield Line(SPEED, Verdict.WARNING if slow else Verdict.GOOD, message if slow else N_("{time} ms there and back."),
               facts)  # fmt: skip
    followers = [str(one.host) for one in found if one.standby]
    leads = N_("{primary} leads; {followers} follows.") if followers else N_("{primary} leads.")
    yield Line(ROLES, Verdict.GOOD, leads, {"primary": str(primary.host), "followers": ", ".join(followers)})


# -- inside ------------------------------------------------------------------------------------------------------------

_MAY_LOOK = text("SELECT has_schema_privilege('public', 'USAGE')")
_OPERATOR = text("SELECT name, active FROM operator WHERE login = :login AND role <> 'system'")
_SHOP_NAME = text("SELECT name FROM shop WHERE id = 1")


def _inside(server: Server, login: str, user: str, password: str, application: str) -> tuple[str, tuple[Line, ...]]:
    """The shop's name, and what was found about shop and rights."""
    engine = engine_for(server.url(user, password, application=application))
    try:
        with engine.connect() as connection:
            if not connection.execute(_MAY_LOOK).scalar():
                return "", (_no_rights(),)
        upgrades.check_version(engine)
        with engine.connect() as connection:
            shop = str(connection.execute(_SHOP_NAME).scalar() or "")
            person: Any = connection.execute(_OPERATOR, {"login": normal_login(login)}).first()
        lines = [Line(SHOP, Verdict.GOOD, N_("“{shop}”, of this program's version."), {"shop": shop})]
        return shop, (*lines, _standing(person, login))
    except Trouble as trouble:
        return "", (Line(SHOP, Verdict.BAD, trouble.message, trouble.facts),)
    except DBAPIError as error:
        if failures.sqlstate(error) == "42501":
            return "", (_no_rights(),)
        told = failures.trouble(error)
        if isinstance(told, Trouble):
            return "", (Line(SHOP, Verdict.BAD, told.message, told.facts),)
        raise
    finally:
        engine.dispose()


def _no_rights() -> Line:
    message = N_("This account may not read the shop's books. An administrator of the shop can give it a role.")
    return Line(RIGHTS, Verdict.BAD, message)


def _standing(person: Any, login: str) -> Line:
    if person is None:
        message = N_("Nobody called “{login}” works in this shop. An administrator can make an operator of this name.")
        return Line(RIGHTS, Verdict.BAD, message, {"login": login})
    if not person.active:
        return Line(RIGHTS, Verdict.BAD, N_("Your account is switched off. Ask an administrator."))
    return Line(RIGHTS, Verdict.GOOD, N_("{name} works in this shop."), {"name": person.name})


def _file(path: str) -> tuple[tuple[Line, ...], str]:
    """What is wrong with a file, and the shop's name."""
    if not Path(path).is_file():
        return (Line(SHOP, Verdict.BAD, N_("There is no database file at “{path}”."), {"path": path}),), ""
    url = parse(path)
    readonly = not opening.writable(url)
    engine = engine_for(url, readonly=readonly)
    try:
        opening.check(engine, readonly=readonly)
        with engine.connect() as connection:
            shop = str(connection.execute(_SHOP_NAME).scalar() or "")
        if readonly:
            return (Line(SHOP, Verdict.WARNING, N_("“{shop}”, for reading only."), {"shop": shop}),), shop
        return (Line(SHOP, Verdict.GOOD, N_("“{shop}”, of this program's version."), {"shop": shop}),), shop
    except Trouble as trouble:
        return (Line(SHOP, Verdict.BAD, trouble.message, trouble.facts),), ""
    finally:
        engine.dispose()
