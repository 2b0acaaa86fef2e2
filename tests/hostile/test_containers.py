"""Files that are not what they say, or dangerous to open: refused at once, in plain words."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.spreadsheets import reading
from desktop_admin.services.spreadsheets.cells import LIMITS, Limits
from tests.hostile import workbooks as make

Maker = Callable[[Path], Path]


def _bytes(content: bytes, name: str = "file.xlsx") -> Maker:
    def maker(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return maker


def _zip(**changed: str | bytes | None) -> Maker:
    return lambda folder: make.make(folder, **changed)


def _bomb(folder: Path) -> Path:
    """Write 240 MB of zeros in some 240 kB."""
    path = make.make(folder, sheet=None)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as container,
        container.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(240):
            part.write(bytes(1_000_000))
    return path


def _many_entries(folder: Path) -> Path:
    return make.write(folder / "many.xlsx", make.parts() | {f"xl/x{i}": "" for i in range(2001)})


def _duplicate(folder: Path) -> Path:
    path = make.make(folder)
    with zipfile.ZipFile(path, "a") as container, pytest.warns(UserWarning, match="Duplicate"):
        container.writestr("xl/workbook.xml", make.workbook())
    return path


def _truncated(folder: Path) -> Path:
    path = make.make(folder)
    path.write_bytes(path.read_bytes()[:-200])
    return path


REFUSED: dict[str, tuple[Maker, str]] = {
    "zip bomb": (_bomb, "unpacks to far more"),
    "smaller bomb": (_zip(sheet=bytes(20_000_000)), "unpacks to far more"),
    "too many entries": (_many_entries, "unpacks to far more"),
    "two entries of one name": (_duplicate, "damaged"),
    "path out of the container": (_zip(**{"../../evil.xml": "x"}), "damaged"),
    "absolute path": (_zip(**{"/etc/passwd": "x"}), "damaged"),
    "backslash path": (_zip(**{"..\\evil.xml": "x"}), "damaged"),
    "password on an entry": (lambda f: make.patch_directory(make.make(f), flag=1), "password"),
    "unknown compression": (
        lambda f: make.write(f / "b.xlsx", make.parts(), zipfile.ZIP_BZIP2), "damaged"),
    "truncated": (_truncated, "damaged"),
    "garbage behind PK": (_bytes(b"PK\x03\x04" + bytes(range(256)) * 20), "damaged"),
    "just a zip": (lambda f: make.write(f / "a.xlsx", {"readme.txt": "hello"}), "zip archive"),
    "word document": (_zip(**{"word/document.xml": "<x/>"}), "not a workbook"),
    "macros": (_zip(**{"xl/vbaProject.bin": b"x"}), "macros"),
    "macros under a plain name": (_zip(**{"xl/VBAPROJECT.BIN": b"x"}), "macros"),
    "binary workbook": (_zip(**{"xl/workbook.bin": b"x"}), "xlsb"),
    "open document": (
        lambda f: make.write(f / "o.xlsx", {"mimetype": "x", "content.xml": "<x/>"}),
        "OpenDocument"),
    "old workbook renamed": (_bytes(make.OLE + bytes(4096)), r"\.xls\b"),
    "protected workbook": (
        _bytes(make.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)),
        "password"),
    "web page as .xls": (_bytes(b"<html><table><tr><td>1</td></tr></table>", "a.xls"), "web page"),
    "XML spreadsheet 2003": (_bytes(b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>"), "XML file"),
    "PDF": (_bytes(b"%PDF-1.7\n%", "a.csv"), "not a spreadsheet"),
    "picture": (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100), "a.csv"), "not a spreadsheet"),
    "compressed CSV": (_bytes(b"\xfd7zXZ\x00" + bytes(50), "a.csv"), "not a spreadsheet"),
    "program": (_bytes(b"\x7fELF" + bytes(100), "a.csv"), "not a spreadsheet"),
    "empty": (_bytes(b"", "a.csv"), "is empty"),
    "only marks and blanks": (_bytes(b"\xef\xbb\xbf \r\n\r\n", "a.csv"), "is empty"),
    "zeros": (_bytes(bytes(5000), "a.csv"), "is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name: str, tmp_path: Path) -> None:
    maker, words = REFUSED[name]
    path = maker(tmp_path)
    begun = time.perf_counter()
    with pytest.raises(Refused, match=words) as refused:
        reading.inspect(path)
    assert time.perf_counter() - begun < 20
    assert refused.value.text()


def test_too_large_a_workbook_is_not_even_opened(tmp_path: Path) -> None:
    path = make.make(tmp_path, **{"xl/media/image1.png": os.urandom(40_000)})
    with pytest.raises(Refused, match="too large"):
        reading.inspect(path, limits=Limits(workbook_bytes=30_000))


def test_too_large_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 1000)
    with pytest.raises(Refused, match="too large"):
        reading.inspect(path, limits=Limits(text_bytes=1000))


def test_a_lie_about_the_unpacked_size_reads_no_more_than_announced(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in range(2, 5000))
    path = make.patch_directory(make.make(tmp_path, sheet=make.table(rows)), size=500)
    with pytest.raises(Refused, match="damaged"):
        reading.inspect(path)


def test_a_missing_file_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"none\.csv"):
        reading.inspect(tmp_path / "none.csv")


def test_a_folder_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble):
        reading.inspect(tmp_path)


def test_the_good_workbook_of_this_corpus_is_read(tmp_path: Path) -> None:
    facts = reading.inspect(make.make(tmp_path), limits=LIMITS)
    assert facts.sheets[0].header == ("姓名", "手机", "积分")
