"""The server goes while a shop is open, and comes back: by keys, on a real PostgreSQL that is stopped and started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_admin import i18n
from desktop_admin.services import members
from desktop_admin.services.database.clock import SystemClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.settings import LAST_SCREEN, Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language, theme
from desktop_admin.views.main_window import assemble
from desktop_admin.views.sign_in import sign_in_service
from tests import founding
from tests.founding import PASSWORD
from tests.postgres import Server, Unavailable, start
from tests.services.counter import Counter
from tests.stories.conftest import signed_in
from tests.stories.hands import CTRL, Hands
from tests.views.screen_case import _Borrowed


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Iterator[None]:
    yield
    pinyin.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of its own: the run's is never stopped."""
    try:
        made = start(durable=True)
    except Unavailable as error:
        pytest.skip(str(error))
    yield made
    made.stop()


@pytest.fixture
def shop(server: Server) -> Iterator[tuple[Database, Counter, int]]:
    url = server.create("shop")
    actors = founding.found(url, SystemClock()).actors
    database = Database.open(url)
    till = Counter(database, lambda role: actors[role])
    zhang = till.do(members.enrol, name="张三", phone="13800138000", consent_terms=True).member_id
    till.gift(zhang, 1_000)
    yield database, till, zhang
    assert founding.faults(database) == []
    database.close()


@pytest.fixture
def hands(qtbot: Any, tmp_path: Path, shop: tuple[Database, Counter, int]) -> Iterator[Hands]:
    database = shop[0]
    theme.current().set(mode="light", language="en")
    language.use("en")
    i18n.use_time_zone("Asia/Shanghai")
    settings = Settings(tmp_path / "settings.ini")
    settings.set(LAST_SCREEN, "counter")
    tasks = Tasks(_Borrowed(database))
    window = assemble(settings, tasks, sign_in_service("till 1"))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield Hands(qtbot, window, database)
    window.close()
    assert tasks.close(20), "a thread is left"
    i18n.use_time_zone(None)


def test_the_shop_goes_on_selling(hands: Hands, shop: tuple[Database, Counter, int], server: Server) -> None:
    _database, till, zhang = shop
    signed_in(hands, "counter")
    desk = hands.window.desk
    desk.till.look()
    hands.until(lambda: desk.till.kept is not None and desk.till.kept.members == 1).rest()

    server.halt()
    hands.type("13800138000").press("Return")  # what would be found meets a silent server
    hands.until(lambda: desk.till.away and hands.counter.outage.active, timeout=60_000).rest()
    side = hands.counter.outage.side
    assert side is not None
    hands.press("Escape")
    hands.type("13800138000").press("Return").until(lambda: side.form is not None).rest()
    assert side.card.figure.text() == "1,000"
    hands.press("F4")
    assert "waits for the server" in side.notice.label.text()
    hands.type("250").press("Return").type("T-1").press("Return")
    hands.until(lambda: desk.till.waiting == 1).rest()
    assert hands.window.shell is not None
    assert hands.window.shell.status.text("queued") == "⚠ 1 purchase waits"

    hands.press("L", CTRL).until(lambda: hands.window.locked)  # by the one who worked here, and nobody else
    hands.type("wrong horse").press("Return").until(lambda: "Wrong" in hands.window.sign_in.message.text()).rest()
    hands.type(PASSWORD).press("Return").until(lambda: not hands.window.locked).rest()
    hands.until(lambda: hands.counter.outage.active)

    server.launch()
    desk.till.look()
    hands.until(lambda: desk.tasks.connection.online, timeout=60_000)
    hands.until(lambda: desk.till.waiting == 0, timeout=60_000).rest()
    assert not hands.counter.outage.active
    assert till.state(zhang) == (1_250, 0)
    hands.type("13800138000").press("Return").sees_member("张三").rest()
