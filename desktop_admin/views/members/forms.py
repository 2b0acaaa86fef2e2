"""Forms about members: enrolling, the profile with "changed while you were editing", and small acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_admin.i18n import N_, _, format_date
from desktop_admin.services import members
from desktop_admin.services.codec import Secret
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import MemberCard, MemberProfile
from desktop_admin.views import theme
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.members.words import FIELDS, SEXES
from desktop_admin.views.versioned_form import VersionedForm

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

_PERSON = (
    Field("name", N_("Name"), required=True, limit=64),
    Field("phone", N_("Phone"), limit=40),
    Field("birthday", N_("Birthday"), "date", placeholder=N_("like 1990-05-17 or 19900517")),
    Field("sex", N_("Sex"), "choice", choices=SEXES),
    Field("email", N_("E-mail"), limit=254),
    Field("address", N_("Address"), limit=200),
    Field("remark", N_("Remark"), "note", span=2, limit=500),
)
_MESSAGES = Field("consent_messages", N_("The member wants messages about points and offers"), "check", span=2)
_PROFILE = (*_PERSON, _MESSAGES)
_ENROL = (
    *_PERSON,
    Field("card_number", N_("Card number"), "scan", placeholder=N_("leave blank to give the next one"), span=2),
    Field("consent_terms", N_("The member agrees to the terms of the programme"), "check", span=2),
    _MESSAGES,
)
_TEXTS = ("name", "phone", "sex", "email", "address", "remark", "card_number")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, blanks as empty texts."""
    return {name: (value or "") if name in _TEXTS else value for name, value in values.items()}


class KnownPhoneForm(VersionedForm):
    """A form whose refusal of a known phone or card offers that member: ``known(member_id, text)``."""

    known = Signal(object, str)

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        if isinstance(error, Refused) and isinstance(error.facts.get("member_id"), int):
            self.known.emit(error.facts["member_id"], error.text())


def enrol_dialog(window: QWidget, desk: Desk) -> FormDialog:
    """The dialog that enrols a member; ``form.done`` gives the receipt."""

    def operation(values: dict[str, Any], request: str) -> Any:
        return partial(members.enrol, request=request, **_said(values))

    form = KnownPhoneForm(desk, _ENROL, operation, submit=N_("Enrol"), columns=2, draft="members/enrol")
    form.editors["remark"].widget.setFixedHeight(theme.current().px(64))
    dialog = FormDialog(window, N_("Enrol a member"), form, width=640)

    def offer(member_id: int, text: str) -> None:
        def go() -> None:
            dialog.reject()
            desk.open("members", member_id=member_id)

        form.banner.say(text, tone="warn", action=_("Open this member"), act=go)

    form.known.connect(offer)
    return dialog


