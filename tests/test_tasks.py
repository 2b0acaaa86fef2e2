"""The bridge between widgets and the database, on a shop that can be slow and can fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Cancelled, Progress, Step, Tasks, Unexpected
from tests.views.fakes import FakeActor, FakeShop, FakeWork


@pytest.fixture
def shop() -> FakeShop:
    return FakeShop()


@pytest.fixture
def tasks(qtbot: Any, shop: FakeShop) -> Iterator[Tasks]:
    tasks = Tasks(shop)
    tasks.actor = FakeActor()  # type: ignore[assignment]
    yield tasks
    assert tasks.close(20)


@pytest.fixture
def owner(tasks: Tasks) -> QObject:
    return QObject(tasks)


def test_a_read_is_answered_on_the_ui_thread(qtbot: Any, tasks: Tasks, owner: QObject, shop: FakeShop) -> None:
    seen: list[tuple[int, str]] = []
    tasks.read(owner, "n", lambda work: 7, lambda n: seen.append((n, _thread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, threading.main_thread().name)]
    assert shop.threads[0].startswith("pointsdesk-reader")


def test_the_newest_question_of_a_slot_wins(qtbot: Any, tasks: Tasks, owner: QObject) -> None:
    gate = threading.Event()
    answers: list[int] = []

    def slow(work: FakeWork) -> int:
        gate.wait(5)
        return 1

    tasks.read(owner, "card", slow, answers.append)  # type: ignore[arg-type]
    tasks.read(owner, "card", lambda work: 2, answers.append)
    tasks.read(owner, "list", lambda work: 3, answers.append)
    qtbot.waitUntil(lambda: 3 in answers and 2 in answers)
    gate.set()
    qtbot.waitUntil(lambda: not tasks._open)
    assert sorted(answers) == [2, 3]


def test_a_voided_question_is_not_even_asked(qtbot: Any, tasks: Tasks, owner: QObject, shop: FakeShop) -> None:
    gate = threading.Event()
    shop.before = lambda: (gate.wait(5) and None) or None
    for n in range(3):
        tasks.read(owner, f"hold {n}", lambda work: 0, lambda _n: None)
    qtbot.waitUntil(lambda: shop.reads == 3)
    answers: list[int] = []
    for n in range(50):
        tasks.read(owner, "typing", lambda work, n=n: n, answers.append)
    gate.set()
    qtbot.waitUntil(lambda: not tasks._open)
    assert answers == [49]
    assert shop.reads == 4


def test_answers_for_a_widget_that_is_gone_are_dropped(qtbot: Any, tasks: Tasks) -> None:
    gate = threading.Event()
    widget = QWidget()
    answers: list[int] = []
    tasks.read(widget, "n", lambda work: int(gate.wait(5)), answers.append)
    widget.deleteLater()
    QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(lambda: not tasks._open)
    assert answers == []


def test_writes_run_one_after_the_other_and_tell_what_they_touched(
    qtbot: Any, tasks: Tasks, owner: QObject, shop: FakeShop
) -> None:
    order: list[int] = []
    touched: list[frozenset[Topic]] = []
    tasks.committed.connect(touched.append)

    def write(n: int) -> Any:
        def operation(work: FakeWork) -> int:
            order.append(n)
            work.touch(Topic.POINTS)
            return n

        return operation

    answers: list[int] = []
    for n in range(20):
        tasks.write(owner, write(n), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert order == answers == list(range(20))
    assert set(shop.threads) == {"pointsdesk-writer"}
    assert touched == [frozenset({Topic.POINTS})] * 20


def test_reads_do_not_wait_for_writes(qtbot: Any, tasks: Tasks, owner: QObject) -> None:
    gate = threading.Event()
    done: list[str] = []
    tasks.write(owner, lambda work: gate.wait(5), lambda _r: done.append("write"))
    tasks.read(owner, "n", lambda work: 1, lambda _r: done.append("read"))
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["read"]
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 2)


def test_three_kinds_of_error(qtbot: Any, tasks: Tasks, owner: QObject) -> None:
    errors: list[Exception] = []
    told: list[Exception] = []
    tasks.refused.connect(lambda _o, e: told.append(e))
    tasks.troubled.connect(lambda _o, e: told.append(e))
    tasks.broken.connect(lambda _o, e: told.append(e))

    def fail(error: Exception) -> Any:
        def query(work: FakeWork) -> None:
            raise error

        return query

    tasks.read(owner, "a", fail(Refused("No.")), lambda _r: None, errors.append)
    tasks.read(owner, "b", fail(Trouble("Gone.", offline=True)), lambda _r: None)
    tasks.read(owner, "c", fail(KeyError("bug")), lambda _r: None)
    qtbot.waitUntil(lambda: len(errors) == 1 and len(told) == 2)
    assert isinstance(errors[0], Refused)
    kinds = {type(error) for error in told}
    assert kinds == {Trouble, Unexpected}
    bug = next(error for error in told if isinstance(error, Unexpected))
    assert bug.reference in bug.text()


def test_offline_and_online_again(qtbot: Any, tasks: Tasks, owner: QObject) -> None:
    states: list[bool] = []
    tasks.connection_changed.connect(lambda c: states.append(c.online))

    def gone(work: FakeWork) -> None:
        raise Trouble("The server does not answer.", offline=True)

    tasks.read(owner, "a", gone, lambda _r: None)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: states == [False])
    tasks.read(owner, "a", lambda work: 1, lambda _r: None)
    qtbot.waitUntil(lambda: states == [False, True])


def test_a_write_without_an_operator_is_refused(qtbot: Any, tasks: Tasks, owner: QObject, shop: FakeShop) -> None:
    tasks.actor = None
    errors: list[Exception] = []
    tasks.write(owner, lambda work: 1, lambda _r: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], Refused)
    assert shop.writes == 0


def test_long_work_reports_and_can_be_cancelled(qtbot: Any, tasks: Tasks, owner: QObject) -> None:
    steps: list[Step] = []
    errors: list[Exception] = []

    def work(progress: Progress) -> int:
        for n in range(10_000):
            progress(n, 10_000)
            threading.Event().wait(0.001)
        return 1

    job = tasks.run(owner, work, lambda _r: None, errors.append, steps.append)
    qtbot.waitUntil(lambda: len(steps) > 3)
    job.cancel()
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], Cancelled)
    assert job.over
    assert steps[1] == Step(1, 10_000)


def test_long_work_tells_what_it_touched(qtbot: Any, tasks: Tasks, owner: QObject) -> None:
    touched: list[frozenset[Topic]] = []
    tasks.committed.connect(touched.append)

    def work(progress: Progress) -> int:
        return progress.write(lambda w: w.touch(Topic.MEMBERS) or 5)  # type: ignore[func-returns-value]

    answers: list[int] = []
    tasks.run(owner, work, answers.append)
    qtbot.waitUntil(lambda: answers == [5])
    assert touched == [frozenset({Topic.MEMBERS})]


def test_closing_finishes_every_write_and_drops_reads(qtbot: Any, shop: FakeShop) -> None:
    tasks = Tasks(shop)
    tasks.actor = FakeActor()  # type: ignore[assignment]
    owner = QObject(tasks)
    written: list[int] = []
    for n in range(30):
        tasks.write(owner, lambda work, n=n: written.append(n), lambda _r: None)
    assert tasks.close(20)
    assert written == list(range(30))
    assert shop.closed
    before = len(shop.threads)
    tasks.read(owner, "n", lambda work: 1, lambda _r: None)
    tasks.write(owner, lambda work: 1, lambda _r: None)
    assert len(shop.threads) == before
    assert not [t for t in threading.enumerate() if t.name.startswith("pointsdesk-")]


def test_questions_wait_until_the_database_is_open(qtbot: Any, shop: FakeShop) -> None:
    tasks = Tasks()
    owner = QObject(tasks)
    answers: list[int] = []
    opened: list[Any] = []
    tasks.read(owner, "n", lambda work: 1, answers.append)
    qtbot.wait(20)
    assert not answers
    tasks.open(lambda: shop, owner, opened.append, lambda _e: None)
    qtbot.waitUntil(lambda: bool(answers) and bool(opened))
    assert opened == [shop]
    assert tasks.close(20)


def test_closing_before_the_database_was_opened(qtbot: Any) -> None:
    tasks = Tasks()
    owner = QObject(tasks)
    tasks.read(owner, "n", lambda work: 1, lambda _r: None)
    qtbot.wait(20)
    assert tasks.close(20)


def _thread() -> str:
    return threading.current_thread().name
