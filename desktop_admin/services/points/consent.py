"""Spending may ask for the member's consent: a PIN or a one-time code, as the shop set it."""

from __future__ import annotations

from desktop_admin.services.codec import Secret
from desktop_admin.services.members import check_consent
from desktop_admin.services.work import Work


def ask_consent(work: Work, member_id: int, points: int, consent: Secret) -> None:
    """Refuse spending to which the member has not agreed. What runs by approval was agreed to when asked."""
    if not isinstance(consent, Secret):
        raise TypeError("a consent is wrapped in codec.Secret, so that it leaves no trace")
    if work.approval is None:
        check_consent(work, member_id=member_id, points=points, consent=str(consent))
