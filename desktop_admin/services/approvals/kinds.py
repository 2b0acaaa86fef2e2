"""Which acts may be asked for, and how each is weighed before it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from desktop_admin.i18n import N_
from desktop_admin.services import codec, points, purchases
from desktop_admin.services.errors import Refused
from desktop_admin.services.points.entries import member_of as entry_member
from desktop_admin.services.purchases.listing import member_of as purchase_member
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class Kind:
    """An act that a second operator can allow.

    ``act`` is the command; ``weigh`` makes every check of it but the limits and answers a preview with ``points`` and
    ``decision``; ``member`` names the parameter that holds the member, "" where the entry or purchase says it.
    """

    title: str  # marked for translation
    act: Callable[..., Any]
    weigh: Callable[..., Any]
    member: str = ""

    def arguments(self, said: dict[str, Any]) -> dict[str, Any]:
        """Stored parameters as the command takes them. Refused where they are not the command's."""
        hints = get_type_hints(self.act)
        if set(said) - (set(hints) - {"work", "request", "return"}):
            raise Refused(N_("This request for approval cannot be read."))
        return {name: codec.revive(hints[name], value) for name, value in said.items()}


KINDS: dict[str, Kind] = {
    "points.adjust": Kind(N_("Adjust points"), points.adjust, points.weigh_adjust, "member_id"),
    "points.reverse": Kind(N_("Reverse an entry"), points.reverse, points.weigh_reverse),
    "points.transfer": Kind(N_("Transfer points"), points.transfer, points.weigh_transfer, "from_member"),
    "purchases.record": Kind(N_("Type in a purchase"), purchases.record, purchases.weigh_record, "member_id"),
    "purchases.refund": Kind(N_("Refund a purchase"), purchases.refund, purchases.weigh_refund),
    "purchases.void": Kind(N_("Void a purchase"), purchases.void, purchases.weigh_void),
}


def kind_of(name: str) -> Kind:
    """The kind by the name of its command. Refused where no approval is foreseen for it."""
    if name not in KINDS:
        raise Refused(N_("This act cannot be asked for."), kind=name)
    return KINDS[name]


def member_of(work: Work, kind: Kind, arguments: dict[str, Any]) -> int | None:
    """The member an act is about."""
    if kind.member:
        found: int | None = arguments.get(kind.member)
        return found
    if "entry_id" in arguments:
        return entry_member(work, arguments["entry_id"])
    return purchase_member(work, arguments["purchase_id"])
