"""What can be done with the orders that are chosen: the next step for all at once, undoing, paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction

from desktop_admin.i18n import N_, _, format_number, format_points, ngettext
from desktop_admin.models.members import order_state
from desktop_admin.models.redemptions import STEPS, Result, usual_step
from desktop_admin.services import redemptions
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import Detail, QueueRow, RowResult
from desktop_admin.tasks import Progress
from desktop_admin.views.redemptions.hands import CollectHand, Hand, ShipHand, TrackingHand
from desktop_admin.views.redemptions.paper_acts import PaperActs
from desktop_admin.views.redemptions.undo import UndoHand, lines_to_undo
from desktop_admin.views.screen import Screen

if TYPE_CHECKING:
    pass

P = Permission
_HERE = ("placed", "approved", "picking", "packed", "ready", "booked")
_GONE = ("shipped", "delivered", "collected", "issued", "used", "missed")

_BACK = N_("{number}: a part was taken back, points: {points}.")
_PART = N_("{number}: a part was cancelled, points given back: {points}.")


class OrderActs(PaperActs):
    """The actions of the desk; they follow what is chosen and the operator's leave."""

    taken = Signal(object)  # a form to stand beside the list, None to put it away
    results = Signal(object)  # a list of Result, where some were refused

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.order: Detail | None = None
        add = screen.add_act
        self.next = add("redemptions.next", N_("Next step"), self.go_on, keys="F8", icon="arrow-right",
                        permission=P.SEE_REDEMPTIONS)  # fmt: skip
        self.cancel = add("redemptions.cancel", N_("Cancel…"), partial(self._undo, back=False), keys="F9",
                          icon="circle-x", permission=P.CANCEL_REDEMPTIONS)  # fmt: skip
        self.back = add("redemptions.return", N_("Take back…"), partial(self._undo, back=True), keys="Shift+F9",
                        icon="rotate-ccw", permission=P.RETURN_REDEMPTIONS)  # fmt: skip
        self.tracking = add("redemptions.tracking", N_("Tracking number…"), self._tracking, keys="Ctrl+T",
                            icon="truck", permission=P.FULFIL_REDEMPTIONS)  # fmt: skip
        self.member = add("redemptions.member", N_("Member at the counter"), self._to_member, keys="F7",
                          icon="scan-line", permission=P.SEE_MEMBERS)  # fmt: skip
        self.pick = add("redemptions.pick", N_("Pick list"), self._pick_list, keys="Ctrl+G", icon="clipboard-list",
                        permission=P.SEE_REDEMPTIONS)  # fmt: skip
        self.slips = add("redemptions.slips", N_("Packing slips"), self._slips, keys="Ctrl+P", icon="printer",
                         permission=P.SEE_REDEMPTIONS)  # fmt: skip
        self.labels = add("redemptions.labels", N_("Labels"), self._labels, keys="Ctrl+Shift+P", icon="tag",
                          permission=P.FULFIL_REDEMPTIONS)  # fmt: skip
        self.pdf = add("redemptions.pdf", N_("Packing slips as PDF…"), self._slips_as_pdf, icon="file-text",
                       permission=P.SEE_REDEMPTIONS)  # fmt: skip
        self.missed = add("redemptions.missed", N_("Mark as missed"), self._missed, icon="clock",
                          permission=P.COLLECT_REDEMPTIONS)  # fmt: skip
        self.allow()

    @property
    def menu(self) -> list[QAction | None]:
        """What the context menu of a row offers."""
        return [self.next, self.tracking, None, self.pick, self.slips, self.labels, self.pdf, None, self.member,
                self.missed, None, self.cancel, self.back]  # fmt: skip

    # --- what is chosen ---------------------------------------------------------------------------

    def choose(self, rows: Sequence[QueueRow]) -> None:
        """These orders are chosen."""
        self.rows = list(rows)
        self.allow()

    def opened(self, order: Detail | None) -> None:
        """This order is shown beside the list."""
        self.order = order
        self.allow()

    def allow(self) -> None:
        """Allow what fits; name the next step by what it is."""
        steps = {self._step_of(row) for row in self.rows}
        open_ = any(row.state in ("placed", "picking", "packed") for row in self.rows)
        fits = {
            self.next: bool(steps - {None}) and self._job is None and self._may_step(steps),
            self.cancel: self._undoable(back=False), self.back: self._undoable(back=True),
            self.tracking: any(row.state == "shipped" for row in self.rows),
            self.member: bool(self.rows), self.pick: open_, self.slips: bool(self.rows), self.pdf: bool(self.rows),
            self.labels: any(row.delivery == "ship" for row in self.rows),
            self.missed: bool(self.rows) and all(row.state == "booked" for row in self.rows),
        }  # fmt: skip
        for act, fit in fits.items():
            act.setEnabled(fit and self._desk.can(act.property("permission")))
        self.name_next()

    def name_next(self) -> None:
        """Write what the one key does."""
        steps = {self._step_of(row) for row in self.rows} - {None}
        words = _(STEPS.get(next(iter(steps)) or "", N_("Next step"))) if len(steps) == 1 else _("Next step")
        if len(self.rows) > 1:
            words = f"{words} ({format_number(len(self.rows))})"
        if self.next.text() != words:
            self.next.setText(words)
            self.next.setToolTip(f"{words}  {self.next.shortcut().toString()}")

    def _step_of(self, row: QueueRow) -> str | None:
        """The step of a row: from the order itself where it is open, "" where nothing is known, None at its end."""
        if self.order is not None and self.order.id == row.id:
            step = redemptions.next_step(self.order)
            return step.value if step is not None else None
        if row.state in ("delivered", "collected", "issued", "used", "missed", "cancelled", "returned"):
            return None
        return usual_step(row)

    def _may_step(self, steps: set[str | None]) -> bool:
        served = {"collected", "issued", "booked", "used", ""}
        fulfil, collect = self._desk.can(P.FULFIL_REDEMPTIONS), self._desk.can(P.COLLECT_REDEMPTIONS)
        return (fulfil and bool(steps - served - {None} or "" in steps)) or (collect and bool(steps & served))

    def _undoable(self, *, back: bool) -> bool:
        if len(self.rows) != 1:
            return False
        (row,) = self.rows
        if self.order is not None and self.order.id == row.id:
            return bool(lines_to_undo(self.order, back=back))
        return row.state in (_GONE if back else _HERE)  # not looked into yet

    # --- the next step ----------------------------------------------------------------------------

    def go_on(self, proof: str = "") -> None:
        """Take every chosen order its next step: at once, or one after the other where something is asked."""
        steps = {row.id: self._step_of(row) for row in self.rows}
        ship = [row for row in self.rows if steps[row.id] == "shipped"]
        collect = [row for row in self.rows if steps[row.id] == "collected"]
        rest = [row for row in self.rows if steps[row.id] is not None and row not in ship and row not in collect]
        if rest:
            self._step_all(rest)
        if ship:
            self._take(ShipHand(self._screen, ship))
        elif collect:
            hand = CollectHand(self._screen, collect)
            self._take(hand)
            if proof:
                hand.take_code(proof)

    def _step_all(self, rows: Sequence[QueueRow]) -> None:
        request, seen = new_request(), {row.id: row.version for row in rows}

        def job(progress: Progress) -> tuple[RowResult, ...]:
            told = partial(progress, total=len(seen))
            return redemptions.step_all(
                progress.read, progress.write, request=request, seen=seen, told=told
            )

        self._run(job, partial(self._stepped, {row.id: row for row in rows}), N_("Working"))

    def _stepped(self, rows: dict[int, QueueRow], answers: tuple[RowResult, ...]) -> None:
        results = [Result.of(rows[one.redemption_id], one) for one in answers]
        done = [one for one in results if not one.why_not]
        if done:
            states = {one.state for one in done}
            text = ngettext("{count} redemption moved on.", "{count} redemptions moved on.", len(done))
            if len(states) == 1:
                text = ngettext("{count} redemption: {state}.", "{count} redemptions: {state}.", len(done))
            word = _(order_state(next(iter(states)))[0])
            shown = text.format(count=format_number(len(done)), state=word)
            details = _("Details") if len(results) > 1 else ""
            self._desk.notices.tell(shown, action=details, act=partial(self.results.emit, results))
        if len(done) < len(results):
            if len(results) == 1:
                self._desk.notices.tell(results[0].why_not, tone="warn")
            else:
                self.results.emit(results)
        self.moved.emit()

    def _missed(self) -> None:
        for row in self.rows:
            operation = partial(redemptions.serve, request=new_request(), redemption_id=row.id, to_state="missed")
            self._screen.send(operation, self._written)

    def _tracking(self) -> None:
        rows = [row for row in self.rows if row.state == "shipped"]
        if rows:
            self._take(TrackingHand(self._screen, rows[:1]))

    def _undo(self, *, back: bool) -> None:
        (row,) = self.rows
        if self.order is not None and self.order.id == row.id:
            self._undo_order(self.order, back=back)
        else:
            question = partial(redemptions.detail, redemption_id=row.id)
            self._screen.ask("undo", question, partial(self._undo_order, back=back))

    def _undo_order(self, order: Detail, *, back: bool) -> None:
        if lines_to_undo(order, back=back):
            self._take(UndoHand(self._screen, order, back=back))

    def _take(self, hand: Hand | UndoHand) -> None:
        hand.finished.connect(self._put_away)
        hand.written.connect(partial(self._undone, hand) if isinstance(hand, UndoHand) else self._written)
        if isinstance(hand, ShipHand) and not isinstance(hand, TrackingHand):
            hand.written.connect(partial(self._shipped, hand))
        self.taken.emit(hand)
        hand.begin()

    def _put_away(self, _count: object) -> None:
        self.taken.emit(None)

    def _written(self, receipt: Any) -> None:
        word = _(order_state(receipt.state)[0])
        self._desk.notices.tell(_("{number}: {state}.").format(number=receipt.number, state=word))
        self.moved.emit()

    def _undone(self, hand: UndoHand, receipt: Any) -> None:
        """Say what came back where the order goes on: its state alone would tell nothing."""
        if receipt.state in ("cancelled", "returned"):
            return self._written(receipt)
        points = format_points(receipt.points, signed=True)
        self._desk.notices.tell(_(_BACK if hand.back else _PART).format(number=receipt.number, points=points))
        self.moved.emit()

    def _shipped(self, hand: ShipHand, receipt: Any) -> None:
        if hand.label_wanted:
            self._print_labels([receipt.redemption_id])

    def _to_member(self) -> None:
        if self.rows:
            self._desk.open("counter", member_id=self.rows[0].member_id)