class ProfileForm(KnownPhoneForm):
    """A member's profile."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.profile: MemberProfile | None = None
        super().__init__(
            desk, _PROFILE, self._edit, submit=N_("Save"), cancel=N_("Undo changes"), columns=2, parent=parent
        )
        self.cancelled.connect(self.reread)

    def show_profile(self, profile: MemberProfile, *, force: bool = False) -> None:
        """Show what is stored, unless it is the same member and something was typed."""
        same = self.profile is not None and self.profile.id == profile.id
        if same and not force and (self.changes() or self.writing):
            return
        self.profile, self.version = profile, profile.version
        shown = {name: getattr(profile, name) for name in self.editors}
        if profile.phone_hidden:
            shown["phone"] = ""
        self.fill(shown)
        self.editors["phone"].set_placeholder(profile.phone if profile.phone_hidden else " ")
        for editor in self.editors.values():
            editor.widget.setEnabled(not profile.closed)
        self.submit_button.setEnabled(not profile.closed)

    def _edit(self, values: dict[str, Any], request: str) -> Any:
        assert self.profile is not None
        said = _said(values)
        if self.profile.phone_hidden and not said["phone"]:
            said["phone"] = None
        return partial(members.edit, request=request, member_id=self.profile.id, version=self.version, **said)

    def mine(self) -> dict[str, Any]:
        """Answer what was typed; a hidden phone that was left alone is none of it."""
        assert self.profile is not None
        mine = _said(self.values())
        if self.profile.phone_hidden and not mine["phone"]:
            mine.pop("phone")
        return mine

    def titles(self) -> Mapping[str, str]:
        """Answer what the fields are called elsewhere, too."""
        return FIELDS

    def written(self, name: str, value: Any) -> str:
        """Answer how a field's value reads."""
        if isinstance(value, date):
            return format_date(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name == "sex":
            return _(dict(SEXES).get(value or "", ""))
        return str(value or "")


def freeze_dialog(window: QWidget, desk: Desk, card: MemberCard) -> FormDialog:
    """Stop or allow earning and spending, each for itself."""
    which = (("earning", N_("Earning")), ("spending", N_("Spending")))
    stopped = {"earning": card.earn_frozen, "spending": card.spend_frozen}
    choices = tuple(
        (f"{'allow' if stopped[name] else 'stop'}-{name}", _CHOICES[f"{'allow' if stopped[name] else 'stop'}-{name}"])
        for name, _title in which
    )

    def operation(values: dict[str, Any], request: str) -> Any:
        act, _dash, name = values["what"].partition("-")
        if act == "allow":
            return partial(members.unfreeze, request=request, member_id=card.id, which=name)
        return partial(members.freeze, request=request, member_id=card.id, which=name, reason=values["reason"] or "")

    fields = (
        Field("what", N_("What"), "choice", choices=choices, required=True),
        Field("reason", N_("Reason"), limit=200, visible=lambda values: str(values["what"]).startswith("stop")),
    )
    form = Form(desk, fields, operation, submit=N_("Save"))
    form.fill({"what": choices[0][0]})
    return FormDialog(window, N_("Stop or allow earning and spending"), form)


_CHOICES = {
    "stop-earning": N_("Stop earning"),
    "allow-earning": N_("Allow earning again"),
    "stop-spending": N_("Stop spending"),
    "allow-spending": N_("Allow spending again"),
}


def card_dialog(window: QWidget, desk: Desk, card: MemberCard) -> FormDialog:
    """A new card for a lost or worn one."""

    def operation(values: dict[str, Any], request: str) -> Any:
        return partial(
            members.replace_card, request=request, member_id=card.id, why=values["why"],
            card_number=values["card_number"] or "",
        )  # fmt: skip

    whys = (("lost", N_("The card was lost")), ("replaced", N_("The card is worn or exchanged")))
    fields = (
        Field("why", N_("Reason"), "choice", choices=whys, required=True),
        Field("card_number", N_("New card"), "scan", placeholder=N_("leave blank to give the next one")),
    )
    form = Form(desk, fields, operation, submit=N_("Replace the card"))
    form.fill({"why": "lost"})
    return FormDialog(window, N_("Replace the card"), form)


def pin_dialog(window: QWidget, desk: Desk, card: MemberCard) -> FormDialog:
    """The member types a PIN, twice."""

    def operation(values: dict[str, Any], request: str) -> Any:
        if values["pin"] != values["again"]:
            raise Refused(N_("The two are not the same."), field="again")
        return partial(members.set_pin, request=request, member_id=card.id, pin=Secret(values["pin"] or ""))

    fields = (
        Field("pin", N_("PIN of six digits"), "secret", required=True),
        Field("again", N_("Once more"), "secret", required=True),
    )
    form = Form(desk, fields, operation, submit=N_("Set the PIN"))
    return FormDialog(window, N_("Set a PIN"), form)


def close_dialog(window: QWidget, desk: Desk, card: MemberCard) -> FormDialog:
    """Close a member; points left or owed are ticked off."""

    def operation(values: dict[str, Any], request: str) -> Any:
        return partial(
            members.close, request=request, member_id=card.id, reason=values["reason"] or "",
            force=bool(values["force"]),
        )  # fmt: skip

    fields = (
        Field("reason", N_("Reason"), required=True, limit=200),
        Field(
            "force", N_("Close although points are left or owed"), "check",
            visible=lambda _values: bool(card.balance or card.owed),
        ),
    )  # fmt: skip
    form = Form(desk, fields, operation, submit=N_("Close the member"))
    return FormDialog(window, N_("Close the member"), form)


def erase_dialog(window: QWidget, desk: Desk, card: MemberCard) -> FormDialog:
    """Erase personal data for ever; the name is typed as a confirmation."""

    def operation(values: dict[str, Any], request: str) -> Any:
        return partial(members.erase, request=request, member_id=card.id, name=values["name"] or "")

    fields = (Field("name", N_("Type the member's name to confirm. This cannot be undone."), required=True, limit=64),)
    form = Form(desk, fields, operation, submit=N_("Erase for ever"))
    return FormDialog(window, N_("Erase personal data"), form)
