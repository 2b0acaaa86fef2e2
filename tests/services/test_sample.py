"""The sample shop: rich, sound, the same for a seed, and made whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desktop_admin.services import operators, sample
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.operators import secrets
from desktop_admin.services.rules.passwords import check_password
from tests import founding

if TYPE_CHECKING:
    from tests.databases import Templates

NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
SMALL: dict[str, Any] = {"members": 150, "months": 5, "now": NOW}

_FINGERPRINT = Sql(
    "SELECT e.member_id, e.seq, e.kind, e.points, e.net_after, e.business_date, e.recorded_at FROM entry e "
    "ORDER BY e.id"
)
_NAMES = Sql("SELECT name, phone, balance, owed FROM member ORDER BY id")


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty hashes at full cost would take longer than the history."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64)
    monkeypatch.setattr(secrets, "_hasher", lambda: quick)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One small sample shop for all tests that only look."""
    from argon2 import PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=64)
        patch.setattr(secrets, "_hasher", lambda: quick)
        url = str(tmp_path_factory.mktemp("sample") / "sample.pointsdesk")
        sample.build(url, **SMALL)
    database = Database.open(url)
    yield database
    database.close()


def column(database: Database, text: str) -> list[Any]:
    return [row[0] for row in database.read(lambda work: work.all(Sql(text)))]


def test_the_books_are_in_order(small: Database) -> None:
    assert founding.faults(small) == []


def test_it_is_marked_as_a_sample(small: Database) -> None:
    assert small.shop.is_sample


def test_every_state_of_everything(small: Database) -> None:
    states = set(column(small, "SELECT DISTINCT state FROM redemption"))
    assert states >= {
        "placed", "picking", "packed", "shipped", "delivered", "ready", "collected", "booked", "used", "cancelled",
    }  # fmt: skip
    assert set(column(small, "SELECT DISTINCT state FROM approval")) >= {"open", "approved", "withdrawn"}
    assert len(column(small, "SELECT DISTINCT tier_id FROM member")) == 4
    kinds = set(column(small, "SELECT DISTINCT kind FROM entry"))
    assert kinds >= {"earn", "adjust", "redeem", "transfer", "clawback", "opening"}
    moves = set(column(small, "SELECT DISTINCT kind FROM movement"))
    assert moves >= {"receive", "issue", "transfer", "count", "reserve", "release"}
    roles = set(column(small, "SELECT DISTINCT role FROM operator"))
    assert roles == {"administrator", "manager", "counter", "clerk", "auditor", "system"}


@pytest.mark.parametrize(
    "what",
    [
        "SELECT id FROM member WHERE owed > 0",
        "SELECT id FROM member WHERE earn_frozen <> ''",
        "SELECT id FROM member WHERE spend_frozen <> ''",
        "SELECT id FROM member WHERE closed_at <> ''",
        "SELECT id FROM member WHERE tier_manual <> ''",
        "SELECT id FROM entry WHERE reverses_id IS NOT NULL",
        "SELECT id FROM redemption WHERE promised_on < '2026-03-18' AND state IN ('placed', 'picking', 'packed')",
        "SELECT item_id FROM stock WHERE on_hand - reserved < safety",
        "SELECT item_id FROM stock WHERE on_hand = 0",
        "SELECT id FROM shift WHERE anchor_id IS NOT NULL",
        "SELECT id FROM import_batch WHERE state = 'done' AND rows_bad > 0",
        "SELECT id FROM import_batch WHERE state = 'done' AND rows_bad = 0",
        "SELECT id FROM backup WHERE verified = 1",
        "SELECT id FROM purchase WHERE member_id IS NULL",
        "SELECT id FROM purchase WHERE kind = 'refund'",
        "SELECT id FROM payment",
        "SELECT id FROM operator WHERE active = 0",
    ],
)
def test_there_is_something_to_see(small: Database, what: str) -> None:
    assert column(small, what), what


def test_the_catalog_has_pictures_and_two_kinds_of_price(small: Database) -> None:
    assert len(column(small, "SELECT id FROM item")) >= 40
    assert len(column(small, "SELECT item_id FROM item_picture")) == len(column(small, "SELECT id FROM item"))
    assert column(small, "SELECT id FROM offer WHERE cash > 0")
    assert column(small, "SELECT id FROM offer WHERE cash = 0")


def test_names_are_as_people_bear_them(small: Database) -> None:
    names = column(small, "SELECT name FROM member")
    chinese = [name for name in names if "一" <= name[0] <= "鿿"]
    assert len(chinese) > len(names) * 0.9
    assert {len(name) for name in chinese} >= {2, 3}
    phones = [phone for phone in column(small, "SELECT phone FROM member") if phone]
    assert len(phones) == len(set(phones))


def test_history_ends_now_and_nothing_lies_beyond(small: Database) -> None:
    newest = column(small, "SELECT max(recorded_at) FROM operation WHERE workstation <> 'desk'")[0]
    assert newest[:16] == "2026-03-18T12:30"
    assert not column(small, "SELECT id FROM entry WHERE business_date > '2026-03-18'")


def test_people_sign_in_with_the_password_shown() -> None:
    for name in (sample.LOGIN, "admin", "counter"):
        check_password(sample.PASSWORD, user_name=name)


def test_signing_in(small: Database) -> None:
    with pytest.MonkeyPatch.context() as patch:
        from argon2 import PasswordHasher

        quick = PasswordHasher(time_cost=1, memory_cost=64)
        patch.setattr(secrets, "_hasher", lambda: quick)
        actor = operators.sign_in(small, login=sample.LOGIN, password=sample.PASSWORD, workstation="desk")
    assert not actor.must_change


def test_the_same_seed_makes_the_same_history(tmp_path: Path) -> None:
    seen = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        url = str(tmp_path / name)
        sample.build(url, seed=seed, members=24, months=1, now=NOW)
        database = Database.open(url)
        rows = database.read(lambda work: [tuple(map(tuple, work.all(sql))) for sql in (_FINGERPRINT, _NAMES)])
        database.close()
        seen.append(rows)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_on_a_server_too(templates: Templates) -> None:
    url = templates._postgres().create("pd_sample")
    try:
        built = sample.build(url, members=24, months=1, now=NOW)
        assert built.members >= 24
        database = Database.open(url)
        try:
            assert founding.faults(database) == []
        finally:
            database.close()
    finally:
        templates._postgres().drop("pd_sample")


def test_it_is_built_once_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MEMBERS", 24)
    monkeypatch.setattr(sample, "MONTHS", 1)

    def stop(done: int, total: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample.sample_url(tmp_path, progress=stop)
    assert not list(tmp_path.glob("*.pointsdesk"))
    assert not list(tmp_path.glob(".*building*"))
    told: list[tuple[int, int]] = []
    url = sample.sample_url(tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 25
    assert sample.sample_url(tmp_path) == url
