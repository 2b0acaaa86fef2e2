"""Purchases noted down during an outage: words, columns, what can be done with one."""

from __future__ import annotations

from desktop_admin.i18n import N_, _, format_points, format_time, ngettext, sentences
from desktop_admin.models.records import Column, Kind
from desktop_admin.services.outage import Posted, Queued, QueueState

STATES = {
    QueueState.WAITING: (N_("Waits for the server"), "info"),
    QueueState.BOOKED: (N_("Points booked"), "good"),
    QueueState.REFUSED: (N_("Refused by the server"), "bad"),
    QueueState.ASKED: (N_("Approval asked"), "warn"),
    QueueState.DISCARDED: (N_("Discarded"), "muted"),
}
ICONS = {
    QueueState.WAITING: "hourglass",
    QueueState.BOOKED: "circle-check",
    QueueState.REFUSED: "circle-alert",
    QueueState.ASKED: "circle-help",
    QueueState.DISCARDED: "circle-x",
}


def state_word(row: Queued) -> str:
    """The state as a message for translation."""
    return STATES[row.state][0]


def state_tone(row: Queued) -> str:
    """The tone of the state."""
    return STATES[row.state][1]


def points_word(row: Queued) -> str:
    """What it earned, or what it is likely to."""
    if row.state is QueueState.BOOKED:
        return format_points(row.points, signed=True)
    return _("about {points}").format(points=format_points(row.estimate, signed=True)) if row.estimate else ""


def queued_detail(row: Queued) -> str:
    """Receipt, hour and author of one, in a line."""
    return " · ".join((row.receipt_number, format_time(row.bought_at), row.operator))


def posted_words(posted: Posted) -> tuple[str, str]:
    """What became of the queue, in a sentence, and its tone."""
    booked, refused = posted.count(QueueState.BOOKED), posted.count(QueueState.REFUSED)
    parts = []
    if booked:
        text = ngettext("{count} purchase noted down was booked.", "{count} purchases noted down were booked.", booked)
        parts.append(text.format(count=booked))
    if refused:
        text = ngettext("{count} was refused.", "{count} were refused.", refused)
        parts.append(text.format(count=refused))
    return sentences(parts), "warn" if refused else "good"


QUEUED: tuple[Column[Queued], ...] = (
    Column[Queued]("bought_at", N_("Bought at"), lambda r: r.bought_at, Kind.INSTANT, width=14),
    Column[Queued]("name", N_("Member"), lambda r: r.name, width=9),
    Column[Queued]("card", N_("Card"), lambda r: r.card_number, Kind.CODE, width=14, hidden=True),
    Column[Queued]("receipt", N_("Receipt"), lambda r: r.receipt_number, Kind.CODE, width=10),
    Column[Queued]("amount", N_("Amount"), lambda r: r.amount, Kind.MONEY, width=9),
    Column[Queued]("state", N_("State"), state_word, Kind.STATE, width=15, tone=state_tone),
    Column[Queued]("points", N_("Points"), points_word, width=9),
    Column[Queued]("why", N_("What became of it"), lambda r: r.words(), width=20, stretch=True),
    Column[Queued]("operator", N_("Operator"), lambda r: r.operator, width=11),
)
