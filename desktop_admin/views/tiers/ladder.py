"""The four tiers as an editable table, with what the edits would do to real members beside them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from desktop_admin.i18n import DEFAULT_LANGUAGE, N_, _, current_language, format_number
from desktop_admin.models.tiers import tone
from desktop_admin.services.tiers import Effect, TierEdit, TierRow, Tiers
from desktop_admin.views import theme
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.edits import CountEdit, MoneyEdit, TypedEdit

HEADINGS = (
    N_("Tier"), N_("From a spend of"), N_("Points ×, per cent"), N_("Grace, days"), N_("Priority in fulfilment"),
    N_("Members"), N_("Grace running"), N_("With these figures"),
)  # fmt: skip
_FIELDS = ("threshold", "multiplier", "grace_days", "priority")


class LadderEditor(QWidget):
    """`edited` while typing, `members_wanted(tier)` when the number of members is pressed."""

    edited = Signal()
    members_wanted = Signal(object)  # TierRow

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Tiers | None = None
        self.edits: dict[tuple[str, str], TypedEdit[int]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * theme.SPACE)
        self._grid.setVerticalSpacing(10)
        self._headings = [QLabel(wordWrap=True) for _each in HEADINGS]
        for column, label in enumerate(self._headings):
            theme.mark(label, text="label")
            self._grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignBottom)
            self._grid.setColumnStretch(column, 3 if column in (1, 7) else 2)
        self._badges: dict[str, Badge] = {}
        self._members: dict[str, QPushButton] = {}
        self._grace: dict[str, QLabel] = {}
        self._after: dict[str, QLabel] = {}

    def show_tiers(self, shown: Tiers) -> None:
        """Show the tiers as stored; what was typed is gone."""
        self.shown = shown
        for place, row in enumerate(shown.rows, 1):
            if row.tier.code not in self._badges:
                self._add(place, row.tier.code)
            for name in _FIELDS:
                edit = self.edits[row.tier.code, name]
                edit.blockSignals(True)
                edit.set_value(getattr(row.tier, name))
                edit.blockSignals(False)
        self.retranslate()
        self.show_effect(None)
        self.clear_errors()

    def retranslate(self) -> None:
        """Say everything again."""
        for label, heading in zip(self._headings, HEADINGS, strict=True):
            label.setText(_(heading))
        for row in self.shown.rows if self.shown else ():
            code, name = row.tier.code, _name(row)
            self._badges[code].say(name, tone(code))
            self._members[code].setText(format_number(row.members))
            self._members[code].setAccessibleName(f"{name}: {_('Members')} {format_number(row.members)}")
            self._grace[code].setText(format_number(row.in_grace) if row.in_grace else "–")
            for field, heading in zip(_FIELDS, HEADINGS[1:5], strict=True):
                self.edits[code, field].setAccessibleName(f"{name}: {_(heading)}")

    def values(self) -> tuple[TierEdit, ...] | None:
        """The tiers as typed; None while something cannot be read (it is marked)."""
        if self.shown is None:
            return None
        self.clear_errors()
        made, wrong = [], False
        for row in self.shown.rows:
            read: dict[str, int] = {}
            for name in _FIELDS:
                edit = self.edits[row.tier.code, name]
                try:
                    value = edit.value()
                except ValueError:
                    value = None
                if value is None:
                    self.set_error(f"{name}/{row.tier.code}", edit.problem() or _("This is needed."))
                    wrong = True
                else:
                    read[name] = value
            if len(read) == len(_FIELDS):
                made.append(TierEdit(row.tier.id, version=row.tier.version, **read))
        return None if wrong else tuple(made)

    def changed(self) -> bool:
        """Whether anything differs from what is stored."""
        made = self.values()
        if made is None or self.shown is None:
            return made is None
        pairs = zip(made, self.shown.rows, strict=True)
        return any(getattr(one, name) != getattr(row.tier, name) for one, row in pairs for name in _FIELDS)

    def set_error(self, field: str, text: str) -> bool:
        """Mark a field ("threshold/gold"); says whether there is such a field."""
        name, _slash, code = field.partition("/")
        edit = self.edits.get((code, name))
        if edit is None:
            return False
        theme.mark(edit, invalid=bool(text))
        edit.setToolTip(text)
        edit.setAccessibleDescription(text)
        return True

    def clear_errors(self) -> None:
        """Take every mark away."""
        for code, name in self.edits:
            self.set_error(f"{name}/{code}", "")

    def show_effect(self, effect: Effect | None) -> None:
        """Say how many members each tier would have, and how many come up or down into it."""
        for row in effect.rows if effect else ():
            parts = [format_number(row.then)]
            if row.up:
                parts.append(f"▲ {format_number(row.up)}")
            if row.down:
                parts.append(f"▼ {format_number(row.down)}")
            label = self._after[row.code]
            label.setText("   ".join(parts))
            theme.mark(label, text="good" if row.up and not row.down else "warn" if row.down else "muted")
        if effect is None:
            for label in self._after.values():
                label.setText("–")
                theme.mark(label, text="muted")

    def _add(self, place: int, code: str) -> None:
        badge, members, grace, after = Badge(), QPushButton(), QLabel(), QLabel()
        theme.mark(members, kind="link")
        members.clicked.connect(partial(self._wanted, code))
        theme.mark(after, text="muted")
        self._badges[code], self._members[code], self._grace[code], self._after[code] = badge, members, grace, after
        self._grid.addWidget(badge, place, 0)
        for column, name in enumerate(_FIELDS, 1):
            edit: TypedEdit[int] = MoneyEdit() if name == "threshold" else CountEdit()
            if name == "threshold":
                edit.setMinimumWidth(theme.current().px(92))  # 1,000,000.00
            edit.setEnabled(not (place == 1 and name == "threshold"))
            edit.changed.connect(self.edited)
            self.edits[code, name] = edit
            self._grid.addWidget(edit, place, column)
        for column, widget in ((5, members), (6, grace), (7, after)):
            self._grid.addWidget(widget, place, column, Qt.AlignmentFlag.AlignLeft)

    def _wanted(self, code: str) -> None:
        row = next((row for row in self.shown.rows if row.tier.code == code), None) if self.shown else None
        if row is not None:
            self.members_wanted.emit(row)


def _name(row: TierRow) -> str:
    names = row.tier.names
    return names.get(current_language()) or names.get(DEFAULT_LANGUAGE) or row.tier.code
