"""A member's tier set by hand: the dialog for it, to be opened from any screen that shows a member."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.models.tiers import MODES
from desktop_admin.services import tiers
from desktop_admin.services.command import new_request
from desktop_admin.services.rules.tiers import TIER_TITLES
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.notices import ask

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk
    from desktop_admin.views.screen import Screen


def tier_dialog(window: QWidget, desk: Desk, member_id: int, tier: str = "") -> FormDialog:
    """Ask for a tier, whether it is the least or exactly it, until when, and why."""
    fields = [
        Field("tier", N_("Tier"), "choice", required=True, choices=[(c.value, t) for c, t in TIER_TITLES.items()]),
        Field("mode", N_("Meaning"), "choice", required=True, choices=[(m, t) for m, t in MODES.items() if m]),
        Field("until", N_("Through"), "date", hint=N_("The last day it holds; empty: for ever"),
              placeholder=N_("for ever")),
        Field("reason", N_("Reason"), "note", required=True, limit=300, span=1),
    ]  # fmt: skip

    def operation(values: dict[str, Any], request: str) -> Callable[[Any], Any]:
        return partial(tiers.set_manual, request=request, member_id=member_id, **values)

    form = Form(desk, fields, operation, submit=N_("Set the tier"))
    form.fill({"tier": tier or "silver", "mode": "floor", "until": None, "reason": ""})
    return FormDialog(window, N_("Set the tier by hand"), form)


def end_tier(screen: Screen, member_id: int, name: str, done: Callable[[Any], None]) -> None:
    """Ask, then let the figures decide again."""
    operation = partial(tiers.end_manual, request=new_request(), member_id=member_id)
    ask(screen, _("Let the figures decide the tier again?"), name, _("Let them decide"),
        partial(screen.send, operation, done))  # fmt: skip
