"""Paper of the desk: packing slips, labels and pick lists, made and printed off the UI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin.i18n import local
from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import DeskFacts, Slip
from desktop_admin.tasks import Progress

if TYPE_CHECKING:
    from desktop_admin.views.printing import Document, Label, PackingSlip, PickList


@dataclass(frozen=True)
class Paper:
    """What came of printing: how many documents, the printer that took them, or the files they were saved as."""

    count: int
    printer: str
    files: tuple[Path, ...]


def packing_slip(slip: Slip, operator: str, copy: int) -> PackingSlip:
    """A slip as a document."""
    from desktop_admin.views.printing import PackingSlip, SlipLine  # Qt's painting, not before it is needed

    lines = tuple(SlipLine(line.name, line.pieces, line.code, line.shelf) for line in slip.lines)
    return PackingSlip(
        shop=slip.shop, branch=slip.branch, operator=operator, when=datetime.now(UTC), copy=copy,
        number=slip.number, placed_on=slip.placed_on, member=f"{slip.member}  {slip.card_number}",
        recipient=slip.recipient or slip.member, lines=lines, phone=slip.phone, address=slip.address,
        carrier=slip.carrier, tracking=slip.tracking, note=slip.remark,
    )  # fmt: skip


def label(slip: Slip, operator: str) -> Label:
    """What sticks on the parcel."""
    from desktop_admin.views.printing import Label

    return Label(
        shop=slip.shop, branch=slip.branch, operator=operator, when=datetime.now(UTC), number=slip.number,
        recipient=slip.recipient or slip.member, phone=slip.phone, address=slip.address, carrier=slip.carrier,
        tracking=slip.tracking,
    )  # fmt: skip


def print_slips(
    progress: Progress, *, request: str, redemption_ids: Sequence[int], folder: Path, to_printer: bool
) -> Paper:
    """Count each slip as printed, then print it; from the second time on it says COPY."""
    made: list[Document] = []
    for n, redemption_id in enumerate(redemption_ids, 1):
        progress(n - 1, len(redemption_ids))
        slip = progress.read(partial(redemptions.slip, redemption_id=redemption_id))
        printed = progress.write(
            partial(redemptions.slip_printed, request=f"{request}/{redemption_id}", redemption_id=redemption_id)
        )
        made.append(packing_slip(slip, _operator(progress), printed.copy))
    return _out(progress, made, folder, to_printer)


def print_labels(progress: Progress, *, redemption_ids: Sequence[int], folder: Path, to_printer: bool) -> Paper:
    """Print a label for each order."""
    made: list[Document] = []
    for n, redemption_id in enumerate(redemption_ids, 1):
        progress(n - 1, len(redemption_ids))
        made.append(label(progress.read(partial(redemptions.slip, redemption_id=redemption_id)), _operator(progress)))
    return _out(progress, made, folder, to_printer)


def print_pick_list(
    progress: Progress, *, redemption_ids: Sequence[int], facts: DeskFacts, branch: str, folder: Path, to_printer: bool
) -> Paper:
    """One list of what to fetch for all these orders; nothing where nothing is to be fetched."""
    from desktop_admin.views.printing import PickLine, PickList

    found = progress.read(partial(redemptions.to_fetch, redemption_ids=tuple(redemption_ids)))
    if not found:
        return Paper(0, "", ())
    lines = tuple(PickLine(one.shelf, one.name, one.pieces, one.code, one.numbers) for one in found)
    orders = {number for one in found for number in one.numbers}
    now = datetime.now(UTC)
    document: PickList = PickList(
        shop=facts.shop, branch=branch, operator=_operator(progress), when=now,
        number=f"P{local(now):%m%d-%H%M%S}", orders=len(orders), lines=lines,
    )  # fmt: skip
    return _out(progress, [document], folder, to_printer)


def _out(progress: Progress, documents: Sequence[Document], folder: Path, to_printer: bool) -> Paper:
    """Print, or save as PDF where there is no printer (or none is wanted)."""
    from desktop_admin.views.printing import file_name, print_document, printers, save_pdf

    names = printers() if to_printer else ()
    files: list[Path] = []
    printer = ""
    if not names:
        folder.mkdir(parents=True, exist_ok=True)
    for n, document in enumerate(documents):
        progress(n, len(documents))
        if names:
            printer = print_document(document, names[0], folder).printer
        else:
            path = folder / file_name(document)
            save_pdf(document, path)
            files.append(path)
    return Paper(len(documents), printer, tuple(files))


def _operator(progress: Progress) -> str:
    return progress.actor.name if progress.actor is not None else ""
