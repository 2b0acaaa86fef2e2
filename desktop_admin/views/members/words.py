"""What a member's card and history say, in words."""

from __future__ import annotations

from desktop_admin.i18n import (
    DEFAULT_LANGUAGE,
    N_,
    _,
    current_language,
    format_date,
    format_money,
    format_points,
    format_time,
    local,
    ngettext,
)
from desktop_admin.models.members import ENTRY_ICONS, order_state
from desktop_admin.services.members import Event, MemberCard
from desktop_admin.services.rules.tiers import tier_title
from desktop_admin.services.rules.titles import entry_title
from desktop_admin.views.widgets.time_line import Moment

_TIER_REASONS = {
    "enrolled": N_("enrolled"),
    "up": N_("threshold reached"),
    "down": N_("below the threshold after the grace"),
    "manual": N_("set by hand"),
    "manual-end": N_("the tier set by hand ended"),
    "refund": N_("after a refund"),
    "import": N_("imported"),
    "merge": N_("merged"),
}
_ACTIONS = {
    "enrol": (N_("Enrolled"), "user-plus", "good"),
    "edit": (N_("Profile changed"), "pencil", "muted"),
    "freeze-earning": (N_("Earning stopped"), "snowflake", "info"),
    "unfreeze-earning": (N_("Earning allowed again"), "sun", "good"),
    "freeze-spending": (N_("Spending stopped"), "snowflake", "info"),
    "unfreeze-spending": (N_("Spending allowed again"), "sun", "good"),
    "replace-card": (N_("Card replaced"), "id-card", "warn"),
    "set-pin": (N_("PIN set"), "key-round", "muted"),
    "clear-pin": (N_("PIN taken away"), "key-round", "muted"),
    "make-code": (N_("One-time code made"), "key-round", "muted"),
    "close": (N_("Closed"), "user-x", "bad"),
    "reopen": (N_("Opened again"), "user-check", "good"),
    "erase": (N_("Personal data erased"), "trash-2", "bad"),
}
FIELDS = {
    "name": N_("Name"),
    "phone": N_("Phone"),
    "birthday": N_("Birthday"),
    "sex": N_("Sex"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "remark": N_("Remark"),
    "consent_messages": N_("Messages allowed"),
    "card_number": N_("Card number"),
    "why": N_("Reason"),
}
SEXES = (("", N_("Not said")), ("female", N_("Female")), ("male", N_("Male")))


def tier_name(card: MemberCard) -> str:
    """The member's tier in the language in use."""
    names = card.tier_names
    return names.get(current_language()) or names.get(DEFAULT_LANGUAGE) or card.tier


def standing_line(card: MemberCard) -> tuple[str, str]:
    """What is missing to the next tier or what threatens, and its tone."""
    if card.falls is not None:
        return (
            _("Falls to {tier} on {day} unless {more} more is spent").format(
                tier=_(str(tier_title(card.falls.code))),
                day=format_date(card.falls.on),
                more=format_money(card.falls.unless),
            ),
            "warn",
        )
    if card.needs is None:
        return _("The highest tier") if card.top_tier else _("Enough for a higher tier"), "caption"
    words = {"tier": _(str(tier_title(card.needs.code))), "more": format_money(card.needs.more)}
    if card.needs.by is None:
        return _("{more} more to {tier}").format(**words), "caption"
    return _("{more} more to {tier} by {day}").format(**words, day=format_date(card.needs.by)), "caption"


def birthday_line(card: MemberCard) -> tuple[str, str]:
    """The birthday: today, soon, or when."""
    if card.birthday is None:
        return "", ""
    if card.birthday_in == 0:
        return _("Birthday today"), "good"
    if card.birthday_in is not None:
        text = ngettext("Birthday tomorrow", "Birthday in {days} days", card.birthday_in)
        return text.format(days=card.birthday_in), "good"
    return _("Born {day}").format(day=format_date(card.birthday)), "caption"


def moment(event: Event) -> Moment:
    """One event of the history as a line."""
    when = format_date(event.day)
    if local(event.at).date() == event.day:  # what was recorded later has no time of day
        when = _("{day}, {time}").format(day=when, time=format_time(event.at))
    if event.what == "entry":
        return _entry(event, when)
    if event.what == "purchase":
        title = _("Refund") if event.which == "refund" else _("Purchase without points")
        details = [event.number, format_money(event.money), _("undone") if event.detail == "voided" else "", event.who]
        return Moment(when, title, _joined(details), icon="receipt-text", value=event)
    if event.what == "redemption":
        word, tone = order_state(event.which)
        return Moment(
            when, _("Redemption: {state}").format(state=_(word)), _joined([event.number, event.note or "", event.who]),
            tone=tone, icon="package", value=event,
        )  # fmt: skip
    if event.what == "tier":
        title = _("Tier: {before} → {after}").format(before=event.number, after=event.detail)
        why = _(_TIER_REASONS.get(event.which, event.which))
        return Moment(when, title, _joined([why, event.note or "", event.who]), tone="info", icon="medal", value=event)
    word, icon, tone = _ACTIONS.get(event.which, (event.which, "pencil", "muted"))
    fields = ", ".join(_(FIELDS[name]) for name in event.fields if name in FIELDS)
    return Moment(when, _(word), _joined([fields, event.note or "", event.who]), tone=tone, icon=icon, value=event)


def _entry(event: Event, when: str) -> Moment:
    undone = event.points > 0 and event.which in ("redeem", "draw", "clawback", "expire")
    title = _(entry_title(event.which, int(undone)))
    note = _("(erased)") if event.note is None else event.note
    details = [event.detail, event.number, format_money(event.money) if event.money else "", note, event.who]
    tone = "good" if event.points > 0 else "bad"
    return Moment(
        when, title, _joined(details), format_points(event.points, signed=True), tone,
        ENTRY_ICONS.get(event.which, "circle-dot"), event,
    )  # fmt: skip


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
