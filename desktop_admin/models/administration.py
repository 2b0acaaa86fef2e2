"""Administration: the columns of its lists, where the rows come from, and the words for what is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_
from desktop_admin.models.pages import PageRequest, Source, View
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import audit, shifts
from desktop_admin.services.audit import AuditRow
from desktop_admin.services.backup import BackupRow, Vanishing
from desktop_admin.services.branches import Branch
from desktop_admin.services.doctor import Fault
from desktop_admin.services.names import workstation_title
from desktop_admin.services.operators import OperatorRow
from desktop_admin.services.permissions import Role, role_title
from desktop_admin.services.rules.titles import BACKUP_KINDS
from desktop_admin.services.shifts import Shift

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

ROLES: tuple[tuple[str, str], ...] = tuple((r.value, role_title(r)) for r in Role if r is not Role.SYSTEM)
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sign in": N_("Signed in"), "sign-in failed": N_("Signing in failed"), "sign out": N_("Signed out"),
        "change operator": N_("Took over"), "change password": N_("Changed the password"), "set PIN": N_("Set a PIN"),
        "remove PIN": N_("Removed the PIN"), "create": N_("Created"), "edit": N_("Edited"), "open": N_("Opened"),
        "close": N_("Closed"), "activate": N_("Switched on"), "deactivate": N_("Switched off"),
        "set up roles": N_("Set up the server's roles"),
        "reset password": N_("Reset the password"), "unlock": N_("Unlocked"), "change": N_("Changed"),
        "recover": N_("Password set from outside"), "read notices": N_("Read the notices"), "make": N_("Backed up"),
        "move": N_("Moved here from another database"), "mark": N_("Marked a backup"), "restore": N_("Restored"),
        "restore drill": N_("Rehearsed a restore"),
        "upgrade": N_("Upgraded"), "take": N_("Taken"), "enrol": N_("Enrolled"), "add": N_("Added"),
        "freeze": N_("Frozen"), "unfreeze": N_("Unfrozen"), "reopen": N_("Opened again"), "replace": N_("Replaced"),
        "erase": N_("Erased"), "adjust": N_("Adjusted"), "reverse": N_("Reversed"), "transfer": N_("Transferred"),
        "approve": N_("Approved"), "reject": N_("Rejected"), "withdraw": N_("Withdrawn"), "place": N_("Placed"),
        "cancel": N_("Cancelled"), "return": N_("Returned"), "record": N_("Recorded"), "refund": N_("Refunded"),
        "void": N_("Voided"), "export": N_("Exported"), "import": N_("Imported"), "undo": N_("Undone"),
        "discard": N_("Discarded"), "print": N_("Printed"),
        "stock": N_("Moved stock"), "begin": N_("Begun"), "finish": N_("Finished"),
        "approved": N_("Approved"), "rejected": N_("Rejected"), "withdrawn": N_("Withdrawn"), "lapsed": N_("Lapsed"),
        "cancelled": N_("Cancelled"), "returned": N_("Returned"), "slip": N_("Packing slip"),
        "tracking": N_("Tracking number"), "replace-card": N_("Card replaced"), "set tier": N_("Set the tier by hand"),
        "set-pin": N_("PIN set"), "clear-pin": N_("PIN taken away"), "make-code": N_("One-time code made"),
        "freeze-earning": N_("Earning stopped"), "unfreeze-earning": N_("Earning allowed again"),
        "freeze-spending": N_("Spending stopped"), "unfreeze-spending": N_("Spending allowed again"),
        "show": N_("Visible"), "hide": N_("Hidden"), "picture": N_("Picture"), "offers": N_("Offers"),
        "safety": N_("Safety level"), "remove": N_("Erased"), "confirm": N_("Confirmed"),
    }
)  # fmt: skip
SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "operator": N_("Operator"), "branch": N_("Branch"), "setting": N_("Setting"), "shop": N_("Shop"),
        "backup": N_("Backup"), "shift": N_("Shift"), "anchor": N_("Anchor"), "recovery": N_("Recovery"),
        "recovery-seen": N_("Recovery"), "member": N_("Member"), "item": N_("Item"), "redemption": N_("Redemption"),
        "purchase": N_("Purchase"), "tier": N_("Tier"), "reason": N_("Reason"), "approval": N_("Approval"),
        "operation": N_("Operation"), "import": N_("Import"), "entry": N_("Entry"), "offer": N_("Offer"),
        "stock": N_("Stock"), "card": N_("Card"), "category": N_("Category"), "clock": N_("Clock"),
    }
)  # fmt: skip
FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Name"), "login": N_("Sign-in name"), "role": N_("Role"), "branch_id": N_("Branch number"),
        "member_id": N_("Member number"), "card": N_("Card"), "active": N_("Active"), "code": N_("Code"),
        "address": N_("Address"), "phone": N_("Phone"), "workstation": N_("Workstation"), "file": N_("File"),
        "sha256": N_("Digest"), "bytes": N_("Size"), "kind": N_("Kind"), "problem": N_("Problem"),
        "copied_to": N_("Copy"), "verified": N_("Verified"), "epoch": N_("Epoch"), "kept": N_("Kept as"),
        "where": N_("Where"), "failures": N_("Wrong passwords"), "email": N_("E-mail"), "birthday": N_("Birthday"),
        "remark": N_("Remark"), "sex": N_("Sex"), "card_number": N_("Card"), "expected": N_("Cash expected"),
        "counted": N_("Cash counted"), "what": N_("What"), "by": N_("By"), "time": N_("Time"), "reason": N_("Reason"),
    }
)  # fmt: skip


def action_title(action: str) -> str:
    """The word for an action, marked for translation; the code itself where none is known."""
    return ACTIONS.get(action, action)


def subject_title(subject: str) -> str:
    """The word for a subject, marked for translation."""
    return SUBJECTS.get(subject, subject)


def operator_state(row: OperatorRow) -> tuple[str, str]:
    """What is to be said of an account, marked for translation, and its tone."""
    if not row.active:
        return N_("Switched off"), "muted"
    if row.failures >= 10:
        return N_("Locked"), "bad"
    if row.must_change:
        return N_("New password due"), "warn"
    return N_("Active"), "good"


def backup_state(row: BackupRow) -> tuple[str, str]:
    """Whether a backup can be relied on, marked for translation, and its tone."""
    if row.kind == "external":
        return N_("Marked"), "info"
    if not row.verified:
        return N_("Not in order"), "bad"
    return (N_("Copy missing"), "warn") if row.problem else (N_("Verified"), "good")


OPERATORS: tuple[Column[OperatorRow], ...] = (
    Column("name", N_("Name"), lambda r: r.name, stretch=True),
    Column("login", N_("Sign-in name"), lambda r: r.login, Kind.CODE, 14),
    Column("role", N_("Role"), lambda r: role_title(Role(r.role)), width=15, translated=True),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12),
    Column("seen", N_("Last sign-in"), lambda r: r.last_sign_in, Kind.INSTANT, 16),
    Column(
        "state", N_("State"), lambda r: operator_state(r)[0], Kind.STATE, 18, tone=lambda r: operator_state(r)[1]
    ),
)

BRANCHES: tuple[Column[Branch], ...] = (
    Column("code", N_("Code"), lambda r: r.code, Kind.CODE, 8),
    Column("name", N_("Name"), lambda r: r.name, stretch=True),
    Column("address", N_("Address"), lambda r: r.address, width=22),
    Column("phone", N_("Phone"), lambda r: r.phone, Kind.CODE, 14),
    Column("operators", N_("Operators"), lambda r: r.operators, Kind.COUNT, 9),
    Column("pieces", N_("Pieces in stock"), lambda r: r.pieces, Kind.COUNT, 13),
    Column(
        "state", N_("State"), lambda r: N_("Open") if r.active else N_("Closed"), Kind.STATE, 9,
        tone=lambda r: "good" if r.active else "muted",
    ),
)  # fmt: skip

AUDIT: tuple[Column[AuditRow], ...] = (
    Column("at", N_("When"), lambda r: r.recorded_at, Kind.INSTANT, 17, sort="at"),
    Column("who", N_("Who"), lambda r: r.who, width=13),
    Column("action", N_("What"), lambda r: action_title(r.action), width=18, translated=True),
    Column("subject", N_("Of what"), lambda r: subject_title(r.subject), width=12, translated=True),
    Column("number", N_("Number"), lambda r: str(r.subject_id or ""), Kind.CODE, 9),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12),
    Column("workstation", N_("Workstation"), lambda r: workstation_title(r.workstation), width=13, stretch=True),
)

BACKUPS: tuple[Column[BackupRow], ...] = (
    Column("at", N_("Finished"), lambda r: r.finished_at, Kind.INSTANT, 17),
    Column("kind", N_("Kind"), lambda r: BACKUP_KINDS.get(r.kind, r.kind), width=16, translated=True),
    Column("file", N_("File"), lambda r: Path(r.file).name or r.file, stretch=True, tip=lambda r: r.file),
    Column("size", N_("Size, KB"), lambda r: -(-r.bytes // 1024) or None, Kind.COUNT, 10),
    Column("copy", N_("Copy elsewhere"), lambda r: bool(r.copied_to), Kind.CHECK, 15, tip=lambda r: r.copied_to),
    Column("state", N_("State"), lambda r: backup_state(r)[0], Kind.STATE, 12, tone=lambda r: backup_state(r)[1]),
)

FAULTS: tuple[Column[Fault], ...] = (
    Column("message", N_("What is wrong"), lambda r: r.message, translated=True, stretch=True),
    Column("number", N_("Row"), lambda r: str(r.subject_id or ""), Kind.CODE, 9),
    Column("facts", N_("What stands there"), lambda r: r.said(), Kind.CODE, 30, tip=lambda r: r.said()),
    Column("check", N_("Check"), lambda r: r.check, Kind.CODE, 14),
)

VANISHING: tuple[Column[Vanishing], ...] = (
    Column("at", N_("When"), lambda r: r.recorded_at, Kind.INSTANT, 17),
    Column("who", N_("Who"), lambda r: r.who, width=13),
    Column("kind", N_("What"), lambda r: r.kind, Kind.CODE, 20, stretch=True),
    Column("entries", N_("Entries"), lambda r: r.entries or None, Kind.COUNT, 8),
    Column("points", N_("Points"), lambda r: r.points or None, Kind.SIGNED, 10),
)

SHIFTS: tuple[Column[Shift], ...] = (
    Column("closed", N_("Closed"), lambda r: r.closed_at, Kind.INSTANT, 17, sort="at"),
    Column("opened", N_("Opened"), lambda r: r.opened_at, Kind.INSTANT, 17),
    Column("place", N_("Workstation"), lambda r: workstation_title(r.workstation), width=13, stretch=True),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12),
    Column("by", N_("Closed by"), lambda r: r.closed_by, width=12),
    Column("expected", N_("Cash expected"), lambda r: r.figures.cash_expected, Kind.MONEY, 15),
    Column("counted", N_("Counted"), lambda r: r.cash_counted, Kind.MONEY, 12),
    Column(
        "difference", N_("Difference"), lambda r: r.difference, Kind.MONEY, 11,
        tone=lambda r: "bad" if r.difference else "",
    ),
)  # fmt: skip


def _audit_filters(view: View) -> dict[str, Any]:
    where: dict[str, Any] = view.where()
    for name in ("operator_id", "branch_id", "subject_id"):
        if name in where:
            where[name] = int(where[name] or 0)
    return where


def _audit_page(request: PageRequest) -> Callable[[Work], audit.AuditPage]:
    view = request.view
    return partial(
        audit.page,
        descending=view.descending or not view.sort,
        after=request.after,
        skip=request.skip,
        backwards=request.backwards,
        limit=request.limit,
        **_audit_filters(view),
    )


def _audit_count(view: View) -> Callable[[Work], int]:
    return partial(audit.count, **_audit_filters(view))


AUDIT_SOURCE = Source(page=_audit_page, count=_audit_count)


def _shift_page(request: PageRequest) -> Callable[[Work], shifts.ShiftPage]:
    return partial(
        shifts.page,
        after=request.after,
        skip=request.skip,
        backwards=request.backwards,
        limit=request.limit,
    )


def _shift_count(_view: View) -> Callable[[Work], int]:
    return shifts.count


SHIFT_SOURCE = Source(page=_shift_page, count=_shift_count)
