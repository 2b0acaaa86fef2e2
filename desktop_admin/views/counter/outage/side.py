"""The counter's place while the server is away: the copy, one member, a form, what was noted down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_admin.i18n import _, format_instant, format_time, sentences
from desktop_admin.services.members import Found
from desktop_admin.services.outage import FoundHeld, Held, Queued
from desktop_admin.services.outage.vault import Kept
from desktop_admin.services.permissions import Permission
from desktop_admin.tasks import message_of
from desktop_admin.views.counter.outage.finder import HeldFinder
from desktop_admin.views.counter.outage.frame import OutageFrame
from desktop_admin.views.counter.outage.note_form import NoteForm
from desktop_admin.views.counter.outage.paper import stub
from desktop_admin.views.counter.papers import printed

if TYPE_CHECKING:
    from desktop_admin.tasks import Connection
    from desktop_admin.views.screen import Screen

WAIT_KEYS = frozenset(range(Qt.Key.Key_F3, Qt.Key.Key_F11))  # every act of the counter but the purchase


class OutageSide(OutageFrame):
    """Finds in the copy, notes purchases down, refuses the rest in a sentence."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen, self._till, self._desk = screen, screen.desk.till, screen.desk
        self.held: Held | None = None
        self._shown: FoundHeld | None = None  # the answer that brought the member
        self.form: NoteForm | None = None
        self.last: Queued | None = None  # noted down last
        self._rows: tuple[Queued, ...] = ()
        self.finder = HeldFinder(self._till, self.box, self._came, self._failed)
        self.box.textEdited.connect(self._typed)
        self.box.moved.connect(self.results.move_by)
        self.box.entered.connect(self._entered)
        self.box.left.connect(self.back)
        self.results.chosen.connect(self._choose)
        self.queue.every.clicked.connect(self._till.list_wanted)
        self._till.changed.connect(self.refresh)
        self.setFocusProxy(self.box)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(_("Counter without the server"))
        self.box.setPlaceholderText(_("Scan or type: card, whole phone number, name, initials"))
        self.box.setAccessibleName(_("Find a member in the copy"))
        self.results.setAccessibleName(_("Found"))
        self.hand.set_heading(_("Purchase to be booked later"))
        self.queue.retranslate()
        self._say_banner()
        self._say_empty()
        if self.held is not None and self._shown is not None:
            self.card.say(self.held, self._shown)

    def refresh(self) -> None:
        """Say how things stand, and read the queue again."""
        if not self.isVisibleTo(self._screen):
            return
        self._say_banner()
        self._till.queue.rows(self, self._rows_came, self._failed)

    def _say_banner(self) -> None:
        text = state_words(self._desk.tasks.connection, self._till.kept)
        self.banner.say(text, tone="warn", action=_("Try again"), act=self._till.look)

    def _say_empty(self) -> None:
        text = self.box.text().strip()
        if text and self.finder.found is not None:
            self.empty.say(
                _("The copy holds nobody for “{text}”").format(text=text[:40]),
                _("Try the whole phone number, the card, or part of the name. Last four digits do not work without "
                  "the server."),
                icon="text-search",
            )  # fmt: skip
        else:
            self.empty.say(
                _("Scan a card, or type a name or a whole phone number"),
                _("The copy holds card, name, tier and balance, and nothing else."), icon="cloud-off",
            )  # fmt: skip

    # --- finding ----------------------------------------------------------------------------------

    def scan(self, code: str) -> None:
        """A scan is for the form in hand, else it finds a member."""
        if self.form is not None:
            self.form.take_code(code)
            return
        self.box.setText(code)
        self.box.setFocus()
        self.finder.enter()

    def back(self) -> None:
        """The next, please."""
        self.held = None
        self._take(None)
        self.finder.forget()
        self.box.clear()
        self.notice.hide()
        self._say_empty()
        self.pages.setCurrentWidget(self.empty)
        self.box.setFocus()

    def _typed(self, text: str) -> None:
        self.notice.hide()
        self.finder.edited(text)
        if not text.strip():
            self._say_empty()
            self.pages.setCurrentWidget(self.standing if self.held is not None else self.empty)

    def _entered(self) -> None:
        if self.finder.enter():
            self._choose(self.results.current())

    def _came(self, found: FoundHeld, enter: bool) -> None:
        if enter and len(found.rows) == 1:
            self.open_held(found.rows[0], found)
            return
        self.results.show_rows([_as_found(row) for row in found.rows])
        self._say_empty()
        self.pages.setCurrentWidget(self.results if found.rows else self.empty)

    def _choose(self, row: object) -> None:
        found = self.finder.found
        if isinstance(row, Found) and found is not None:
            self.open_held(next(held for held in found.rows if held.id == row.id), found)

    def open_held(self, held: Held, found: FoundHeld) -> None:
        """Somebody stands there; the form is in hand at once."""
        self.held, self._shown = held, found
        self.box.clear()
        self.notice.hide()
        self.card.say(held, found)
        self.pages.setCurrentWidget(self.standing)
        if self._desk.can(Permission.RECORD_PURCHASES):
            form = NoteForm(self._desk, held)
            form.done.connect(self._noted)
            form.cancelled.connect(self.back)
            self._take(form)
            form.begin()

    def _take(self, form: NoteForm | None) -> None:
        if self.form is not None:
            self.hand.content.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.form = form
        self.hand.setVisible(form is not None)
        if form is not None:
            self.hand.content.addWidget(form)

    def _noted(self, row: Queued) -> None:
        self.back()
        self.last = row
        self.notice.say(
            _("{name}, receipt {receipt}: noted down, will be booked when the server is back.").format(
                name=row.name, receipt=row.receipt_number
            ),
            tone="good", action=_("Print the slip"), act=self.print_slip,
        )  # fmt: skip

    def print_slip(self) -> None:
        """Print the slip of what was noted down last."""
        row, kept = self.last, self._till.kept
        if row is not None and kept is not None:
            document = stub(row, kept.name)
            self._desk.tasks.run(self, lambda _progress: printed(document), self._printed, self._failed)

    def _printed(self, done: Any) -> None:
        self._desk.notices.tell(_("The receipt was printed.").format(path=done.path or ""))

    def _rows_came(self, rows: tuple[Queued, ...]) -> None:
        self._rows = rows
        self.queue.say(rows)

    def _failed(self, error: Exception) -> None:
        self.notice.say(message_of(error), tone="bad")

    # --- keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field took is typed into the box; the keys of other acts say why they wait."""
        text = event.text()
        if event.key() == Qt.Key.Key_P and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.print_slip()
        elif event.key() in WAIT_KEYS:
            self.refuse()
        elif event.key() == Qt.Key.Key_F2 and self.form is not None:
            self.form.begin()
        elif event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.back()
        elif text and text.isprintable() and self.form is None and not self.box.hasFocus():
            self.box.setFocus()
            self.box.insert(text)
            self._typed(self.box.text())
        else:
            super().keyPressEvent(event)

    def refuse(self) -> None:
        """Say that this waits."""
        self.notice.say(
            _("This waits for the server: points are spent, moved or taken back only where every counter sees it."),
            tone="warn",
        )


def state_words(connection: Connection, kept: Kept | None) -> str:
    """Since when the server is away, as of when the copy is, and what can be done."""
    parts = [_("The server has not answered since {time}.").format(time=format_time(connection.since))]
    if kept is not None and kept.contact is not None:
        parts.append(_("You see this till's copy as of {when}.").format(when=format_instant(kept.contact)))
    elif kept is not None and kept.problem is not None:
        parts.append(_("There is no copy: {why}").format(why=kept.problem.text()))
    parts.append(_("Purchases can be noted down; everything that spends points waits."))
    return sentences(parts)


def _as_found(held: Held) -> Found:
    """As the lines of the counter show a member."""
    return Found(held.id, held.name, "", held.card_number, held.tier, held.balance, 0, None, False, False)
