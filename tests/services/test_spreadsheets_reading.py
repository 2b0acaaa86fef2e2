"""Reading: the process of the parser, the real files, and the mapping of their columns."""

from __future__ import annotations

import lzma
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import defusedxml
import openpyxl
import pytest

from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.spreadsheets import child, mapping, reading
from desktop_admin.services.spreadsheets.cells import Limits, Row, Stopped
from desktop_admin.services.spreadsheets.kinds import KINDS, MEMBERS, PURCHASES
from tests.hostile import workbooks as make

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def _real(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real data file {name} is not beside the project")
    return path


def _many(folder: Path, count: int) -> Path:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 1000003}</v></c></row>'
        for n in range(2, count + 2)
    )
    return make.make(folder, sheet=make.table(rows))


def test_xml_is_guarded() -> None:
    assert openpyxl.DEFUSEDXML is True
    assert defusedxml.__version__


def _started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The parser's processes, as they are started."""
    started: list[subprocess.Popen[bytes]] = []
    start = child._start

    def kept() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(child, "_start", kept)
    return started


def test_closing_the_rows_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, started = set(threading.enumerate()), _started(monkeypatch)
    stream = reading.rows(_many(tmp_path, 60_000))
    assert next(stream).number == 2
    assert started[-1].poll() is None
    stream.close()  # type: ignore[attr-defined]
    assert started[-1].returncode == -signal.SIGKILL, "it had more to read"
    assert set(threading.enumerate()) == before


def test_cancel_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = reading.inspect(_many(tmp_path, 60_000))
    started = _started(monkeypatch)
    stop = threading.Event()
    stream = reading.rows(facts, cancelled=stop.is_set)
    next(stream)
    stop.set()
    with pytest.raises(Stopped):
        list(stream)
    assert started[-1].returncode == -signal.SIGKILL, "it had more to read"


def test_cancel_stops_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 5000)
    with pytest.raises(Stopped):
        list(reading.rows(path, cancelled=lambda: True))


def _instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    monkeypatch.setattr(child, "_start", start)


def test_a_parser_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, "import time; time.sleep(60)")
    begun = time.perf_counter()
    with pytest.raises(Trouble, match="too long"):
        reading.inspect(make.make(tmp_path), limits=Limits(seconds=1))
    assert time.perf_counter() - begun < 50, "it slept to its end"


def test_a_parser_that_dies_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, "import sys; sys.stdin.read(); sys.exit(3)")
    with pytest.raises(Trouble, match="ended unexpectedly"):
        reading.inspect(make.make(tmp_path))


def test_only_our_own_records_are_taken_from_the_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instead(
        monkeypatch,
        "import sys,os,pickle,struct; sys.stdin.read()\n"
        "class X:\n  def __reduce__(self): return os.system, ('true',)\n"
        "b=pickle.dumps(X()); sys.stdout.buffer.write(struct.pack('<I',len(b))+b)",
    )
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        reading.inspect(make.make(tmp_path))


def test_a_file_that_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    facts = reading.inspect(path)
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(Refused, match="changed"):
        next(reading.rows(facts))


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no sheet named"):
        next(reading.rows(make.make(tmp_path), sheet="other"))


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("会员导出\n\n2026-03-15,,\n姓名,手机,积分\n张伟,13812345678,5\n", "utf-8")
    facts = reading.inspect(path)
    assert facts.sheet().header == ("姓名", "手机", "积分")
    assert facts.sheet().header_row == 4
    assert [row.number for row in reading.rows(facts)] == [5]
    assert [row.number for row in reading.rows(facts, after=0)] == [1, 3, 4, 5]


def test_titles_map_in_both_scripts_and_english() -> None:
    for header in (
        ("会员姓名 ", "手机号码", "积 分", "生日"),
        ("會員姓名", "手機號碼", "積分", "生日"),
        ("Member Name", "MOBILE_PHONE", "Points", "Date of birth"),
        ("Name *", "Phone", "Opening balance", "Birthday"),
        ("name", "phone", "balance", "birthday"),
    ):
        guess = mapping.guess(MEMBERS, header)
        assert guess.columns == {"name": 0, "phone": 1, "balance": 2, "birthday": 3}, header
        assert guess.missing == ()
        assert guess.unused == ()
    assert mapping.guess(MEMBERS, ("颜色",)).missing == ("name", "phone")
    assert mapping.signature(["Name ", "PHONE"]) == mapping.signature(["name", "phone"])


