#!/usr/bin/env python3
"""Everything a developer does with PointsDesk, from a bare machine on: `python3 dev.py`.

Needs Python 3.11 and nothing else: it makes `.venv` from the pinned lock files, and on Debian and
Ubuntu it installs the few system libraries Qt needs where it may.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "requirements"
LOCALE = ROOT / "resources" / "locale"
MEMORY_WANTED = 4 << 30  # bytes
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
FONT_PACKAGE = "fonts-noto-cjk"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_PATTERNS = ("NotoSansCJK*", "NotoSans[ST]C*", "SourceHanSans*", "wqy-*", "uming*", "ukai*",
                 "Droid*Fallback*")


def stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(1)


def say(message: str) -> None:
    print(message, flush=True)


# -- the system ------------------------------------------------------------------------------------


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries() -> list[str]:
    """Debian's names of the libraries Qt would not find."""
    wanted = dict(QT_LIBRARIES)
    if os.environ.get("DISPLAY"):
        wanted |= X_LIBRARIES
    return [package for library, package in wanted.items() if not loads(library)]


def has_chinese_font() -> bool:
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(
        next(folder.rglob(pattern), None) is not None
        for folder in folders if folder.is_dir() for pattern in FONT_PATTERNS
    )


def apt_install(packages: Sequence[str]) -> bool:
    """Whether the packages are there now; False also where we may not install."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    say(f"Installing system packages: {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = [apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    for step in (command, [apt, "update", "-q"], command):
        done = subprocess.run(step, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if step is command and done.returncode == 0:
            return True
    say(done.stderr.strip())
    return False


def prepare_system() -> None:
    """See that Qt finds its libraries, and letters for Chinese."""
    if sys.platform != "linux":
        return
    libraries = missing_libraries()
    fonts = [] if has_chinese_font() else [FONT_PACKAGE]
    if fonts and not libraries and os.geteuid() != 0:
        return          # the program brings Noto Sans SC along: good enough to work with
    if libraries + fonts and not apt_install(libraries + fonts):
        if not libraries:
            say(f"The font package {FONT_PACKAGE} could not be installed; "
                "PointsDesk uses the font it brings along.")
            return
        names = " ".join(libraries + fonts)
        stop(f"Qt needs system libraries that are missing here. Install them with:\n"
             f"  sudo apt-get install -y {names}\n"
             "(on other systems: the packages with the same libraries)")


# -- the environment -------------------------------------------------------------------------------


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def child_environment() -> dict[str, str]:
    """Like ours, but modules stay compiled: without bytecode SQLAlchemy starts 3.4 x slower."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPATH"] = str(ROOT)
    return environment


def in_venv(*arguments: str | Path, check: bool = True, **environment: str) -> int:
    done = subprocess.run([venv_python(), *arguments], cwd=ROOT, env={**child_environment(), **environment})
    if check and done.returncode:
        raise SystemExit(done.returncode)
    return done.returncode


def make_venv() -> None:
    """Create `.venv` for this Python, unless it is there and works."""
    if venv_python().exists():
        probe = subprocess.run(
            [venv_python(), "-c", "import sys, pip; print(*sys.version_info[:2])"],
            capture_output=True, text=True, check=False)
        if probe.stdout.split() == [str(part) for part in sys.version_info[:2]]:
            return
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if importlib.util.find_spec("ensurepip") is None and not apt_install([version]):
        stop(f"This Python cannot make environments. Install it with:\n"
             f"  sudo apt-get install -y {version}")
    say(f"Making the environment {VENV.name} ...")
    # In a process of its own: ensurepip may just have been installed.
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV])
    if done.returncode:
        stop("The environment could not be made; the lines above say why.")


def prepare(kind: str = "dev") -> None:
    """Install what `requirements/KIND.lock` pins ("run" or "dev"), if that has changed."""
    prepare_system()
    make_venv()
    lock = LOCKS / f"{kind}.lock"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f".{kind}-lock"
    if not stamp.exists() or stamp.read_text() != digest:
        say(f"Installing what {lock.relative_to(ROOT)} pins ...")
        status = in_venv("-m", "pip", "install", "--quiet", "--no-input", "--no-deps",
                         "--disable-pip-version-check", "--require-hashes", "-r", lock, check=False)
        if status:
            stop("The packages could not be installed; the lines above say why. Nothing was "
                 "changed outside .venv, and the next call tries again.")
        in_venv("-m", "compileall", "-qq", "-j", "0", VENV / "lib", check=False)
        stamp.write_text(digest)
    compile_text()


def compile_text() -> None:
    """Compile the catalogues whose .po is newer than its .mo."""
    stale = [
        po for po in LOCALE.glob("*.po")
        if not (mo := po.with_suffix(".mo")).exists() or mo.stat().st_mtime < po.stat().st_mtime
    ]
    if stale:
        in_venv("-m", "tools.text", "compile")


