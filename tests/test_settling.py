"""An act whose answer was lost: the window says that it is being checked, finds out, and tells; also after a kill."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from desktop_admin.services import points
from desktop_admin.services.database import patience
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Unsettled
from desktop_admin.services.outbox import Outbox
from desktop_admin.services.work import Actor
from desktop_admin.settings import Settings
from desktop_admin.settling import Settled, Settling
from desktop_admin.tasks import Tasks
from desktop_admin.views import unsettled
from desktop_admin.views.desk import Desk
from desktop_admin.views.form import Field, Form
from tests.conftest import ROOT
from tests.postgres import Socket
from tests.proxy import Proxy
from tests.services.counter import Counter
from tests.services.test_outbox import send
from tests.views.fakes import FakeNotices

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
def proxy(postgres: Socket) -> Iterator[Proxy]:
    with Proxy(postgres) as proxy:
        yield proxy


@pytest.fixture
def far_url(proxy: Proxy, database_url: str) -> str:
    """The shop beyond a network that can fail."""
    return proxy.url(database_url.partition("@/")[2].partition("?")[0])


@dataclass
class Program:
    """A counter's program, as far as acts on their way go."""

    tasks: Tasks
    settling: Settling
    desk: Desk
    told: list[Settled] = field(default_factory=list)

    @property
    def notices(self) -> FakeNotices:
        assert isinstance(self.desk.notices, FakeNotices)
        return self.desk.notices

    def form(self, member: int) -> Form:
        """The adjusting form of a member."""
        return Form(
            self.desk, [Field("points", "Points", "points", required=True)],
            lambda values, request: partial(
                points.adjust, request=request, member_id=member, points=values["points"], reason="service"
            ),
        )  # fmt: skip


Start = Callable[..., Program]


@pytest.fixture
def start(
    qtbot: Any, far_url: str, clock: SetClock, as_role: Callable[[str], Actor], tmp_path: Path
) -> Iterator[Start]:
    running: list[Program] = []

    def begin(role: str = "manager") -> Program:
        tasks = Tasks(Database.open(far_url, clock=clock))
        tasks.actor = as_role(role)
        tasks.outbox = Outbox(tmp_path / "outbox")
        desk = Desk(tasks, Settings(tmp_path / "settings.ini"), FakeNotices())
        told: list[Settled] = []

        def say(settled: tuple[Settled, ...]) -> None:
            told.extend(settled)
            unsettled.tell(desk.notices, settled)

        program = Program(tasks, Settling(tasks, say), desk, told)
        running.append(program)
        return program

    yield begin
    for program in running:
        assert program.tasks.close(20), "a thread is left"


@pytest.fixture
def counter(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role)


def lose(qtbot: Any, proxy: Proxy, form: Form, *, arrives: bool) -> None:
    """Press Save; the answer is lost, and then the server is gone for longer than is tried again."""
    proxy.lose_replies, proxy.lose_requests = int(arrives), int(not arrives)
    lost = proxy.lost

    def pull() -> None:
        end = time.monotonic() + 10
        while proxy.lost == lost and time.monotonic() < end:
            time.sleep(0.0005)
        proxy.gone = True
        proxy.cut()

    thread = threading.Thread(target=pull)
    thread.start()
    form.submit()
    thread.join()
    qtbot.waitUntil(lambda: form.submit_button.text() == "Checking…", timeout=10_000)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.6)


@pytest.mark.parametrize("arrives", [True, False])
def test_an_unsettled_act_is_being_checked_until_the_server_is_back(
    qtbot: Any, proxy: Proxy, start: Start, counter: Counter, arrives: bool
) -> None:
    member, program = counter.member(), start()
    form, foot = program.form(member), unsettled.UnsettledButton(program.desk)
    for widget in (form, foot):
        qtbot.addWidget(widget)
        widget.show()
    done: list[Any] = []
    form.done.connect(done.append)
    form.fill({"points": 5})
    request = form.request
    lose(qtbot, proxy, form, arrives=arrives)
    assert "not known yet" in form.banner.label.text()
    assert not form.submit_button.isEnabled()
    assert (foot.isVisible(), foot.text()) == (True, "⚠ 1 act is being checked")
    qtbot.waitUntil(lambda: program.settling.job is not None and program.settling.job.over, timeout=20_000)
    assert (done, program.told) == ([], []), "it cannot know yet"
    proxy.gone = False
    qtbot.waitUntil(lambda: not form.writing, timeout=30_000)
    assert counter.state(member) == ((5, 0) if arrives else (0, 0))
    assert foot.isHidden()
    assert form.request != request
    if arrives:
        assert (len(done), done[0].points) == (1, 5)
        assert [one.booked for one in program.told] == [True]
        assert "was booked, once" in program.notices.told[0]
    else:
        assert "was not booked" in form.banner.label.text()
        form.submit()
        qtbot.waitUntil(lambda: bool(done), timeout=10_000)
        assert counter.state(member) == (5, 0)
    assert counter.rows("SELECT count(*) FROM operation WHERE kind = 'points.adjust'") == [(1,)]


