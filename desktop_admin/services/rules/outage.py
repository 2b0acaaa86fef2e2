"""What a till may do while the server is away: bounds the shop sets, asked before anything is queued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop_admin.services.rules.words import N_, RuleError


@dataclass(frozen=True)
class Bounds:
    """The shop's bounds as the till saw them last. Money in minor units."""

    allowed: bool
    most_amount: int  # in one purchase
    most_queued: int  # per till
    hours: int  # after the last contact
    copy_days: int  # a read copy may be used so long after the last contact


def check_queueing(bounds: Bounds, amount: int, queued: int, contact: datetime, now: datetime) -> None:
    """Refuse a purchase the shop does not let a till note down by itself."""
    if not bounds.allowed:
        raise RuleError(N_("This shop does not note purchases down while the server is away."))
    if amount > bounds.most_amount:
        raise RuleError(N_("While the server is away a purchase may be at most {most}."), most=bounds.most_amount)
    if queued >= bounds.most_queued:
        raise RuleError(
            N_("Purchases waiting on this till: {count}. More are not noted down."), count=queued
        )
    if now - contact > timedelta(hours=bounds.hours):
        raise RuleError(
            N_(
                "The server has been away for longer than the shop allows (hours: {hours}). "
                "Purchases are not noted down any more."
            ),
            hours=bounds.hours,
        )


def too_old(bounds: Bounds, contact: datetime, now: datetime) -> bool:
    """Say whether a copy of that contact may not be used any more."""
    return now - contact > timedelta(days=bounds.copy_days)
