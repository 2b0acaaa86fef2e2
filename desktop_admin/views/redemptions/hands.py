"""Forms beside the list that take one order after the other: shipping, handing over, a tracking number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from desktop_admin.i18n import N_, _, format_number
from desktop_admin.models.redemptions import CARRIERS, DELIVERIES, OWN_MESSENGER, breakable, items_text, short
from desktop_admin.services import redemptions
from desktop_admin.services.errors import Refused
from desktop_admin.services.redemptions import Detail, QueueRow, Stepped
from desktop_admin.services.work import Work
from desktop_admin.views import theme
from desktop_admin.views.form import Field, Form
from desktop_admin.views.redemptions.panel import WIDTH, Held
from desktop_admin.views.widgets.facts import Facts

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen


class Hand(Held):
    """A form for some orders, one after the other. ``finished(count)`` when the last is through or Esc was pressed."""

    heading_text = ""  # N_()
    heading_of = ""  # N_(), with {n} and {count}
    first_field = ""

    def __init__(self, screen: Screen, rows: Sequence[QueueRow]) -> None:
        super().__init__(screen, width=WIDTH)
        self._screen, self.rows, self._at, self.done_count = screen, list(rows), 0, 0
        self.who, self.what = QLabel(wordWrap=True), QLabel(wordWrap=True)
        theme.mark(self.who, text="strong")
        theme.mark(self.what, text="muted")
        self.facts = Facts()
        self.skip_button = QPushButton(autoDefault=False)
        theme.mark(self.skip_button, kind="ghost")
        self.skip_button.clicked.connect(self.skip)
        self.form = self.make_form()
        self.form.done.connect(self._done)
        self.form.cancelled.connect(self.shut)
        self.form.buttons.insertWidget(0, self.skip_button)
        self.form.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        for widget in (self.who, self.what, self.facts, self.form):
            self.content.addWidget(widget)
        self.content.addStretch()
        self.closed.connect(self._finish)
        self.show_row()

    @property
    def row(self) -> QueueRow:
        """The order in hand."""
        return self.rows[self._at]

    def make_form(self) -> Form:
        """Answer the form."""
        raise NotImplementedError

    def facts_of(self, order: Detail) -> list[tuple[str, ...]]:
        """What has to be seen of the order."""
        return []

    def take_code(self, code: str) -> None:
        """A code that was scanned goes into the field it is for."""
        self.form.editors[self.first_field].set_value(code)
        self.form.submit_button.setFocus()

    def begin(self) -> None:
        """Type at once."""
        self.form.editors[self.first_field].widget.setFocus()

    def show_row(self) -> None:
        """Show the order in hand."""
        self.facts.say([])
        self.facts.hide()
        self.retranslate()
        query = partial(redemptions.detail, redemption_id=self.row.id)
        self._screen.ask("hand", query, self._came, quiet=True)

    def retranslate(self) -> None:
        """Set every text."""
        heading = _(self.heading_text)
        if len(self.rows) > 1:
            heading = _(self.heading_of).format(
                n=format_number(self._at + 1), count=format_number(len(self.rows))
            )
        self.open(heading)
        row = self.row
        self.who.setText(f"{row.number}  ·  {breakable(short(row.member))}")
        self.what.setText(breakable(items_text(row)))
        self.skip_button.setText(_("Skip this one"))
        self.skip_button.setVisible(self._at + 1 < len(self.rows))

    def skip(self) -> None:
        """Go on to the next order without writing."""
        if self.form.writing:
            return
        self._at += 1
        if self._at >= len(self.rows):
            self._at -= 1
            self.shut()
            return
        self.next_form()
        self.show_row()
        self.begin()

    def next_form(self) -> None:
        """Blank what belongs to the order before."""
        self.form.clear()

    def _came(self, order: Detail) -> None:
        if order.id == self.row.id:
            rows = self.facts_of(order)
            self.facts.say(rows)
            self.facts.setVisible(bool(rows))

    def _done(self, receipt: Stepped) -> None:
        self.done_count += 1
        self.written.emit(receipt)
        self.skip()

    def _finish(self) -> None:
        self.finished.emit(self.done_count)


class ShipHand(Hand):
    """Carrier and tracking number, order after order; the carrier stays."""

    heading_text, heading_of = N_("Ship a parcel"), N_("Ship a parcel: {n} of {count}")
    first_field = "tracking"
    label_wanted = False

    def make_form(self) -> Form:
        """Tracking first, so that a scanner goes there."""
        form = Form(
            self._screen.desk,
            [
                Field("tracking", N_("Tracking number"), "scan", limit=64, placeholder=N_("type or scan")),
                Field("carrier", N_("Carrier"), "choice", required=True, choices=CARRIERS),
                Field("label", N_("Print the label"), "check"),
            ],
            self._operation, submit=N_("Ship it"), cancel=N_("Stop"),
        )  # fmt: skip
        form.fill({"carrier": self._screen.recall("carrier") or CARRIERS[0][0], "label": self._screen.recall("label")})
        return form

    def next_form(self) -> None:
        """The carrier stays."""
        kept = self.form.values()
        self.form.clear()
        self.form.fill({"tracking": None, "carrier": kept["carrier"], "label": kept["label"]})

    def facts_of(self, order: Detail) -> list[tuple[str, ...]]:
        """Where it goes."""
        facts: list[tuple[str, ...]] = [
            (_("Ship to"), breakable(" · ".join(part for part in (order.recipient, order.phone) if part)), "strong"),
            (_("Address"), breakable(order.address)),
        ]
        if order.remark:
            facts.append((_("Remark"), breakable(order.remark), "warn"))
        return facts

    def _operation(self, values: dict[str, Any], request: str) -> Callable[[Work], Any]:
        self.label_wanted = bool(values["label"])
        if not values["tracking"] and values["carrier"] != OWN_MESSENGER:
            raise Refused(N_("Type or scan the tracking number."), field="tracking")
        self._screen.remember("carrier", values["carrier"])
        self._screen.remember("label", bool(values["label"]))
        return partial(
            redemptions.ship, request=request, redemption_id=self.row.id, carrier=values["carrier"],
            tracking=values["tracking"],
        )  # fmt: skip


class TrackingHand(ShipHand):
    """A tracking number that is added or corrected."""

    heading_text, heading_of = N_("Tracking number"), N_("Tracking number: {n} of {count}")

    def make_form(self) -> Form:
        """The same fields, filled."""
        form = super().make_form()
        known = self.row
        if known.carrier and known.carrier not in dict(CARRIERS):
            others = [(carrier, _(title)) for carrier, title in CARRIERS]
            form.set_choices("carrier", [(known.carrier, known.carrier), *others])
        form.fill({"tracking": known.tracking, "carrier": known.carrier or None})
        form._submit_text = N_("Save")
        form.submit_button.setText(_("Save"))
        return form

    def _operation(self, values: dict[str, Any], request: str) -> Callable[[Work], Any]:
        return partial(
            redemptions.set_tracking, request=request, redemption_id=self.row.id, carrier=values["carrier"],
            tracking=values["tracking"],
        )  # fmt: skip


class CollectHand(Hand):
    """The pick-up code or the member's card, then it is theirs."""

    heading_text, heading_of = N_("Hand over"), N_("Hand over: {n} of {count}")
    first_field = "proof"

    def make_form(self) -> Form:
        """One field for either proof."""
        return ProofForm(
            self._screen.desk,
            [
                Field("proof", N_("Pick-up code or member card"), "scan", required=True, limit=40,
                      placeholder=N_("type or scan")),
            ],
            self._operation, submit=N_("Hand over"), cancel=N_("Stop"),
        )  # fmt: skip

    def facts_of(self, order: Detail) -> list[tuple[str, ...]]:
        """What is handed over, and from where."""
        facts: list[tuple[str, ...]] = []
        for line in order.lines:
            if line.pieces:
                shelf = _("Shelf {shelf}").format(shelf=line.shelf) if line.shelf else line.code
                facts.append((f"× {format_number(line.pieces)}", breakable(f"{short(line.name)} · {shelf}")))
        facts.append((_("Delivery"), _(DELIVERIES[order.delivery][0])))
        return facts

    def _operation(self, values: dict[str, Any], request: str) -> Callable[[Work], Any]:
        proof = str(values["proof"])
        said: dict[str, Any] = {"request": request, "redemption_id": self.row.id}
        if "".join(proof.split()).upper() == self.row.card_number.upper():
            return partial(redemptions.collect, card=proof, **said)
        return partial(redemptions.collect, code=proof, **said)


class ProofForm(Form):
    """What is said of code or card belongs to the one field."""

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        if isinstance(error, Refused) and error.field in ("code", "card"):
            self.banner.hide()
            self.set_error("proof", error.text())
            self.editors["proof"].widget.setFocus()
