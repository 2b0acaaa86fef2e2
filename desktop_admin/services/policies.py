"""The shop's settings, each declared once: name, kind, default, bounds, what it means. Stored in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import limits
from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class Policy:
    """One setting of the shop. ``choices`` for texts, ``least`` and ``most`` for whole numbers."""

    name: str
    default: Any
    title: str  # marked for translation
    help: str = ""  # marked for translation
    group: str = ""  # marked for translation
    unit: str = ""  # marked for translation
    choices: tuple[tuple[str, str], ...] = ()  # (value, title marked for translation)
    least: int = 0
    most: int = 10**9

    def check(self, value: Any) -> Any:
        """The value, or Refused where it is of another kind or out of bounds."""
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise Refused(N_("This is either on or off."), field=self.name)
        elif isinstance(self.default, int):
            if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
                bounds = {"least": self.least, "most": self.most}
                raise Refused(N_("A whole number from {least} to {most}."), field=self.name, **bounds)
        elif self.choices and value not in {v for v, _title in self.choices}:
            raise Refused(N_("Choose one of the values offered."), field=self.name)
        elif type(value) is not type(self.default):
            raise Refused(N_("This setting has another form."), field=self.name)
        return value


_EARNING, _EXPIRY, _TIERS = N_("Earning"), N_("Expiry"), N_("Tiers")
_REDEEMING, _SAFETY, _BACKUP = N_("Redemptions"), N_("Safety"), N_("Backup")
_OUTAGE = N_("Without the server")

_DECLARED = (
    Policy("amount_per_point", 100, N_("Amount for one point"),
           N_("In the smallest unit of money: 100 = one point per whole yuan."),
           _EARNING, least=1, most=10**8),
    Policy("pending_days", 0, N_("Days until points can be used"),
           N_("Points of a purchase wait this long, for returns."),
           _EARNING, N_("days"), most=365),
    Policy("refund_policy", "owe", N_("Refund after the points were spent"), "", _EARNING,
           choices=(("owe", N_("The member owes the rest")), ("clamp", N_("The rest is written off")),
                    ("refuse", N_("Refuse the refund")))),
    Policy("expiry_policy", "year_end", N_("Points expire"), "", _EXPIRY,
           choices=(("never", N_("Never")), ("months", N_("After so many months")),
                    ("month_end", N_("At the end of the month after so many months")),
                    ("year_end", N_("At the end of the year after so many months")))),
    Policy("expiry_months", 12, N_("Months until expiry"), "", _EXPIRY, N_("months"), least=1, most=240),
    Policy("grace_days", 30, N_("Grace for points given back after expiry"), "", _EXPIRY, N_("days"), most=366),
    Policy("expiring_soon_days", 30, N_("“Expiring soon” looks ahead"), "", _EXPIRY, N_("days"), least=1, most=366),
    Policy("nightly_jobs", True, N_("Expiry and tiers run every day by themselves"),
           N_("Where the shop is on this computer; on a server its scheduler runs them."), _EXPIRY),
    Policy("tier_down", "figures", N_("After the grace a member falls"), "", _TIERS,
           choices=(("figures", N_("To where the figures put them")), ("step", N_("By one tier")))),
    Policy("spend_consent", "none", N_("Spending asks for"), "", _SAFETY,
           choices=(("none", N_("Nothing")), ("pin", N_("The member's PIN")), ("code", N_("A one-time code")))),
    Policy("spend_consent_from", 0, N_("Consent is asked from"), "", _SAFETY, N_("points")),
    Policy("limits", {}, N_("Limits per role"),
           N_("Over all points from typed input; above them a second operator decides."), _SAFETY),
    Policy("approval_hours", 72, N_("A request for approval lapses after"), "", _SAFETY, N_("hours"),
           least=1, most=720),
    Policy("clock_tolerance", 5, N_("A till's clock may differ from the server's by"),
           N_("On a server: beyond it nothing is booked until the clock is set right."), _SAFETY, N_("minutes"),
           least=1, most=1440),
    Policy("lock_minutes", 5, N_("The program locks after"), "", _SAFETY, N_("minutes"), least=1, most=240),
    Policy("points_worth", 100, N_("What 100 points are worth to the shop"),
           N_("In the smallest unit of money; the catalog reckons margins with it."), _REDEEMING, most=10**8),
    Policy("promise_days", 3, N_("A redemption is promised within"), "", _REDEEMING, N_("days"), most=60),
    Policy("pickup_days", 14, N_("A pick-up is kept for"), "", _REDEEMING, N_("days"), least=1, most=365),
    Policy("backup_folder", "", N_("Backups go to"), N_("Empty: the folder “backups” beside the database."), _BACKUP),
    Policy("backup_copy", "", N_("A copy on another machine or disk"), "", _BACKUP),
    Policy("backup_hour", 21, N_("Daily backup at"), "", _BACKUP, N_("o'clock"), most=23),
    Policy("backup_keep", 30, N_("Backups kept"), "", _BACKUP, N_("files"), least=2, most=1000),
    Policy("backup_warn_days", 2, N_("Warn when the newest backup is older than"), "", _BACKUP, N_("days"),
           least=1, most=60),
    Policy("outage_copy_days", 3, N_("Tills keep a copy of members for"),
           N_("Card, name, tier and balance, encrypted; unusable so long after the last contact. 0 = no copy."),
           _OUTAGE, N_("days"), most=30),
    Policy("outage_earning", True, N_("Tills note purchases down"),
           N_("They are booked when the server is back; spending waits for it."), _OUTAGE),
    Policy("outage_most_amount", 200_000, N_("Most in one purchase"),
           N_("In the smallest unit of money; larger ones wait for the server."), _OUTAGE, least=1, most=10**12),
    Policy("outage_most_queued", 100, N_("Most purchases waiting on one till"), "", _OUTAGE, N_("purchases"),
           least=1, most=10_000),
    Policy("outage_hours", 24, N_("Purchases are noted down for"), N_("After the last contact with the server."),
           _OUTAGE, N_("hours"), least=1, most=720),
)  # fmt: skip
POLICIES: Mapping[str, Policy] = {policy.name: policy for policy in _DECLARED}

_ALL = Sql("SELECT name, value, version FROM setting")
_ONE = Sql("SELECT value FROM setting WHERE name = :name")
_SET = Sql(
    "INSERT INTO setting (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = setting.version + 1"
)


ASKED: tuple[Sql, dict[str, Any]] = (_ALL, {})  # what ``read`` asks, for ``work.ahead``


def asked(name: str) -> tuple[Sql, dict[str, Any]]:
    """What ``get`` asks, for ``work.ahead``."""
    return _ONE, {"name": name}


def read(work: Work) -> dict[str, Any]:
    """Every setting with its value, in one statement. For services; asks no leave."""
    stored = {row.name: json.loads(row.value) for row in work.all(_ALL)}
    return {name: stored.get(name, policy.default) for name, policy in POLICIES.items()}


def get(work: Work, name: str) -> Any:
    """One setting's value. For services; asks no leave."""
    value = work.value(_ONE, name=name)
    return POLICIES[name].default if value is None else json.loads(value)


@dataclass(frozen=True, slots=True)
class Changed:
    """Which settings a command changed."""

    names: tuple[str, ...]


@query(Permission.USE_PROGRAM)
def settings(work: Work) -> dict[str, Any]:
    """Every setting with its value."""
    return read(work)


@command(Permission.EDIT_SETTINGS, Topic.SETTINGS)
def change(work: Work, *, request: str, values: dict[str, Any]) -> Changed:
    """Change settings. Refuses a name that is not declared and a value out of bounds, naming the field."""
    before = read(work)
    changed = {}
    for name, value in values.items():
        if name not in POLICIES:
            raise Refused(N_("There is no setting “{name}”."), field=name, name=name)
        if name == "limits":
            limits.check_setting(value)
        if POLICIES[name].check(value) != before[name]:
            changed[name] = value
            work.run(_SET, name=name, value=json.dumps(value, ensure_ascii=False, sort_keys=True))
    work.audit("change", "setting", 0, {n: before[n] for n in changed}, changed)
    return Changed(tuple(changed))
