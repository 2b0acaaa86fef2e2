"""What every test gets: a home of its own, no screen, no keyring, a quiet log and clean threads."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import recording
from tests.databases import (
    as_role,
    clock,
    database,
    database_url,
    engine,
    no_postgres,
    postgres,
    share_postgres,
    stop_postgres,
    templates,
)
from tests.served import served, served_once

__all__ = [
    "as_role", "clock", "database", "database_url", "engine", "postgres", "served", "served_once", "templates",
]  # fmt: skip

ROOT = Path(__file__).resolve().parent.parent
_HOME = pytest.StashKey[str]()
_PATIENCE = 3.0          # seconds a thread may take to end after its test

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-rights", default="", help="note in this folder which statement needs which permission")


def pytest_configure(config: pytest.Config) -> None:
    """Cut the run off from the person's settings, locale and time zone, before Qt starts."""
    home = tempfile.mkdtemp(prefix="pdhome-")
    config.stash[_HOME] = home
    os.environ["HOME"] = os.environ["USERPROFILE"] = home
    for name, folder in {
        "XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_CACHE_HOME": ".cache",
        "XDG_STATE_HOME": ".local/state", "XDG_RUNTIME_DIR": ".run",
        "APPDATA": "roaming", "LOCALAPPDATA": "local",
    }.items():
        path = Path(home, folder)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ[name] = str(path)
    # matplotlib lists the fonts once and keeps the list: once per tree, not once per run.
    os.environ["MPLCONFIGDIR"] = str(ROOT / ".pytest_cache" / "matplotlib")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "tests.keyring.MemoryKeyring"
    for name in [name for name in os.environ if name.startswith(("LC_", "POINTSDESK_"))]:
        del os.environ[name]
    os.environ.pop("LANGUAGE", None)
    os.environ["LANG"] = "C.UTF-8"
    # Neither UTC nor a shop's zone: whoever asks the machine for date or hour is wrong here.
    os.environ["TZ"] = "America/St_Johns"
    if hasattr(time, "tzset"):
        time.tzset()
    if config.getoption("--record-rights"):
        recording.install()


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.getoption("--record-rights"):
        recording.write(config.getoption("--record-rights"))
    stop_postgres(config)
    shutil.rmtree(config.stash.get(_HOME, ""), ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """pytest-xdist starts a worker: tell it where the run's PostgreSQL is."""
    share_postgres(node)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Half a suite is no success where it counts."""
    if os.environ.get("CI") == "true" and no_postgres(session.config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    reason = no_postgres(config)
    if reason:
        terminalreporter.section("THE POSTGRESQL HALF OF THE TESTS DID NOT RUN", red=True)
        terminalreporter.line(reason)


@pytest.fixture(autouse=True)
def _no_threads_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test ends the threads it started."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + _PATIENCE
    while left := [thread for thread in threading.enumerate() if thread not in before]:
        if time.monotonic() > end:
            pytest.fail(f"threads left over: {', '.join(thread.name for thread in left)}")
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _quiet_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log fails the test, unless it is marked `expects_log`."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    loud = [f"{record.name}: {record.getMessage()}" for record in caplog.get_records("call")
            if record.levelno >= logging.WARNING]
    if loud:
        pytest.fail("unexpected in the log:\n" + "\n".join(loud))


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    """Every test begins with an empty keyring."""
    from tests.keyring import MemoryKeyring

    MemoryKeyring.secrets.clear()
    yield
    MemoryKeyring.secrets.clear()


@pytest.fixture(autouse=True)
def _english() -> None:
    """Every test begins in English, whatever the one before it showed."""
    from desktop_admin import i18n

    if i18n.current_language() != "en":
        i18n.use_language("en")


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """`real_data("online_retail.csv.xz")`: a file of real data beside the tree, or a skip."""
    def path(name: str) -> Path:
        found = ROOT.parent / "shared" / "data" / name
        if not found.exists():
            pytest.skip(f"the real data {name} is not on this machine")
        return found

    return path
