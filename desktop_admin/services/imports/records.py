"""What an import is told and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from typing import Literal, Protocol

from desktop_admin.i18n import N_
from desktop_admin.services.spreadsheets.cells import FileFacts
from desktop_admin.services.spreadsheets.days import DateOrder

Policy = Literal["all", "good"]
Expiry = Literal["policy", "never"]


class Progress(Protocol):
    """Told how far an import has come; raises where the person asked to stop."""

    def __call__(self, done: int, total: int = 0, text: str = "") -> None: ...

    @property
    def cancelled(self) -> bool: ...


class Quiet:
    """Progress that nobody watches."""

    cancelled = False

    def __call__(self, done: int, total: int = 0, text: str = "") -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is imported.

    ``source`` names where its numbers come from: a number is unique in its source. ``policy``: all rows or none, or
    the good ones. ``expiry``: of the points it brings. ``create_members``: a customer not known becomes a member.
    ``tiers``: the tier's multiplier counts; else the base rule only, as for history. ``order``: of day and month.
    """

    source: str
    policy: Policy = "all"
    expiry: Expiry = "policy"
    create_members: bool = False
    tiers: bool = False
    order: DateOrder = DateOrder.YMD
    hidden_rows: bool = False
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One file and how it is to be read: enough to resume. ``columns``: field -> column, from 0."""

    kind: str
    path: str
    sha256: str
    sheet: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    columns: dict[str, int]
    options: Options

    @property
    def signature(self) -> str:
        """What the mapping is remembered under."""
        from desktop_admin.services.spreadsheets.mapping import signature

        return signature(self.header)


@dataclass(frozen=True, slots=True)
class Figures:
    """What an import makes. Points and minor units; purchases count receipts, refunds among them."""

    rows: int = 0
    bad_rows: int = 0
    purchases: int = 0
    lines: int = 0
    amount: int = 0
    refunds: int = 0
    cancellations: int = 0  # refunds that name no purchase: taken back at the base rule
    earned: int = 0
    taken_back: int = 0
    without_member: int = 0  # receipts stored as sales without a member
    without_member_lines: int = 0
    without_member_amount: int = 0
    unpaid: int = 0  # orders nobody paid: not imported
    already: int = 0  # receipts or members that were there before: nothing changed
    differing: int = 0  # of these, with another amount
    elsewhere: int = 0  # receipts that were there from another source: nothing changed
    members: int = 0  # members made
    opening: int = 0  # points of opening balances


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a row. ``message`` is marked for translation; ``cells`` as shown in the file."""

    row: int
    severity: Literal["error", "warning"]
    field: str
    message: str
    facts: dict[str, str | int] = made(default_factory=dict)
    cells: tuple[str, ...] = ()

    def text(self) -> str:
        """What is wrong, in the language in use."""
        from desktop_admin.services.errors import Refused

        refused = Refused(self.message)
        refused.facts = dict(self.facts)
        return refused.text()


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """An import of the very same file."""

    batch_id: int
    state: str
    started_at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A file looked at: what it is, the columns guessed or remembered, and whether it was imported before."""

    kind: str
    facts: FileFacts
    sheet: str
    columns: dict[str, int]
    missing: tuple[str, ...]
    remembered: Options | None
    order: DateOrder | None  # of day and month; None where a sample does not settle it
    source: str
    seen: tuple[SeenBefore, ...]

    def plan(self, options: Options, columns: dict[str, int] | None = None) -> Plan:
        """The plan of this file with the person's choices."""
        sheet = self.facts.sheet(self.sheet or None)
        return Plan(
            self.kind, self.facts.path, self.facts.sha256, sheet.name, self.facts.encoding, self.facts.delimiter,
            sheet.header, dict(self.columns if columns is None else columns), options,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One of the first rows, judged. ``cells`` as shown; ``verdict``: good, warning or error."""

    number: int
    cells: tuple[str, ...]
    verdict: Literal["good", "warning", "error"]
    problems: tuple[Problem, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would make, and the first problems; ``problem_rows`` counts all rows with an error."""

    figures: Figures
    problems: tuple[Problem, ...]
    problem_rows: int
    possible: bool  # whether the policy lets it run


@dataclass(frozen=True, slots=True)
class Imported:
    """What a run made. ``repeats``: the batch that had imported this very file, so nothing was done (0: none)."""

    batch_id: int
    figures: Figures
    problem_rows: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One import in the history."""

    id: int
    kind: str
    file: str
    source: str
    state: str
    policy: str
    operator: str
    started_at: datetime
    finished_at: datetime | None
    rows_read: int
    rows_bad: int
    figures: Figures
    path: str
    sha256: str

    @property
    def day(self) -> date:
        return self.started_at.date()


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing an import took back."""

    batch_id: int
    purchases: int
    points: int
    members_closed: int
    members_kept: int


NO_MEMBER = N_("Stored as a sale without a member.")
CANCELLATION = N_("A cancellation that names no purchase: its points are taken back at the base rule.")
UNPAID = N_("This order was not paid: it is left out.")
UNKNOWN = N_("There is no member with the number, card or phone “{key}”.")
CLOSED = N_("The member “{key}” is closed.")
OWN = N_("Nobody imports purchases of their own member account.")
TWO_MEMBERS = N_("Receipt {number} names two members.")
BROKEN_RECEIPT = N_("Another row of receipt {number} is wrong, so the whole receipt is left out.")
TOO_LARGE = N_("The amount of receipt {number} is too large.")
TOO_MUCH_BACK = N_("More was refunded on receipt {number} than was paid.")
FUTURE = N_("This purchase lies in the future.")
NO_AMOUNT = N_("The row has neither an amount nor a price.")
NO_BRANCH = N_("There is no branch “{key}”.")
NO_TIER = N_("There is no tier “{key}”.")
