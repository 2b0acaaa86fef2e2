"""Moving a shop: between both engines and back, with equal digests; what may come in between; who is kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services import moving, points, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database import schema
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.moving import ends, shape
from desktop_admin.services.database.moving.arrival import Arrival
from desktop_admin.services.errors import Refused, Trouble
from tests.services.places import KINDS, Places, asked, execute, in_order, work_on

# the move itself is told in these afterwards: one operation, its receipt, its trace, its mark
TELL = {"setting", "operation", "receipt", "audit"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Places]:
    places = Places(tmp_path_factory.mktemp("places"), lambda: request.getfixturevalue("postgres"))
    yield places
    places.close()


@pytest.fixture
def places(made: Places) -> Iterator[Places]:
    yield made
    made.clear()


def digests(done: moving.Moved) -> dict[str, tuple[int, str]]:
    return {t.table: (t.rows, t.digest) for t in done.tables}


# -- there and back --------------------------------------------------------------------------------


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_a_shop_moves_and_is_the_same(places: Places, source: str, target: str) -> None:
    old, new = places.shop(source), places.empty(target)
    done = moving.move(old, new)
    assert (done.resumed, done.closed) == (False, True)
    assert {t.table for t in done.tables} == set(shape.declared("sqlite"))
    assert sum(t.rows > 0 for t in done.tables) > 35
    in_order(new)
    with pytest.raises(Trouble, match="has moved to"):
        Database.open(old)
    assert work_on(new) > 0


def test_there_and_back_again(places: Places) -> None:
    first = moving.move(places.shop("sqlite"), there := places.empty("postgresql"))
    second = moving.move(there, places.empty("sqlite"))
    assert {n for n in digests(first) if digests(first)[n] != digests(second)[n]} == TELL


@pytest.mark.parametrize("target", KINDS)
def test_what_arrives_is_built_like_a_shop_that_was_founded(places: Places, target: str) -> None:
    new, founded = places.empty(target), places.empty(target)
    moving.move(places.shop("sqlite"), new)
    shop.found(founded, name="X", admin_login="x", admin_password_hash="!").close()
    for sql in CATALOGUES[target]:
        assert asked(new, sql) == asked(founded, sql)
        assert asked(founded, sql)


CATALOGUES = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2",),
    "postgresql": (
        ("SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default, is_identity, "
        "collation_name FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"),
        ("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred, "
        "convalidated FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2"),
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
        "SELECT pg_get_triggerdef(t.oid), tgenabled::text FROM pg_trigger t WHERE NOT tgisinternal ORDER BY 1",
        ("SELECT proname, prosrc, prosecdef, proacl::text, pg_get_userbyid(proowner) FROM pg_proc "
        "WHERE pronamespace = current_schema()::regnamespace ORDER BY 1, 2"),
        ("SELECT relname, relacl::text, pg_get_userbyid(relowner), relrowsecurity FROM pg_class "
        "WHERE relnamespace = current_schema()::regnamespace ORDER BY 1"),
    ),
}


def test_every_table_of_the_schema_moves() -> None:
    """A table of one engine alone would be left behind: whoever adds one thinks of it here."""
    assert shape.declared("sqlite") == shape.declared("postgresql") == shape.names()
    assert len(shape.names()) == sum(s.startswith("CREATE TABLE") for s in schema.tables("sqlite"))


def test_every_table_has_a_key(database: Database) -> None:
    with database.engine.connect() as connection:
        assert [table.name for table in shape.read(connection) if not table.key] == []


STRANGE = "a\\N\\.\t\n\r\\'\"%s 王小明 \U0001f600 \U0010fffd 'é'"


@pytest.mark.parametrize("target", KINDS)
def test_strange_values_arrive_as_they_are(places: Places, target: str) -> None:
    old, new = places.shop("sqlite"), places.empty(target)
    every = bytes(range(256)) * 9
    execute(old, "UPDATE branch SET address = :s, phone = '\\N' WHERE id = 1", s=STRANGE)
    execute(old, "UPDATE item_picture SET image = :b, thumbnail = x''", b=every)
    execute(old, "INSERT INTO sign_in_failure VALUES (:s, '', 9223372036854775807, '')", s=STRANGE)
    execute(old, "INSERT INTO setting (name, value, version) VALUES ('', '', -9223372036854775808)")
    moving.move(old, new)
    assert asked(new, "SELECT address, phone FROM branch WHERE id = 1") == [(STRANGE, "\\N")]
    assert {(bytes(a), bytes(b)) for a, b in asked(new, "SELECT image, thumbnail FROM item_picture")} == {(every, b"")}
    assert asked(new, "SELECT failures FROM sign_in_failure WHERE workstation = ''") == [(2**63 - 1,)]
    assert asked(new, "SELECT version FROM setting WHERE name = ''") == [(-(2**63),)]


# -- what cannot be moved --------------------------------------------------------------------------


def test_a_nul_is_named_and_the_move_goes_on_after_it_is_corrected(places: Places) -> None:
    old, new = places.shop("sqlite"), places.empty("postgresql")
    execute(old, "UPDATE branch SET address = 'a' || char(0) || 'b' WHERE id = 2")
    with pytest.raises(Refused) as caught:
        moving.move(old, new)
    assert (caught.value.facts["table"], caught.value.facts["column"], caught.value.facts["row"]) == (
        "branch", "address", "2",
    )  # fmt: skip
    moving.give_up(old, new)
    execute(old, "UPDATE branch SET address = '' WHERE id = 2")
    moving.move(old, new)
    in_order(new)


def test_a_text_that_is_no_text_is_named(places: Places) -> None:
    old = places.shop("sqlite")
    execute(old, "UPDATE branch SET address = CAST(x'61ff62' AS TEXT) WHERE id = 2")
    with pytest.raises(Trouble, match="branch"):
        moving.move(old, places.empty("sqlite"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_that_is_taken_is_refused_and_left_alone(places: Places, kind: str) -> None:
    old = places.shop("sqlite")
    taken = places.shop(kind)
    before = asked(taken, "SELECT uuid FROM shop")
    with pytest.raises(Refused, match="already a shop"):
        moving.move(old, taken)
    assert asked(taken, "SELECT uuid FROM shop") == before
    other = places.empty(kind)
    execute(other, "CREATE TABLE holidays (day TEXT)")
    with pytest.raises(Refused, match="something else"):
        moving.move(old, other)
    work_on(old)


@pytest.mark.parametrize("kind", KINDS)
def test_one_database_under_two_addresses(places: Places, kind: str, tmp_path: Path) -> None:
    old = places.shop(kind)
    other = f"{old}&application_name=x"
    if kind == "sqlite":
        other = str(tmp_path / "link")
        Path(other).symlink_to(old)
    with pytest.raises(Refused, match="same database"):
        moving.move(old, other)
    work_on(old)


@pytest.mark.parametrize("kind", KINDS)
def test_versions_that_do_not_fit(places: Places, kind: str) -> None:
    old = places.shop(kind)
    execute(old, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Trouble, match="9999"):
        moving.move(old, places.empty("sqlite"))
    assert not asked(old, "SELECT 1 FROM setting WHERE name = 'moving'")


def test_addresses_that_lead_nowhere(places: Places, tmp_path: Path) -> None:
    old = places.shop("sqlite")
    picture = tmp_path / "holiday.jpg"
    picture.write_bytes(b"\xff\xd8\xff" * 500)
    for target in (f"postgresql://nobody@/x?host={tmp_path}", "mysql://x/y", "postgresql://::::", str(picture)):
        with pytest.raises(Trouble):
            moving.move(old, target)
    with pytest.raises(Trouble):
        moving.move(str(tmp_path / "missing"), str(tmp_path / "new"))
    work_on(old)


@pytest.mark.keeps_books_wrong
def test_books_that_are_not_in_order_stay(places: Places) -> None:
    old = places.shop("sqlite")
    execute(old, "DROP TRIGGER lot_frozen", "UPDATE lot SET remaining = points WHERE remaining < points")
    with pytest.raises(Refused, match="not in order"):
        moving.move(old, places.empty("sqlite"))
    assert not asked(old, "SELECT 1 FROM setting WHERE name = 'moving'")


# -- interrupted -----------------------------------------------------------------------------------


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A move that breaks off before the members are copied."""

    def go(old: str, new: str) -> None:
        real = Arrival.receive

        def receive(self: Arrival, table: shape.Table, *rest: Any) -> None:
            if table.name == "member":
                raise ZeroDivisionError
            real(self, table, *rest)

        with monkeypatch.context() as patched:
            patched.setattr(Arrival, "receive", receive)
            with pytest.raises(ZeroDivisionError):
                moving.move(old, new)

    return go


