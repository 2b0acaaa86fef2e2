"""The tiers screen: edit the ladder and see what it does, evaluate now, history and members."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop_admin.i18n import N_, _, format_date, format_number, ngettext
from desktop_admin.services import tiers
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.tiers import Effect, Tiers
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.attempt import Attempt
from desktop_admin.views.screen import Screen
from desktop_admin.views.tiers.evaluation import Evaluation
from desktop_admin.views.tiers.ladder import LadderEditor
from desktop_admin.views.tiers.lists import TierLists
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.scroll_area import ScrollArea

LEAST = 150  # px of height at 100 % for the lists; less is scrolled
PAUSE = 350  # ms after the last key before the effect is reckoned


class TiersScreen(Screen):
    """The shop's ladder of tiers."""

    title = N_("Tiers")
    subtitle = N_("By what members spent in the last 12 months: up at once, down after the grace.")
    topics = frozenset({Topic.TIERS, Topic.MEMBERS, Topic.PURCHASES})

    def build(self) -> None:
        """Make the ladder, its buttons and the lists."""
        self.attempt = Attempt()
        self.editor = LadderEditor()
        self.editor.edited.connect(self._edited)
        self.save_button, self.revert_button, self.said = QPushButton(), QPushButton(), QLabel(wordWrap=True)
        theme.mark(self.save_button, kind="primary")
        self.save_button.clicked.connect(self.save)
        self.revert_button.clicked.connect(self.revert)
        self.lists = TierLists(self)
        self.working = Evaluation(self)
        self.evaluate_act = self.add_act(
            "tiers.evaluate", N_("Evaluate now"), self.working.start, keys="Ctrl+R", icon="refresh-cw",
            permission=Permission.EVALUATE_TIERS,
        )  # fmt: skip
        self.header_button(self.evaluate_act)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._reckon)
        self.editor.members_wanted.connect(self.lists.show_members)
        self._lay_out()

    def _lay_out(self) -> None:
        self.card = Card()
        self.card.content.addWidget(self.editor)
        buttons = QHBoxLayout()
        buttons.addWidget(self.said, 1)
        buttons.addWidget(self.revert_button)
        buttons.addWidget(self.save_button)
        self.card.content.addLayout(buttons)
        area = ScrollArea(self.body)
        column = QVBoxLayout(area.inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        self.lists.setMinimumHeight(theme.current().px(LEAST))
        column.addWidget(self.card)
        column.addWidget(self.working)
        column.addWidget(self.lists, 1)
        self.content.addWidget(area)

    def retranslate(self) -> None:
        """Say everything again."""
        self.save_button.setText(_("Save"))
        self.revert_button.setText(_("Revert"))
        self.editor.retranslate()
        self.lists.retranslate()
        self.working.retranslate()
        self._say_saved()

    def reload(self) -> None:
        """Ask for the tiers and the list."""
        self.ask("tiers", tiers.tiers, self._came)
        self.lists.reload()

    # --- the ladder -----------------------------------------------------------------------------

    def _came(self, shown: Tiers) -> None:
        if self.editor.shown is not None and self.editor.changed():
            return  # somebody is typing: saving tells of what changed meanwhile
        self.editor.show_tiers(shown)
        allowed = self.desk.can(Permission.EDIT_TIERS)
        for (code, name), edit in self.editor.edits.items():
            lowest = code == shown.rows[0].tier.code and name == "threshold"
            edit.setEnabled(allowed and not lowest)
        self._timer.stop()
        self._say_saved()

    def _say_saved(self) -> None:
        shown = self.editor.shown
        self.save_button.setEnabled(False)
        self.revert_button.setEnabled(False)
        if shown is not None:
            said = ngettext("{count} member; what was bought since {day} counts.",
                            "{count} members; what was bought since {day} counts.", shown.members)  # fmt: skip
            self._say(said.format(count=format_number(shown.members), day=format_date(shown.since)), "muted")

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        theme.mark(self.said, text=tone)

    def _edited(self) -> None:
        if self.editor.shown is None:
            return
        changed = self.editor.changed()
        self.save_button.setEnabled(changed)
        self.revert_button.setEnabled(changed)
        if changed:
            self._timer.start()
        else:
            self._timer.stop()
            self.editor.show_effect(None)
            self._say_saved()

    def _reckon(self) -> None:
        made = self.editor.values()
        if made is None:
            self._say(_("Some figures cannot be read."), "bad")
            return
        self.desk.tasks.read(self, "effect", partial(tiers.effect, edits=made), self._show_effect, self._not_saved)

    def _show_effect(self, effect: Effect) -> None:
        if not self.editor.changed():
            return
        self.editor.show_effect(effect)
        up = ngettext("{count} member goes up at once", "{count} members go up at once", effect.up)
        down = ngettext("{count} falls after the grace", "{count} fall after the grace", effect.down)
        self._say(
            _("With these figures {up}, {down}.").format(
                up=up.format(count=format_number(effect.up)), down=down.format(count=format_number(effect.down))
            ),
            "warn" if effect.down else "good",
        )

    def save(self) -> None:
        """Save what was typed."""
        made = self.editor.values()
        if made is not None and not self.attempt.busy:
            self._rest(True)
            operation = partial(tiers.save, request=self.attempt.id, edits=made)
            self.attempt.send(self.desk.tasks, self, operation, self._saved, self._not_saved)

    def _rest(self, writing: bool) -> None:
        for widget in (self.save_button, self.revert_button, self.editor):
            widget.setEnabled(not writing)

    def _saved(self, _receipt: object) -> None:
        self._rest(False)
        self.revert()
        self.desk.notices.tell(
            _("Saved. Members move at the next evaluation."), action=_("Evaluate now"), act=self.working.start
        )

    def _not_saved(self, error: Exception) -> None:
        self._rest(self.attempt.busy)
        text = message_of(error)
        if isinstance(error, ChangedMeanwhile):
            text = f"{text} {_('Revert shows how it stands now.')}"
        elif isinstance(error, Refused):
            self.editor.set_error(error.field, text)
        self._say(text, "bad")

    def revert(self) -> None:
        """Show the tiers as they are stored."""
        self.editor.shown = None
        self.ask("tiers", tiers.tiers, self._came)

    def arrive(self, **where: Any) -> None:
        """Show a list: ``list`` is history, falling or by_hand."""
        self.lists.show_list(str(where.get("list", "")))
