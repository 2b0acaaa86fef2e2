"""Paper: every document fits, scans, pages, says COPY, and a printer that fails loses nothing."""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter

from desktop_admin import i18n
from desktop_admin.services.errors import Trouble
from desktop_admin.views.printing import (
    A4,
    A5,
    LABEL_60X40,
    LABEL_100X150,
    PAPERS,
    ROLL_80,
    PackingSlip,
    PrintFailed,
    file_name,
    print_document,
    print_on,
    printing,
    save_pdf,
    to_images,
    to_pdf,
)
from desktop_admin.views.printing.blocks import Pair, Words
from desktop_admin.views.printing.letters import Letters, Style, plain
from desktop_admin.views.printing.printing import lay_out
from tests.views.printing.samples import ANCHOR, HOSTILE, KEY, NUMBER, TRACKING, documents

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def english():
    before = i18n.current_language()
    i18n.use_language("en")
    yield
    i18n.use_language(before)


def pillow(image: QImage) -> Image.Image:
    """The same picture for a barcode reader."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its stubs ask for bytes
    from io import BytesIO

    return Image.open(BytesIO(bytes(buffer.data().data()))).convert("L")


def codes(image: QImage, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.Code128) -> list[str]:
    """What a scanner reads."""
    return [found.text for found in zxingcpp.read_barcodes(pillow(image), kind)]  # type: ignore[arg-type]


def words(pages) -> str:
    """Every text on the pages, in order."""
    from dataclasses import fields, is_dataclass

    said: list[str] = []

    def walk(thing) -> None:
        if isinstance(thing, str):
            said.append(thing)
        elif isinstance(thing, (tuple, list)):
            for part in thing:
                walk(part)
        elif is_dataclass(thing):
            for field in fields(thing):
                walk(getattr(thing, field.name))

    walk(pages)
    return "\n".join(said)


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_document_on_every_paper(place, paper, language):
    i18n.use_language(language)
    document = documents()[place]
    for page in lay_out(document, paper):
        assert page.width == paper.width * 100
        for part in page.placed:
            assert part.x >= 0
            assert part.x + part.width <= page.width
    assert to_pdf(document, paper).startswith(b"%PDF")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", range(7))
def test_hostile_text_neither_breaks_the_layout_nor_is_markup(text, place):
    document = documents(text)[place]
    for page in lay_out(document):
        bottom = max(part.y + part.block.height(part.width) for part in page.placed)
        if len(page.placed) > 2:
            assert bottom <= page.height + 1
    images = to_images(document, dpi=60)
    assert 1 <= len(images) <= 12


def test_markup_is_drawn_as_it_was_typed():
    bold = Letters("<b>x</b>", Style(9), 10_000)
    assert bold._layout.text() == "<b>x</b>"
    assert bold._layout.formats() == []


def test_text_that_hides_or_turns_other_text_is_taken_out():
    assert plain("a\u202eb\u2066c\x00d\te\r\nf") == "abcd e\nf"


def test_too_long_text_ends_with_an_ellipsis():
    letters = Letters("word " * 500, Style(9), 3_000, most=2)
    assert letters.lines == 2
    assert letters._layout.text().endswith("…")
    assert Letters("short", Style(9), 3_000, most=2)._layout.text() == "short"


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("dpi", [203, 300])
def test_the_printed_number_scans(place, dpi):
    assert NUMBER in codes(to_images(documents()[place], dpi=dpi)[0])


@pytest.mark.parametrize("paper", [LABEL_100X150, LABEL_60X40])
def test_a_label_carries_the_tracking_number_when_there_is_one(paper):
    from dataclasses import replace

    label = replace(documents()[2], tracking=TRACKING)  # type: ignore[call-arg]
    assert codes(to_images(label, paper)[0]) == [TRACKING]


@pytest.mark.parametrize(("place", "text"), [(5, ANCHOR), (6, KEY)])
@pytest.mark.parametrize("paper", [ROLL_80, A5, A4])
def test_anchor_and_recovery_key_scan(place, text, paper):
    found = [
        code for image in to_images(documents()[place], paper) for code in codes(image, zxingcpp.BarcodeFormat.QRCode)
    ]
    assert found == [text]


def test_a_number_that_is_no_barcode_is_written_out():
    for document in documents(number="兑换单 一号"):
        assert to_images(document, dpi=60)


def test_a_reprint_says_copy_and_the_original_does_not():
    for original, again in zip(documents(), documents(copy=3), strict=True):
        assert "COPY" not in words(lay_out(original))
        assert "COPY 3" in words(lay_out(again))


def test_pages_are_numbered_and_the_heading_of_the_table_is_repeated():
    slip = next(d for d in documents(many=90) if isinstance(d, PackingSlip))
    pages = lay_out(slip, A5)
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in words(page)
        if any("SKU" in words(part) for part in page.placed):
            assert words(page).count("Quantity") == 1
    numbered = re.findall(r"(?m)^Page \d+ of \d+$", words(pages))
    assert len(numbered) == len(pages)


def test_no_row_is_lost_between_pages():
    from desktop_admin.views.printing.blocks import Grid

    slip = next(d for d in documents(many=90) if isinstance(d, PackingSlip))
    quantities = [
        row[3]
        for page in lay_out(slip, A5)
        for part in page.placed
        if isinstance(part.block, Grid)
        for row in part.block.rows
    ]
    assert quantities == [str(n) for n in range(1, 91)]


def test_a_roll_is_as_long_as_its_text():
    short, long = (lay_out(documents(many=many)[1])[0].height for many in (1, 30))
    assert short < long
    assert len(to_images(documents(many=30)[1])) == 1


def test_figures_are_written_for_people():
    said = words(lay_out(documents()[0]))
    assert "\u22121,500" in said
    assert "¥9.90" in said
    assert "6,730" in said


def pdf_text(data: bytes) -> bytes:
    """The PDF with its streams unpacked as far as they can be."""
    parts = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.S):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_pdf_embeds_simplified_never_japanese_shapes(language):
    i18n.use_language(language)
    names = set(re.findall(rb"/FontName /([\w+-]+)", pdf_text(to_pdf(documents("直角骨")[0]))))
    assert names
    assert not [name for name in names if re.search(rb"(?i)jp|japan|gothic|mincho", name)]
    assert b"/FontFile2" in to_pdf(documents()[0])


def test_workers_print_while_the_window_lives():
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(to_pdf, documents()))
    assert all(pdf.startswith(b"%PDF") for pdf in made)


def test_a_thousand_lines_to_pick_are_laid_out():
    assert len(lay_out(documents(many=1_000)[4])) > 10


# --- printers that fail ---------------------------------------------------------------------------


def broken_printer(folder: Path) -> QPrinter:
    """A real QPrinter whose job cannot begin."""
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(folder / "missing" / "job.pdf"))
    return printer


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_does_not_begin_fails_in_words(tmp_path):
    with pytest.raises(PrintFailed) as failed:
        print_on(broken_printer(tmp_path), documents()[0])
    assert "did not take the job" in failed.value.text()


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_job_that_fails_is_kept_as_pdf(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "open_printer", lambda name: broken_printer(tmp_path))
    kept = tmp_path / "kept"
    with pytest.raises(PrintFailed) as failed:
        print_document(documents()[0], "front desk", kept)
    assert failed.value.kept is not None
    assert failed.value.kept.parent == kept
    assert failed.value.kept.read_bytes().startswith(b"%PDF")
    assert failed.value.kept.name in failed.value.text()
    assert "stays booked" in failed.value.text()


def test_no_printer_is_said_and_the_job_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "printers", lambda: ())
    with pytest.raises(PrintFailed) as failed:
        print_document(documents()[3], "", tmp_path)
    assert "No printer is set up" in failed.value.text()
    assert failed.value.kept is not None
    assert failed.value.kept.exists()


def test_a_printer_of_an_unknown_name_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "printers", lambda: ("front desk",))
    with pytest.raises(PrintFailed) as failed:
        print_document(documents()[0], "no such printer", tmp_path)
    assert "no such printer" in failed.value.text()


def test_a_printer_that_reports_an_error_at_the_end(tmp_path, monkeypatch):
    class Jammed(QPrinter):
        def printerState(self):
            return QPrinter.PrinterState.Error

    printer = Jammed()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "job.pdf"))
    with pytest.raises(PrintFailed) as failed:
        print_on(printer, documents()[0])
    assert "reports an error" in failed.value.text()


def test_when_nothing_can_be_kept_either_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "printers", lambda: ())
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(PrintFailed) as failed:
        print_document(documents()[0], "", blocked)
    assert failed.value.kept is None
    assert "could not be kept" in failed.value.text()
    assert blocked.read_text() == "in the way"


def test_a_good_printer_takes_all_pages(tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "job.pdf"))
    done = print_on(printer, documents(many=90)[3])
    assert done.pages > 2
    assert (tmp_path / "job.pdf").read_bytes().startswith(b"%PDF")


def test_saving_to_a_full_or_missing_place_leaves_nothing(tmp_path):
    with pytest.raises(Trouble):
        save_pdf(documents()[0], tmp_path / "missing" / "a.pdf")
    assert list(tmp_path.iterdir()) == []
    save_pdf(documents()[0], tmp_path / "a.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_names_of_files_are_safe():
    bad = documents(number="../../etc/passwd\x00<>:兑")[0]
    assert re.fullmatch(r"receipt-etcpasswd-[\d-]+\.pdf", file_name(bad))
    assert "copy2" in file_name(documents(copy=2)[5])


def test_blocks_that_hold_one_line_stay_on_one_line():
    assert Pair("a", "b", Style(9)).height(7_000) < 600
    assert Words("", Style(9)).height(7_000) < 600
