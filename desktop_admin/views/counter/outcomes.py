"""What became of an act: what to show, what to print, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import _, format_date, format_instant, format_money, format_points
from desktop_admin.models.counter import brief, price, tier_word
from desktop_admin.models.members import order_state
from desktop_admin.services import points, purchases, redemptions
from desktop_admin.services.approvals import Asked
from desktop_admin.services.members import CardReplaced
from desktop_admin.services.points import PointsReceipt
from desktop_admin.services.purchases import PurchaseReceipt
from desktop_admin.services.redemptions import Placed, Stepped, Undone
from desktop_admin.views.counter import paper
from desktop_admin.views.counter.act_form import ActForm, Here
from desktop_admin.views.counter.order_acts import GONE

if TYPE_CHECKING:
    from desktop_admin.services.counter import Facts
    from desktop_admin.views.printing import Document

Fact = tuple[str, ...]
UNDO_REASONS = ("typing", "other")


@dataclass(frozen=True)
class Outcome:
    """What stands in the place of the form once it was written; all texts translated."""

    title: str
    icon: str = "circle-check"
    tone: str = "good"
    points: int | None = None
    before: int | None = None
    after: int | None = None
    facts: tuple[Fact, ...] = ()
    code: str = ""  # a pick-up code, in large letters
    number: str = ""
    paper: Document | None = None
    order_id: int = 0  # its paper is made when the order was read
    undo_text: str = ""
    undo: Callable[..., Any] | None = None  # a command that lacks its request


def outcome_of(form: ActForm, result: Any, operator: str, *, handed: bool) -> Outcome:
    """Answer what to show of a form's result, in the language in use; ``handed``: what was redeemed was given out."""
    here = form.here
    if isinstance(result, Asked):
        return _asked(here, result)
    if isinstance(result, PurchaseReceipt):
        return _purchase(here, result, operator)
    if isinstance(result, PointsReceipt):
        return _moved(form, result, operator)
    if isinstance(result, Placed):
        return _placed(here, result, handed)
    if isinstance(result, Undone):
        return _given_back(result)
    if isinstance(result, Stepped):
        word = _(order_state(result.state)[0])
        return Outcome(
            _("Handed over"), "package-check", number=result.number, order_id=result.redemption_id,
            facts=((_("Redemption"), result.number), (_("State"), word)),
        )  # fmt: skip
    if isinstance(result, CardReplaced):
        facts = ((_("New card"), result.card_number, "strong"), (_("Old card"), here.card.card_number))
        return Outcome(_("Card replaced"), "id-card", facts=facts)
    return Outcome(_("Done"))


def undo_reason(facts: Facts, points_back: int, *, both: bool = False) -> str:
    """The reason under which an act is undone: a typing mistake, else whatever fits."""
    fit = [r for r in facts.reasons if r.fits(points_back) and (r.direction == "both" or not both)]
    known = {r.code for r in fit}
    return next((code for code in UNDO_REASONS if code in known), fit[0].code if fit else "")


def _asked(here: Here, result: Asked) -> Outcome:
    facts = (
        (_("Points"), format_points(result.points, signed=True)),
        (_("Can be decided until"), format_instant(result.expires_at)),
    )
    return Outcome(_("Asked for approval"), "clipboard-check", "warn", facts=facts)


def _purchase(here: Here, said: PurchaseReceipt, operator: str) -> Outcome:
    voided = said.amount < 0
    title = _("Purchase undone") if voided else _("Purchase recorded")
    facts: list[Fact] = [(_("Receipt number"), said.number), (_("Amount"), format_money(said.amount))]
    if said.why_none:
        facts.append((_("No points"), _(said.why_none), "warn"))
    if said.usable_from is not None and said.business_date is not None and said.usable_from > said.business_date:
        facts.append((_("Can be used from"), format_date(said.usable_from), "warn"))  # they are pending till then
    if said.expires_on is not None:
        facts.append((_("Can be used until"), format_date(said.expires_on)))
    if said.owed:
        facts.append((_("Owed"), format_points(said.owed), "bad"))
    if said.tier_after and said.tier_after != said.tier_before:
        facts.append((_("Tier"), f"{tier_word(said.tier_before)} → {tier_word(said.tier_after)}", "good"))
    name = brief(here.card.name)
    made = paper.purchase_receipt(here.facts, operator, here.card, title, said, [])
    undo = None if voided and said.number.find("-R") < 0 else partial(purchases.void, purchase_id=said.purchase_id)
    text = _("Undo: purchase {name} {amount}").format(name=name, amount=format_money(said.amount))
    return Outcome(
        title, "receipt-text", points=said.points, before=said.before, after=said.after, facts=tuple(facts),
        number=said.number, paper=made, undo_text=text if undo else "", undo=undo,
    )  # fmt: skip


def _moved(form: ActForm, said: PointsReceipt, operator: str) -> Outcome:
    here, name = form.here, brief(form.here.card.name)
    words = {
        "points.adjust": (_("Points adjusted"), _("Undo: adjust {name} {points}")),
        "points.transfer": (_("Points transferred"), _("Undo: transfer {name} {points}")),
    }
    title, text = words.get(form.kind, (_("Entry undone"), ""))
    facts: list[Fact] = []
    if said.expires_on is not None:
        facts.append((_("Can be used until"), format_date(said.expires_on)))
    if said.owed:
        facts.append((_("Owed"), format_points(said.owed), "bad"))
    receiver = getattr(form, "receiver", None)
    if receiver is not None:
        facts.insert(0, (_("To"), receiver.name))
    undo = None
    if said.reverses_id is None:
        reason = undo_reason(here.facts, -said.points, both=said.other_member_id is not None)
        undo = partial(points.reverse, entry_id=said.entry_id, reason=reason)
    made = paper.points_receipt(here.facts, operator, here.card, title, said)
    return Outcome(
        title, form.icon, points=said.points, before=said.before, after=said.after, facts=tuple(facts),
        number=made.number, paper=made, undo=undo,
        undo_text=text.format(name=name, points=format_points(said.points, signed=True)) if undo else "",
    )  # fmt: skip


def _placed(here: Here, said: Placed, handed: bool) -> Outcome:
    net = here.card.balance - here.card.owed
    facts: list[Fact] = [(_("Redemption"), said.number), (_("Price"), price(said.points, said.cash))]
    if said.cash:
        facts.append((_("Cash to take"), format_money(said.cash), "warn"))
    if not handed:
        facts.append((_("Promised for"), format_date(said.promised_on)))
    reason = _("Undone at the counter")
    act = redemptions.return_ if said.state in GONE else redemptions.cancel
    return Outcome(
        _("Redeemed and handed over") if said.state == "collected" else _("Redemption placed"), "gift",
        points=-said.points, before=net, after=net - said.points, facts=tuple(facts),
        code="" if said.state == "collected" else paper.spaced(said.pickup_code), number=said.number,
        order_id=said.redemption_id, undo=partial(act, redemption_id=said.redemption_id, reason=reason),
        undo_text=_("Undo: redemption {number} of {name}").format(number=said.number, name=brief(here.card.name)),
    )  # fmt: skip


def _given_back(said: Undone) -> Outcome:
    facts: list[Fact] = [(_("Redemption"), said.number), (_("State"), _(order_state(said.state)[0]))]
    if said.cash:
        facts.append((_("Cash to give back"), format_money(said.cash), "warn"))
    title = _("Taken back") if said.state == "returned" else _("Cancelled")
    return Outcome(
        title, "package-open", points=said.points, facts=tuple(facts), number=said.number,
        order_id=said.redemption_id,
    )  # fmt: skip
