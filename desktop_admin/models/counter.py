"""The counter's words: what a line says of a member, an order, an entry, an offer."""

from __future__ import annotations

from datetime import date

from desktop_admin.i18n import N_, _, format_date, format_money, format_number, format_points, ngettext
from desktop_admin.models.members import ENTRY_ICONS, TIER_TONES, order_state
from desktop_admin.services.counter import OfferRow
from desktop_admin.services.members import EntryLine, Found, OpenOrder
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.services.rules.tiers import tier_title
from desktop_admin.services.rules.titles import entry_title

NAME_LENGTH = 24  # letters of a name inside a sentence
REVERSIBLE = frozenset({"adjust", "transfer", "bonus", "opening", "earn"})


def short(name: str, most: int = NAME_LENGTH) -> str:
    """A name as it stands in a sentence."""
    plain = " ".join(name.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def brief(name: str) -> str:
    """A name as it stands on a button."""
    return short(name, 10)


def tier_tone(code: str) -> str:
    """The tone of a tier's code."""
    return TIER_TONES.get(code, "tier_normal")


def tier_word(code: str) -> str:
    """A tier's own title in the language in use."""
    return _(str(tier_title(code)))


def found_line(row: Found) -> str:
    """Phone, card and birthday of a member that was found."""
    parts = [row.phone, row.card_number]
    if row.birthday is not None:
        parts.append(_("Born {day}").format(day=format_date(row.birthday)))
    if row.card_ended is not None:
        parts.append(_("this card ended on {day}").format(day=format_date(row.card_ended)))
    return "  ·  ".join(part for part in parts if part)


def found_badges(row: Found) -> list[tuple[str, str]]:
    """Tier and states of a member that was found, with their tones."""
    badges = [(tier_word(row.tier), tier_tone(row.tier))]
    if row.closed:
        badges.append((_("Closed"), "bad"))
    elif row.frozen:
        badges.append((_("Frozen"), "info"))
    if row.owed:
        badges.append((_("owes {points}").format(points=format_points(row.owed)), "bad"))
    return badges


def order_line(row: QueueRow) -> str:
    """Number, state and member of an order that was found."""
    return "  ·  ".join((row.number, _(order_state(row.state)[0]), row.member, row.branch))


def entry_words(entry: EntryLine) -> tuple[str, str]:
    """Title and detail of an entry."""
    title = _(entry_title(entry.kind, entry.reverses_id))
    note = _("(erased)") if entry.note is None else entry.note
    details = [
        format_date(entry.day), entry.item, entry.order or (entry.purchase.partition("/")[2] or entry.purchase),
        format_money(entry.amount) if entry.amount else "", entry.reason, note, entry.operator,
    ]  # fmt: skip
    return title, " · ".join(part for part in details if part)


def entry_icon(entry: EntryLine) -> str:
    """The icon of an entry."""
    return ENTRY_ICONS.get(entry.kind, "circle-dot")


def order_words(order: OpenOrder, today: date) -> tuple[str, str]:
    """Title and detail of an order not yet in the member's hands."""
    title = order.item if order.lines == 1 else f"{order.item} +{order.lines - 1}"
    parts = [order.number]
    late = (today - order.promised_on).days
    if late > 0:
        text = ngettext("{days} day late", "{days} days late", late)
        parts.append(text.format(days=format_number(late)))
    else:
        parts.append(_("promised for {day}").format(day=format_date(order.promised_on)))
    return title, " · ".join(parts)


def price(points: int, cash: int) -> str:
    """What something costs: points, cash, or both."""
    parts = []
    if points or not cash:
        parts.append(_("{points} points").format(points=format_points(points)))
    if cash:
        parts.append(format_money(cash))
    return " + ".join(parts)


_WHY_NOT = {
    "tier": N_("for {tier} and higher"),
    "limit": N_("limit of {count} reached"),
    "sold_out": N_("none left here"),
    "short": N_("{points} points short"),
}


def offer_words(row: OfferRow) -> tuple[str, str]:
    """What stands beneath an offer, and its tone."""
    if row.why_not:
        words = _(_WHY_NOT[row.why_not]).format(
            tier=row.tier, count=row.per_member, points=format_points(row.short)
        )
        return words, "bad" if row.why_not == "sold_out" else "warn"
    if row.kind == "goods":
        return ngettext("{count} here", "{count} here", row.stock).format(count=format_number(row.stock)), "muted"
    return _("voucher") if row.kind == "voucher" else _("service"), "muted"


def may_be_undone(entry: EntryLine) -> bool:
    """Say whether the counter can undo an entry: not what belongs to a redemption, nor a reversal."""
    return entry.kind in REVERSIBLE and not entry.reverses_id and not entry.order_id
