"""Undoing one of the last entries: reverse it, refund the purchase, or void what was typed by mistake."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from desktop_admin.i18n import N_, _, format_points
from desktop_admin.models.counter import entry_words, may_be_undone
from desktop_admin.services import points, purchases
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import EntryLine
from desktop_admin.services.permissions import Permission
from desktop_admin.services.purchases import RefundLine
from desktop_admin.services.work import Work
from desktop_admin.views.counter.act_form import ActForm, Here
from desktop_admin.views.desk import Desk
from desktop_admin.views.form import Field

HOWS = (("refund", N_("Goods came back: refund")), ("void", N_("Typed by mistake: void")))


class UndoForm(ActForm):
    """Choose the entry by number; a purchase is refunded or voided, anything else is reversed for a reason."""

    title, icon, kind, submit_word = N_("Undo or refund"), "undo-2", "points.reverse", N_("Undo this entry")

    def __init__(self, desk: Desk, here: Here) -> None:
        self.entries = tuple(e for e in here.card.entries if may_be_undone(e))
        super().__init__(
            desk, here,
            (
                Field("entry", N_("Entry"), "pick", required=True),
                Field("how", N_("How"), "pick", choices=HOWS, required=True, visible=self._is_purchase),
                Field("amount", N_("Amount that goes back"), "money", placeholder=N_("blank: all that is left"),
                      visible=self._is_refund),
                Field("reason", N_("Reason"), "pick", required=True, visible=self._is_entry),
            ),
        )  # fmt: skip
        self.editors["entry"].widget._columns = 1  # type: ignore[attr-defined]  # its texts are long
        self.set_choices("entry", [(e.id, _line(e)) for e in self.entries])
        if not desk.can(Permission.REFUND_PURCHASES):
            self.set_choices("how", [(value, _(title)) for value, title in HOWS if value != "refund"])
        self.edited.connect(self._fit)
        if len(self.entries) == 1:
            self.fill({"entry": self.entries[0].id})
        self._fit()
        if not self.entries:
            self.nothing_to_do(_("None of the last entries can be undone here."))

    def begin(self) -> None:
        """What is to be chosen first has the focus."""
        if not self.entries:
            self.cancel_button.setFocus()
            return
        names = ("entry",) if self.chosen() is None else ("how", "reason")
        for name in names:
            if self._cells[name].isVisibleTo(self):
                self.editors[name].widget.setFocus()
                break
        self.look_ahead()

    def chosen(self) -> EntryLine | None:
        """Answer the entry that was chosen."""
        editor = self.editors.get("entry")
        picked = editor.value() if editor is not None else None
        return next((e for e in self.entries if e.id == picked), None)

    def _is_purchase(self, _values: Any) -> bool:
        entry = self.chosen()
        return entry is not None and bool(entry.purchase_id)

    def _is_refund(self, values: Any) -> bool:
        return self._is_purchase(values) and values.get("how") == "refund"

    def _is_entry(self, _values: Any) -> bool:
        entry = self.chosen()
        return entry is not None and not entry.purchase_id

    def _fit(self) -> None:
        entry = self.chosen()
        if entry is None:
            return
        if entry.purchase_id:
            self.kind = "purchases.refund" if self.values()["how"] == "refund" else "purchases.void"
        else:
            self.kind = "points.reverse"
            transfer = entry.kind == "transfer"
            fit = [
                (r.code, r.name) for r in self.here.facts.reasons
                if r.fits(-entry.points) and (r.direction == "both" or not transfer)
            ]  # fmt: skip
            self.set_choices("reason", fit[:9])

    def command(self) -> Callable[..., Any]:
        """Reverse, refund or void."""
        acts: dict[str, Callable[..., Any]] = {
            "purchases.refund": purchases.refund, "purchases.void": purchases.void,
        }  # fmt: skip
        return acts.get(self.kind, points.reverse)

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was chosen; a part of a refund is a part of the purchase's one line."""
        entry = self.chosen()
        if entry is None:
            raise Refused(N_("Choose what to undo."), field="entry")
        if not entry.purchase_id:
            return {"entry_id": entry.id, "reason": values["reason"] or ""}
        said: dict[str, Any] = {"purchase_id": entry.purchase_id}
        if self.kind == "purchases.refund" and values["amount"]:
            said["lines"] = (RefundLine(1, values["amount"]),)
        return said

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """What it would take or give."""
        entry = self.chosen()
        if entry is None:
            return None
        if not entry.purchase_id:
            return partial(points.preview_reverse, entry_id=entry.id, reason=values["reason"] or "")
        if self.kind == "purchases.refund":
            return partial(purchases.preview_refund, **self.parameters(values))
        return None

    def lines_of(self, answer: Any) -> list[tuple[str, str]]:
        """What is taken or given back, and what is owed then."""
        lines = [(_("Points"), format_points(answer.points, signed=True))]
        if answer.owed_after:
            lines.append((_("Owed after it"), format_points(answer.owed_after)))
        return lines


def _line(entry: EntryLine) -> str:
    title, detail = entry_words(entry)
    return f"{format_points(entry.points, signed=True)}  {title}  ·  {detail}"
