"""The catalog: items, categories, offers, pictures, and what the lists say."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date, timedelta

import pytest
from PIL import Image

from desktop_admin.services import catalog, stock
from desktop_admin.services.catalog import Offer, lists, pictures
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from tests.services.goods import NEVER, Goods


@pytest.fixture
def g(database, as_role):
    return Goods(database, as_role)


def add(g, code="A1", name="茶杯", **said):
    return g.do(catalog.add_item, code=code, name=name, **said)


def test_an_item_from_first_to_last(g):
    group = g.do(catalog.add_category, name="生活", position=2)
    saved = add(g, code=" Ａ 1", barcode="690 1", category_id=group.category_id, cost=1500)
    item = g.ask(catalog.item, item_id=saved.item_id)
    assert (item.code, item.barcode, item.category, item.cost) == ("A1", "6901", "生活", 1500)
    again = g.do(catalog.edit_item, item_id=item.id, version=1, code="A1", name="大茶杯")
    assert again.version == 2
    g.do(catalog.show_item, item_id=item.id, version=2, visible=False)
    item = g.ask(catalog.item, item_id=item.id)
    assert (item.name, item.visible, item.category_id, item.version) == ("大茶杯", False, 0, 3)
    assert g.ask(catalog.by_code, code="A1") == item.id
    with pytest.raises(Refused):
        g.ask(catalog.item, item_id=99)


def test_changed_while_editing_says_who_and_shows_both(g):
    saved = add(g)
    g.do(catalog.edit_item, item_id=saved.item_id, version=1, code="A1", name="by the other",
         actor=g.as_role("administrator"))
    with pytest.raises(ChangedMeanwhile) as caught:
        g.do(catalog.edit_item, item_id=saved.item_id, version=1, code="A1", name="mine")
    error = caught.value
    assert error.who == "The administrator"
    assert (error.before["name"], error.after["name"], error.version) == (
        "茶杯", "by the other", 2)
    g.do(catalog.edit_item, item_id=saved.item_id, version=error.version, code="A1", name="mine")


@pytest.mark.parametrize(("said", "field"), [
    ({"code": " "}, "code"), ({"name": ""}, "name"), ({"code": "T"}, "code"),
    ({"barcode": "B"}, "barcode"), ({"code": "x" * 33}, "code"), ({"name": "x" * 81}, "name"),
    ({"name": "a\x00b"}, "name"), ({"kind": "draw"}, "kind"), ({"category_id": 9}, "category_id"),
    ({"cost": -1}, "cost"), ({"market_price": -1}, "market_price"),
    ({"description": "x" * 2001}, "description"),
])  # fmt: skip
def test_what_is_refused(g, said, field):
    add(g, code="T", barcode="B", name="taken")
    with pytest.raises(Refused) as caught:
        add(g, **said)
    assert caught.value.field == field


def test_the_kind_stays_once_it_was_stocked(g):
    saved = add(g)
    g.do(catalog.edit_item, item_id=saved.item_id, version=1, code="A1", name="x", kind="voucher")
    g.do(catalog.edit_item, item_id=saved.item_id, version=2, code="A1", name="x", kind="goods")
    g.do(stock.receive, lines=(stock.Pieces(saved.item_id, 1),))
    with pytest.raises(Refused) as caught:
        g.do(catalog.edit_item, item_id=saved.item_id, version=3, code="A1", name="x",
             kind="voucher")
    assert caught.value.field == "kind"


def test_categories(g):
    one = g.do(catalog.add_category, name="b", position=1)
    two = g.do(catalog.add_category, name="a", position=1)
    first, second = add(g, "1", category_id=one.category_id), add(g, "2",
                                                                 category_id=two.category_id)
    third = add(g, "3")

    def order():
        return [row.id for row in g.ask(catalog.page, sort="category").rows]

    assert order() == [second.item_id, first.item_id, third.item_id]
    g.do(catalog.edit_category, category_id=two.category_id, version=1, name="z", position=1)
    assert order() == [first.item_id, second.item_id, third.item_id]
    for wrong in ({"name": "z"}, {"name": " "}, {"name": "q", "position": -1}):
        with pytest.raises(Refused):
            g.do(catalog.add_category, **wrong)
    with pytest.raises(ChangedMeanwhile):
        g.do(catalog.edit_category, category_id=two.category_id, version=1, name="y")
    with pytest.raises(Refused, match="Items in this category: 1"):
        g.do(catalog.remove_category, category_id=two.category_id)
    g.do(catalog.edit_item, item_id=second.item_id, version=1, code="2", name="n")
    g.do(catalog.remove_category, category_id=two.category_id)
    assert [c.name for c in g.ask(catalog.categories)] == ["b"]


def test_offers_are_kept_as_the_table_shows_them(g):
    item = add(g, cost=3000, market_price=4000).item_id
    saved = g.do(catalog.save_offers, item_id=item,
                 offers=(Offer(2000), Offer(500, 2000, min_rank=1, per_member=2),
                         Offer(0, 3900)))
    first, second, third = saved.offers
    detail = g.ask(catalog.item, item_id=item)
    assert [(o.cost_per_100, o.margin, o.tier) for o in detail.offers] == [
        (150, -1000, ""), (200, -500, "silver"), (None, 900, "")]
    assert g.ask(catalog.page).rows[0].from_points == 0
    changed = (Offer(1800, id=first.id, version=1), Offer(0, 3900, active=False, id=third.id,
                                                         version=1))
    saved = g.do(catalog.save_offers, item_id=item, offers=changed)
    assert [(o.points, o.active, o.version) for o in saved.offers] == [
        (1800, True, 2), (500, True, 1), (0, False, 2)]
    assert g.ask(catalog.page).rows[0].from_points == 500
    with pytest.raises(ChangedMeanwhile):
        g.do(catalog.save_offers, item_id=item, offers=(Offer(1, id=first.id, version=1),))
    assert second == saved.offers[1]


@pytest.mark.parametrize(("offer", "field"), [
    (Offer(0), "points"), (Offer(-1), "points"), (Offer(10**13), "points"), (Offer(1, -1), "cash"),
    (Offer(1, min_rank=9), "min_rank"), (Offer(1, per_member=-1), "per_member"),
    (Offer(1, starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 1)), "ends_on"),
    (Offer(1, id=77, version=1), "offers"),
])  # fmt: skip
def test_offers_that_cannot_be(g, offer, field):
    item = add(g).item_id
    with pytest.raises(Refused) as caught:
        g.do(catalog.save_offers, item_id=item, offers=(Offer(5), offer))
    assert (caught.value.field, caught.value.facts["row"]) == (field, 1)
    assert g.ask(catalog.item, item_id=item).offers == ()


def test_who_can_afford_it_today(g):
    item = add(g).item_id
    g.do(catalog.save_offers, item_id=item, offers=(Offer(100), Offer(50, min_rank=2)))
    g.member(1, (100, NEVER))
    g.member(2, (99, NEVER), (50, "2026-03-01"))      # expired yesterday
    g.member(3, (60, NEVER), tier="gold")
    g.member(4, (10, NEVER), tier="gold")
    assert [a.members for a in g.ask(catalog.affordable, item_id=item)] == [1, 1]


def test_lists(g):
    for code, name, kind in (("B", "Äpfel", "goods"), ("A", "茶", "goods"), ("C", "zoo", "voucher")):
        add(g, code, name, kind=kind)
    assert [r.name for r in g.ask(catalog.page, sort="name").rows] == ["Äpfel", "茶", "zoo"]
    assert [r.code for r in g.ask(catalog.page, sort="code", descending=True).rows] == list("CBA")
    page = g.ask(catalog.page, sort="code", limit=2)
    assert [r.code for r in g.ask(catalog.page, sort="code", after=page.last).rows] == ["C"]
    assert [r.code for r in g.ask(catalog.page, sort="code", backwards=True, limit=2).rows] == [
        "B", "C"]
    assert g.ask(catalog.page_count, kind="voucher") == 1
    assert g.ask(catalog.page_count, only="no_offer") == 3
    assert g.ask(catalog.page_count, only="out") == 2
    assert [r.code for r in g.ask(catalog.page, text="OO").rows] == ["C"]
    with pytest.raises(Refused):
        g.ask(catalog.page, sort="cost")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lists_are_served_by_indexes(g):
    for sql in lists.ITEMS.statements():
        plan = g.plan(sql)
        assert not [line for line in plan if "FOR ORDER BY" in line], (sql.sqlite, plan)


# -- pictures --------------------------------------------------------------------------------------


def drawn(size=(2000, 1000), mode="RGB", kind="JPEG", **said) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 128)).save(out, kind, **said)
    return out.getvalue()


@pytest.mark.parametrize(("mode", "kind", "start"), [
    ("RGB", "JPEG", b"\xff\xd8"), ("RGB", "PNG", b"\xff\xd8"), ("RGBA", "PNG", b"\x89PNG")])
def test_pictures_are_made_small(mode, kind, start):
    picture = pictures.prepare(drawn(mode=mode, kind=kind))
    assert picture.image.startswith(start)
    assert pictures.measures(picture.image) == (1600, 800)
    assert pictures.measures(picture.thumbnail) == (160, 80)
    pictures.check(picture)


def test_pictures_stand_upright_and_tell_nothing():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a secret camera"
    picture = pictures.prepare(drawn((40, 20), exif=exif))
    assert pictures.measures(picture.image) == (20, 40)
    assert b"secret" not in picture.image


def png_of(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
            + struct.pack(">I", zlib.crc32(chunk)) + b"\0" * 40)


@pytest.mark.parametrize("data", [
    b"", b"GIF89a" + b"\0" * 100, b"<svg xmlns='x'/>", b"PK\x03\x04", b"\xff\xd8\xff",
    b"\xff\xd8\xff\xe0\x00\x02" * 3, b"\x89PNG\r\n\x1a\n", png_of(60000, 60000), png_of(10, 10),
    png_of(0, 10), drawn()[:3000], drawn(kind="PNG")[:-80],
])  # fmt: skip
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Refused) as caught:
        pictures.prepare(data)
    assert caught.value.field == "picture"


def test_a_file_of_200_mb_is_refused_unread(tmp_path, monkeypatch):
    file = tmp_path / "huge.png"
    with file.open("wb") as out:
        out.truncate(200 * 1024 * 1024)
    monkeypatch.setattr(type(file), "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(Refused, match="200 MB"):
        pictures.read(file)
    with pytest.raises(Refused, match="no file"):
        pictures.read(tmp_path)


def test_the_picture_of_an_item(g):
    item = add(g).item_id
    picture = pictures.prepare(drawn())
    g.do(catalog.set_picture, item_id=item, picture=picture)
    g.do(catalog.set_picture, item_id=item, picture=pictures.prepare(drawn((30, 30))))
    assert pictures.measures(g.ask(catalog.picture, item_id=item)) == (30, 30)
    assert list(g.ask(catalog.thumbnails, item_ids=(item, 9))) == [item]
    wrong = pictures.Picture(drawn((1601, 10)), picture.thumbnail, "")
    with pytest.raises(Refused):
        g.do(catalog.set_picture, item_id=item, picture=wrong)
    assert g.ask(catalog.page).rows[0].picture
    g.do(catalog.remove_picture, item_id=item)
    assert g.ask(catalog.picture, item_id=item) == b""


def test_a_window_opens_and_closes(g, clock):
    item = add(g).item_id
    day = date(2026, 3, 4)
    g.do(catalog.save_offers, item_id=item, offers=(Offer(5, starts_on=day, ends_on=day),))
    opens = []
    for _ in range(4):
        opens.append(g.ask(catalog.item, item_id=item).offers[0].open_now)
        clock.at += timedelta(days=1)
    assert opens == [False, False, True, False]
