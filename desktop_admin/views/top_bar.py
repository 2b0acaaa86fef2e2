"""The head of the window: the one search box, undo, palette, language, light, who."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop_admin.i18n import LANGUAGES, _, current_language
from desktop_admin.services.permissions import role_title
from desktop_admin.settings import TEXT_SIZE, THEME
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.language import switch_language
from desktop_admin.views.widgets.search_box import SearchBox

MODES = ("system", "light", "dark")
ROOMY = 800  # pixels at 100 %: in less, what a key does as well makes room


class TopBar(QFrame):
    """Tells the window what was asked for; knows no screen."""

    change_operator = Signal()
    lock = Signal()
    sign_out = Signal()
    own_password = Signal()
    own_pin = Signal()
    palette_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        theme.mark(self, kind="bar")
        self.search = SearchBox()
        theme.mark(self.search, kind="bar")
        self.search.setMaximumWidth(theme.current().px(480))
        self.search.setMinimumWidth(180)
        self.sample = QLabel()
        self.sample.setObjectName("watermark")
        self.sample.hide()
        self.sample.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.undo = QPushButton(autoDefault=False)
        theme.mark(self.undo, kind="ghost")
        theme.set_icon(self.undo, "undo-2", "accent", 16)
        self.undo.clicked.connect(desk.undo)
        self.undo.hide()
        self.finder_button, self.look, self.speak = QToolButton(), QToolButton(), QToolButton()
        self.help = QToolButton()
        self.chip = QToolButton()
        self.chip.setObjectName("chip")
        self.chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.set_icon(self.finder_button, "command")
        theme.set_icon(self.help, "keyboard")
        theme.set_icon(self.look, "sun-moon")
        theme.set_icon(self.speak, "languages")
        theme.set_icon(self.chip, "circle-user", "accent", 20)
        for button in (self.look, self.speak, self.chip):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 16, 8)
        row.setSpacing(6)
        row.addWidget(self.search, 10)
        row.addWidget(self.sample)
        row.addStretch(1)
        row.addWidget(self.undo)
        for widget in (self.finder_button, self.help, self.look, self.speak):
            row.addWidget(widget)
        row.addSpacing(6)
        row.addWidget(self.chip)
        self.finder_button.clicked.connect(self.palette_wanted)
        self.help.clicked.connect(self.keys_wanted)
        desk.undo_changed.connect(self._show_undo)
        desk.actor_changed.connect(self._show_actor)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text and menu."""
        self.search.setPlaceholderText(_("Phone, last four, card, name or initials   Ctrl+F"))
        self.search.setAccessibleName(_("Search members and orders"))
        self.sample.setText(_("Sample shop"))
        for button, text in (
            (self.finder_button, _("Find an action") + "  Ctrl+K"),
            (self.help, _("Keys of this screen") + "  F1"),
            (self.look, _("Light, dark, text size")),
            (self.speak, _("Language")),
        ):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self.undo.setAccessibleName(_("Undo"))
        self._menus()
        self._show_actor(self._desk.actor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the rest where it is narrow."""
        super().resizeEvent(event)
        roomy = self.width() >= theme.current().px(ROOMY)
        self.finder_button.setVisible(roomy)
        self.help.setVisible(roomy)

    def _menus(self) -> None:
        look = self._menu(self.look)
        titles = {
            "system": _("Follow the system"), "light": _("Light"), "dark": _("Dark"),
        }  # fmt: skip
        for mode in MODES:
            self._pick(look, titles[mode], mode, theme.current().mode == mode, self._mode_picked)
        look.addSeparator()
        for scale in theme.SCALES:
            chosen = theme.current().scale == scale
            self._pick(look, _("Text {percent} %").format(percent=scale), scale, chosen,
                       self._scale_picked)  # fmt: skip
        speak = self._menu(self.speak)
        for code, name in LANGUAGES.items():
            self._pick(speak, name, code, current_language() == code, self._language_picked)
        chip = self._menu(self.chip)
        for text, icon, signal in (
            (_("Change operator…"), "users", self.change_operator),
            (_("Lock"), "lock", self.lock),
            (_("Change password…"), "key-round", self.own_password),
            (_("PIN for taking over…"), "keyboard", self.own_pin),
            (_("Connections…"), "database", self._desk.connections_wanted),
            (_("Sign out"), "log-out", self.sign_out),
        ):
            action = chip.addAction(text)
            theme.set_icon(action, icon)
            action.triggered.connect(signal)

    def _menu(self, button: QToolButton) -> QMenu:
        old = button.menu()
        menu = QMenu(button)
        button.setMenu(menu)
        if old is not None:
            old.deleteLater()
        return menu

    def _pick(self, menu: QMenu, text: str, data: object, chosen: bool, then: object) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.setData(data)
        action.triggered.connect(then)

    def _mode_picked(self) -> None:
        mode = _data_of(self.sender())
        self._desk.settings.set(THEME, str(mode))
        theme.current().set(mode=str(mode))
        self._menus()

    def _scale_picked(self) -> None:
        scale = int(str(_data_of(self.sender())))
        self._desk.settings.set(TEXT_SIZE, scale)
        theme.current().set(scale=scale)
        self._menus()

    def _language_picked(self) -> None:
        switch_language(self._desk.settings, str(_data_of(self.sender())))

    def _show_undo(self, text: str) -> None:
        self.undo.setText(text.replace("&", "&&"))
        self.undo.setToolTip(f"{text}  Ctrl+Z" if text else "")
        self.undo.setVisible(bool(text))

    def _show_actor(self, actor: object) -> None:
        who = self._desk.actor
        if who is None:
            self.chip.setText("")
            return
        role = _(role_title(who.role))
        self.chip.setText(f"{who.name} · {role}")
        self.chip.setAccessibleName(_("Signed in: {name}, {role}").format(name=who.name, role=role))

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _data_of(sender: object) -> object:
    return sender.data() if isinstance(sender, QAction) else None