def test_no_word_of_a_kind_means_two_fields() -> None:
    for kind in KINDS.values():
        names = [f.name for f in kind.fields]
        assert len(names) == len(set(names))
        titles = Counter(mapping.folded(f.title) for f in kind.fields)
        assert titles.most_common(1)[0][1] == 1


def test_rows_are_judged_field_by_field() -> None:
    judge = mapping.Judge(MEMBERS, {"name": 0, "phone": 1, "birthday": 2})
    good = judge.judge(Row(2, ["张伟", 13812345678, ""]))
    assert good.good
    assert good.values == {"name": "张伟", "phone": "13812345678", "birthday": None}
    bad = judge.judge(Row(3, [" ", "1.38E+10", "2018-02-29"]))
    assert [name for name, _error in bad.errors] == ["name", "phone", "birthday"]
    assert [error.field for _name, error in bad.errors] == ["name", "phone", "birthday"]
    assert judge.judge(Row(4, ["张伟"])).good
    with pytest.raises(Refused, match="No column"):
        mapping.Judge(MEMBERS, {"phone": 0})


def test_the_genuine_workbook() -> None:
    facts = reading.inspect(_real("online_retail_first_70051_rows.xlsx"))
    sheet = facts.sheet()
    assert (sheet.rows, sheet.columns, sheet.hidden_rows, sheet.merged_count) == (70_052, 8, 0, 0)
    kinds: dict[int, Counter[str]] = {i: Counter() for i in range(8)}
    judge = mapping.Judge(PURCHASES, mapping.guess(PURCHASES, sheet.header).columns, width=8)
    count = wrong = 0
    for row in reading.rows(facts, limits=PURCHASES.limits):
        count += 1
        wrong += not judge.judge(row).good
        for i in range(8):
            kinds[i][type(row.cells[i]).__name__ if i < len(row.cells) else "NoneType"] += 1
    assert (count, wrong) == (70_051, 0)
    assert kinds[0] == {"int": 68_876, "str": 1_175}
    assert kinds[1]["str"] == 9_937
    assert count - kinds[1]["str"] == 60_114
    assert kinds[6]["NoneType"] == 27_275
    assert kinds[2]["NoneType"] == 170
    assert set(kinds[4]) == {"datetime"}


def test_the_genuine_workbook_agrees_with_openpyxl() -> None:
    path = _real("online_retail_first_70051_rows.xlsx")
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    theirs = book.worksheets[0].iter_rows(min_row=2, max_row=3_000, values_only=True)
    for mine, other in zip(reading.rows(path), theirs, strict=False):
        cells = [*mine.cells, *[None] * (8 - len(mine.cells))]
        assert [float(c) if i == 5 else c for i, c in enumerate(cells)] == [  # type: ignore[arg-type]
            float(c) if i == 5 else c for i, c in enumerate(other)
        ]
    book.close()


def test_the_big_text_file_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "online_retail.csv"
    path.write_bytes(lzma.decompress(_real("online_retail.csv.xz").read_bytes()))
    facts = reading.inspect(path, limits=PURCHASES.limits)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    judge = mapping.Judge(
        PURCHASES, mapping.guess(PURCHASES, facts.sheet().header).columns, width=8
    )
    count = without = total = 0
    numbers: set[str] = set()
    for row in reading.rows(facts, limits=PURCHASES.limits):
        judged = judge.judge(row)
        assert judged.good
        count += 1
        without += judged.values["member"] is None
        total += judged.values["quantity"] * judged.values["unit_price"]
        numbers.add(judged.values["number"])
    assert (count, without, total, len(numbers)) == (541_909, 135_080, 9_747_747_934, 25_900)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000, f"{grown} kB"


def test_the_orders_of_tmall(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(lzma.decompress(_real("tmall_order_report.csv.xz").read_bytes()))
    facts = reading.inspect(path)
    guess = mapping.guess(PURCHASES, facts.sheet().header)
    assert guess.columns == {"number": 0, "amount": 2, "bought_at": 4, "paid_at": 5, "refund": 6}
    judge = mapping.Judge(PURCHASES, guess.columns, width=7)
    judged = [judge.judge(row).values for row in reading.rows(facts)]
    assert len(judged) == 28_010
    assert sum(v["paid_at"] is not None for v in judged) == 24_087
    assert sum(v["amount"] for v in judged) == 190_248_715
    refunds = [v["refund"] for v in judged if v["refund"]]
    assert (len(refunds), sum(refunds)) == (5_646, 57_233_592)
