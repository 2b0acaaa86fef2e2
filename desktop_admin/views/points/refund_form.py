"""Refunding a purchase of any age from the journal: the whole, or a part of its amount."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_
from desktop_admin.services import purchases
from desktop_admin.services.points import EntryDetail
from desktop_admin.services.purchases import RefundLine
from desktop_admin.views.form import Field
from desktop_admin.views.points.asking_form import AskingForm

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk


class RefundForm(AskingForm):
    """A blank amount refunds all that is left; a part goes back from the purchase's first line."""

    kind = "purchases.refund"
    submit_word = N_("Refund a purchase")

    def __init__(self, desk: Desk, entry: EntryDetail) -> None:
        self.entry = entry
        super().__init__(
            desk,
            (Field("amount", N_("Amount that goes back"), "money", placeholder=N_("blank: all that is left")),),
        )
        self.look_ahead()

    def command(self) -> Callable[..., Any]:
        """Refund."""
        return purchases.refund

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer the purchase of the entry, and the part that was typed."""
        said: dict[str, Any] = {"purchase_id": self.entry.row.source_id}
        if values["amount"]:
            said["lines"] = (RefundLine(1, values["amount"]),)
        return said

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """Before and after, for the member of the purchase."""
        return partial(purchases.preview_refund, **self.parameters(values))
