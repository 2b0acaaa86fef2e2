"""Purchase, adjustment, transfer: points typed in at the counter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent

from desktop_admin.i18n import N_, _, format_date, format_points
from desktop_admin.models.counter import short
from desktop_admin.services import members, points, purchases
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import Found
from desktop_admin.services.work import Work
from desktop_admin.views import theme
from desktop_admin.views.counter.act_form import ActForm, Here, consent_field, consent_of
from desktop_admin.views.counter.search import HEIGHT, Results
from desktop_admin.views.desk import Desk
from desktop_admin.views.form import Field


class PurchaseForm(ActForm):
    """Amount and receipt number; shows what it earns and why."""

    title, icon, kind, submit_word = N_("Purchase"), "receipt-text", "purchases.record", N_("Record the purchase")

    def __init__(self, desk: Desk, here: Here) -> None:
        super().__init__(
            desk, here,
            (
                Field("amount", N_("Amount"), "money", required=True, placeholder=N_("12.50 or 3*4.20")),
                Field("receipt_number", N_("Receipt number"), "scan", required=True, limit=40),
            ),
        )  # fmt: skip
        theme.mark(self.editors["amount"].widget, kind="big")

    def command(self) -> Callable[..., Any]:
        """Record it."""
        return purchases.record

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was typed."""
        said = {
            "member_id": self.here.card.id, "amount": values["amount"] or 0,
            "receipt_number": values["receipt_number"] or "",
        }  # fmt: skip
        if self.asks_approval:
            from datetime import UTC, datetime

            said["bought_at"] = datetime.now(UTC).replace(microsecond=0)
        return said

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """What it would earn."""
        if not values["amount"]:
            return None
        return partial(
            purchases.preview, member_id=self.here.card.id, amount=values["amount"],
            receipt_number=values["receipt_number"] or "",
        )  # fmt: skip

    def lines_of(self, answer: Any) -> list[tuple[str, str]]:
        """The rules that made the points."""
        lines = [(line.text, format_points(line.points, signed=True)) for line in answer.lines]
        if answer.why_none:
            lines.append((_(answer.why_none), format_points(0)))
        elif answer.points:
            lines.append((_("Earns"), format_points(answer.points, signed=True)))
            if answer.usable_from is not None and answer.usable_from > self.here.facts.today:
                lines.append((_("Can be used from"), format_date(answer.usable_from)))
        return lines


