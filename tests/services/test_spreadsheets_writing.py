"""Writing: harmless, exact, whole or not at all; what is written can be read back."""

# ruff: noqa: DTZ001 - a spreadsheet's dates have no zone
from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.spreadsheets import mapping, reading, writing
from desktop_admin.services.spreadsheets.cells import CellFault, Row
from desktop_admin.services.spreadsheets.kinds import KINDS, MEMBERS
from desktop_admin.services.spreadsheets.rejects import Rejected, write_rejects
from desktop_admin.services.spreadsheets.tables import About, Chart, Column, Shape, Sheet
from desktop_admin.services.spreadsheets.templates import write_template

ABOUT = About(
    "Members", "王店长", datetime(2026, 3, 15, 9, 30, tzinfo=UTC), (("Tier", "=金卡"),), "积分商店",
    personal=True,
)  # fmt: skip
COLUMNS = (
    Column("姓名"),
    Column("手机", Shape.CODE),
    Column("积分", Shape.POINTS, total=True),
    Column("消费", Shape.MONEY, total=True),
    Column("入会", Shape.DATE),
    Column("时间", Shape.MOMENT),
    Column("占比", Shape.PERCENT),
)
ROW = ("张伟", "13812345678", -50, 12_345, date(2026, 3, 15), datetime(2026, 3, 15, 8, 26), 1234)
DANGEROUS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠a", " =1", "'=1",
    "=cmd|'/c calc'!A1", "\u200b=1",
)  # fmt: skip


def _book(path: Path, rows: list[tuple[object, ...]], **options: object) -> openpyxl.Workbook:
    sheet = Sheet("会员", COLUMNS, iter(rows), **options)  # type: ignore[arg-type]
    written = writing.write_workbook(path, [sheet], ABOUT)
    assert (written.rows, written.size) == (len(rows), path.stat().st_size)
    return openpyxl.load_workbook(path)


def test_a_workbook_is_styled_and_exact(tmp_path: Path) -> None:
    charts = (Chart("column", "积分", 0, (2, 3), stacked=True), Chart("pie", "消费", 0, (3,)))
    book = _book(tmp_path / "a.xlsx", [ROW, ROW], charts=charts)
    sheet = book["会员"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G3"
    cells = sheet[2]
    assert [c.value for c in cells] == [
        "张伟", "13812345678", -50, 123.45, datetime(2026, 3, 15), datetime(2026, 3, 15, 8, 26),
        0.1234,
    ]  # fmt: skip
    assert [c.number_format for c in cells[:4]] == ["@", "@", "#,##0", "#,##0.00"]
    assert sheet["C4"].value == "=SUBTOTAL(109,C2:C3)"
    assert sheet["A4"].value == "Total"
    about = {row[0].value: row[1].value for row in book["About this file"].iter_rows(min_row=3)}
    assert about["Made by"] == "王店长"
    assert about["Rows"] == "2"
    assert about["Tier"] == "=金卡"
    assert any("personal data" in str(key) for key in about)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as container:
        charts_written = [n for n in container.namelist() if n.startswith("xl/charts/chart")]
    assert len(charts_written) == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "a.xlsx"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text: str, tmp_path: Path) -> None:
    row = (text, text, -5, -5, None, None, None)
    book = _book(tmp_path / "a.xlsx", [row])
    for cell in book["会员"][2][:2]:
        assert cell.data_type == "s"
        assert cell.style
        assert cell.quotePrefix
        assert cell.value == text.replace("\r", "\n")
    assert book["会员"]["C2"].value == -5
    assert not book["会员"]["C2"].quotePrefix
    writing.write_csv(tmp_path / "a.csv", COLUMNS, [row])
    line = (tmp_path / "a.csv").read_bytes().split(b"\r\n", 1)[1].decode().lstrip('"')
    assert line.startswith("'")
    assert ",-5,-0.05," in line


def test_csv_carries_a_mark_and_plain_line_ends_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "会员.csv"
    rows = [
        ("=1+1", "013812345678", 5, 12_345, date(2026, 3, 15), None, 5),
        ('a,"b"\nc', *[None] * 6),
    ]
    written = writing.write_csv(path, COLUMNS, rows)
    content = path.read_bytes()
    assert content.startswith("\ufeff姓名,手机".encode())
    assert content.endswith(b"\r\n")
    assert written.rows == 2
    back = list(reading.rows(path))
    assert back[0].cells == ["'=1+1", "013812345678", "5", "123.45", "2026-03-15", "", "0.0005"]
    judged = mapping.Judge(MEMBERS, {"name": 0, "balance": 2, "card": 1}).judge(back[0])
    assert judged.values["name"] == "=1+1"
    assert back[1].cells[0] == 'a,"b"\nc'


def test_a_workbook_comes_back_as_it_was(tmp_path: Path) -> None:
    _book(
        tmp_path / "a.xlsx", [(text, text, 7, 250, None, None, None) for text in DANGEROUS]
    ).close()
    facts = reading.inspect(tmp_path / "a.xlsx")
    rows = [r for r in reading.rows(facts) if r.cells[0] != "Total"]
    assert [row.cells[0] for row in rows] == [t.replace("\r", "\n") for t in DANGEROUS]
    assert [row.cells[2] for row in rows] == [7] * len(DANGEROUS)


