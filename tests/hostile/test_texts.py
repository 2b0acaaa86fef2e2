"""Text tables in every encoding and disorder: read rightly, or refused in plain words."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets import mapping, reading, values
from desktop_admin.services.spreadsheets.cells import CellError, CellFault, Limits
from desktop_admin.services.spreadsheets.kinds import MEMBERS

SIMPLIFIED = "会员姓名,手机号码,积分\r\n张伟,13812345678,100\r\n欧阳娜娜,13912345678,250\r\n"
TRADITIONAL = "會員姓名,手機號碼,積分\r\n陳志偉,13812345678,100\r\n歐陽娜娜,13912345678,250\r\n"


def _write(folder: Path, content: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8-sig"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "utf-8", "utf-8-sig"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (TRADITIONAL.replace(",", "\t"), "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED + "𠮷野,13712345678,5\r\n", "gb18030", "gb18030"),
    ],
)
def test_the_encoding_is_found_and_the_columns_map(
    text: str, encoding: str, found: str, tmp_path: Path
) -> None:
    facts = reading.inspect(_write(tmp_path, text.encode(encoding)))
    assert facts.encoding == found
    assert facts.certain
    guess = mapping.guess(MEMBERS, facts.sheet().header)
    assert guess.columns == {"name": 0, "phone": 1, "balance": 2}
    assert not guess.missing
    names = [row.cells[0] for row in reading.rows(facts)]
    assert names == [line.replace("\t", ",").split(",")[0] for line in text.split("\r\n")[1:-1]]


@pytest.mark.parametrize(
    ("text", "encoding"), [("中\n", "gbk"), ("é\n", "cp1252"), ("北\n", "big5")]
)
def test_too_little_text_asks_the_person(text: str, encoding: str, tmp_path: Path) -> None:
    assert not reading.inspect(_write(tmp_path, text.encode(encoding))).certain


def test_the_person_overrides_the_guess(tmp_path: Path) -> None:
    path = _write(tmp_path, "名\n中\n".encode("gbk"))
    assert [r.cells for r in reading.rows(path, encoding="gb18030", after=1)] == [["中"]]
    assert reading.inspect(path, encoding="gb18030").certain
    with pytest.raises(Refused, match="not known"):
        reading.inspect(path, encoding="klingon")


def test_chinese_that_begins_after_the_first_megabyte(tmp_path: Path) -> None:
    plain = b"name,phone\r\n" + b"Smith,13812345678\r\n" * 80_000
    facts = reading.inspect(_write(tmp_path, plain + SIMPLIFIED.encode("gb18030") * 3))
    assert facts.encoding == "gb18030"
    assert facts.certain


def test_a_file_in_two_encodings_names_the_row(tmp_path: Path) -> None:
    content = SIMPLIFIED.encode() * 20 + "张伟,1,2\r\n".encode("gbk")
    facts = reading.inspect(_write(tmp_path, content))
    assert facts.encoding == "utf-8-sig"
    assert not facts.certain
    with pytest.raises(Refused, match=r"Near row 61 .* cannot be read as utf-8"):
        list(reading.rows(facts))


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(sign: str, tmp_path: Path) -> None:
    text = SIMPLIFIED.replace(",", sign) + f'"a,b;c",1{sign}2\r\n'.replace(
        f'c",1{sign}', f'c"{sign}1{sign}'
    )
    facts = reading.inspect(_write(tmp_path, text.encode()))
    assert facts.delimiter == sign
    assert facts.sheet().columns == 3


def test_nul_bytes_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no text"):
        reading.inspect(_write(tmp_path, b"a,b\r\n1,\x002\r\n" + b"3,4\r\n" * 2000))


def test_mixed_line_ends_are_line_ends(tmp_path: Path) -> None:
    facts = reading.inspect(_write(tmp_path, b"a,b\r\n1,2\n3,4\r5,6"))
    assert [r.cells for r in reading.rows(facts)] == [["1", "2"], ["3", "4"], ["5", "6"]]


def test_a_quotation_mark_never_closed_is_found(tmp_path: Path) -> None:
    head = b'name,note\r\nA,"open\r\n'
    for tail in (b"B,c\r\n" * 10, b"B,c\r\n" * 50_000):
        with pytest.raises(Refused, match="not closed"):
            list(reading.rows(_write(tmp_path, head + tail), after=1))


def test_a_slip_of_quotation_marks_is_the_error_of_its_row(tmp_path: Path) -> None:
    facts = reading.inspect(_write(tmp_path, b'name,note\r\nA,"x"y\r\nB,"say ""hi"""\r\n'))
    bad, good = list(reading.rows(facts))
    assert (bad.number, good.number) == (2, 3)
    assert isinstance(bad.cells[0], CellFault)
    assert good.cells == ["B", 'say "hi"']
    judged = mapping.Judge(MEMBERS, {"name": 0, "phone": 1}, width=2).judge(bad)
    assert "quotation marks" in str(judged.errors[0][1])


def test_one_huge_cell_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, b"name,note\r\nA," + b"x" * 200_000 + b"\r\n")
    with pytest.raises(Refused, match="one cell"):
        reading.inspect(path)


def test_a_line_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = _write(tmp_path, b"x" * 12_000_000)
    tracemalloc.start()
    with pytest.raises(Refused, match="line without end"):
        reading.inspect(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_twenty_thousand_columns_are_refused(tmp_path: Path) -> None:
    begun = time.perf_counter()
    with pytest.raises(Refused, match="20,000 columns"):
        reading.inspect(_write(tmp_path, b",".join([b"1"] * 20_000) + b"\r\n"))
    assert time.perf_counter() - begun < 20
    padded = reading.inspect(_write(tmp_path, b"a,b" + b"," * 20_000 + b"\r\n1,2\r\n"))
    assert [r.cells for r in reading.rows(padded)] == [["1", "2"]]


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, b"a,b\r\n" + b"1,2\r\n" * 100)
    with pytest.raises(Refused, match="more than 50 rows"):
        list(reading.rows(path, limits=Limits(rows=50)))


def test_a_comma_too_many_is_the_error_of_its_row(tmp_path: Path) -> None:
    facts = reading.inspect(
        _write(tmp_path, b"name,phone\r\nA,13812345678\r\nB, C,13912345678\r\n")
    )
    judge = mapping.Judge(MEMBERS, {"name": 0, "phone": 1}, width=2)
    good, bad = [judge.judge(row) for row in reading.rows(facts)]
    assert good.good
    assert "more cells than the header" in str(bad.errors[0][1])


def test_control_characters_do_not_come_through(tmp_path: Path) -> None:
    facts = reading.inspect(_write(tmp_path, b"name,phone\r\nA\x0b\x1bB,1\x07\r\n"))
    row = next(reading.rows(facts))
    assert values.text(row.cells[0]) == "A B"
    with pytest.raises(CellError, match="cannot be shown"):
        values.code(row.cells[1])