def test_a_form_that_was_closed_meanwhile_is_told_of_in_a_notice(
    qtbot: Any, proxy: Proxy, start: Start, counter: Counter
) -> None:
    member, program = counter.member(), start()
    form = program.form(member)
    form.show()
    form.fill({"points": 5})
    lose(qtbot, proxy, form, arrives=False)
    form.deleteLater()
    qtbot.wait(10)
    proxy.gone = False
    qtbot.waitUntil(lambda: bool(program.notices.errors), timeout=30_000)
    assert "“Adjust points +5”" in program.notices.errors[0].text()  # type: ignore[attr-defined]
    assert "was not booked" in program.notices.errors[0].text()  # type: ignore[attr-defined]
    assert counter.state(member) == (0, 0)


_CHILD = """
import sys
from functools import partial
from pathlib import Path
from desktop_admin.services import points
from desktop_admin.services.database.database import Database
from desktop_admin.services.outbox import Outbox
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor

url, folder, operator, branch, member = sys.argv[1:]
database = Database.open(url)
act = partial(points.adjust, request="request-of-child", member_id=int(member), points=5, reason="service")
print("ready", flush=True)
sys.stdin.readline()
with Outbox(Path(folder)).sending(int(operator)) as noting:
    database.write(act, actor=Actor(int(operator), "x", Role.MANAGER, int(branch)), noting=noting)
print("answered", flush=True)
"""


@pytest.mark.parametrize("arrives", [True, False])
def test_after_a_kill_the_next_start_finds_out_at_sign_in(
    qtbot: Any, proxy: Proxy, far_url: str, start: Start, counter: Counter, tmp_path: Path, arrives: bool
) -> None:
    member, actor = counter.member(), counter.actor
    told = [far_url, str(tmp_path / "outbox"), str(actor.operator_id), str(actor.branch_id), str(member)]
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, *told], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "ready\n"
        proxy.lose_replies, proxy.lose_requests = int(arrives), int(not arrives)
        child.stdin.write("go\n")
        child.stdin.flush()
        end = time.monotonic() + 20
        while not proxy.lost:
            assert time.monotonic() < end
            time.sleep(0.0002)
        proxy.gone = True
    finally:
        child.kill()
        child.wait()
        assert child.stdout.read() == ""
        child.stdin.close()
        child.stdout.close()
    proxy.gone = False
    proxy.cut()
    other = start("administrator")
    other.settling.look()
    qtbot.waitUntil(lambda: len(other.tasks.unresolved) == 1, timeout=10_000)
    assert other.told == [], "only who entered it may ask"
    other.tasks.close(20)
    program = start()
    program.settling.look()
    qtbot.waitUntil(lambda: bool(program.told), timeout=20_000)
    assert [(one.act.request, one.booked) for one in program.told] == [("request-of-child", arrives)]
    assert program.tasks.unresolved == ()
    assert counter.state(member) == ((5, 0) if arrives else (0, 0))
    assert not list((tmp_path / "outbox").glob("*.jsonl")) or program.tasks.outbox.pending() == ()


def test_the_list_says_what_happens_next(qtbot: Any, start: Start, tmp_path: Path) -> None:
    program = start()
    assert program.tasks.outbox is not None
    assert program.tasks.actor is not None
    for request, operator in (("request-1", program.tasks.actor.operator_id), ("request-2", 99)):
        with pytest.raises(Unsettled):
            send(program.tasks.outbox, request, Unsettled(), operator, points=-30)
    host = QWidget()
    qtbot.addWidget(host)
    dialog = unsettled.UnsettledDialog(host, program.tasks.outbox.pending(), program.tasks.actor.operator_id)
    dialog.open()
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert words.count("Adjust points −30") + words.count("Adjust points -30") == 2
    assert "Is asked for every few seconds" in words
    assert "Waits until who entered it signs in here" in words
    dialog.accept()
