"""Workbooks whose XML or cells are hostile or doubtful: refused, announced or row errors."""

# ruff: noqa: DTZ001 - a spreadsheet's dates have no zone
from __future__ import annotations

import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets import reading, values
from desktop_admin.services.spreadsheets.cells import CellError, CellFault, Limits, Row
from tests.hostile import workbooks as make

_WORKSHEET = f'<worksheet xmlns="{make.MAIN}"><sheetData>'
_END = "</sheetData></worksheet>"


def _rows(path: Path, **options: bool) -> list[Row]:
    return list(reading.rows(path, **options))  # type: ignore[arg-type]


def _cell(folder: Path, cell: str, **changed: str) -> object:
    """Read back the one cell A2."""
    path = make.make(folder, sheet=make.table(f'<row r="2">{cell}</row>'), **changed)
    rows = _rows(path)
    return rows[0].cells[0] if rows else None


XML = {
    "billion laughs in the sheet": {"sheet": f"{make.LAUGHS}<worksheet>&j;</worksheet>"},
    "billion laughs in the strings": {"strings": f"{make.LAUGHS}<sst><si><t>&j;</t></si></sst>"},
    "billion laughs in the workbook": {"workbook": f"{make.LAUGHS}<workbook>&j;</workbook>"},
    "billion laughs in the styles": {"styles": f"{make.LAUGHS}<styleSheet>&j;</styleSheet>"},
    "entity from outside": {"sheet": f"{make.OUTSIDE}<worksheet>&a;</worksheet>"},
    "entity from outside in the strings": {"strings": f"{make.OUTSIDE}<sst>&a;</sst>"},
    "document type alone": {"sheet": f"<!DOCTYPE worksheet>{_WORKSHEET}{_END}"},
    "document type in UTF-16": {
        "sheet": f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>{_WORKSHEET}{_END}'.encode(
            "utf-16"
        )
    },
}


