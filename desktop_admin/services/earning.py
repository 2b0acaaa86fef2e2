"""What a purchase earns now, under the shop's rules of the day, and in which lot the points lie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop_admin.i18n import _, format_money
from desktop_admin.services.ledger import LotTerms
from desktop_admin.services.names import named
from desktop_admin.services.rules import earning, expiry
from desktop_admin.services.rules.earning import BaseRule, Bonus, Earned, Effect

# the shop's setting -> the rule
_KINDS = {
    "never": expiry.ExpiryKind.NEVER,
    "months": expiry.ExpiryKind.MONTHS,
    "month_end": expiry.ExpiryKind.END_OF_MONTH,
    "year_end": expiry.ExpiryKind.END_OF_YEAR,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """How purchases earn today: money for one point, days to wait, and when points go."""

    per_minor: int
    pending_days: int
    expiry: expiry.ExpiryPolicy

    def last_day(self, earned_on: date, *, pending: bool = True) -> date:
        """The last usable day of points earned on a day."""
        return expiry.expires_on(self.expiry, earned_on, self.pending_days if pending else 0)

    def first_day(self, earned_on: date) -> date:
        """The first day on which points of a purchase may be spent."""
        return expiry.usable_from(earned_on, self.pending_days)

    def lot(self, points: int, earned_on: date, *, pending: bool = True, last_day: date | None = None) -> LotTerms:
        """The lot of a credit; ``last_day`` overrides the shop's expiry."""
        first = self.first_day(earned_on) if pending else earned_on
        last = last_day or self.last_day(earned_on, pending=pending)
        return LotTerms(points, first.isoformat(), last.isoformat(), earned_on.isoformat())


@dataclass(frozen=True, slots=True)
class ExplainLine:
    """One line of why: ``text`` in the language in use, what it added."""

    text: str
    points: int


def rules_of(settings: Mapping[str, Any]) -> Rules:
    """The rules that the shop's settings (``policies.read``) make."""
    kind = _KINDS[settings["expiry_policy"]]
    number = 0 if kind is expiry.ExpiryKind.NEVER else settings["expiry_months"]
    return Rules(settings["amount_per_point"], settings["pending_days"], expiry.ExpiryPolicy(kind, number))


def earned_by(rules: Rules, amount: int, tier_code: str = "", tier_percent: int = 100) -> Earned:
    """The points of an amount in minor units, for a member whose tier multiplies by percent."""
    bonuses = []
    if tier_code and tier_percent != 100:
        bonuses.append(Bonus(1, f"tier:{tier_code}", Effect.MULTIPLIER, tier_percent, group="tier"))
    return earning.earn(amount, BaseRule(1, rules.per_minor), bonuses)


def explanation(rules: Rules, amount: int, earned: Earned) -> str:
    """JSON kept on the entry: the amount, the base rule and every line with what it added."""
    lines = [
        {"name": line.name, "effect": line.effect.value, "factor": line.factor, "points": line.points}
        for line in earned.lines
    ]
    return json.dumps({"amount": amount, "per": rules.per_minor, "lines": lines}, separators=(",", ":"))


def explained(text: str, tiers: Mapping[str, str]) -> tuple[ExplainLine, ...]:
    """An entry's explanation in words; ``tiers``: code -> names in JSON."""
    if not text:
        return ()
    said = json.loads(text)
    return tuple(ExplainLine(_words(line, said, tiers), line["points"]) for line in said.get("lines", ()))


def _words(line: Mapping[str, Any], said: Mapping[str, Any], tiers: Mapping[str, str]) -> str:
    name = str(line["name"])
    if name == "base":
        return _("{amount} at 1 point per {per}").format(
            amount=format_money(said["amount"]), per=format_money(said["per"])
        )
    if name.startswith("tier:"):
        code = name.removeprefix("tier:")
        return _("{tier} ×{factor}").format(tier=named(tiers.get(code, "")) or code, factor=_factor(line["factor"]))
    return _(name)


def _factor(percent: int) -> str:
    whole, part = divmod(percent, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")
