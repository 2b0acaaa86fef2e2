"""Members from a file, with opening balances: judged, matched with those who are there, enrolled in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import earning, members
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import people
from desktop_admin.services.imports.findings import Problems
from desktop_admin.services.imports.judging import Block
from desktop_admin.services.imports.people import Person
from desktop_admin.services.imports.receipts import Tally
from desktop_admin.services.imports.records import NO_BRANCH, NO_TIER, Plan
from desktop_admin.services.imports.spool import Run, Spool
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
from desktop_admin.services.work import Work

_FIELDS = (
    "name", "phone", "card", "source_number", "birthday", "sex", "email", "address", "enrolled_on", "tier", "balance",
    "expires_on", "remark", "branch", "consent",
)  # fmt: skip
_PERSON = 60  # a member weighs as much in a chunk as so many lines
_TWICE = N_("Rows {first} and {row} are the same member.")
_SAME = N_("{field} of this row belongs to another member.")
_NEGATIVE = N_("An opening balance cannot be below zero.")
_EXPIRED = N_("These points would have expired already.")
_NOT_BORN = N_("This day lies in the future.")

_BRANCHES = Sql("SELECT id, code, name FROM branch WHERE active = 1")
_TIERS = Sql("SELECT id, code, name FROM tier")
_TO_TIER = Sql(
    "UPDATE member SET tier_id = :tier, tier_since = :day, tier_manual = 'floor', tier_manual_tier = :tier, "
    "tier_manual_until = :until WHERE id = :m"
)
_TIER_CHANGE = Sql(
    "INSERT INTO tier_change (operation_id, member_id, from_tier, to_tier, reason, figure, business_date, recorded_at) "
    "VALUES (:operation, :m, :before, :tier, 'import', 0, :today, :now)"
)
_CHANGE_SAYS = ("operation", "before", "tier", "today", "now", "m")
_LINKED = Sql("SELECT member_id FROM import_member WHERE batch_id = :batch AND member_id = :m")


@dataclass(slots=True)
class Newcomer:
    """One row of the file."""

    row: int
    name: str
    phone: str
    card: str
    source_number: str
    birthday: date | None
    sex: str
    email: str
    address: str
    enrolled_on: date | None
    tier: str
    balance: int
    expires_on: date | None
    remark: str
    branch: str
    consent: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """What this member may be known by, the surest first."""
        return tuple(key for key in (self.source_number, self.card, self.phone) if key)


@dataclass(slots=True)
class _Ground:
    branches: dict[str, int] = field(default_factory=dict)
    tiers: dict[str, int] = field(default_factory=dict)


class Newcomers:
    """One file of members on its way."""

    def __init__(self, plan: Plan, problems: Problems, *, minor_digits: int, now: datetime) -> None:
        self._plan, self._problems, self._now = plan, problems, now
        self._spool = Spool()
        self._ground: _Ground | None = None
        self._first: dict[str, int] = {}  # phone, card, number -> the row that names it first
        self.rows = 0

    def take(self, block: Block) -> None:
        """Take up some rows."""
        self.rows += len(block.rows)
        columns = [block.column(name) for name in _FIELDS]
        for place, row in enumerate(block.rows):
            if place in block.errors:
                continue
            values = [column[place] for column in columns]
            refused = self._refusal(row.number, dict(zip(_FIELDS, values, strict=True)))
            if refused is not None:
                self._problems.row(row.number, [(refused.field, refused)], row.cells)
                continue
            plain = [value.isoformat() if isinstance(value, date) else value for value in values]
            self._spool.add((f"{row.number}", "", "", "", True, [(row.number, *plain)]))
        for place in sorted(block.errors):
            wrong = block.errors[place]
            self._problems.row(block.rows[place].number, [(e.field, e) for _name, e in wrong], block.rows[place].cells)

    def _refusal(self, row: int, said: Mapping[str, Any]) -> Refused | None:
        for name in ("source_number", "card", "phone"):
            if not (key := said[name]):
                continue
            first = self._first.setdefault(f"{name[0]}:{key}", row)
            if first != row:
                return Refused(_TWICE, field=name, first=first, row=row)
        if (said["balance"] or 0) < 0:
            return Refused(_NEGATIVE, field="balance")
        today = self._now.date()
        if said["balance"] and said["expires_on"] and said["expires_on"] < today:
            return Refused(_EXPIRED, field="expires_on")
        for name in ("birthday", "enrolled_on"):
            if said[name] and said[name] > today:
                return Refused(_NOT_BORN, field=name)
        return None

    def finish(self) -> None:
        """All rows are read."""
        self._first = {}
        self._spool.gather()

    def broken(self) -> None:
        """Every row stands for itself."""

    def close(self) -> None:
        """Give the disk back."""
        self._spool.close()

    def chunks(self, weight: Mapping[str, int]) -> Iterator[tuple[list[Run], int]]:
        """Members in the order of the file, some at a time."""
        chunk: list[Run] = []
        for run in self._spool.receipts():
            chunk.append(run)
            if len(chunk) * _PERSON >= weight["chunk"]:
                yield chunk, len(chunk)
                chunk = []
        if chunk:
            yield chunk, len(chunk)

    def weigh(self, work: Work, settings: Mapping[str, Any], chunk: list[Run], tally: Tally) -> None:
        """Count what a chunk would make, and tell what stands against it."""
        for one, _known, refused in self._matched(work, chunk, tally):
            if refused is not None:
                self._problems.rows([one.row], refused)
            else:
                tally.add(members=1, opening=one.balance)

    def post(self, work: Work, settings: Mapping[str, Any], batch: int, chunk: list[Run], tally: Tally) -> None:
        """Enrol a chunk inside an open operation and post the opening balances."""
        fresh: list[Newcomer] = []
        again: list[tuple[Newcomer, Person]] = []
        for one, known, refused in self._matched(work, chunk, tally):
            if refused is None and known is None:
                fresh.append(one)
            elif refused is None and known is not None:
                people.reopen(work, batch, known.id)
                again.append((one, known))
        made = members.add_many(work, [self._new(work, one) for one in fresh], reason="import")
        pairs = [(one, m.member_id) for one, m in zip(fresh, made, strict=True)] + [(o, p.id) for o, p in again]
        self._tiers(work, pairs)
        entries = self._open(work, settings, batch, pairs)
        reopened = {person.id for _one, person in again}
        work.run_many(_ENTRY, [{"batch": batch, "m": m, "entry": entries[m]} for m in reopened if entries.get(m)])
        links = [{"batch": batch, "m": m, "made": 1, "entry": entries.get(m)} for _one, m in pairs if m not in reopened]
        work.run_many(people.LINK, links)
        tally.add(members=len(pairs), opening=sum(one.balance for one, _m in pairs))

    def _matched(
        self, work: Work, chunk: list[Run], tally: Tally
    ) -> Iterator[tuple[Newcomer, Person | None, Refused | None]]:
        """Rows whose members are not there yet, or were closed by undoing an import; those there are counted."""
        given = self._at(work)
        rows = [_newcomer(run) for run in chunk]
        known = people.find(work, self._plan.options.source, {key for one in rows for key in one.keys})
        for one in rows:
            refused = _no_place(given, one)
            found = [known[key] for key in one.keys if key in known]
            person = found[0] if found else None
            if refused is None and person is not None:
                if not person.closed or not people.from_undone_import(work, person.id):
                    tally.add(already=1)
                    continue
                if any(other.id != person.id for other in found):
                    refused = Refused(_SAME, field="phone", field_title="phone")
            yield one, person, refused

    def _at(self, work: Work) -> _Ground:
        if self._ground is None:
            given = _Ground()
            for row in work.all(_BRANCHES):
                given.branches |= {row.code.casefold(): row.id, row.name.casefold(): row.id}
            for row in work.all(_TIERS):
                given.tiers |= {name.casefold(): row.id for name in (row.code, *json.loads(row.name).values())}
            self._ground = given
        return self._ground

    def _new(self, work: Work, one: Newcomer) -> members.NewMember:
        options, given = self._plan.options, self._at(work)
        profile = members.Profile(
            one.name, one.phone, one.birthday, one.sex, one.email, one.address, one.remark, one.consent
        )
        return members.NewMember(
            profile, one.card, given.branches.get(one.branch.casefold(), options.branch_id), one.enrolled_on,
            one.consent, options.source if one.source_number else "", one.source_number,
        )  # fmt: skip

    def _tiers(self, work: Work, pairs: Sequence[tuple[Newcomer, int]]) -> None:
        """A tier brought along holds as a floor for a year: the shop has no purchases yet to earn it by."""
        assert work.operation is not None
        until = (work.today + timedelta(days=365)).isoformat()
        before = _tiers_of(work, [m for one, m in pairs if one.tier])
        rows = [
            {"m": m, "before": before[m], "tier": self._at(work).tiers[one.tier.casefold()], "day": work.today_text,
             "until": until, "operation": work.operation.id, "today": work.today_text, "now": work.now_text}
            for one, m in pairs if one.tier
        ]  # fmt: skip
        work.run_many(_TIER_CHANGE, [{k: r[k] for k in _CHANGE_SAYS} for r in rows])
        work.run_many(_TO_TIER, [{k: r[k] for k in ("tier", "day", "until", "m")} for r in rows])

    def _open(
        self, work: Work, settings: Mapping[str, Any], batch: int, pairs: Sequence[tuple[Newcomer, int]]
    ) -> dict[int, int]:
        rules = earning.rules_of(settings)
        posting = Posting(work)
        posting.lock(*[m for one, m in pairs if one.balance])
        entries = {}
        today = work.today_text
        for one, m in pairs:
            if not one.balance:
                continue
            if one.expires_on is not None:
                last = one.expires_on.isoformat()
            elif self._plan.options.expiry == "never":
                last = "9999-12-31"
            else:
                last = rules.last_day(work.today, pending=False).isoformat()
            said = EntryFacts("opening", source_kind="import", source_id=batch)
            terms = LotTerms(one.balance, today, last, today)
            entries[m] = posting.credit(posting.accounts[m], one.balance, said, [terms])
        posting.flush()
        return {m: entry.id for m, entry in entries.items()}


_ENTRY = Sql("UPDATE import_member SET entry_id = :entry WHERE batch_id = :batch AND member_id = :m")


def _no_place(given: _Ground, one: Newcomer) -> Refused | None:
    if one.branch and one.branch.casefold() not in given.branches:
        return Refused(NO_BRANCH, field="branch", key=one.branch)
    if one.tier and one.tier.casefold() not in given.tiers:
        return Refused(NO_TIER, field="tier", key=one.tier)
    return None


def _newcomer(run: Run) -> Newcomer:
    said = run[5][0]
    values = dict(zip(_FIELDS, said[1:], strict=True))
    days = {
        name: date.fromisoformat(values[name]) if values[name] else None
        for name in ("birthday", "enrolled_on", "expires_on")
    }
    return Newcomer(
        row=said[0], name=values["name"], phone=values["phone"] or "", card=values["card"] or "",
        source_number=values["source_number"] or "", birthday=days["birthday"], sex=values["sex"] or "",
        email=values["email"] or "", address=values["address"] or "", enrolled_on=days["enrolled_on"],
        tier=values["tier"] or "", balance=values["balance"] or 0, expires_on=days["expires_on"],
        remark=values["remark"] or "", branch=values["branch"] or "", consent=bool(values["consent"]),
    )  # fmt: skip


def _tiers_of(work: Work, member_ids: Sequence[int]) -> dict[int, int]:
    """The tiers these members have now."""
    if not member_ids:
        return {}
    sql = Sql(f"SELECT id, tier_id FROM member WHERE id IN ({in_list('m', len(member_ids))})")
    return {row.id: row.tier_id for row in work.all(sql, **list_params("m", member_ids))}
