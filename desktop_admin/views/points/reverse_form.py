"""Reversing an entry, in whole or in part, with before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_, _, format_points
from desktop_admin.services import points
from desktop_admin.services.points import EntryDetail
from desktop_admin.services.reasons import Reason
from desktop_admin.views.form import Field
from desktop_admin.views.points.asking_form import AskingForm

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk


class ReverseForm(AskingForm):
    """Reason by number; a blank number of points reverses all that is left."""

    kind = "points.reverse"
    submit_word = N_("Reverse")

    def __init__(self, desk: Desk, entry: EntryDetail, reasons: Sequence[Reason]) -> None:
        self.entry = entry
        super().__init__(
            desk,
            (
                Field("reason", N_("Reason"), "pick", required=True),
                Field("points", N_("Points to reverse"), "count"),
                Field("note", N_("Note"), limit=500),
            ),
        )  # fmt: skip
        transfer = entry.row.kind == "transfer"
        fitting = [
            (reason.code, reason.name) for reason in reasons
            if reason.active and reason.fits(-entry.row.points) and (reason.direction == "both" or not transfer)
        ]  # fmt: skip
        self.set_choices("reason", fitting[:9])
        everything = _("all {points} that are left").format(points=format_points(entry.left))
        self.editors["points"].set_placeholder(everything)
        self.look_ahead()

    def command(self) -> Callable[..., Any]:
        """Reverse."""
        return points.reverse

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was typed."""
        return {
            "entry_id": self.entry.row.id, "points": values["points"] or None, "reason": values["reason"] or "",
            "note": values["note"] or "",
        }  # fmt: skip

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """Before and after, for the member of the entry."""
        return partial(points.preview_reverse, **self.parameters(values))