@pytest.mark.parametrize("name", XML)
def test_xml_no_workbook_has(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no real workbook has"):
        reading.inspect(make.make(tmp_path, **XML[name]))  # type: ignore[arg-type]


DAMAGED: dict[str, dict[str, str | bytes | None]] = {
    "broken XML": {"sheet": f"{_WORKSHEET}<row>"},
    "no XML": {"sheet": b"\x00\x01\x02"},
    "wrong root": {"sheet": "<html/>"},
    "sheet missing": {"sheet": None},
    "no sheets": {"workbook": f'<workbook xmlns="{make.MAIN}"/>'},
    "workbook missing": {"workbook": None},
    "relations broken": {"workbook_rels": "<x"},
    "rows backwards": {"sheet": make.sheet('<row r="9"/><row r="3"/>')},
    "row that cannot be": {"sheet": make.sheet('<row r="99999999"><c r="A1"><v>1</v></c></row>')},
    "row that is no number": {"sheet": make.sheet('<row r="x"/>')},
    "column that cannot be": {"sheet": make.sheet('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>')},
    "cells backwards": {
        "sheet": make.sheet('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>')
    },
    "string that is not there": {
        "sheet": make.sheet('<row r="1"><c r="A1" t="s"><v>77</v></c></row>')
    },
    "undeclared entity": {"sheet": make.sheet("<row>&nothing;</row>")},
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_workbooks_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="damaged"):
        reading.inspect(make.make(tmp_path, **DAMAGED[name]))


def test_nesting_without_end_is_bounded(tmp_path: Path) -> None:
    deep = "<a>" * 300_000 + "</a>" * 300_000
    path = make.make(tmp_path, sheet=make.table(after=deep))
    facts = reading.inspect(path, limits=Limits(ratio=10_000))
    assert facts.sheets[0].rows == 1


def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    cells = '<c r="A1"/>' * 1_700_000
    path = make.make(tmp_path, sheet=make.sheet(f'<row r="1">{cells}</row>'))
    with pytest.raises(Refused):
        reading.inspect(path, limits=Limits(ratio=100_000))


def test_memory_is_capped(tmp_path: Path) -> None:
    texts = make.strings(*(f"{n}" + "字" * 300 for n in range(200_000)))
    path = make.make(tmp_path, strings=texts)
    with pytest.raises(Refused, match=r"too large|damaged"):
        reading.inspect(
            path, limits=Limits(memory_bytes=100 * 2**20, unpacked_bytes=2**40, ratio=100_000)
        )


def test_phantom_rows_cost_nothing_and_are_not_read(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}" spans="1:3"/>' for n in range(2, 300_000))
    last = '<row r="1048576"><c r="A1048576" s="1"/></row>'
    path = make.make(
        tmp_path, sheet=make.table(rows, last, before='<dimension ref="A1:XFD1048576"/>')
    )
    begun = time.perf_counter()
    facts = reading.inspect(path)
    assert (facts.sheets[0].rows, facts.sheets[0].columns, facts.sheets[0].beyond) == (1, 3, 0)
    assert _rows(path) == []
    assert time.perf_counter() - begun < 60


def test_a_lying_dimension_is_not_believed(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2"><v>1</v></c></row>'
    for lie in ("A1:XFD1048576", "A1", "nonsense"):
        path = make.make(tmp_path, sheet=make.table(row, before=f'<dimension ref="{lie}"/>'))
        assert [r.cells for r in _rows(path)] == [[1]]


def test_values_below_a_long_gap_are_announced_not_silently_lost(tmp_path: Path) -> None:
    row = '<row r="{n}"><c r="A{n}"><v>1</v></c></row>'
    path = make.make(tmp_path, sheet=make.table(*(row.format(n=n) for n in (2, 202, 403))))
    assert reading.inspect(path).sheets[0].beyond == 403
    assert [r.number for r in _rows(path)] == [2, 202]


def test_hidden_rows_are_announced_and_left_out_unless_wanted(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{n}"{hidden}><c r="A{n}"><v>{n}</v></c></row>'
        for n, hidden in ((2, ""), (3, ' hidden="1"'), (4, ' hidden="true"'), (5, ' hidden="0"'))
    )
    columns = '<cols><col min="2" max="3" hidden="1"/></cols>'
    path = make.make(tmp_path, sheet=make.table(rows, before=columns))
    facts = reading.inspect(path)
    assert (facts.sheets[0].hidden_rows, facts.sheets[0].hidden_columns) == (2, 2)
    assert [r.number for r in _rows(path)] == [2, 5]
    assert [(r.number, r.hidden) for r in _rows(path, hidden=True)] == [
        (2, False), (3, True), (4, True), (5, False),
    ]  # fmt: skip


def test_merged_cells_are_announced_and_are_errors(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in (2, 3, 4))
    after = (
        '<mergeCells count="3"><mergeCell ref="A2:A3"/><mergeCell ref="B4:XFD1048576"/>'
        '<mergeCell ref="rubbish"/></mergeCells>'
    )
    path = make.make(tmp_path, sheet=make.table(rows, after=after))
    facts = reading.inspect(path)
    assert facts.sheets[0].merged_count == 3
    second, third, fourth = _rows(path)
    assert second.cells == [2]
    assert isinstance(third.cells[0], CellFault)
    assert ("area", "A2:A3") in third.cells[0].facts
    assert fourth.cells[0] == 4
    assert fourth.cells[1] is None
    assert isinstance(fourth.cells[2], CellFault)
    with pytest.raises(CellError, match="merged area A2:A3"):
        values.whole(third.cells[0])


def test_formulas_without_a_value_are_errors_not_blanks(tmp_path: Path) -> None:
    cells = (
        '<c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v></v></c><c r="C2"><f>1+1</f><v>2</v></c>'
        '<c r="D2" t="str"><f>""</f><v></v></c><c r="E2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="F2" t="str"><f>A1</f><v>王</v></c><c r="G2" t="b"><f>TRUE()</f><v>1</v></c>'
    )
    path = make.make(tmp_path, sheet=make.table(f'<row r="2">{cells}</row>'))
    assert reading.inspect(path).sheets[0].formulas_without_value == 2
    a, b, c, d, e, f, g = _rows(path)[0].cells
    for cell in (a, b):
        with pytest.raises(CellError, match="saved without its value"):
            values.whole(cell)
    assert (c, d, f, g) == (2, None, "王", True)
    with pytest.raises(CellError, match="#DIV/0!"):
        values.money(e)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A2"><v>13812345678</v></c>', 13812345678),
        ('<c r="A2"><v>1.3812345678E10</v></c>', 13812345678),
        ('<c r="A2"><v>2.5499999999999998</v></c>', Decimal("2.55")),
        ('<c r="A2"><v>999999999999999</v></c>', 999999999999999),
        ('<c r="A2"><v>-0</v></c>', 0),
        ('<c r="A2" s="1"><v>45658</v></c>', datetime(2025, 1, 1)),
        ('<c r="A2" s="2"><v>45658</v></c>', datetime(2025, 1, 1)),
        ('<c r="A2" s="5"><v>40513.351388888892</v></c>', datetime(2010, 12, 1, 8, 26)),
        ('<c r="A2" s="1"><v>59</v></c>', datetime(1900, 2, 28)),
        ('<c r="A2" s="1"><v>61</v></c>', datetime(1900, 3, 1)),
        ('<c r="A2" s="1"><v>0.5</v></c>', "12:00:00"),
        ('<c r="A2" s="3"><v>42</v></c>', "00042"),
        ('<c r="A2" s="4"><v>42</v></c>', 42),
        ('<c r="A2" s="99"><v>42</v></c>', 42),
        ('<c r="A2" t="s"><v>0</v></c>', "text"),
        ('<c r="A2" t="d"><v>2026-03-15T08:26:00</v></c>', "2026-03-15T08:26:00"),
        (make.inline("A2", "a_x000D_b_x005F_x0041_"), "a\rb_x0041_"),
        (('<c r="A2" t="inlineStr"><is><r><t>王</t></r><r><t>明</t></r>'
         '<rPh sb="0" eb="1"><t>wang</t></rPh></is></c>'), "王明"),
    ],
)  # fmt: skip
def test_cells_are_read_exactly(cell: str, expected: object, tmp_path: Path) -> None:
    read = _cell(tmp_path, cell)
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<c r="A2"><v>6.2220212345678902E+18</v></c>', "more than 15 digits"),
        ('<c r="A2"><v>1234567890123456</v></c>', "more than 15 digits"),
        ('<c r="A2"><v>1E+999999999</v></c>', "marked as a number"),
        ('<c r="A2"><v>NaN</v></c>', "marked as a number"),
        ('<c r="A2"><v>abc</v></c>', "marked as a number"),
        ('<c r="A2" s="1"><v>60</v></c>', "no date"),
        ('<c r="A2" s="1"><v>-1</v></c>', "no date"),
        ('<c r="A2" s="1"><v>99999999</v></c>', "no date"),
        (make.inline("A2", "字" * 32_768), "more than 32,767 characters"),
    ],
)
def test_doubtful_cells_are_faults(cell: str, words: str, tmp_path: Path) -> None:
    read = _cell(tmp_path, cell)
    assert isinstance(read, CellFault)
    with pytest.raises(CellError, match=words):
        values.text(read)


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    cell = '<c r="A2" s="1"><v>45658</v></c>'
    assert _cell(tmp_path, cell, workbook=make.workbook('date1904="1"')) == datetime(2029, 1, 2)


