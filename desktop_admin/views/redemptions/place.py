"""Placing a redemption from the desk: first who, then what and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_points
from desktop_admin.models.redemptions import short
from desktop_admin.services import counter, members
from desktop_admin.services.counter import Facts
from desktop_admin.services.members import Found, MemberCard
from desktop_admin.views import theme
from desktop_admin.views.members.words import tier_name
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.search_box import Hit, SearchBox

if TYPE_CHECKING:
    from desktop_admin.views.counter.redeem import RedeemPanel
    from desktop_admin.views.desk import Desk


class PlaceDialog(QDialog):
    """``placed(receipt)`` when it was written."""

    placed = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, member_id: int = 0) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk = desk
        self._facts: Facts | None = None
        self._card: MemberCard | None = None
        self.panel: RedeemPanel | None = None
        self.setWindowTitle(_("Place a redemption"))
        self.heading = QLabel(_("Place a redemption"))
        theme.mark(self.heading, text="heading")
        self.search = SearchBox(self._find)
        theme.mark(self.search, kind="big")
        self.search.setPlaceholderText(_("For whom? Name, pinyin, phone, last four, card"))
        self.search.setAccessibleName(_("Search members"))
        self.search.chosen.connect(self.choose)
        self.search.submitted.connect(self._nobody)
        self.who = QLabel()
        theme.mark(self.who, text="muted")
        self.who.hide()
        self.empty = EmptyState()
        self.empty.say(
            _("For whom?"), _("Find the member; then choose what they redeem."), icon="gift"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        for widget in (self.heading, self.search, self.who, self.empty):
            column.addWidget(widget)
        column.setStretchFactor(self.empty, 1)
        self._column = column
        px = theme.current().px
        self.resize(px(620), px(600))
        desk.tasks.read(self, "facts", counter.facts, self._facts_came)
        if member_id:
            self.choose(member_id)
        else:
            self.search.setFocus()

    def choose(self, member_id: int) -> None:
        """This member it is for."""
        self.desk.tasks.read(self, "card", partial(members.card, member_id=member_id), self._card_came)

    def _find(self, text: str, found: Callable[[Sequence[Hit]], None]) -> None:
        def came(rows: tuple[Found, ...]) -> None:
            found([
                Hit(row.name, " · ".join(part for part in (row.phone, row.card_number, _points(row)) if part), row.id,
                    "user")
                for row in rows if not row.closed
            ])  # fmt: skip

        self.desk.tasks.read(self, "find", partial(members.find, text=text, limit=10), came)

    def _nobody(self, text: str) -> None:
        self.empty.say(_("Nobody found"), _("No member fits “{text}”.").format(text=text), icon="search")

    def _facts_came(self, facts: Facts) -> None:
        self._facts = facts
        self._begin()

    def _card_came(self, card: MemberCard) -> None:
        self._card = card
        self._begin()

    def _begin(self) -> None:
        if self._card is None or self._facts is None:
            return
        from desktop_admin.views.counter.act_form import Here  # the counter's own way of redeeming
        from desktop_admin.views.counter.redeem import RedeemPanel

        card = self._card
        self.empty.hide()
        self.search.hide()
        if self.panel is not None:
            self.panel.deleteLater()
        points = _("{points} points").format(points=format_points(card.available))
        tier = tier_name(card)
        self.who.setText("  ·  ".join(part for part in (short(card.name), tier, card.card_number, points) if part))
        self.who.show()
        self.panel = RedeemPanel(self.desk, Here(card, self._facts))
        self.panel.done.connect(self._done)
        self.panel.cancelled.connect(self._again)
        self._column.addWidget(self.panel, 1)
        self.panel.begin()

    def _again(self) -> None:
        """Back to whom."""
        if self.panel is not None:
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
        self._card = None
        self.who.hide()
        self.search.show()
        self.empty.show()
        self.search.setFocus()

    def _done(self, receipt: Any) -> None:
        self.placed.emit(receipt)
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to what has the focus, Esc goes one step back."""
        if event.key() == Qt.Key.Key_Escape:
            if self.panel is None:
                self.reject()
            elif not self.panel.writing:
                self.panel.cancel()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _points(row: Found) -> str:
    return _("{points} points").format(points=format_points(row.balance))
