"""Brings documents onto paper, into PDF, and onto images for a preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import (
    QColor,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Trouble
from desktop_admin.services.whole_file import write_whole
from desktop_admin.views.printing import sheets, slips
from desktop_admin.views.printing.documents import (
    Document,
    Label,
    PackingSlip,
    PickList,
    PickupSlip,
    Receipt,
    RecoverySheet,
    ShiftClose,
)
from desktop_admin.views.printing.errors import PrintFailed
from desktop_admin.views.printing.pages import Layout, Page, pages
from desktop_admin.views.printing.paper import (
    A4,
    A5,
    LABEL_100X150,
    MM,
    PER_INCH,
    ROLL_80,
    Paper,
)
from desktop_admin.views.printing.table_sheet import A4_WIDE, TableSheet, table_sheet

_PDF_DPI: Final = 1_200
_MAKERS: Final[dict[type[Document], tuple[str, Paper, Callable[[Any, Paper], Layout]]]] = {
    Receipt: ("receipt", ROLL_80, slips.receipt),
    PickupSlip: ("pickup", ROLL_80, slips.pickup),
    Label: ("label", LABEL_100X150, slips.label),
    PackingSlip: ("packing-slip", A5, sheets.packing_slip),
    PickList: ("pick-list", A4, sheets.pick_list),
    ShiftClose: ("shift", ROLL_80, sheets.shift_close),
    RecoverySheet: ("recovery", A4, sheets.recovery_sheet),
    TableSheet: ("report", A4_WIDE, table_sheet),
}


@dataclass(frozen=True)
class Printed:
    """What became of a job: the printer that took it, or the PDF it was saved as."""

    pages: int
    printer: str = ""
    path: Path | None = None


def usual_paper(document: Document) -> Paper:
    """The paper a document is made for when nobody says otherwise."""
    return _MAKERS[type(document)][1]


def lay_out(document: Document, paper: Paper | None = None) -> tuple[Page, ...]:
    """The pages of a document in the language in use."""
    return pages(_layout(document, paper))


def _layout(document: Document, paper: Paper | None) -> Layout:
    _name, usual, make = _MAKERS[type(document)]
    return make(document, paper or usual)


def to_pdf(document: Document, paper: Paper | None = None) -> bytes:
    """The document as a PDF with its fonts embedded."""
    layout = _layout(document, paper)
    made = pages(layout)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"{layout.title} {layout.number}".strip()[:120])
    writer.setCreator("PointsDesk")
    writer.setResolution(_PDF_DPI)
    render(made, writer, _PDF_DPI)
    return bytes(buffer.data().data())


def to_images(document: Document, paper: Paper | None = None, *, dpi: int = 203) -> tuple[QImage, ...]:
    """Each page as an image, for a preview; 203 dpi are the dots of a thermal printer."""
    made: list[QImage] = []
    for page in lay_out(document, paper):
        wide, tall = (max(1, round(side * dpi / PER_INCH)) for side in (page.width, page.height))
        image = QImage(wide, tall, QImage.Format.Format_RGB32)
        image.fill(QColor("#ffffff"))
        painter = _painter(image)
        painter.scale(dpi / PER_INCH, dpi / PER_INCH)
        page.paint(painter)
        painter.end()
        made.append(image)
    return tuple(made)


def _painter(device: Any) -> QPainter:
    painter = QPainter()
    if not painter.begin(device):
        raise PrintFailed(N_("The page could not be drawn. The order is unchanged; try again."))
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing, True)
    return painter


def _use_page(device: QPagedPaintDevice, page: Page) -> None:
    size = QSizeF(page.width / MM, page.height / MM)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    sheet = QPageSize(size, QPageSize.Unit.Millimeter, "", exact)
    layout = QPageLayout(sheet, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    layout.setMode(QPageLayout.Mode.FullPageMode)
    device.setPageLayout(layout)


def render(made: tuple[Page, ...], device: QPagedPaintDevice, dpi: float) -> None:
    """Draw pages on a printer or a PDF of `dpi` dots to the inch; PrintFailed when it refuses."""
    _use_page(device, made[0])
    painter = _painter(device)
    try:
        for number, page in enumerate(made):
            if number:
                _use_page(device, page)
                if not device.newPage():
                    raise PrintFailed(
                        N_("The printer stopped after page {page}. The order is unchanged."),
                        page=number,
                    )
            painter.resetTransform()
            painter.scale(dpi / PER_INCH, dpi / PER_INCH)
            page.paint(painter)
    finally:
        ended = painter.end()
    if not ended:
        raise PrintFailed(N_("The page could not be finished. The order is unchanged; try again."))


def file_name(document: Document, now: datetime | None = None) -> str:
    """A name for the PDF: kind, number, time; letters and digits only."""
    kind = _MAKERS[type(document)][0]
    number = str(getattr(document, "number", getattr(document, "shift", "")))
    clean = "".join(ch for ch in number if ch.isascii() and (ch.isalnum() or ch in "-_"))[:40]
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S-%f")
    copy = f"copy{document.copy}" if document.copy else ""
    return "-".join(part for part in (kind, clean, copy, stamp) if part) + ".pdf"


def save_pdf(document: Document, path: Path, paper: Paper | None = None) -> Printed:
    """Write the PDF in one step; Trouble when the disk or the folder refuses."""
    data = to_pdf(document, paper)
    write_whole(path, data)
    return Printed(len(lay_out(document, paper)), path=path)


def printers() -> tuple[str, ...]:
    """The names of the machine's printers, the usual one first."""
    from PySide6.QtPrintSupport import QPrinterInfo

    usual = QPrinterInfo.defaultPrinter()
    names = list(QPrinterInfo.availablePrinterNames())
    first = [usual.printerName()] if not usual.isNull() else []
    return tuple(dict.fromkeys([*first, *names]))