# -- commands --------------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """open the program on the sample shop"""
    if (sys.platform == "linux" and not os.environ.get("QT_QPA_PLATFORM")
            and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")):
        stop("There is no display here: PointsDesk has windows, so start it in a desktop session "
             "(or set QT_QPA_PLATFORM).")
    prepare("run")
    return in_venv("-m", "desktop_admin", *(arguments or ["--sample"]), check=False)


def test(arguments: list[str]) -> int:
    """run the whole test suite, or what is named: test tests/rules -k lots"""
    prepare()
    if not any(not argument.startswith("-") for argument in arguments):
        workers = min(4, os.cpu_count() or 1)
        arguments = ["-q", "-n", str(workers), "--dist", "worksteal", *arguments]
    with in_memory() as environment:
        return in_venv("-m", "pytest", *arguments, check=False, **environment)


@contextmanager
def in_memory() -> Iterator[dict[str, str]]:
    """Temporary files of the tests in memory where there is room: thousands of commits to a disk take minutes."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < MEMORY_WANTED:
        yield {}
        return
    folder = Path(tempfile.mkdtemp(prefix="pd", dir=memory))
    folder.chmod(0o755)  # the tests' PostgreSQL runs under another account
    try:
        yield {"TMPDIR": str(folder)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(arguments: list[str]) -> int:
    """ruff, mypy, the import contracts and the translations"""
    prepare()
    code = [name for name in ("desktop_admin", "tests", "bench", "tools", "dev.py")
            if (ROOT / name).exists()]
    failed = []
    for name, command in (
        ("ruff", ["-m", "ruff", "check", "."]),
        ("mypy", ["-m", "mypy", *code]),
        ("import contracts", ["-c", LINT_IMPORTS]),
        ("translations", ["-m", "tools.text", "check"]),
    ):
        say(f"== {name}")
        if in_venv(*command, check=False):
            failed.append(name)
    say(f"Not in order: {', '.join(failed)}" if failed else "All in order.")
    return 1 if failed else 0


def lock(arguments: list[str]) -> int:
    """pin every package with its hashes again: requirements/*.lock"""
    make_venv()
    return in_venv("-m", "tools.lock", *arguments, check=False)


def text(arguments: list[str]) -> int:
    """collect the messages and bring the catalogues up to date"""
    prepare()
    return in_venv("-m", "tools.text", *(arguments or ["update"]), check=False)


@dataclass(frozen=True)
class PassThrough:
    """A command that lives in a module of its own and takes its arguments as they are."""

    module: str
    help: str

    def exists(self) -> bool:
        path = ROOT / self.module.replace(".", "/")
        return path.with_suffix(".py").exists() or (path / "__main__.py").exists()

    def __call__(self, arguments: list[str]) -> int:
        prepare()
        return in_venv("-m", self.module, *arguments, check=False)


OWN: tuple[Callable[[list[str]], int], ...] = (run, test, check, lock, text)
ELSEWHERE = {
    "shots": PassThrough("tests.shots", "picture every screen: shots DIR"),
    "bench": PassThrough("bench", "measure speed and memory against floors of the same run"),
    "crash": PassThrough("tests.long.crash", "kill writers again and again and check the books"),
    "counters": PassThrough("tests.long.counters", "many processes at one server, killed and cut off, and judged"),
    "failover": PassThrough("tests.long.failover", "kill the primary of a replicated pair again and again"),
    "pitr": PassThrough("tests.long.pitr", "recover a server's shop to a moment and judge what came back"),
    "scale": PassThrough("bench.scale", "measure tables and indexes of millions of rows: scale --rows 2000000"),
    "soak": PassThrough("tests.long.soak", "work a shop for hours and check the books"),
    "tills": PassThrough("tests.long.tills", "kill tills that wait for their server and check what they book"),
}


def commands() -> dict[str, tuple[str, Callable[[list[str]], int]]]:
    known: dict[str, tuple[str, Callable[[list[str]], int]]] = {}
    for own in OWN:
        known[own.__name__] = (own.__doc__ or "", own)
    for name, other in ELSEWHERE.items():
        if other.exists():
            known[name] = (other.help, other)
    return known


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - an old Python is told so
        stop("PointsDesk needs Python 3.11 or newer.")
    known = commands()
    listed = "\n".join(f"  {name:10}{help_text}" for name, (help_text, _) in known.items())
    parser = argparse.ArgumentParser(
        prog="dev.py", description="Develop PointsDesk.", epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=list(known), metavar="command", nargs="?")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="handed to the command")
    wish = parser.parse_args()
    if wish.command is None:
        parser.print_help()
        return 2
    try:
        return known[wish.command][1](wish.arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
