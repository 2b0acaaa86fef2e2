"""Anchors: sound books agree with them for ever; a changed, cut or rewritten past does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from desktop_admin.services import anchors, branches, doctor, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.work import Actor
from tests.services.counter import Counter


@pytest.fixture
def office(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "administrator")


def take(office: Counter) -> anchors.Anchor:
    return anchors.take(office.database, actor=office.actor)


def states(office: Counter, *taken: anchors.Anchor) -> list[str]:
    lines = "\n".join(anchor.text for anchor in taken)
    return [verdict.state for verdict in office.ask(anchors.verify, text=lines)]


def damage(office: Counter, *statements: str) -> None:
    """Write past the triggers, as somebody who owns the file could."""
    with office.database.engine.begin() as connection:
        if office.database.kind == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA foreign_keys = OFF"))
            names = connection.execute(text("SELECT name FROM sqlite_schema WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
        if office.database.kind == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def found(office: Counter) -> set[str]:
    system = shop.system_actor(office.database)
    return {fault.check for fault in office.database.read(doctor.faults, actor=system)} - {"schema"}


def test_anchors_agree_while_the_shop_goes_on(office: Counter) -> None:
    first, taken = office.member(50), [take(office)]
    office.adjust(first, -20)
    taken.append(take(office))
    office.member(70)
    office.adjust(first, 5)
    taken.append(take(office))
    assert states(office, *taken) == ["good", "good", "good"]
    assert [anchor.outstanding for anchor in taken] == [50, 30, 105]
    assert office.ask(anchors.newest) == taken[-1]


def test_an_empty_shop_has_one(office: Counter) -> None:
    assert states(office, take(office)) == ["good"]


def test_texts_that_are_no_anchor(office: Counter) -> None:
    good = take(office).text
    other_form, letters = good.replace("PD1", "PD2"), good.replace("|0|", "|x|", 1)
    for line in ("nonsense", good[:-3] + "|", "PD1|" + "|" * 9, other_form, letters):
        assert [v.state for v in office.ask(anchors.verify, text=line)] == ["unreadable"], line
    other = "|".join(["PD1", "other", *good.split("|")[2:]])
    assert office.ask(anchors.verify, text=other)[0].state == "elsewhere"


@pytest.mark.keeps_books_wrong
def test_a_cut_tail_is_caught(office: Counter) -> None:
    """Remove the last entry with all that belongs to it, and set the books back: the doctor alone would be content."""
    who = office.member(50)
    before = take(office)
    office.adjust(who, 7)
    after = take(office)
    damage(
        office,
        "UPDATE member SET head = (SELECT prev FROM entry WHERE seq = 2), last_seq = 1, balance = 50",
        "DELETE FROM lot WHERE entry_id = (SELECT max(id) FROM entry)",
        "DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)",
    )
    assert states(office, before, after) == ["good", "cut"]
    assert "anchor" in found(office)


@pytest.mark.keeps_books_wrong
def test_a_changed_audit_row_is_caught(office: Counter) -> None:
    office.do(branches.create, code="02", name="x")
    anchor = take(office)
    office.do(branches.create, code="03", name="y")
    later = take(office)
    damage(office, "UPDATE audit SET after = '{}' WHERE id = (SELECT min(id) FROM audit WHERE subject = 'branch')")
    assert states(office, anchor) == ["audit"]
    assert states(office, later) == ["good"], "each anchor goes on from the one before: a fault is named once"
    assert "anchor" in found(office)


@pytest.mark.keeps_books_wrong
def test_a_changed_operation_is_caught(office: Counter) -> None:
    office.do(branches.create, code="02", name="x")
    anchor = take(office)
    other = office.by("counter").actor.operator_id
    damage(office, f"UPDATE operation SET operator_id = {other} WHERE kind = 'branches.create'")
    assert states(office, anchor) == ["audit"]


@pytest.mark.keeps_books_wrong
def test_a_rewritten_history_is_caught(office: Counter) -> None:
    who = office.member(50)
    anchor = take(office)
    damage(office, f"UPDATE member SET head = 'ff' WHERE id = {who}", "UPDATE entry SET hash = 'ff'")
    assert states(office, anchor) == ["changed"]


def test_an_anchor_taken_while_others_write(office: Counter) -> None:
    """Ids are given out before they are committed: the anchor waits for them, and stays true."""
    who = [office.member(100) for _ in range(4)]
    stop = threading.Event()
    errors: list[Exception] = []

    def work(member_id: int) -> None:
        till = office.by("system")
        while not stop.is_set():
            try:
                till.adjust(member_id, 1)
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)
                return

    threads = [threading.Thread(target=work, args=(member_id,)) for member_id in who]
    for thread in threads:
        thread.start()
    taken = [take(office) for _ in range(5)]
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert set(states(office, *taken)) == {"good"}


def test_anchors_are_kept_outside(office: Counter, tmp_path: Path) -> None:
    office.policy(backup_folder=str(tmp_path / "here"), backup_copy=str(tmp_path / "there"))
    anchor = take(office)
    kept = anchors.keep(office.database, anchor)
    assert len(kept) == 2 == len(anchors.keep(office.database, anchor))
    for name in kept:
        assert Path(name).read_text("utf-8").splitlines() == [anchor.text]
    office.policy(backup_copy="/proc/nowhere")
    assert len(anchors.keep(office.database, anchor)) == 1


def test_after_a_restore_the_old_anchors_are_explained(office: Counter) -> None:
    anchor = take(office)
    office.member(5)
    gone = take(office)
    office.sql("UPDATE shop SET epoch = 'another'")
    office.sql("DELETE FROM sign_in_failure")
    past: Any = gone.text.replace(f"|{gone.last_entry}|", f"|{gone.last_entry + 100}|")
    assert [v.state for v in office.ask(anchors.verify, text=f"{anchor.text}\n{past}")] == ["good", "restored"]
