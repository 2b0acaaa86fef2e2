"""Handing over what waits for the member, and cancelling or taking back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from desktop_admin.i18n import N_, _, format_date, format_money, format_points
from desktop_admin.models.counter import price
from desktop_admin.models.members import order_state
from desktop_admin.services import members, redemptions
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import OpenOrder, OrderRow
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import Detail
from desktop_admin.services.work import Work
from desktop_admin.views.counter.act_form import ActForm, Here
from desktop_admin.views.desk import Desk
from desktop_admin.views.form import Field
from desktop_admin.views.widgets.facts import Facts as FactsView

WHYS = (
    ("changed", N_("The member changed their mind")),
    ("wrong", N_("Wrong item or number")),
    ("missing", N_("Cannot be delivered")),
    ("faulty", N_("Faulty")),
)
GONE = ("shipped", "delivered", "collected", "issued", "used")


def ready_orders(here: Here) -> list[OpenOrder]:
    """What can be handed over now, the one that was scanned first."""
    ready = [order for order in here.card.orders if order.state == "ready"]
    return sorted(ready, key=lambda order: (order.id != here.order_id, order.promised_on))


class HandOverForm(ActForm):
    """Choose the order, show the code or the card; with a card just scanned, Enter is enough."""

    title, icon, submit_word = N_("Hand over"), "package-check", N_("Hand over")

    def __init__(self, desk: Desk, here: Here) -> None:
        self.orders = ready_orders(here)
        proven = bool(here.proof_card or here.proof_code)
        proof = () if proven else (
            Field("proof", N_("Pick-up code or member card"), "scan", required=True, limit=40,
                  placeholder=N_("type or scan")),
        )  # fmt: skip
        super().__init__(desk, here, (Field("order", N_("Redemption"), "pick", required=True), *proof))
        self.editors["order"].widget._columns = 1  # type: ignore[attr-defined]  # its texts are long
        self.facts_view = FactsView()
        self.layout().insertWidget(2, self.facts_view)  # type: ignore[union-attr]
        self.set_choices("order", [(o.id, self._words(o)) for o in self.orders[:9]])
        if self.orders:
            self.fill({"order": self.orders[0].id})
        else:
            self.nothing_to_do(_("Nothing waits for this member at a counter."))
        self._tell()
        self.edited.connect(self._tell)

    def begin(self) -> None:
        """The proof is what is missing; else Enter hands over."""
        name = "proof" if "proof" in self.editors else "order"
        (self.editors[name].widget if self.orders else self.cancel_button).setFocus()

    def take_code(self, code: str) -> None:
        """A code or card that was scanned is the proof."""
        if "proof" in self.editors:
            self.editors["proof"].set_value(code)
            self.submit_button.setFocus()

    def command(self) -> Callable[..., Any]:
        """Hand over."""
        return redemptions.collect

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer the order and the proof."""
        order = values["order"]
        if order is None:
            raise Refused(N_("Choose what is handed over."), field="order")
        if self.here.proof_card:
            return {"redemption_id": order, "card": self.here.proof_card}
        if self.here.proof_code and order == self.here.order_id:
            return {"redemption_id": order, "code": self.here.proof_code}
        proof = str(values.get("proof") or "")
        card = "".join(proof.split()).upper()
        if card == self.here.card.card_number.upper():
            return {"redemption_id": order, "card": proof}
        return {"redemption_id": order, "code": proof}

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        if isinstance(error, Refused) and error.field in ("code", "card") and "proof" in self.editors:
            self.banner.hide()
            self.set_error("proof", error.text())
            self.editors["proof"].widget.setFocus()

    def _tell(self) -> None:
        proof = _("the member's card was scanned") if self.here.proof_card else _("the pick-up code was scanned")
        rows = [(_("Proof"), proof, "good")] if self.here.proof_card or self.here.proof_code else []
        self.facts_view.say(rows if self.orders else [])
        self.facts_view.setVisible(bool(rows and self.orders))

    def _words(self, order: OpenOrder) -> str:
        item = order.item if order.lines == 1 else f"{order.item} +{order.lines - 1}"
        return f"{item}  ·  {order.number}"