def test_phonetic_guides_are_not_part_of_shared_texts(tmp_path: Path) -> None:
    text = '</t></si><si><r><t>王</t></r><rPh sb="0" eb="1"><t>wang</t></rPh><r><t>明</t></r></si>'
    shared = make.strings(text + "<si><t>")
    assert _cell(tmp_path, '<c r="A2" t="s"><v>1</v></c>', strings=shared) == "王明"


def test_prefixed_names_are_the_same_names(tmp_path: Path) -> None:
    part = make.table('<row r="2"><c r="A2"><v>7</v></c></row>')
    for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        part = part.replace(f"<{tag}>", f"<x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ")
        part = part.replace(f"</{tag}>", f"</x:{tag}>")
    part = part.replace("xmlns=", "xmlns:x=")
    assert _rows(make.make(tmp_path, sheet=part))[0].cells == [7]


def test_too_many_columns_are_refused_and_styled_blanks_are_not(tmp_path: Path) -> None:
    blanks = '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row>'
    assert _rows(make.make(tmp_path, sheet=make.table(blanks)))[0].cells == [1]
    wide = '<row r="2"><c r="GS2"><v>1</v></c></row>'
    with pytest.raises(Refused, match="beyond column 200"):
        reading.inspect(make.make(tmp_path, sheet=make.table(wide)))


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 50))
    with pytest.raises(Refused, match="more than 40 rows"):
        reading.inspect(make.make(tmp_path, sheet=make.table(rows)), limits=Limits(rows=40))
