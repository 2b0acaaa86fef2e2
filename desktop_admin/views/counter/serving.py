"""Serving one member: which acts are open, the form in hand, what became of it, paper and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop_admin.i18n import N_, _
from desktop_admin.services.command import new_request
from desktop_admin.services.members import MemberCard, OpenOrder
from desktop_admin.services.permissions import Permission
from desktop_admin.views.counter.act_form import ActForm, Here
from desktop_admin.views.counter.order_acts import CancelForm, HandOverForm
from desktop_admin.views.counter.outcomes import Outcome, outcome_of
from desktop_admin.views.counter.papers import OnPaper, Papers
from desktop_admin.views.counter.point_acts import AdjustForm, CardForm, PurchaseForm, TransferForm
from desktop_admin.views.counter.redeem import RedeemPanel
from desktop_admin.views.counter.side import Act, Side
from desktop_admin.views.counter.undo_act import UndoForm

if TYPE_CHECKING:
    from desktop_admin.services.counter import Facts
    from desktop_admin.views.screen import Screen

P = Permission
Maker = Callable[[Any, Here], Act]


@dataclass(frozen=True)
class Declared:
    """One act of the counter: title marked with N_, key, icon, leave, form."""

    id: str
    title: str
    keys: str
    icon: str
    permission: Permission
    make: Maker


ACTS: tuple[Declared, ...] = (
    Declared("counter.purchase", N_("Purchase"), "F2", "receipt-text", P.RECORD_PURCHASES, PurchaseForm),
    Declared("counter.adjust", N_("Adjust"), "F3", "sliders-horizontal", P.ADJUST, AdjustForm),
    Declared("counter.redeem", N_("Redeem"), "F4", "gift", P.PLACE_REDEMPTIONS, RedeemPanel),
    Declared("counter.hand_over", N_("Hand over"), "F6", "package-check", P.COLLECT_REDEMPTIONS, HandOverForm),
    Declared("counter.transfer", N_("Transfer"), "F7", "arrow-left-right", P.TRANSFER, TransferForm),
    Declared("counter.undo", N_("Undo or refund"), "F8", "undo-2", P.REVERSE, UndoForm),
    Declared("counter.card", N_("Replace the card"), "F9", "id-card", P.REPLACE_CARDS, CardForm),
    Declared("counter.cancel", N_("Cancel or take back"), "F10", "package-open", P.CANCEL_REDEMPTIONS, CancelForm),
)  # fmt: skip
SPENDING = ("counter.redeem", "counter.transfer")


class Serving(QObject):
    """The acts of the counter on the member who stands there; ``ended`` when a form was left."""

    ended = Signal()
    served = Signal(object)  # a member id

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.screen = screen
        self.card: MemberCard | None = None
        self.facts: Facts | None = None
        self.proof_card = self.proof_code = ""
        self.order_id = 0
        self._wanted = ""
        self.side: Side | None = None
        self._to_undo: Outcome | None = None  # the last act that can be undone
        self.resting = False  # the server is away: no act is open
        self.acts = {
            one.id: screen.add_act(
                one.id, one.title, partial(self.begin, one.id), keys=one.keys, icon=one.icon,
                permission=one.permission,
            )
            for one in ACTS
        }  # fmt: skip
        self.page = screen.add_act(
            "counter.page", N_("Member's page"), self._to_page, keys="F11", icon="circle-user",
            permission=P.SEE_MEMBERS,
        )  # fmt: skip
        self.papers = Papers(screen, self._on_paper)
        self.allow()

    def made(self) -> Side:
        """Answer the right side, made when it is first wanted."""
        if self.side is None:
            self.side = Side([*self.acts.values(), self.page], self.papers.acts, self.screen.desk.undo)
            self.side.retranslate()
            self.allow()
        return self.side

    # --- who --------------------------------------------------------------------------------------

    def expect(self, *, proof_card: str = "", proof_code: str = "", order_id: int = 0, act: str = "") -> None:
        """Another member comes; what is pressed before the card is there is done when it is."""
        self.card = None
        self.proof_card, self.proof_code, self.order_id = proof_card, proof_code, order_id
        self._wanted = act
        self.made().forget()
        self.allow()

    def show(self, card: MemberCard, facts: Facts) -> None:
        """The card is there, or there anew."""
        self.card, self.facts = card, facts
        self.allow()
        wanted, self._wanted = self._wanted, ""
        if wanted and self.acts[wanted].isEnabled():
            self.begin(wanted)

    def leave(self) -> None:
        """Nobody stands there any more."""
        self.card, self._wanted = None, ""
        self.proof_card = self.proof_code = ""
        self.order_id = 0
        if self.side is not None:
            self.side.show_tiles()
        self.allow(nobody=True)

    def allow(self, *, nobody: bool = False) -> None:
        """Only what can be done is open."""
        card, can = self.card, self.screen.desk.can
        ready = card is not None and any(order.state == "ready" for order in card.orders)
        for one in ACTS:
            able = can(one.permission) and not nobody and not self.resting
            if card is not None:
                able = able and not card.own and not card.closed_on
                if one.id in SPENDING and card.spend_frozen:
                    able = False
                if one.id == "counter.hand_over":
                    able = able and ready
            self.acts[one.id].setEnabled(able)
        self.page.setEnabled(can(P.SEE_MEMBERS) and not nobody and not self.resting)
        shown = self.side is not None and self.side.outcome is not None
        for act in self.papers.acts:
            act.setEnabled(shown)
        if self.side is not None:
            self.side.tiles.tiles["counter.hand_over"].light(ready)

    # --- acts -------------------------------------------------------------------------------------

    @property
    def act(self) -> Act | None:
        """Answer the form in hand."""
        return self.side.act if self.side is not None else None

    def begin(self, id_: str) -> None:
        """Take the form of an act in hand."""
        if self.card is None or self.facts is None:
            self._wanted = id_
            return
        if self.act is not None and self.act.writing:
            return
        here = Here(self.card, self.facts, self.proof_card, self.proof_code, self._order_in_hand())
        act = next(one for one in ACTS if one.id == id_).make(self.screen.desk, here)
        act.done.connect(self._done)
        act.cancelled.connect(self.put_away)
        self.made().show_act(act)
        act.begin()

    def begin_order(self, order_id: int, state: str) -> None:
        """A click on an order: hand over what is ready, else what can still be done with it."""
        self.order_id = order_id
        id_ = "counter.hand_over" if state == "ready" else "counter.cancel"
        if self.acts[id_].isEnabled():
            self.begin(id_)

    def press_order(self, order: OpenOrder) -> None:
        """A click on one of the member's orders."""
        self.begin_order(order.id, order.state)

    def put_away(self) -> None:
        """Leave the form."""
        self.made().show_tiles()
        self.ended.emit()

    def take_code(self, code: str) -> bool:
        """A scan while a form is in hand is for the form."""
        act = self.act
        if act is None:
            return False
        take = getattr(act, "take_code", None)
        if take is not None:
            take(code)
        elif isinstance(act, ActForm):
            for name in ("receipt_number", "card_number"):
                if name in act.editors:
                    act.editors[name].set_value(code)
                    break
            else:
                self.screen.desk.notices.tell(_("Finish this first, or leave it with Esc."), tone="warn")
        return True

    def _order_in_hand(self) -> int:
        assert self.card is not None
        return self.order_id if self.order_id in {order.id for order in self.card.orders} else 0

    def _done(self, result: object) -> None:
        act, desk = self.act, self.screen.desk
        form = act.form if isinstance(act, RedeemPanel) else act
        if form is None or desk.actor is None:
            return
        handed = form.values().get("how") == "now"
        outcome = self.made().show_result(partial(outcome_of, form, result, desk.actor.name, handed=handed))
        if outcome.undo is not None:
            self._to_undo = outcome
            desk.offer_undo(outcome.undo_text, self._undo)
        self.order_id, self.proof_code = 0, ""
        self.allow()
        self.served.emit(form.here.card.id)
        self.ended.emit()

    def retranslate(self) -> None:
        """Set every text, also of what became of the last act."""
        if self.side is None:
            return
        self.side.retranslate()
        shown = self.side.outcome
        if shown is not None and self._to_undo is not None and shown.undo is self._to_undo.undo:
            self._to_undo = shown
            self.screen.desk.rename_undo(shown.undo_text)

    def _undo(self) -> None:
        outcome = self._to_undo  # not always what is shown: after it came an act that cannot be undone
        assert outcome is not None
        assert outcome.undo is not None
        self._to_undo = None
        self.screen.send(partial(outcome.undo, request=new_request()), partial(self._undone, outcome))

    def _undone(self, outcome: Outcome, _receipt: object) -> None:
        self.screen.desk.notices.tell(_("Done. {what}").format(what=outcome.undo_text))
        if self.side is not None and self.side.outcome is outcome:
            self.side.result.undone()

    def _on_paper(self) -> OnPaper | None:
        outcome = self.side.outcome if self.side is not None else None
        if outcome is None or self.card is None or self.facts is None:
            return None
        return OnPaper(outcome, self.card, self.facts)

    def _to_page(self) -> None:
        if self.card is not None:
            self.screen.desk.open("members", member_id=self.card.id)


__all__ = ["ACTS", "Serving"]