class CancelForm(ActForm):
    """Cancel what has not left the house, take back what has; shows what comes back before Enter."""

    title, icon, submit_word = N_("Cancel or take back"), "package-open", N_("Cancel it")

    def __init__(self, desk: Desk, here: Here) -> None:
        self.rows: tuple[OrderRow, ...] = ()
        self.detail: Detail | None = None
        super().__init__(
            desk, here,
            (
                Field("order", N_("Redemption"), "pick", required=True),
                Field("why", N_("Reason"), "pick", required=True, choices=WHYS),
                Field("restock", N_("Goods are whole and go back to stock"), "check", visible=self._is_return),
            ),
        )  # fmt: skip
        self.editors["order"].widget._columns = 1  # type: ignore[attr-defined]  # its texts are long
        self.editors["restock"].set_value(True)
        self.back = FactsView()
        self.back.hide()
        self.layout().insertWidget(2, self.back)  # type: ignore[union-attr]
        self.edited.connect(self._ask_detail)
        self._asked = 0
        query = partial(members.orders, member_id=here.card.id, limit=12)
        desk.tasks.read(self, "orders", query, self._came)

    def begin(self) -> None:
        """Choose the order first."""
        self.editors["order"].widget.setFocus()

    def command(self) -> Callable[..., Any]:
        """Cancel or take back."""
        return redemptions.return_ if self._gone() else redemptions.cancel

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer the order and why; the whole of it (lines are undone one by one on the screen of redemptions)."""
        if values["order"] is None:
            raise Refused(N_("Choose a redemption."), field="order")
        said: dict[str, Any] = {"redemption_id": values["order"], "reason": _(dict(WHYS)[values["why"]])}
        if self._gone() and not values["restock"] and self.detail is not None:
            said["lines"] = tuple(
                redemptions.Back(line.id, line.pieces, restock=False) for line in self.detail.lines if line.pieces
            )
        return said

    def _picked(self) -> OrderRow | None:
        editor = self.editors.get("order")
        picked = editor.value() if editor is not None else None
        return next((row for row in self.rows if row.id == picked), None)

    def _gone(self) -> bool:
        row = self._picked()
        return row is not None and row.state in GONE

    def _is_return(self, _values: Any) -> bool:
        return self._gone()

    def _came(self, page: Any) -> None:
        may_return = self.desk.can(Permission.RETURN_REDEMPTIONS)
        self.rows = tuple(
            row for row in page.rows
            if row.state not in ("cancelled", "returned") and (may_return or row.state not in GONE)
        )  # fmt: skip
        self.set_choices("order", [(row.id, _words(row)) for row in self.rows[:9]])
        wanted = self.here.order_id or (self.rows[0].id if len(self.rows) == 1 else 0)
        if wanted in {row.id for row in self.rows}:
            self.editors["order"].set_value(wanted)
            self.editors["why"].widget.setFocus()
        if not self.rows:
            self.nothing_to_do(_("There is nothing of this member's to cancel."))
        self._ask_detail()

    def _ask_detail(self) -> None:
        row = self._picked()
        if row is None or row.id == self._asked:
            return
        self._asked = row.id
        self.submit_word = N_("Take it back") if row.state in GONE else N_("Cancel it")
        self._submit_text = self.submit_word
        self.submit_button.setText(_(self.submit_word))
        self.desk.tasks.read(self, "detail", partial(redemptions.detail, redemption_id=row.id), self._show_back)

    def _show_back(self, detail: Detail) -> None:
        self.detail = detail
        facts: list[tuple[str, ...]] = [
            (_("Comes back"), _("{points} points").format(points=format_points(detail.points_kept)), "good")
        ]
        if detail.cash_kept:
            facts.append((_("Cash to give back"), format_money(detail.cash_kept), "warn"))
        facts.append((_("Placed on"), format_date(detail.placed_on)))
        self.back.say(facts)
        self.back.show()

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """What comes back is shown from the order itself."""
        return None


def _words(row: OrderRow) -> str:
    item = row.item if row.lines == 1 else f"{row.item} +{row.lines - 1}"
    return f"{item}  ·  {_(order_state(row.state)[0])}  ·  {price(row.points, row.cash)}  ·  {row.number}"
