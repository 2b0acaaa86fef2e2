"""Spending may ask for the member's consent: a PIN or a one-time code, as the shop set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_admin.services import members
from desktop_admin.services.codec import Secret
from desktop_admin.services.work import Work


def ask_consent(
    work: Work, settings: Mapping[str, Any], member_id: int, points: int, consent: Secret
) -> None:
    """Refuse spending to which the member has not agreed. What runs by approval was agreed to when asked."""
    if not isinstance(consent, Secret):
        raise TypeError("a consent is wrapped in codec.Secret, so that it leaves no trace")
    if work.approval is not None or settings["spend_consent"] == "none":
        return
    if points >= settings["spend_consent_from"]:
        check = getattr(members, "check_consent")  # noqa: B009
        check(work, member_id=member_id, consent=str(consent))
