"""A picture is chosen from a file for an item, by keys; another file is refused in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop_admin.services import catalog
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import Hands


def picture(town: Town) -> str:
    return str(town.till.ask(catalog.item, item_id=1).picture)


def choose(hands: Hands, path: Path) -> None:
    hands.palette("choose a picture").sees_dialog(QFileDialog)
    hands.rest().type(str(path)).press("Return").sees_no_dialog().rest()


def test_a_picture_is_chosen_and_taken_away(hands: Hands, town: Town, tmp_path: Path) -> None:
    good, bad = tmp_path / "mug.png", tmp_path / "list.png"
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill("#8a5a3c")
    assert image.save(str(good))
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    signed_in(hands, "manager").palette("catalog").sees_screen("CatalogScreen").rest()
    hands.type("马克").press("Return").until(lambda: hands.screen.paged.rowCount() == 1).rest()
    hands.press("Return").rest()
    hands.until(lambda: hands.screen.panel.isVisible() and hands.screen.panel.item_id == 1).rest()
    choose(hands, bad)
    hands.rest()
    assert picture(town) == ""
    choose(hands, good)
    hands.until(lambda: picture(town) != "").rest()
    hands.palette("remove the picture").until(lambda: picture(town) == "").rest()
    assert QApplication.activeModalWidget() is None
