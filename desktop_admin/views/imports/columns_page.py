"""The second step: which column is which, and how the file is to be taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import N_, _, format_number, sentences
from desktop_admin.services.imports import Looked, Options
from desktop_admin.services.spreadsheets.cells import shown
from desktop_admin.services.spreadsheets.days import DateOrder
from desktop_admin.services.spreadsheets.encoding import ENCODINGS
from desktop_admin.services.spreadsheets.kinds import KINDS, Field
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.scroll_area import ScrollArea

_NAMES = {
    "utf-8-sig": "UTF-8", "gb18030": "GB18030", "big5hkscs": "Big5", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
}  # fmt: skip
_ORDERS = (
    (DateOrder.YMD, N_("Year first")),
    (DateOrder.DMY, N_("Day, month, year")),
    (DateOrder.MDY, N_("Month, day, year")),
)
_POLICIES = (("all", N_("All rows or none")), ("good", N_("The good rows only")))
_EXPIRIES = (("policy", N_("As the shop's points do")), ("never", N_("Never")))


class ColumnsPage(QWidget):
    """`changed` after every choice; `again(encoding, sheet, kind)` where the file must be looked at anew."""

    changed = Signal()
    again = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looked: Looked | None = None
        self.about, self.notes = QLabel(wordWrap=True), Banner(self)
        theme.mark(self.about, text="muted")
        self.notes.hide()
        self.boxes: dict[str, QComboBox] = {}
        self.mapping, self.choices = Card(), Card()
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * theme.SPACE)
        self.mapping.content.addLayout(self.form)
        self.mapping.content.addStretch()
        self.kind, self.encoding, self.sheet, self.order = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.policy, self.expiry, self.source = QComboBox(), QComboBox(), QLineEdit(maxLength=64)
        self.make_members, self.tiers, self.hidden = QCheckBox(), QCheckBox(), QCheckBox()
        self._titles: dict[QWidget, QLabel] = {}
        self._place()
        self._connect()

    def _place(self) -> None:
        options = QFormLayout()
        options.setHorizontalSpacing(2 * theme.SPACE)
        for widget in (self.kind, self.source, self.encoding, self.sheet, self.order, self.policy, self.expiry):
            label = QLabel()
            label.setBuddy(widget)
            self._titles[widget] = label
            options.addRow(label, widget)
        self.choices.content.addLayout(options)
        for check in (self.make_members, self.tiers, self.hidden):
            self.choices.content.addWidget(check)
        self.choices.content.addStretch()
        area = ScrollArea(self)
        row = QHBoxLayout(area.inside)
        row.setContentsMargins(0, 0, theme.SPACE, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.mapping, 3)
        row.addWidget(self.choices, 2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.about)
        outer.addWidget(self.notes)
        outer.addWidget(area, 1)

    def _connect(self) -> None:
        for box in (self.encoding, self.sheet, self.kind):
            box.activated.connect(self._look_again)
        for box in (self.order, self.policy, self.expiry):
            box.activated.connect(self._changed)
        self.source.textEdited.connect(self._changed)
        for check in (self.make_members, self.tiers, self.hidden):
            check.toggled.connect(self._changed)

    def retranslate(self) -> None:
        """Set every text."""
        self.mapping.set_heading(_("Columns"))
        self.choices.set_heading(_("How it is taken"))
        texts = (
            (self.kind, _("The file holds")), (self.source, _("Comes from")), (self.encoding, _("Encoding")),
            (self.sheet, _("Sheet")), (self.order, _("Dates are written")), (self.policy, _("When rows are wrong")),
            (self.expiry, _("Its points expire")),
        )  # fmt: skip
        for widget, text in texts:
            self._titles[widget].setText(text)
            widget.setAccessibleName(text)
        self.source.setToolTip(_("The program the numbers come from: a number is known once in it."))
        self.make_members.setText(_("Customers not known become members"))
        self.tiers.setText(_("Tiers multiply the points (else the base rule only)"))
        self.hidden.setText(_("Hidden rows are imported too"))
        _fill(self.policy, [(value, _(title)) for value, title in _POLICIES])
        _fill(self.expiry, [(value, _(title)) for value, title in _EXPIRIES])
        _fill(self.order, [(value.value, _(title)) for value, title in _ORDERS])
        _fill(self.kind, [("purchases", _("Purchases")), ("members", _("Members"))])
        if self._looked is not None:
            self.show_file(self._looked, keep=self.options(), columns=self.columns())

    def show_file(self, looked: Looked, *, keep: Options | None = None, columns: dict[str, int] | None = None) -> None:
        """Show a file that was looked at, with its guessed or remembered columns."""
        self._looked = looked
        facts, table = looked.facts, looked.facts.sheet(looked.sheet or None)
        text = _("{name} · {rows} rows · {columns} columns").format(
            name=facts.name, rows=format_number(max(0, table.rows - 1)), columns=format_number(table.columns)
        )
        self.about.setText(text)
        encodings = list(dict.fromkeys([*ENCODINGS, facts.encoding])) if facts.encoding else []
        _fill(self.encoding, [(name, _NAMES.get(name, name)) for name in encodings], facts.encoding)
        _fill(self.sheet, [(s.name, s.name) for s in facts.sheets], looked.sheet)
        _choose(self.kind, looked.kind)
        for widget, wanted in (
            (self.encoding, bool(encodings)), (self.sheet, len(facts.sheets) > 1), (self.hidden, table.hidden_rows > 0),
            (self.tiers, looked.kind == "purchases"), (self.make_members, looked.kind == "purchases"),
        ):  # fmt: skip
            widget.setVisible(wanted)
            if widget in self._titles:
                self._titles[widget].setVisible(wanted)
        self._show_options(looked, keep)
        self._show_columns(looked, columns if columns is not None else looked.columns)
        said, tone = notes_of(looked)
        self.notes.say(sentences(said), tone=tone)
        self.notes.setVisible(bool(said))

    def _show_options(self, looked: Looked, keep: Options | None) -> None:
        options = keep or looked.remembered or Options(source=looked.source)
        self.source.setText(options.source)
        _choose(self.order, (looked.order or options.order).value if keep is None else options.order.value)
        _choose(self.policy, options.policy)
        _choose(self.expiry, options.expiry)
        for check, on in (
            (self.make_members, options.create_members),
            (self.tiers, options.tiers),
            (self.hidden, options.hidden_rows),
        ):
            check.blockSignals(True)
            check.setChecked(on)
            check.blockSignals(False)

    def _show_columns(self, looked: Looked, columns: dict[str, int]) -> None:
        while self.form.rowCount():
            self.form.removeRow(0)
        self.boxes = {}
        table = looked.facts.sheet(looked.sheet or None)
        first = next((row for row in table.sample if row.number > table.header_row), None)
        offered = [("-1", _("— not in the file —"))]
        for index, title in enumerate(table.header):
            example = shown(first.cells[index]).strip() if first and index < len(first.cells) else ""
            offered.append(
                (str(index), f"{title or index + 1}  ({example[:24]})" if example else title or str(index + 1))
            )
        for field in KINDS[looked.kind].fields:
            box = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(18)
            _fill(box, offered, str(columns.get(field.name, -1)))
            name = _needed(field)
            box.setAccessibleName(name)
            box.activated.connect(self._changed)
            label = QLabel(name)
            label.setBuddy(box)
            if field.note:
                box.setToolTip(_(field.note))
            self.boxes[field.name] = box
            self.form.addRow(label, box)

    def columns(self) -> dict[str, int]:
        """The columns chosen."""
        chosen = {name: int(box.currentData()) for name, box in self.boxes.items()}
        return {name: index for name, index in chosen.items() if index >= 0}

    def options(self) -> Options:
        """How the file is to be taken."""
        return Options(
            source=self.source.text().strip(), policy=self.policy.currentData(), expiry=self.expiry.currentData(),
            create_members=self.make_members.isChecked(), tiers=self.tiers.isChecked(),
            order=DateOrder(self.order.currentData()), hidden_rows=self.hidden.isChecked(),
        )  # fmt: skip

    def missing(self) -> str:
        """The fields that still need a column, by title."""
        from desktop_admin.services.spreadsheets.mapping import missing_fields

        assert self._looked is not None
        kind = KINDS[self._looked.kind]
        return ", ".join(_(kind.field(name).title) for name in missing_fields(kind, self.columns()))

    def _changed(self) -> None:
        self.changed.emit()

    def _look_again(self) -> None:
        self.again.emit(self.encoding.currentData() or "", self.sheet.currentData() or "", self.kind.currentData())


def notes_of(looked: Looked) -> tuple[list[str], str]:
    """What is announced of a file before anything is read, and how loudly."""
    said: list[str] = []
    table, facts = looked.facts.sheet(looked.sheet or None), looked.facts
    loud = bool(looked.seen) or not facts.certain or table.formulas_without_value > 0 or looked.order is None
    if looked.seen:
        text = _("This very file was imported before by {who}: nothing would change.")
        said.append(text.format(who=looked.seen[0].operator))
    if not facts.certain:
        said.append(_("The encoding is not certain: look whether the texts below are right."))
    if table.hidden_rows:
        said.append(_("Hidden rows: {count}.").format(count=format_number(table.hidden_rows)))
    if table.merged_count:
        said.append(_("Merged areas: {count}.").format(count=format_number(table.merged_count)))
    if table.formulas_without_value:
        count = format_number(table.formulas_without_value)
        said.append(_("Formulas without a value: {count}.").format(count=count))
    if looked.order is None:
        said.append(_("Say in which order day and month are written."))
    return said, "warn" if loud else "info"


def _needed(field: Field) -> str:
    return f"{_(field.title)} *" if field.required else _(field.title)


def _fill(box: QComboBox, offered: list[tuple[str, str]], wanted: str | None = None) -> None:
    kept = wanted if wanted is not None else box.currentData()
    box.clear()
    for value, title in offered:
        box.addItem(title, value)
    _choose(box, kept)


def _choose(box: QComboBox, value: str | None) -> None:
    box.setCurrentIndex(max(0, box.findData(value)))
