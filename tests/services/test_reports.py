"""Reports say what the ledger says, and leave as real files with a trace."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_admin.services import exports, reports
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Actor
from tests.services.counter import Counter
from tests.services.shops import trade


@pytest.fixture
def till(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "system")


@pytest.fixture
def shop(till: Counter, clock: SetClock) -> Counter:
    trade(till, clock, days=60, people=15)
    return till


def writer(till: Counter) -> Callable[[Callable[..., Any]], Any]:
    return lambda work: till.database.write(work, actor=till.actor).result


def test_every_report_has_rows_of_its_columns(shop: Counter) -> None:
    for code in reports.REPORTS:
        made = shop.ask(reports.report, code=code, first=date(2026, 3, 1))
        assert all(len(row) == len(made.columns) for row in made.rows), code
        assert len(made.totals) == len(made.columns), code
        assert not made.links or len(made.links) == len(made.rows)
        assert made.rows or code in ("low_stock", "owing"), code


def test_the_statement_ties_month_by_month(shop: Counter) -> None:
    made = shop.ask(reports.report, code="movement", first=date(2026, 1, 1))
    rows = [dict(zip([c.id for c in made.columns], row, strict=True)) for row in made.rows]
    for row in rows:
        came = row["opening"] + row["issued"] + row["adjusted"] + row["transferred"]
        assert came - row["redeemed"] - row["expired"] - row["reversed"] == row["closing"]
    ((net,),) = shop.rows("SELECT CAST(sum(balance - owed) AS bigint) FROM member")
    assert rows[0]["opening"] == 0
    assert rows[-1]["closing"] == net == made.totals[-1]
    by_tier = shop.ask(reports.report, code="movement_by_tier", first=date(2026, 1, 1))
    assert by_tier.totals[1:] == made.totals[1:]


def test_the_liability_is_what_is_held_at_the_worth_of_a_point(shop: Counter) -> None:
    made = shop.ask(reports.report, code="liability")
    ((held,),) = shop.rows("SELECT CAST(sum(balance) AS bigint) FROM member")
    assert made.totals[2] == held
    assert sum(row[4] for row in made.rows) == pytest.approx(held, abs=2)  # 1.00 for 100 points
    owing = shop.ask(reports.report, code="owing")
    assert owing.totals[3] == made.totals[3]
    assert owing.personal or not owing.rows


def test_an_unknown_report_is_refused(till: Counter) -> None:
    with pytest.raises(Refused):
        till.ask(reports.report, code="weather")


def test_a_report_leaves_as_workbook_and_csv_with_a_trace(shop: Counter, tmp_path: Path) -> None:
    made = shop.ask(reports.report, code="movement", first=date(2026, 3, 1))
    book, text = tmp_path / "statement.xlsx", tmp_path / "statement.csv"
    for path in (book, text):
        exports.report_file(writer(shop), new_request(), path, made)
    opened = openpyxl.load_workbook(book)
    sheet = opened.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["Month", "Opening", "Issued"]
    assert sheet["C2"].value == made.rows[0][2]
    assert len(opened.sheetnames) == 2
    with text.open(encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))
    assert lines[1][1:] == [str(cell) for cell in made.rows[0][1:]]
    audits = shop.rows("SELECT after FROM audit WHERE action = 'export'")
    assert len(audits) == 2
    assert "Movement by month" in audits[0][0]


def test_another_ending_is_refused_and_leaves_no_trace(shop: Counter, tmp_path: Path) -> None:
    made = shop.ask(reports.report, code="liability")
    with pytest.raises(Refused):
        exports.report_file(writer(shop), new_request(), tmp_path / "x.doc", made)
    assert not list(tmp_path.glob("x.*"))
    assert not shop.rows("SELECT id FROM audit WHERE action = 'export'")


def test_who_may_not_export_gets_nothing(shop: Counter, tmp_path: Path) -> None:
    made = shop.ask(reports.report, code="liability")
    with pytest.raises(Refused):
        exports.report_file(writer(shop.by("clerk")), new_request(), tmp_path / "x.xlsx", made)
    assert not (tmp_path / "x.xlsx").exists()
