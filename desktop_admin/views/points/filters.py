"""What the journal is narrowed to: days, kind, reason, operator, branch, and two yes-or-no questions."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.models.points import short_name
from desktop_admin.services.points import KINDS
from desktop_admin.services.rules.titles import entry_title
from desktop_admin.views import theme
from desktop_admin.views.widgets.date_range import DateRange
from desktop_admin.views.widgets.two_rows import TwoRows

_BOXES = {
    "kind": N_("Every kind"), "reason": N_("Every reason"), "operator_id": N_("Everybody"),
    "branch_id": N_("Every branch"),
}  # fmt: skip
_NAMES = {"kind": N_("Kind"), "reason": N_("Reason"), "operator_id": N_("Operator"), "branch_id": N_("Branch")}


class JournalFilters(QWidget):
    """`changed` when a person chose; `values` is what the view takes."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days = DateRange(chosen="all")
        self.days.changed.connect(self._tell)
        self.boxes = {name: QComboBox() for name in _BOXES}
        self.typed, self.reversals = QCheckBox(), QCheckBox()
        self.member_button = QPushButton()
        theme.mark(self.member_button, kind="ghost")
        theme.set_icon(self.member_button, "x", size=14)
        self.member_button.hide()
        self.member_button.clicked.connect(self.forget_member)
        self._member: tuple[int, str] = (0, "")
        self._offered: dict[str, list[tuple[Any, str]]] = {name: [] for name in _BOXES}
        upper, lower = TwoRows(grows=1), QHBoxLayout()
        lower.setSpacing(12)
        upper.first.addWidget(self.days)
        for name in ("kind", "reason"):
            upper.first.addWidget(self.boxes[name])
        for name in ("operator_id", "branch_id"):
            upper.second.addWidget(self.boxes[name])
        upper.second.addStretch()
        for widget in (self.member_button, self.typed, self.reversals):
            lower.addWidget(widget)
        lower.addStretch()
        self.below = lower
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(upper)
        column.addLayout(lower)
        for box in self.boxes.values():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(9)
            box.currentIndexChanged.connect(self._tell)
        for check in (self.typed, self.reversals):
            check.toggled.connect(self._tell)

    def retranslate(self) -> None:
        """Set every text; what is chosen stays."""
        self.offer("kind", [(kind, _(entry_title(kind, 0))) for kind in KINDS])
        for name in _BOXES:
            self.boxes[name].setAccessibleName(_(_NAMES[name]))
            if name != "kind":
                self.offer(name, self._offered[name])
        self.typed.setText(_("Typed in only"))
        self.typed.setToolTip(_("Adjustments, reversals, transfers and typed purchases: what limits count."))
        self.reversals.setText(_("Reversals only"))
        self._name_member()

    def offer(self, name: str, rows: list[tuple[Any, str]]) -> None:
        """Give a box its choices (texts translated); what was chosen stays chosen."""
        box, self._offered[name] = self.boxes[name], rows
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(_(_BOXES[name]), None)
        for value, text in rows:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)
        box.blockSignals(False)

    def values(self) -> dict[str, str]:
        """Answer the filters that are set."""
        first, last = self.days.value()
        said = {name: str(box.currentData() or "") for name, box in self.boxes.items()}
        return said | {
            "member_id": str(self._member[0] or ""),
            "first_day": first.isoformat() if first else "",
            "last_day": last.isoformat() if last else "",
            "typed": "1" if self.typed.isChecked() else "",
            "reversals": "1" if self.reversals.isChecked() else "",
        }

    def narrowed(self) -> bool:
        """Say whether any filter is set."""
        return any(self.values().values())

    def show_member(self, member_id: int, name: str) -> None:
        """Only this member's entries."""
        self._member = (member_id, name)
        self._name_member()
        self.changed.emit()

    def forget_member(self) -> None:
        """Everybody's entries again."""
        self.show_member(0, "")

    def forget_all(self) -> None:
        """Take every filter away."""
        for widget in (self.days.choice, *self.boxes.values(), self.typed, self.reversals):
            widget.blockSignals(True)
        self.days.choose("all")
        for box in self.boxes.values():
            box.setCurrentIndex(0)
        for check in (self.typed, self.reversals):
            check.setChecked(False)
        for widget in (self.days.choice, *self.boxes.values(), self.typed, self.reversals):
            widget.blockSignals(False)
        self.forget_member()

    def _name_member(self) -> None:
        self.member_button.setText(_("Only {name}").format(name=short_name(self._member[1]).replace("&", "&&")))
        self.member_button.setToolTip(_("Show every member again"))
        self.member_button.setVisible(bool(self._member[0]))

    def _tell(self, *_said: object) -> None:
        self.changed.emit()