def print_document(document: Document, printer_name: str, keep_in: Path, paper: Paper | None = None) -> Printed:
    """Print; when that fails the job is kept as a PDF in `keep_in` and PrintFailed names it."""
    try:
        printer = open_printer(printer_name)
        return print_on(printer, document, paper)
    except PrintFailed as failed:
        raise _kept(document, keep_in, paper, failed) from failed


def open_printer(name: str) -> Any:
    """A QPrinter by its name; PrintFailed when there is none (or none of that name)."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    known = printers()
    if not known:
        raise PrintFailed(N_("No printer is set up on this computer."))
    info = QPrinterInfo.printerInfo(name or known[0])
    if info.isNull():
        raise PrintFailed(N_("There is no printer “{printer}”."), printer=name)
    return QPrinter(info, QPrinter.PrinterMode.HighResolution)


def print_on(printer: Any, document: Document, paper: Paper | None = None) -> Printed:
    """Print on this QPrinter; PrintFailed when it is offline, out of paper or goes away."""
    from PySide6.QtPrintSupport import QPrinter

    layout = _layout(document, paper)
    made = pages(layout)
    name = printer.printerName()
    bad = (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
    printer.setFullPage(True)
    printer.setDocName(f"{layout.title} {layout.number}".strip()[:80])
    try:
        render(made, printer, printer.resolution())
    except PrintFailed as failed:
        raise PrintFailed(N_("The printer “{printer}” did not take the job."), printer=name) from (failed)
    if printer.printerState() in bad:
        raise PrintFailed(N_("The printer “{printer}” reports an error."), printer=name)
    return Printed(len(made), printer=name)


def _kept(document: Document, keep_in: Path, paper: Paper | None, failed: PrintFailed) -> PrintFailed:
    path = keep_in / file_name(document)
    try:
        keep_in.mkdir(parents=True, exist_ok=True)
        save_pdf(document, path, paper)
    except (Trouble, OSError):
        message = N_(
            "{cause} It could not be kept as a PDF either. What was booked stays booked; print it again from the order."
        )
        return PrintFailed(message, cause=failed.text())
    message = N_(
        "{cause} What was booked stays booked, and the page is kept as {name}. Check the printer, then print it again."
    )
    return PrintFailed(message, kept=path, cause=failed.text(), name=path.name)
