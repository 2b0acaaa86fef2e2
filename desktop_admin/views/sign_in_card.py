"""How the sign-in form stands: needs only Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import LANGUAGES, _
from desktop_admin.views import theme
from desktop_admin.views.brand import Mark
from desktop_admin.views.language import switch_language
from desktop_admin.views.widgets.busy_bar import BusyBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QCheckBox

    from desktop_admin.views.desk import Desk


def _middle(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch()
    row.addWidget(widget)
    row.addStretch()
    return row


class SignInCard(QWidget):
    """The fields, their texts and the languages beneath; `SignInPage` signs in."""

    went_back = Signal()

    desk: Desk
    can_go_back: bool
    _locked_login: str
    _locked_name: str
    _shop = ""
    remember: QCheckBox | None = None
    connections: QToolButton | None = None

    def submit(self) -> None:
        """Sign in."""
        raise NotImplementedError

    def say(self, text: str, tone: str = "muted") -> None:
        """Say something beneath the fields (translated)."""
        self.message.setText(text)
        theme.mark(self.message, text=tone)

    def say_shop(self, name: str) -> None:
        """Say whose points mall this is."""
        from PySide6.QtCore import Qt  # 40 ms of enums, not before the first paint

        self.title.setTextFormat(Qt.TextFormat.PlainText)  # a shop may be called <b>
        self._shop = name
        self._retranslate()

    def say_sample(self, text: str) -> None:
        """Say that this is the sample shop, and whom to sign in as (translated)."""
        self.sample.setText(text)
        self.sample.setVisible(bool(text))

    def offer_connections(self) -> None:
        """Let another shop be chosen: a button at the foot, made after the first paint."""
        if self.connections is None:
            self.connections = QToolButton()
            self.connections.clicked.connect(self.desk.connections_wanted)
            self._foot.insertWidget(1, self.connections)
            self._foot.insertSpacing(2, 18)
            self._retranslate()

    @property
    def remembers(self) -> bool:
        """Say whether the password may be kept in this machine's keyring."""
        return self.remember is not None and self.remember.isVisibleTo(self) and self.remember.isChecked()

    def offer_remembering(self, *, wanted: bool) -> None:
        """Ask whether the password may be kept; the box is made when it is first wanted."""
        if self.remember is None and wanted:
            from PySide6.QtWidgets import QCheckBox  # not before the first paint

            self.remember = QCheckBox()
            self.inside.insertWidget(self.inside.indexOf(self.password) + 1, self.remember)
            self._retranslate()
        if self.remember is not None:
            self.remember.setVisible(wanted)
            self.remember.setChecked(wanted)

    def _build(self) -> None:
        look = theme.current()
        card = QFrame()
        theme.mark(card, kind="card")
        card.setFixedWidth(look.px(400))
        self.title, self.under = QLabel(wordWrap=True), QLabel(wordWrap=True)
        theme.mark(self.title, text="title")
        theme.mark(self.under, text="muted")
        self.login_label, self.password_label = QLabel(), QLabel()
        self.login, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for label, field in ((self.login_label, self.login), (self.password_label, self.password)):
            theme.mark(label, text="label")
            theme.mark(field, kind="big")
            label.setBuddy(field)
        self.busy = BusyBar()
        self.message = QLabel(wordWrap=True)
        self.message.setMinimumHeight(look.px(20))
        self.button, self.back = QPushButton(), QPushButton()
        theme.mark(self.button, kind="primary")
        theme.mark(self.button, large=True)
        theme.mark(self.back, kind="ghost")
        self.sample = QLabel()
        theme.mark(self.sample, text="muted")
        self.sample.hide()
        inside = self.inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 28, 32, 24)
        inside.setSpacing(6)
        inside.addLayout(self._brand())
        inside.addSpacing(18)
        inside.addWidget(self.title)
        inside.addWidget(self.under)
        inside.addSpacing(14)
        for widget in (self.login_label, self.login, self.password_label, self.password):
            if widget is self.password_label:
                inside.addSpacing(8)
            inside.addWidget(widget)
        inside.addWidget(self.busy)
        inside.addWidget(self.message)
        inside.addWidget(self.button)
        inside.addWidget(self.back)
        self._stand(card)
        self.button.clicked.connect(self.submit)
        self.back.clicked.connect(self.went_back)
        self.setTabOrder(self.login, self.password)
        self.setTabOrder(self.password, self.button)

    def _stand(self, card: QFrame) -> None:
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(_middle(card))
        outer.addSpacing(12)
        outer.addLayout(_middle(self.sample))
        outer.addStretch(3)
        outer.addLayout(self._languages())

    def _brand(self) -> QHBoxLayout:
        self.program = QLabel()
        theme.mark(self.program, text="strong")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Mark(side=32))
        row.addWidget(self.program)
        row.addStretch()
        return row

    def _languages(self) -> QHBoxLayout:
        row = self._foot = QHBoxLayout()
        row.addStretch()
        for code, name in LANGUAGES.items():
            button = QToolButton()
            button.setText(name)
            button.setAccessibleName(name)
            button.setProperty("language", code)
            button.clicked.connect(self._language_pressed)
            row.addWidget(button)
        row.addStretch()
        return row

    def _language_pressed(self) -> None:
        switch_language(self.desk.settings, str(self.sender().property("language")))

    def _button_text(self) -> str:
        return _("Unlock") if self._locked_login else _("Sign in")

    def _retranslate(self) -> None:
        if self._locked_login:
            self.title.setText(_("Locked"))
            self.under.setText(
                _("{name} is still signed in. Type the password to go on.").format(name=self._locked_name)
            )
        else:
            self.title.setText(self._shop or _("PointsDesk"))
            self.under.setText(_("Sign in to the shop's points mall."))
        self.program.setText(_("PointsDesk"))
        self.login_label.setText(_("Login"))
        self.password_label.setText(_("Password"))
        self.login.setAccessibleName(_("Login"))
        self.password.setAccessibleName(_("Password"))
        self.button.setText(self._button_text())
        if self.connections is not None:
            self.connections.setText(_("Connections…"))
        if self.remember is not None:
            self.remember.setText(_("Keep the password on this machine"))
        self.back.setText(_("Change operator") if self._locked_login else _("Back"))
        self.back.setVisible(bool(self._locked_login) or self.can_go_back)

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.say("")
            self._retranslate()
        super().changeEvent(event)
