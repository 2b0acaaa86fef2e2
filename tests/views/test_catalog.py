"""The catalog's screen: cards, list, page, offers typed into the table."""

from __future__ import annotations

import io
from functools import partial

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from desktop_admin.services import catalog
from desktop_admin.services.catalog import Offer
from desktop_admin.services.command import new_request
from desktop_admin.views.catalog import CatalogScreen
from tests.services.goods import NEVER, Goods
from tests.views.fakes import HeldWrites
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine():
    """Screens know no engine; the services below them are tested on both."""
    return "sqlite"


class TestCatalogScreen(ScreenCase):
    screen = CatalogScreen


class TestWithItems(ScreenCase):
    """The free tests again, on a shop with items, and what a person does."""

    screen = CatalogScreen

    @pytest.fixture
    def shop(self, database, as_role):
        g = Goods(database, as_role)
        self.g = g
        category = g.do(catalog.add_category, name="生活")
        for code, name in (("A", "茶杯"), ("B", "<b>伞</b> " + "x" * 60), ("C", "巧克力")):
            g.do(catalog.add_item, code=code, name=name, category_id=category.category_id, cost=1200)
        g.do(catalog.save_offers, item_id=1, offers=(Offer(500), Offer(200, 1000)))
        g.member(1, (300, NEVER))
        return database

    def opened(self, qtbot, desk, item_id=1):
        screen = self.open(qtbot, desk)
        screen.open_item(item_id)
        wait_idle(qtbot, desk.tasks)
        return screen

    def test_enter_opens_an_item_and_esc_goes_back(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.search.setFocus()
        QTest.keyClicks(screen.search, "qiaokeli")
        QTest.keyClick(screen.search, Qt.Key.Key_Escape)
        screen.search.setText("茶")
        QTest.keyClick(screen.search, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert screen.paged.rowCount() == 1
        QTest.keyClick(screen.search, Qt.Key.Key_Return)
        QTest.keyClick(screen.grid, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.item.name == "茶杯"
        QTest.keyClick(screen.panel, Qt.Key.Key_Escape)
        assert screen.places.currentWidget() is screen.list_page

    def test_list_and_cards(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        assert screen.shapes.currentWidget() is screen.grid
        screen.shape._buttons["list"].click()
        assert screen.shapes.currentWidget() is screen.table
        assert screen.paged.record(0).name == screen.table.records.record(0).name
        assert self.open(qtbot, desk).shapes.currentIndex() == 1, "it is remembered"

    def test_a_scanned_code_opens_its_item(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.scan("C")
        wait_idle(qtbot, desk.tasks)
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.item_id == 3
        screen.scan("nothing")
        wait_idle(qtbot, desk.tasks)
        assert "nothing" in desk.notices.told[-1]

    def test_offers_keep_their_request_until_it_is_known_what_became_of_it(self, qtbot, desk, monkeypatch):
        screen = self.opened(qtbot, desk)
        offers = screen.panel.offers
        offers.model.setData(offers.model.index(0, 0), 450)
        held = HeldWrites()
        monkeypatch.setattr(desk.tasks, "write", held)
        held.watch(offers.save)
        assert offers.model.editable

    def test_offers_are_typed_and_saved(self, qtbot, desk):
        screen = self.opened(qtbot, desk)
        offers = screen.panel.offers
        model = offers.model
        assert [model.data(model.index(n, 9)) for n in range(2)] == ["0", "1"]
        row = model.add()
        assert model.dirty
        model.setData(model.index(row, 0), 0)
        model.setData(model.index(row, 1), 0)
        offers.save()
        wait_idle(qtbot, desk.tasks)
        assert not offers.banner.isHidden()
        assert offers.table.currentIndex().row() == 2
        offers.table.edit(model.index(row, 0))
        editor = offers.table.indexWidget(model.index(row, 0)) or offers.table.focusWidget()
        QTest.keyClicks(editor, "1,250")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: model.value(row, "points") == 1250)
        offers.save()
        wait_idle(qtbot, desk.tasks)
        wait_idle(qtbot, desk.tasks)
        assert not model.dirty
        assert [o.points for o in model.drafts()] == [500, 200, 1250]
        model.drop(0)
        assert not model.drafts()[0].active

    def test_what_was_typed_survives_a_reload(self, qtbot, desk):
        screen = self.opened(qtbot, desk)
        screen.panel.form.editors["name"].set_value("mine")
        screen.panel.offers.model.add()
        screen.reload_now()
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.form.values()["name"] == "mine"
        assert screen.panel.offers.model.rowCount() == 3

    def test_changed_while_editing_asks(self, qtbot, desk):
        screen = self.opened(qtbot, desk)
        self.g.do(catalog.edit_item, item_id=1, version=1, code="A", name="theirs", category_id=1)
        form = screen.panel.form
        form.editors["name"].set_value("mine")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        form._rows({"name": "theirs"})
        assert form.question.isVisible()
        form.question.accept()
        wait_idle(qtbot, desk.tasks)
        wait_idle(qtbot, desk.tasks)
        assert self.g.ask(catalog.item, item_id=1).name == "mine"

    def test_a_picture_is_dropped(self, qtbot, desk, tmp_path):
        screen = self.opened(qtbot, desk)
        out = io.BytesIO()
        Image.new("RGB", (300, 200), "red").save(out, "PNG")
        for name, data in (("a.png", out.getvalue()), ("b.png", b"no picture")):
            (tmp_path / name).write_bytes(data)
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
            box = screen.panel.picture
            drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier)
            box.dropEvent(drop)
            qtbot.waitUntil(desk.tasks.idle)
            wait_idle(qtbot, desk.tasks)
            qtbot.wait(30)
        assert "PNG" in desk.notices.told[-1]
        assert self.g.ask(catalog.picture, item_id=1)

    def test_a_new_item_by_keyboard(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.new_item("690123")
        form = screen.dialog.form
        assert form.values()["barcode"] == "690123"
        form.editors["name"].set_value("new")
        form.editors["code"].set_value("A")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert form._errors["code"].text()
        form.editors["code"].set_value("N")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.item.code == "N"

    def test_show_and_hide(self, qtbot, desk):
        screen = self.opened(qtbot, desk)
        screen.show_act.trigger()
        wait_idle(qtbot, desk.tasks)
        wait_idle(qtbot, desk.tasks)
        assert not self.g.ask(catalog.item, item_id=1).visible

    def test_who_may_not_edit_only_reads(self, qtbot, desk, as_role):
        desk.sign_in(as_role("counter"))
        screen = self.opened(qtbot, desk)
        assert not screen.panel.form.submit_button.isVisible()
        assert not screen.panel.offers.save_button.isVisible()
        assert not screen.panel.offers.model.setData(screen.panel.offers.model.index(0, 0), 5)
        assert not screen.new_act.isEnabled()


def test_a_repeated_save_is_one(database, as_role):
    g = Goods(database, as_role)
    g.do(catalog.add_item, code="A", name="a")
    save = partial(catalog.save_offers, request=new_request(), item_id=1, offers=(Offer(5),))
    assert database.write(save, actor=g.actor) == database.write(save, actor=g.actor)