@pytest.mark.parametrize(("source", "target"), [KINDS, KINDS[::-1]])
def test_half_moved_is_no_shop_and_the_old_one_is_only_looked_at(
    places: Places, stopped: Callable[[str, str], None], source: str, target: str
) -> None:
    old, new = places.shop(source), places.empty(target)
    open_before = Database.open(old)
    stopped(old, new)
    for act in (lambda: Database.open(new), lambda: Database.open(new, readonly=True), lambda: Database.create(new)):
        if target == "sqlite" and act.__code__.co_names[1] == "create":
            continue  # a file that is there is refused before
        with pytest.raises(Trouble, match="A move into this database is not finished"):
            act()
    actor = shop.system_actor(open_before)
    with pytest.raises(Trouble, match="is moving, or has moved"):
        open_before.write(lambda work: points_for_all(work), actor=actor)
    open_before.close()
    looked = Database.open(old)
    assert looked.readonly
    with pytest.raises(Trouble, match="is being moved to"):
        looked.write(lambda work: points_for_all(work), actor=actor)
    looked.close()
    assert moving.move(old, new).resumed
    in_order(new)


def points_for_all(work: Any) -> None:
    points.adjust(work, request=new_request(), member_id=1, points=5, reason="event")


@pytest.mark.parametrize("source", KINDS)
def test_while_it_moves_no_table_is_written(places: Places, stopped: Callable[[str, str], None], source: str) -> None:
    old = places.shop(source)
    stopped(old, places.empty("sqlite"))
    for name in shape.names():
        if source == "sqlite" and not asked(old, f"SELECT 1 FROM {name} LIMIT 1"):
            continue
        for act in (f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM {name}"):
            with pytest.raises(Exception, match=r"is moving|ledger|never deleted|exists"):
                execute(old, act)
    with pytest.raises(Exception, match="is moving"):
        execute(old, "UPDATE setting SET version = version")


@pytest.mark.parametrize("target", KINDS)
def test_a_source_that_was_changed_meanwhile_is_noticed(
    places: Places, stopped: Callable[[str, str], None], target: str
) -> None:
    old, new = places.shop("sqlite"), places.empty(target)
    stopped(old, new)
    execute(old, "DROP TRIGGER moving_branch_update", "UPDATE branch SET address = 'elsewhere' WHERE id = 1")
    with pytest.raises(Refused) as caught:
        moving.move(old, new)
    assert caught.value.facts["table"] == "branch"
    with pytest.raises(Trouble, match="not finished"):
        Database.open(new)
    assert not moving.give_up(old, new)
    work_on(old)
    moving.move(old, new)
    in_order(new)


@pytest.mark.parametrize("target", KINDS)
def test_giving_up_leaves_the_shop_where_it_was(
    places: Places, stopped: Callable[[str, str], None], target: str
) -> None:
    old, new, third = places.shop("sqlite"), places.empty(target), places.empty("sqlite")
    stopped(old, new)
    with pytest.raises(Refused, match="is not finished"):
        moving.move(old, third)
    another = places.shop("sqlite")
    with pytest.raises(Refused, match="Another move"):
        moving.move(another, new)
    with pytest.raises(Refused, match="not one of this shop"):
        moving.give_up(another, new)
    assert not moving.give_up(old, new)
    work_on(old)
    shop.found(new, name="Another", admin_login="x", admin_password_hash="!").close()
    with pytest.raises(Refused, match="No move"):
        moving.give_up(old, new)


def test_giving_up_when_the_target_is_lost(places: Places, stopped: Callable[[str, str], None]) -> None:
    old, new = places.shop("sqlite"), places.empty("sqlite")
    stopped(old, new)
    assert not moving.give_up(old)
    work_on(old)
    with pytest.raises(Refused, match="Another move"):  # what is left there belongs to a move that was given up
        moving.move(old, new)


@pytest.mark.parametrize("source", KINDS)
def test_stopped_between_opening_the_new_and_closing_the_old(
    places: Places, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    old, new = places.shop(source), places.empty("sqlite")
    with monkeypatch.context() as patched:
        patched.setattr(moving, "_note", lambda *_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            moving.move(old, new)
    with pytest.raises(Refused, match="has arrived"):
        moving.give_up(old, new)
    again = moving.move(old, new)
    assert (again.resumed, again.tables) == (True, ())
    moving.move(old, new)
    assert len(asked(new, "SELECT 1 FROM audit WHERE action = 'move'")) == 1 + (source != "sqlite")
    with pytest.raises(Trouble, match="has moved to"):
        Database.open(old)
    Database.open(old, readonly=True).close()
    assert moving.give_up(old, new)
    work_on(old)


def test_the_old_place_may_stay_open(places: Places) -> None:
    old, new = places.shop("sqlite"), places.empty("sqlite")
    assert not moving.move(old, new, keep_open=True).closed
    work_on(old)
    with pytest.raises(Refused, match="already a shop"):
        moving.move(old, new)


def test_a_shop_is_moved_on_from_where_it_arrived(places: Places) -> None:
    old, new, third = places.shop("sqlite"), places.empty("sqlite"), places.empty("sqlite")
    moving.move(old, new)
    moving.move(new, third)
    in_order(third)
    assert ends.end(third).look().state == "shop"
