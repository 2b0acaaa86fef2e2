"""The right side of the counter: what can be done, the form in hand, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _, format_points
from desktop_admin.views import theme
from desktop_admin.views.counter.act_form import ActForm
from desktop_admin.views.counter.outcomes import Outcome
from desktop_admin.views.counter.parts import KeyCap, Tile
from desktop_admin.views.counter.redeem import RedeemPanel
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.one_line import OneLine
from desktop_admin.views.widgets.scroll_area import ScrollArea

Act = ActForm | RedeemPanel


class Tiles(QWidget):
    """Every act with its key, two in a row."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = {action.objectName(): Tile(action) for action in actions}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for number, tile in enumerate(self.tiles.values()):
            grid.addWidget(tile, number // 2, number % 2)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        self.heading = QLabel()
        theme.mark(self.heading, text="label")
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(8)
        column_.addWidget(self.heading)
        column_.addLayout(grid)
        column_.addStretch()

    def retranslate(self) -> None:
        """Set every text."""
        self.heading.setText(_("What shall be done?"))


class Hand(Card):
    """The form in hand, with its name and the key that puts it away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.act: Act | None = None
        self.icon = QLabel()
        self.head.insertWidget(0, self.icon)
        self.esc = KeyCap()
        self.head.addWidget(self.esc)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content.addWidget(self.area)
        theme.current().changed.connect(self._draw)

    def take(self, act: Act | None) -> None:
        """Hold a form; the one before is put away."""
        if self.act is not None:
            self.area.takeWidget()
            self.act.hide()
            self.act.deleteLater()
        self.act = act
        if act is not None:
            theme.mark(act, kind="scrolled")
            self.area.setWidget(act)
            self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.esc.say("Esc", _("Back"))
        self.area.setAccessibleName(_("Form"))
        if self.act is not None:
            self.set_heading(_(self.act.title))
            if isinstance(self.act, RedeemPanel):
                self.act.retranslate()
        self._draw()

    def _draw(self) -> None:
        if self.act is not None:
            look = theme.current()
            self.icon.setPixmap(theme.pixmap(self.act.icon, look.colours["accent_strong"], look.px(18), 2))


class Result(Card):
    """What became of it: figures, facts, the pick-up code, paper and undo."""

    def __init__(self, acts: Sequence[QAction], undo: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome: Outcome | None = None
        self._tell: Callable[[], Outcome] | None = None
        self.icon = QLabel()
        self.title, self.steps, self.figure, self.code = OneLine("heading"), OneLine("muted"), QLabel(), QLabel()
        theme.mark(self.figure, text="balance")
        theme.mark(self.code, text="code")
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.code_word = QLabel()
        theme.mark(self.code_word, text="caption")
        self.code_word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.facts = Facts()
        self.undo = QPushButton(autoDefault=False)
        theme.mark(self.undo, kind="link")
        self.undo.clicked.connect(undo)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        for action in acts:
            button = QPushButton(autoDefault=False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(action.trigger)
            theme.set_icon(button, str(action.property("icon_name")))
            button.setProperty("act", action)
            self.buttons.append(button)
            row.addWidget(button)
        row.addStretch()
        top = QHBoxLayout()
        top.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.steps)
        top.addWidget(self.icon)
        top.addLayout(words, 1)
        top.addWidget(self.figure)
        self.content.setSpacing(12)
        self.content.addLayout(top)
        for widget in (self.code_word, self.code, self.facts):
            self.content.addWidget(widget)
        self.content.addLayout(row)
        self.content.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignLeft)
        theme.current().changed.connect(self._draw)

    def say(self, tell: Callable[[], Outcome]) -> Outcome:
        """Show what ``tell`` answers, now and in every other language; answers it too."""
        self._tell = tell
        outcome = self.outcome = tell()
        self._say(outcome)
        return outcome

    def _say(self, outcome: Outcome) -> None:
        self.title.say(outcome.title)
        shown = outcome.points is not None and outcome.points != 0
        self.figure.setText(format_points(outcome.points or 0, signed=True) if shown else "")
        long = len(self.figure.text()) > 9
        theme.mark(self.figure, text=("good" if long else "balance_good") if (outcome.points or 0) > 0 else
                   "strong" if long else "balance")
        self.figure.setVisible(shown)
        steps = outcome.before is not None and outcome.after is not None
        if outcome.before is not None and outcome.after is not None:
            self.steps.say(f"{format_points(outcome.before)} → {format_points(outcome.after)}")
        self.steps.setVisible(steps)
        self.code.setText(outcome.code)
        self.code.setVisible(bool(outcome.code))
        self.code_word.setVisible(bool(outcome.code))
        self.facts.say(outcome.facts)
        self.facts.setVisible(bool(outcome.facts))
        self.undo.setText(f"{outcome.undo_text}   Ctrl+Z".replace("&", "&&"))
        self.undo.setAccessibleName(outcome.undo_text)
        self.undo.setVisible(bool(outcome.undo_text))
        for button in self.buttons:
            button.setVisible(outcome.paper is not None or bool(outcome.order_id))
        self.setAccessibleName(outcome.title)
        self._name()
        self._draw()

    def undone(self) -> None:
        """It cannot be undone twice."""
        if self.outcome is not None:
            self.outcome = replace(self.outcome, undo_text="", undo=None)
        self.undo.hide()

    def retranslate(self) -> None:
        """Say it again; what was undone stays so."""
        self._name()
        if self._tell is not None and self.outcome is not None:
            fresh, undo = self._tell(), self.outcome.undo
            self.outcome = replace(fresh, undo=undo, undo_text=fresh.undo_text if undo is not None else "")
            self._say(self.outcome)

    def _name(self) -> None:
        self.code_word.setText(_("Pick-up code"))
        for button in self.buttons:
            action = button.property("act")
            if isinstance(action, QAction):
                keys = action.shortcut().toString()
                button.setText(f"{action.text()}   {keys}")

    def _draw(self) -> None:
        if self.outcome is not None:
            look = theme.current()
            colour = look.colours[self.outcome.tone]
            self.icon.setPixmap(theme.pixmap(self.outcome.icon, colour, look.px(28), 2))


class Side(QStackedWidget):
    """Tiles, the form in hand, or the result above the tiles."""

    cancelled = Signal()

    def __init__(
        self, acts: Sequence[QAction], papers: Sequence[QAction], undo: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._papers, self._undo = papers, undo
        self._hand: Hand | None = None
        self._result: Result | None = None
        self.tiles = Tiles(acts)
        self.page = ScrollArea(self)
        column = QVBoxLayout(self.page.inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(14)
        column.addWidget(self.tiles, 1)
        self._column = column
        self.addWidget(self.page)

    @property
    def hand(self) -> Hand:
        """Answer the place of the form, made when it is first wanted."""
        if self._hand is None:
            self._hand = Hand()
            self.addWidget(self._hand)
        return self._hand

    @property
    def act(self) -> Act | None:
        """Answer the form in hand."""
        return self._hand.act if self._hand is not None else None

    @property
    def result(self) -> Result:
        """Answer the place of what became of it, made when it is first wanted."""
        if self._result is None:
            self._result = Result(self._papers, self._undo)
            self._result.hide()
            self._column.insertWidget(0, self._result)
        return self._result

    @property
    def outcome(self) -> Outcome | None:
        """Answer what became of the last act."""
        return self._result.outcome if self._result is not None else None

    def forget(self) -> None:
        """Somebody else comes: what became of the last act is put away."""
        if self._result is not None:
            self._result.hide()
        self.show_tiles()

    def show_tiles(self) -> None:
        """Put the form away."""
        if self._hand is not None:
            self._hand.take(None)
        self.setCurrentWidget(self.page)

    def show_act(self, act: Act) -> None:
        """Take a form in hand."""
        self.hand.take(act)
        self.setCurrentWidget(self.hand)

    def show_result(self, tell: Callable[[], Outcome]) -> Outcome:
        """Say what became of it."""
        outcome = self.result.say(tell)
        self.result.show()
        self.show_tiles()
        self.page.verticalScrollBar().setValue(0)
        return outcome

    def retranslate(self) -> None:
        """Set every text."""
        self.page.setAccessibleName(_("Acts"))
        self.tiles.retranslate()
        for made in (self._hand, self._result):
            if made is not None:
                made.retranslate()
