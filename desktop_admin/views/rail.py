"""The navigation at the left: groups of screens, one of them current."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _
from desktop_admin.settings import RAIL_NARROW
from desktop_admin.views import theme
from desktop_admin.views.brand import Mark
from desktop_admin.views.desk import Desk
from desktop_admin.views.navigation import NAVIGATION, Place
from desktop_admin.views.widgets.scroll_area import ScrollArea

WIDE, NARROW = 204, 60
LEAST = 960  # px of the window at 100 % that names ask for


class Rail(QFrame):
    """Shows the places that exist and that the operator may see."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._desk = desk
        self._narrow = desk.settings.get(RAIL_NARROW)
        self._room, self._tight = 10_000, False  # the window's width; whether it is too little for names
        self._buttons: dict[str, QToolButton] = {}
        self._groups: list[tuple[str, QLabel]] = []
        self._places: dict[str, Place] = {}
        self._group = QButtonGroup(self)
        self._build()
        self.retranslate()
        theme.current().changed.connect(self._size)

    def ids(self) -> list[str]:
        """Answer the ids of the places shown, from top to bottom."""
        return list(self._buttons)

    def choose(self, id_: str) -> None:
        """Mark a place as current."""
        if id_ in self._buttons:
            self._buttons[id_].setChecked(True)

    def retranslate(self) -> None:
        """Set every text."""
        self.brand.setText(_("PointsDesk"))
        for title, label in self._groups:
            label.setText(_(title))
        for id_, button in self._buttons.items():
            place = self._places[id_]
            button.setText(f" {_(place.title)}")
            button.setAccessibleName(_(place.title))
            button.setToolTip(f"{_(place.title)}  {place.keys}".strip())
        text = _("Show names") if self._narrow else _("Show icons only")
        self.fold.setToolTip(text)
        self.fold.setAccessibleName(text)

    def _build(self) -> None:
        self.brand = QLabel()
        self.brand.setObjectName("brand")
        head = QHBoxLayout()
        head.setContentsMargins(8, 2, 0, 10)
        head.setSpacing(10)
        head.addWidget(Mark(side=26))
        head.addWidget(self.brand, 1)
        area = self._area = ScrollArea(self)
        column = self._column = QVBoxLayout(area.inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for title, places in NAVIGATION:
            shown = [p for p in places if p.exists() and self._desk.can(p.permission)]
            if not shown:
                continue
            label = QLabel()
            theme.mark(label, text="group")
            self._groups.append((title, label))
            column.addWidget(label)
            for place in shown:
                column.addWidget(self._button(place))
        column.addStretch()
        self.fold = QToolButton()
        theme.set_icon(self.fold, "panel-left", "muted")
        self.fold.clicked.connect(self._fold)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 12, 10, 10)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(area, 1)
        outer.addWidget(self.fold)
        self._size()

    def _button(self, place: Place) -> QToolButton:
        button = QToolButton()
        button.setObjectName(place.id)
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.set_icon(button, place.icon, "rail_text")
        button.clicked.connect(self._clicked)
        self._group.addButton(button)
        self._buttons[place.id], self._places[place.id] = button, place
        return button

    def _clicked(self) -> None:
        self.chosen.emit(self.sender().objectName())

    def _fold(self) -> None:
        self._narrow = not self._narrow
        if not self._tight:
            self._desk.settings.set(RAIL_NARROW, self._narrow)
        self._size()
        self.retranslate()

    def make_room(self, width: int) -> None:
        """Show icons only in a window of so many pixels, where names would leave a screen too little."""
        self._room = width
        if (width < theme.current().px(LEAST)) != self._tight:
            self._size()

    def _size(self) -> None:
        tight = self._room < theme.current().px(LEAST)
        if tight != self._tight:
            self._tight = tight
            self._narrow = tight or self._desk.settings.get(RAIL_NARROW)
            self.retranslate()
        self.setFixedWidth(theme.current().px(NARROW if self._narrow else WIDE))
        styles = Qt.ToolButtonStyle
        style = styles.ToolButtonIconOnly if self._narrow else styles.ToolButtonTextBesideIcon
        for button in self._buttons.values():
            button.setToolButtonStyle(style)
        self.brand.setVisible(not self._narrow)
        if self.isVisible():  # else the first size it gets says how much room there is
            self._tighten()

    def _tighten(self) -> None:
        """Closer together, and in the end without the groups' names, where the window is low: nothing is scrolled."""
        for closeness in range(3):
            self._column.setSpacing(2 if closeness == 0 else 0)
            for _title, label in self._groups:
                label.setContentsMargins(12, 10 if closeness == 0 else 2, 12, 2 if closeness == 0 else 0)
                label.setVisible(not self._narrow and closeness < 2)
            for button in self._buttons.values():
                theme.mark(button, kind="low" if closeness == 2 else "")
            self._column.activate()
            if self._area.inside.sizeHint().height() <= self._area.height():
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As close together as the height asks for."""
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self._tighten()

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
