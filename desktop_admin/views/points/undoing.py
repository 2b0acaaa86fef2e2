"""Which entries of the journal may be undone from there, and by which form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_admin.i18n import N_
from desktop_admin.services.permissions import Permission
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.points.refund_form import RefundForm
from desktop_admin.views.points.reverse_form import ReverseForm

if TYPE_CHECKING:
    from desktop_admin.services.points import EntryDetail, EntryRow
    from desktop_admin.services.reasons import Reason
    from desktop_admin.views.desk import Desk
    from desktop_admin.views.points.asking_form import AskingForm
    from desktop_admin.views.screen import Screen


def allowed(desk: Desk, row: EntryRow) -> bool:
    """Say whether the operator may undo the entry here: what a purchase earned is undone by refunding it."""
    if row.reverses_id is not None or row.source_kind == "draw" or row.kind in ("redeem", "merge", "writeoff"):
        return False
    if row.source_kind == "purchase":
        return row.kind == "earn" and desk.can(Permission.REFUND_PURCHASES)
    return desk.can(Permission.REVERSE)


def begin(screen: Screen, detail: EntryDetail, reasons: Sequence[Reason]) -> AskingForm:
    """Open the form that fits the entry; its `done` carries the receipt."""
    form: AskingForm
    if detail.row.source_kind == "purchase":
        form, title, first = RefundForm(screen.desk, detail), N_("Refund a purchase"), "amount"
    else:
        form, title, first = ReverseForm(screen.desk, detail, reasons), N_("Reverse an entry"), "reason"
    dialog = FormDialog(screen.window(), title, form)
    dialog.open()
    dialog.adjustSize()  # the reasons stand in two columns only now that the width is known
    form.editors[first].widget.setFocus()
    return form
