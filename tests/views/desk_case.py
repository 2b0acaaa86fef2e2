"""What tests of the fulfilment desk share."""

from __future__ import annotations

import pytest

from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Wanted
from desktop_admin.views.redemptions import RedemptionsScreen
from tests.services.goods import NEVER, Goods
from tests.views.screen_case import ScreenCase, wait_idle


class DeskCase(ScreenCase):
    """A desk with two members, goods and a voucher."""

    screen = RedemptionsScreen

    @pytest.fixture
    def g(self, database, as_role) -> Goods:
        goods = Goods(database, as_role)
        goods.item(1, 100, pieces=20, name="茶杯")
        goods.item(2, 50, cash=1000, pieces=20, name="<b>雨伞</b>")
        goods.item(3, 30, kind="voucher", name="电影票")
        goods.member(1, (5_000, NEVER), name="张三", address="人民路 1 号")
        goods.member(2, (5_000, NEVER), name="李四", address="解放路 2 号", tier="gold")
        return goods

    def place(self, g: Goods, member: int = 1, *offers: int, delivery: str = "ship", pieces: int = 1):
        lines = tuple(Wanted(offer, pieces) for offer in offers or (1,))
        return g.do(redemptions.place, member_id=member, lines=lines, delivery=delivery)

    def state(self, g: Goods, placed) -> str:
        return g.ask(redemptions.detail, redemption_id=placed.redemption_id).state

    def idle(self, qtbot, desk) -> None:
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)
        qtbot.waitUntil(desk.tasks.idle)
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)

    def numbers(self, screen) -> list[str]:
        return [screen.paged.record(row).number for row in range(screen.paged.rowCount())]

    def look_at(self, screen, qtbot, desk, queue: str) -> None:
        screen.arrive(queue=queue)
        self.idle(qtbot, desk)
