"""The form for a shop on a server: where it is, how the line is secured, and a test before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services import connection, keychain
from desktop_admin.services.connection import TLS_TITLES, TLS_WARNINGS, Profile, Tls, read_hosts, said_hosts
from desktop_admin.tasks import Progress
from desktop_admin.views import theme
from desktop_admin.views.connections.findings import Findings
from desktop_admin.views.form import Field
from desktop_admin.views.job_form import JobForm
from desktop_admin.views.widgets.banner import Banner

if TYPE_CHECKING:
    from desktop_admin.services.connection.examining import Report
    from desktop_admin.views.desk import Desk

Answer = tuple[Profile, str, str, "Report"]


def _verified(values: Any) -> bool:
    return values.get("tls") in (None, Tls.VERIFIED)


FIELDS = (
    Field("name", N_("Name of this connection"), required=True, limit=60, placeholder=N_("As this machine lists it")),
    Field("database", N_("Database"), required=True, limit=63, placeholder=N_("The shop's name on the server")),
    Field("hosts", N_("Servers"), required=True, limit=300, placeholder="db.shop.lan, db2.shop.lan:5433",
          hint=N_("The server that leads is found by itself; name all of them, with commas.")),
    Field("replicas", N_("Servers for reports"), limit=300, placeholder=N_("Only if there are any"),
          hint=N_("They follow the others and may be some seconds behind; reports say as of when they are.")),
    Field("tls", N_("Encryption"), "choice", choices=tuple(TLS_TITLES.items())),
    Field("ca_file", N_("Certificate of the site"), limit=500, visible=_verified,
          placeholder=N_("Empty: authorities this machine trusts")),
    Field("login", N_("Login"), required=True, limit=60),
    Field("password", N_("Password"), "secret", required=True, limit=128),
    Field("remember", N_("Passwords may be kept in this machine's keyring"), "check", span=2),
)  # fmt: skip


class ConnectionForm(JobForm):
    """`saved(profile, login, password)`; a way that does not work is saved only by asking twice."""

    saved = Signal(object, str, str)

    def __init__(self, desk: Desk, profile: Profile | None = None) -> None:
        self.profile = profile
        self._id = profile.id if profile is not None else connection.new_id()
        self._tested = ""  # what was tested last and is wrong
        self._testing = False
        super().__init__(desk, FIELDS, self._work, submit=N_("Save and sign in"), columns=2)
        self.findings, self.warning = Findings(), Banner()
        self.findings.setFixedHeight(theme.current().px(165))
        self.warning.hide()
        self.without = QLabel(wordWrap=True)
        theme.mark(self.without, text="muted")
        self.without.hide()
        self.test = QPushButton(autoDefault=False)
        self.test.clicked.connect(self.try_it)
        self.buttons.insertWidget(1, self.test)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        for place, widget in ((2, self.warning), (3, self.without), (4, self.findings)):
            layout.insertWidget(place, widget)
        self._pick_file()
        self.fill(_shown(profile))
        self._retranslate()
        self.edited.connect(self._warn)
        self._warn()
        desk.tasks.run(self, lambda _progress: keychain.usable(), self._keyring, _nothing)

    def try_it(self) -> None:
        """Test and show what was found; nothing is kept."""
        self._testing = True
        self.submit()
        self._testing = self.writing

    def _work(self, values: dict[str, Any], _request: str) -> Any:
        profile = _profile(values, self._id, self.profile)
        login, password = values["login"], values["password"]

        def job(_progress: Progress) -> Answer:
            from desktop_admin.services.connection.examining import examine  # in the background

            return profile, login, password, examine(profile, login, password)

        return job

    def _done(self, result: object) -> None:
        self._set_writing(False)
        answer: Answer = result  # type: ignore[assignment]
        profile, login, password, report = answer
        self.findings.tell(report)
        testing, self._testing = self._testing, False
        (self.test if testing else self.submit_button).setFocus()  # it was lost while they could not be pressed
        again, self._tested = self._tested, "" if report.good else repr(profile)
        if not testing and (report.good or again == self._tested):
            self.saved.emit(profile, login, password)
        elif not report.good:
            self.banner.say(_("This way does not lead into the shop yet; the list says why."), tone="warn")
        else:
            self.banner.say(_("This way leads into the shop."), tone="good")
        self._retranslate()

    def _failed(self, error: Exception) -> None:
        self._testing = False
        super()._failed(error)

    def _set_writing(self, writing: bool) -> None:
        super()._set_writing(writing)
        self.test.setEnabled(not writing)
        if writing:
            self.submit_button.setText(_("Looking…"))

    def _keyring(self, usable: bool) -> None:
        self._cells["remember"].setVisible(usable)
        self.without.setVisible(not usable)

    def _warn(self) -> None:
        tls = Tls(self.editors["tls"].value() or Tls.VERIFIED)
        self.warning.setVisible(bool(TLS_WARNINGS[tls]))
        if TLS_WARNINGS[tls]:
            self.warning.say(_(TLS_WARNINGS[tls]), tone="warn")

    def _pick_file(self) -> None:
        edit = self.editors["ca_file"].widget
        assert isinstance(edit, QLineEdit)
        self._pick = edit.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        theme.set_icon(self._pick, "folder-open", size=16)
        self._pick.triggered.connect(self._choose)

    def _choose(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Certificate of the site"))
        if path:
            self.editors["ca_file"].set_value(path)

    def _retranslate(self) -> None:
        super()._retranslate()
        if not hasattr(self, "test"):  # while the form is built
            return
        self.test.setText(_("Test connection"))
        self._pick.setToolTip(_("Choose a file"))
        self.without.setText(_("This machine has no keyring that could keep a password: it is asked for each time."))
        if self._tested:
            self.submit_button.setText(_("Save all the same"))
        self.findings.again()
        self._warn()


class ConnectionDialog(QDialog):
    """The form over the window; `saved(profile, login, password)`."""

    saved = Signal(object, str, str)

    def __init__(self, parent: QWidget, desk: Desk, profile: Profile | None = None) -> None:
        super().__init__(parent)
        self.form = ConnectionForm(desk, profile)
        heading = QLabel(_("A shop on a server"))
        self.setWindowTitle(_("A shop on a server"))
        theme.mark(heading, text="heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(heading)
        column.addWidget(self.form)
        self.setMinimumWidth(theme.current().px(720))
        self.form.saved.connect(self._saved)
        self.form.cancelled.connect(self.reject)

    def _saved(self, profile: Profile, login: str, password: str) -> None:
        self.accept()
        self.saved.emit(profile, login, password)


def _profile(values: dict[str, Any], id_: str, before: Profile | None) -> Profile:
    """The profile that was typed. Refused at the field that cannot be meant."""
    tls = Tls(values["tls"] or Tls.VERIFIED)  # a box of Qt answers plain text
    return Profile(
        id_,
        values["name"],
        hosts=read_hosts(values["hosts"]),
        database=values["database"],
        tls=tls,
        ca_file=values["ca_file"] if tls is Tls.VERIFIED else "",
        replicas=read_hosts(values["replicas"], field="replicas", least=0),
        shop=before.shop if before is not None else "",
        shop_uuid=before.shop_uuid if before is not None else "",
        remember=bool(values["remember"]),
        logins=before.logins if before is not None else (),
    ).checked()


def _shown(profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {"tls": Tls.VERIFIED}
    return {
        "name": profile.name, "hosts": said_hosts(profile.hosts), "database": profile.database, "tls": profile.tls,
        "ca_file": profile.ca_file, "replicas": said_hosts(profile.replicas), "remember": profile.remember,
    }  # fmt: skip


def _nothing(_error: object) -> None:
    """Without an answer the box stays."""