class AdjustForm(ActForm):
    """Points with a sign and a reason by number."""

    title, icon, kind, submit_word = N_("Adjust"), "sliders-horizontal", "points.adjust", N_("Adjust")

    def __init__(self, desk: Desk, here: Here) -> None:
        super().__init__(
            desk, here,
            (
                Field("points", N_("Points"), "points", required=True, placeholder=N_("50 gives, -50 takes")),
                Field("reason", N_("Reason"), "pick", required=True),
                Field("note", N_("Note"), limit=500),
            ),
        )  # fmt: skip
        theme.mark(self.editors["points"].widget, kind="big")
        self._fit_reasons()
        self.edited.connect(self._fit_reasons)

    def command(self) -> Callable[..., Any]:
        """Adjust."""
        return points.adjust

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was typed."""
        return {
            "member_id": self.here.card.id, "points": values["points"] or 0, "reason": values["reason"] or "",
            "note": values["note"] or "",
        }  # fmt: skip

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """Before and after."""
        if not values["points"]:
            return None
        said = self.parameters(values)
        if said["reason"] not in {code for code, _name in self._reasons(said["points"])}:
            said["reason"] = ""
        return partial(points.preview_adjust, **said)

    def lines_of(self, answer: Any) -> list[tuple[str, str]]:
        """When the points go."""
        if answer.expires_on is not None and answer.points > 0:
            return [(_("Can be used until"), format_date(answer.expires_on))]
        return []

    def _reasons(self, size: int) -> list[tuple[str, str]]:
        return [(r.code, r.name) for r in self.here.facts.reasons if r.fits(size)]

    def _fit_reasons(self) -> None:
        self.set_choices("reason", self._reasons(self.values()["points"] or 1)[:9])


class TransferForm(ActForm):
    """To whom, how many, why; the giver agrees where the shop asks for it."""

    title, icon, kind, submit_word = N_("Transfer"), "arrow-left-right", "points.transfer", N_("Transfer")

    def __init__(self, desk: Desk, here: Here) -> None:
        self.receiver: Found | None = None
        super().__init__(
            desk, here,
            (
                Field("to", N_("To"), required=True, limit=100,
                      placeholder=N_("Phone, last four, card, name or initials")),
                Field("points", N_("Points"), "points", required=True),
                Field("reason", N_("Reason"), "pick", required=True),
                *consent_field(here.facts),
            ),
        )  # fmt: skip
        box = self.editors["to"].widget
        self.results = Results(self)
        self.results.setFixedHeight(theme.current().px(HEIGHT) * 3 + 8)
        self.results.hide()
        self.results.chosen.connect(self._take)
        cell = self._cells["to"].layout()
        cell.insertWidget(2, self.results)  # type: ignore[union-attr]
        self._asking = QTimer(self, singleShot=True, interval=80)
        self._asking.timeout.connect(self._find)
        box.textEdited.connect(self._typed)  # type: ignore[attr-defined]
        box.installEventFilter(self)
        self._enter = False
        self.retell()

    def retell(self) -> None:
        """Offer the reasons that both give and take."""
        both = [(r.code, r.name) for r in self.here.facts.reasons if r.direction == "both"]
        self.set_choices("reason", both[:9])
        self.results.setAccessibleName(_("Members found"))

    def command(self) -> Callable[..., Any]:
        """Transfer."""
        return points.transfer

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was typed; refuses a receiver that was not chosen."""
        if self.receiver is None:
            raise Refused(N_("Choose who receives the points."), field="to")
        return {
            "from_member": self.here.card.id, "to_member": self.receiver.id, "points": values["points"] or 0,
            "reason": values["reason"] or "", **(consent_of(values) if "consent" in self.editors else {}),
        }  # fmt: skip

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """Before and after, for the giver."""
        if self.receiver is None or not values["points"]:
            return None
        said = {name: value for name, value in self.parameters(values).items() if name != "consent"}
        return partial(points.preview_transfer, **said)

    # --- the receiver -----------------------------------------------------------------------------

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """↑ ↓ and Enter in the field of the receiver go to the lines found."""
        if isinstance(event, QKeyEvent) and event.type() == event.Type.KeyPress and self.results.isVisible():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.results.move_by(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                found = self.results.current()
                if isinstance(found, Found) and not event.isAutoRepeat():
                    self._take(found)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter before the answer is there waits for it."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.receiver is None and self.editors["to"].widget.hasFocus() and self.values()["to"]:
            if not event.isAutoRepeat():
                self._enter = True
                self._find()
            return
        super().keyPressEvent(event)

    def take_code(self, code: str) -> None:
        """A card that was scanned is the receiver's."""
        self.editors["to"].set_value(code)
        self.receiver = None
        self._enter = True
        self._find()

    def _typed(self, _text: str) -> None:
        self.receiver = None
        self._asking.start()

    def _find(self) -> None:
        self._asking.stop()
        text = self.values()["to"]
        if text:
            self.desk.tasks.read(self, "to", partial(members.find, text=text, limit=6), self._found)
        else:
            self.results.hide()

    def _found(self, rows: tuple[Found, ...]) -> None:
        others = [row for row in rows if row.id != self.here.card.id and not row.closed]
        enter, self._enter = self._enter, False
        if enter and len(others) == 1:
            self._take(others[0])
            return
        if not others:
            self.set_error("to", _("Nobody else was found for this."))
        self.results.show_rows(list(others))
        self.results.setVisible(bool(others))

    def _take(self, row: object) -> None:
        if not isinstance(row, Found):
            return
        self.receiver = row
        self.results.hide()
        self.set_error("to", "")
        self.editors["to"].set_value(f"{short(row.name)}  {row.card_number}")
        self.editors["points"].widget.setFocus()
        self.look_ahead()


class CardForm(ActForm):
    """A new card for a lost or worn one."""

    title, icon, submit_word = N_("Replace the card"), "id-card", N_("Replace the card")

    def __init__(self, desk: Desk, here: Here) -> None:
        whys = (("lost", N_("The card was lost")), ("replaced", N_("The card is worn or exchanged")))
        super().__init__(
            desk, here,
            (
                Field("why", N_("Reason"), "pick", required=True, choices=whys),
                Field("card_number", N_("New card"), "scan", limit=40,
                      placeholder=N_("leave blank to give the next one")),
            ),
        )  # fmt: skip
        self.fill({"why": "lost", "card_number": ""})

    def begin(self) -> None:
        """The new card is scanned at once."""
        self.editors["card_number"].widget.setFocus()

    def command(self) -> Callable[..., Any]:
        """Replace it."""
        return members.replace_card

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what was typed."""
        return {
            "member_id": self.here.card.id, "why": values["why"], "card_number": values["card_number"] or ""
        }  # fmt: skip
