"""Notes of acts on their way: on the disk before they are sent, gone when their answer is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_admin.services.errors import Refused, Trouble, Unsettled
from desktop_admin.services.outbox import Outbox
from tests.conftest import ROOT


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    box = Outbox(tmp_path / "outbox")
    yield box
    box.close()


def send(box: Outbox, request: str, error: Exception, operator: int = 7, **said: object) -> None:
    """Send an act that ends so."""
    with box.sending(operator) as note:
        note("points.adjust", request, said)
        raise error


def lose(box: Outbox, request: str, operator: int = 7, **said: object) -> None:
    """Send an act whose answer never comes."""
    with pytest.raises(Unsettled) as caught:
        send(box, request, Unsettled(), operator, **said)
    assert caught.value.request == request
    assert caught.value.act.request == request


def test_a_note_stands_on_the_disk_before_the_act_is_sent(
    outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[str] = []

    def fsync(number: int) -> None:
        name = os.readlink(f"/proc/self/fd/{number}") if sys.platform == "linux" else ""
        forced.append(Path(name).suffix)

    monkeypatch.setattr(os, "fsync", fsync)
    with outbox.sending(7) as note:
        assert not list(tmp_path.rglob("*.jsonl"))  # a query that writes nothing costs nothing
        note("points.adjust", "request-1", {"points": 50, "member_id": 3, "note": "王小明 13800001234"})
        (file,) = tmp_path.rglob("*.jsonl")
        text = file.read_text("utf-8")
        assert ".jsonl" in forced
        assert outbox.pending() == ()  # it is under way
    assert "request-1" in text
    assert "50" in text
    assert "王" not in text
    assert "1380" not in text
    assert file.read_text("utf-8") == ""


def test_a_refusal_is_an_answer_and_so_is_trouble(outbox: Outbox) -> None:
    for error in (Refused("No."), Trouble("Nothing was saved."), KeyError("a bug, rolled back")):
        with pytest.raises(type(error)):
            send(outbox, "request-1", error)
    assert outbox.pending() == ()


def test_what_is_unsettled_stays_until_it_is_known(outbox: Outbox, tmp_path: Path) -> None:
    lose(outbox, "request-1", points=-30)
    lose(outbox, "request-2")
    assert [(act.request, act.points, act.operator_id) for act in outbox.pending()] == [
        ("request-1", -30, 7), ("request-2", None, 7),
    ]  # fmt: skip
    outbox.clear("request-1")
    assert [act.request for act in outbox.pending()] == ["request-2"]
    outbox.close()
    with closing(Outbox(tmp_path / "outbox")) as after:
        (later,) = after.pending()
    assert (later.request, later.kind) == ("request-2", "points.adjust")


def test_nothing_open_leaves_no_file(outbox: Outbox, tmp_path: Path) -> None:
    with outbox.sending(7) as note:
        note("points.adjust", "request-1", {})
    outbox.close()
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_tried_again_act_is_noted_once(outbox: Outbox, tmp_path: Path) -> None:
    with outbox.sending(7) as note:
        for _ in range(3):
            note("points.adjust", "request-1", {})
        (file,) = tmp_path.rglob("*.jsonl")
        assert file.read_text("utf-8").count("request-1") == 1


def test_what_cannot_be_noted_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands where the folder should be")
    box = Outbox(tmp_path / "outbox")
    with pytest.raises(Trouble, match="Nothing was saved"):
        send(box, "request-1", AssertionError("went on"))


def test_the_next_program_takes_over_from_a_killed_one_but_not_from_one_that_lives(tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from desktop_admin.services.outbox import Outbox\n"
        "with Outbox(Path(sys.argv[1])).sending(7) as note:\n"
        "    note('points.adjust', 'request-of-child', {'points': 5})\n"
        "    print('noted', flush=True)\n"
        "    time.sleep(60)\n"
    )
    folder = tmp_path / "outbox"
    child = subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    box = Outbox(folder)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "noted\n"
        assert box.pending() == ()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    with next(folder.glob("*.jsonl")).open("a") as file:
        file.write('{"request": "torn off in the mid')
    assert [act.request for act in box.pending()] == ["request-of-child"]
    assert len(list(folder.glob("*.jsonl"))) == 1  # ours now
    box.close()
    last = Outbox(folder)
    assert [act.request for act in last.pending()] == ["request-of-child"]
    last.clear("request-of-child")
    last.close()
    assert list(folder.iterdir()) == []