def test_characters_no_workbook_can_hold_are_dropped(tmp_path: Path) -> None:
    long = "字" * 40_000
    book = _book(
        tmp_path / "a.xlsx", [("a\x00\x1b\x0bb\ud800\uffff", long, 10**16, 1, None, None, None)]
    )
    name, cut, number = (cell.value for cell in book["会员"][2][:3])
    assert name == "a   b  "
    assert len(cut) == 32_767
    assert cut.endswith("…")
    assert number == "10000000000000000"


def test_names_of_sheets_are_made_to_fit(tmp_path: Path) -> None:
    sheets = [Sheet(n, COLUMNS, []) for n in ("a/b[c]:*?", "x" * 40, "x" * 40, "'quoted'", "")]
    writing.write_workbook(tmp_path / "a.xlsx", sheets, ABOUT)
    names = openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    assert len(set(names)) == 6
    assert all(0 < len(name) <= 31 for name in names)


def test_a_writer_that_stops_leaves_the_old_file(tmp_path: Path) -> None:
    def stop(_rows: int) -> None:
        raise Refused("stop")

    rows = [ROW] * 2000
    book, text = tmp_path / "a.xlsx", tmp_path / "a.csv"
    for path in (book, text):
        path.write_bytes(b"old")
    with pytest.raises(Refused):
        writing.write_csv(text, COLUMNS, rows, progress=stop)
    with pytest.raises(Refused):
        writing.write_workbook(book, [Sheet("s", COLUMNS, rows)], ABOUT, progress=stop)
    assert book.read_bytes() == text.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_is_not_there_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="could not be written"):
        writing.write_csv(tmp_path / "none" / "a.csv", COLUMNS, [ROW])


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_full_disk_leaves_nothing_under_the_final_name(kind: str, tmp_path: Path) -> None:
    code = f"""
import random, resource, signal
from pathlib import Path
from tests.services import test_spreadsheets_writing as t
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
rows = ((str(random.random()), *t.ROW[1:]) for _ in range(20_000))
path = Path({str(tmp_path)!r}) / "out.{kind}"
try:
    if {kind!r} == "csv":
        t.writing.write_csv(path, t.COLUMNS, rows)
    else:
        t.writing.write_workbook(path, [t.Sheet("s", t.COLUMNS, rows)], t.ABOUT)
except t.Trouble as trouble:
    print(trouble.text())
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert "no room left" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", KINDS)
def test_a_template_maps_itself_and_offers_lists(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = tmp_path / "t.xlsx"
    tiers = [f"等级 {n} 很长的名字" for n in range(40)]
    write_template(path, kind, lists={"tier": tiers, "branch": ["总店", "分店"]})
    book = openpyxl.load_workbook(path)
    header = [str(cell.value) for cell in book.worksheets[0][1]]
    guess = mapping.guess(kind, header)
    assert guess.columns == {f.name: i for i, f in enumerate(kind.fields)}
    assert not guess.missing
    rules = {str(r.sqref): r for r in book.worksheets[0].data_validations.dataValidation}
    lists = [r.formula1 for r in rules.values() if r.type == "list"]
    if name == "members":
        assert '"女,男"' in lists
        assert '"总店,分店"' in lists
        assert any("Notes" in text for text in lists)
        assert book.worksheets[0].column_dimensions["B"].width >= 14
    assert book.worksheets[1]["A2"].value == header[0].removesuffix(" *")
    assert list(reading.rows(path)) == []


def test_rejected_rows_keep_their_cells_and_say_why(tmp_path: Path) -> None:
    header = ("姓名", "手机", "积分", "生日")
    columns = mapping.guess(MEMBERS, header).columns
    judge = mapping.Judge(MEMBERS, columns)
    source = tmp_path / "in.csv"
    source.write_text("姓名,手机,积分,生日\n=1+1,1.38E+10,5,2018-02-29\n,13812345678,7,\n", "utf-8")
    judged = [judge.judge(row) for row in reading.rows(source)]
    path = tmp_path / "rejects.xlsx"
    rejected = (Rejected(j.row.number, j.row.cells, j.errors) for j in judged)
    assert write_rejects(path, MEMBERS, header, columns, rejected, ABOUT).rows == 2
    facts = reading.inspect(path)
    assert facts.sheet().header[2:] == header
    first, second = reading.rows(facts)
    assert first.cells[0] == 2
    assert first.cells[2:] == ["=1+1", "1.38E+10", "5", "2018-02-29"]
    assert "Phone: " in str(first.cells[1])
    assert "Birthday: " in str(first.cells[1])
    assert second.cells[:2] == [3, "Name: This is needed."]
    assert mapping.guess(MEMBERS, facts.sheet().header).columns == {
        name: column + 2 for name, column in columns.items()
    }


def test_rejected_cells_of_a_workbook_keep_their_kind(tmp_path: Path) -> None:
    fault = CellFault("The cell shows the error {value}.", (("value", "#N/A"),), "#N/A")
    cells = ("王", 13812345678, fault, datetime(2026, 3, 15))
    path = tmp_path / "rejects.xlsx"
    judged = mapping.Judge(MEMBERS, {"name": 0, "phone": 1, "balance": 2}).judge(Row(5, cells))
    rejected = Rejected(5, cells, judged.errors)
    write_rejects(path, MEMBERS, ("a", "b", "c", "d"), {"balance": 2}, [rejected], ABOUT)
    row = next(reading.rows(path))
    assert row.cells[2:] == ["王", 13812345678, "#N/A", datetime(2026, 3, 15)]
