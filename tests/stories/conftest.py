"""A shop with a morning's worth of members and gifts, and the real window on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop_admin import i18n
from desktop_admin.services import members, redemptions
from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.services.redemptions import Wanted
from desktop_admin.services.work import Actor
from desktop_admin.settings import LAST_SCREEN, Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language, theme
from desktop_admin.views.main_window import assemble
from desktop_admin.views.sign_in import sign_in_service
from tests.founding import PASSWORD
from tests.services.counter import Counter
from tests.services.goods import Goods
from tests.stories.hands import Hands
from tests.views.screen_case import _Borrowed


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Iterator[None]:
    yield
    pinyin.close()


@pytest.fixture
def engine() -> str:
    return "sqlite"


@dataclass
class Town:
    """Who lives here: ids by name, and their cards."""

    ids: dict[str, int]
    cards: dict[str, str]
    goods: Goods
    till: Counter


@pytest.fixture
def town(database: Database, as_role: Callable[[str], Actor]) -> Town:
    """Members with points, three gifts."""
    till, goods = Counter(database, as_role), Goods(database, as_role)
    ids, cards = {}, {}
    people = (("张三", "13800138000", 1_000), ("李四", "13900139001", 300), ("单雄信", "13700137002", 0))
    for name, phone, points in people:
        enrolled = till.do(members.enrol, name=name, phone=phone, consent_terms=True, address="人民路 1 号")
        ids[name], cards[name] = enrolled.member_id, enrolled.card_number
        if points:
            till.gift(enrolled.member_id, points)
    goods.item(1, 120, name="骨瓷马克杯", pieces=20)
    goods.item(2, 480, 1_900, name="竹纤维浴巾", pieces=5)
    goods.item(3, 5_000, name="手冲咖啡壶", pieces=1)
    return Town(ids, cards, goods, till)


@pytest.fixture
def ready(town: Town) -> Any:
    """张三 has a mug waiting at the counter."""
    placed = town.goods.do(
        redemptions.place, member_id=town.ids["张三"], lines=(Wanted(1),), delivery="pickup", branch_id=0
    )
    town.goods.do(redemptions.advance, redemption_id=placed.redemption_id, to_state="ready")
    return placed


@pytest.fixture
def hands(qtbot: Any, tmp_path: Path, database: Database, town: Town) -> Iterator[Hands]:
    """The program at its sign-in form."""
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


@pytest.fixture
def at_work(hands: Hands) -> Hands:
    """The counter's operator has signed in, and the counter is open."""
    return signed_in(hands, "counter")


def signed_in(hands: Hands, login: str) -> Hands:
    """Sign in by keys."""
    hands.type(login).press("Return").type(PASSWORD).press("Return")
    hands.until(lambda: hands.window.shell is not None and hands.window.shell.current is not None)
    hands.until(lambda: hands.counter.facts is not None).rest()
    hands.presses = 0
    return hands
