"""Cancelling and taking back, line by line and piece by piece; what comes back is seen before Enter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel, QSizePolicy

from desktop_admin.i18n import N_, _, format_money, format_number, format_points, ngettext
from desktop_admin.models.redemptions import REASONS, breakable, short
from desktop_admin.services import redemptions
from desktop_admin.services.errors import Refused
from desktop_admin.services.redemptions import Back, Detail, LineDetail, Part
from desktop_admin.services.work import Work
from desktop_admin.views import theme
from desktop_admin.views.form import Field, Form
from desktop_admin.views.redemptions.panel import WIDTH, Held
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.facts import Facts

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk
    from desktop_admin.views.screen import Screen


def lines_to_undo(order: Detail, *, back: bool) -> list[LineDetail]:
    """The lines that can be taken back, else those that can be cancelled."""
    return [
        line for line in order.lines
        if line.pieces and not redemptions.line_ended(line.state) and redemptions.line_left(line.state) is back
    ]  # fmt: skip


class UndoForm(Form):
    """A reason, pieces of each line, and for what comes back whether it is fit to be sold."""

    def __init__(self, desk: Desk, order: Detail, *, back: bool) -> None:
        self.order, self.back, self._ready = order, back, False
        self.lines = lines_to_undo(order, back=back)
        fields = [Field("reason", N_("Reason"), "pick", required=True, choices=REASONS)]
        for line in self.lines:
            fields.append(Field(f"pieces{line.id}", "", "count", required=True))
            if back and line.kind == "goods":
                fields.append(Field(f"fit{line.id}", N_("Whole: back onto the shelf"), "check"))
        submit = N_("Take back") if back else N_("Cancel the redemption")
        super().__init__(desk, fields, self._operation, submit=submit, cancel=N_("Back"))
        self._ready = True
        self._name_lines()
        self.editors["reason"].widget._columns = 1  # type: ignore[attr-defined]  # its texts are long
        for line in self.lines:
            self.editors[f"pieces{line.id}"].set_value(line.pieces)
            if f"fit{line.id}" in self.editors:
                self.editors[f"fit{line.id}"].set_value(True)

    def parts(self) -> list[Back]:
        """What is to be undone, as typed."""
        values = self.values()
        return [
            Back(line.id, values[f"pieces{line.id}"] or 0, bool(values.get(f"fit{line.id}", True)))
            for line in self.lines
            if values[f"pieces{line.id}"]
        ]

    def _operation(self, values: dict[str, Any], request: str) -> Callable[[Work], Any]:
        parts = self.parts()
        if not parts:
            raise Refused(N_("Say how many pieces of which line."), field=f"pieces{self.lines[0].id}")
        for part in parts:
            line = next(line for line in self.lines if line.id == part.line_id)
            if part.quantity > line.pieces:
                raise Refused(
                    N_("“{item}”: between 1 and {most} pieces."), field=f"pieces{line.id}", item=line.name,
                    most=line.pieces,
                )  # fmt: skip
        said: dict[str, Any] = {
            "request": request, "redemption_id": self.order.id, "reason": _(dict(REASONS)[values["reason"]]),
        }  # fmt: skip
        if self.back:
            return partial(redemptions.return_, lines=tuple(parts), **said)
        return partial(
            redemptions.cancel, lines=tuple(Part(part.line_id, part.quantity) for part in parts), **said
        )

    def _retranslate(self) -> None:
        super()._retranslate()
        if self._ready:
            self._name_lines()

    def _name_lines(self) -> None:
        for line in self.lines:
            text = _("{item}: pieces of {count}").format(item=short(line.name)[:24], count=format_number(line.pieces))
            self._labels[f"pieces{line.id}"].setText(text)
            self.editors[f"pieces{line.id}"].widget.setAccessibleName(text)


class UndoHand(Held):
    """The form beside the list. ``written(receipt)`` when it is done, ``finished`` when it is put away."""

    def __init__(self, screen: Screen, order: Detail, *, back: bool) -> None:
        super().__init__(screen, width=WIDTH)
        self.order, self.back = order, back
        self.who = QLabel(wordWrap=True)
        theme.mark(self.who, text="strong")
        self.form = UndoForm(screen.desk, order, back=back)
        self.card, self.coming = Card(), Facts()
        self.card.content.addWidget(self.coming)
        self.form.edited.connect(self.foresee)
        self.form.done.connect(self._done)
        self.form.cancelled.connect(self.shut)
        layout = self.form.layout()
        layout.insertWidget(2, self.card)  # type: ignore[union-attr]
        self.form.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.content.addWidget(self.who)
        self.content.addWidget(self.form)
        self.content.addStretch()
        self.closed.connect(self._finish)
        self.retranslate()

    def begin(self) -> None:
        """Choose the reason by its number."""
        self.form.editors["reason"].widget.setFocus()

    def retranslate(self) -> None:
        """Set every text."""
        self.open(_("Take back") if self.back else _("Cancel the redemption"))
        self.who.setText(f"{self.order.number}  ·  {breakable(short(self.order.member))}")
        self.card.set_heading(_("Comes back"))
        self.foresee()

    def foresee(self) -> None:
        """Show what it would give back."""
        seen = redemptions.foresee(self.order, self.form.parts())
        facts: list[tuple[str, ...]] = [
            (_("Points"), format_points(seen.points, signed=True), "good" if seen.points else "muted")
        ]
        if seen.cash:
            facts.append((_("Cash to give back"), format_money(seen.cash), "warn"))
        if seen.restocked or not seen.written_off:
            word = _("Back onto the shelf") if self.back else _("Free on the shelf again")
            facts.append((word, _pieces(seen.restocked)))
        if seen.written_off:
            facts.append((_("Written off"), _pieces(seen.written_off), "bad"))
        self.coming.say(facts)

    def _done(self, receipt: object) -> None:
        self.written.emit(receipt)
        self.shut()

    def _finish(self) -> None:
        self.finished.emit(0)


def _pieces(count: int) -> str:
    return ngettext("{count} piece", "{count} pieces", count).format(count=format_number(count))
