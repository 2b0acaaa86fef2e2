"""What came into the sample shop from files: members of the paper-card days, and the sales of an online shop."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from desktop_admin.services import imports
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.sample.goods import SOLD
from desktop_admin.services.sample.names import People, Person
from desktop_admin.services.sample.stage import Stage
from desktop_admin.services.sample.traffic import Traffic

OLD_CARDS = "旧会员系统"

_CAME = Sql(
    "SELECT id, name, address, balance, source_number FROM member WHERE source = :source ORDER BY id"
)


class Files:
    """Makes the files and imports them, as the manager would."""

    def __init__(self, stage: Stage, people: People, traffic: Traffic) -> None:
        self._stage, self._people, self._traffic = stage, people, traffic
        self._numbers: list[str] = []

    def members(self, count: int) -> None:
        """Members with opening balances; a few rows are wrong and stay out."""
        stage, rng = self._stage, self._stage.rng
        rows: list[tuple[str, ...]] = []
        persons: dict[str, Person] = {}
        for n in range(1, count + 1):
            person, number = self._people.draw(), f"V{n:05d}"
            persons[number] = person
            joined = stage.today - timedelta(days=rng.randrange(200, 1500))
            born = person.birthday.isoformat() if person.birthday else ""
            points = str(rng.randrange(1, 60) * 20) if rng.random() < 0.8 else "0"
            rows.append((number, person.name, person.phone, born, joined.isoformat(), points, person.address))
        for row, place, wrong in ((3, 2, "1.38E+10"), (11, 3, "2018-02-29"), (19, 1, ""), (27, 5, "很多")):
            if row < len(rows):
                rows[row] = (*rows[row][:place], wrong, *rows[row][place + 1 :])
        titles = ("会员编号", "姓名", "手机", "生日", "入会日期", "积分", "地址")
        self._import("members", "旧会员名单.csv", OLD_CARDS, titles, rows)
        found = stage.database.read(lambda work: work.all(_CAME, source=OLD_CARDS))
        for came in found:
            branch = rng.choices((0, 1, 2), (50, 30, 20))[0]
            guest = self._traffic.welcome(came.id, branch, persons[came.source_number])
            guest.net = came.balance
            self._numbers.append(came.source_number)

    def purchases(self, first: date, count: int) -> None:
        """Sales of the online shop of two weeks; some without a member."""
        rng, rows = self._stage.rng, list[tuple[str, ...]]()
        for n in range(1, count + 1):
            day = first + timedelta(days=rng.randrange(14))
            at = f"{day} {rng.randrange(8, 23):02d}:{rng.randrange(60):02d}"
            member = rng.choice(self._numbers) if self._numbers and rng.random() < 0.85 else ""
            for name, least, most in rng.sample(SOLD, rng.choice((1, 1, 2))):
                rows.append((f"W{first:%m}{n:05d}", at, member, name, "1", f"{rng.randrange(least, most)}.00"))
        titles = ("订单编号", "下单时间", "会员编号", "商品名称", "数量", "实付金额")
        self._import("purchases", f"微商城订单-{first:%Y%m}.csv", OLD_CARDS, titles, rows)

    def _import(
        self, kind: str, name: str, source: str, titles: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> None:
        database, boss = self._stage.database, self._stage.staff.managers[0]
        with tempfile.TemporaryDirectory(prefix="pointsdesk-sample-") as folder:
            path = Path(folder) / name
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([titles, *rows])
            looked = imports.inspect(database, boss, path, kind)
            plan = looked.plan(imports.Options(source, policy="good"))
            imports.run(database, boss, plan)
