"""Who may do what: roles, permissions with their titles, and the one table that joins them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from desktop_admin.i18n import N_


class Role(StrEnum):
    """What an operator is in the shop."""

    COUNTER = "counter"
    CLERK = "clerk"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"  # scheduled jobs and the command line; nobody signs in with it


class Permission(StrEnum):
    """One act that a service asks leave for before it does anything."""

    USE_PROGRAM = "use_program"  # own password, language, names of branches and operators
    SEE_MEMBERS = "see_members"
    SEE_FULL_PHONES = "see_full_phones"
    ENROL_MEMBERS = "enrol_members"
    EDIT_MEMBERS = "edit_members"
    FREEZE_MEMBERS = "freeze_members"
    CLOSE_MEMBERS = "close_members"
    REPLACE_CARDS = "replace_cards"
    RECORD_PURCHASES = "record_purchases"
    REFUND_PURCHASES = "refund_purchases"
    ADJUST = "adjust"
    REVERSE = "reverse"
    TRANSFER = "transfer"
    SEE_JOURNAL = "see_journal"
    SEE_REDEMPTIONS = "see_redemptions"
    PLACE_REDEMPTIONS = "place_redemptions"
    FULFIL_REDEMPTIONS = "fulfil_redemptions"
    COLLECT_REDEMPTIONS = "collect_redemptions"
    CANCEL_REDEMPTIONS = "cancel_redemptions"
    RETURN_REDEMPTIONS = "return_redemptions"
    SEE_CATALOG = "see_catalog"
    EDIT_CATALOG = "edit_catalog"
    SEE_STOCK = "see_stock"
    RECEIVE_STOCK = "receive_stock"
    ISSUE_STOCK = "issue_stock"
    TRANSFER_STOCK = "transfer_stock"
    COUNT_STOCK = "count_stock"
    SEE_TIERS = "see_tiers"
    EDIT_TIERS = "edit_tiers"
    SET_MEMBER_TIER = "set_member_tier"
    EVALUATE_TIERS = "evaluate_tiers"
    EXPIRE_POINTS = "expire_points"
    SEE_DASHBOARD = "see_dashboard"
    SEE_REPORTS = "see_reports"
    EXPORT = "export"
    IMPORT = "import"
    UNDO_IMPORT = "undo_import"
    SEE_APPROVALS = "see_approvals"
    DECIDE_APPROVALS = "decide_approvals"
    CLOSE_SHIFT = "close_shift"
    SEE_SHIFTS = "see_shifts"
    EDIT_REASONS = "edit_reasons"
    EDIT_BRANCHES = "edit_branches"
    EDIT_OPERATORS = "edit_operators"
    EDIT_SETTINGS = "edit_settings"
    SEE_AUDIT = "see_audit"
    RUN_DOCTOR = "run_doctor"
    BACKUP = "backup"
    RESTORE = "restore"


_ROLE_TITLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.COUNTER: N_("Counter"),
        Role.CLERK: N_("Fulfilment clerk"),
        Role.MANAGER: N_("Manager"),
        Role.AUDITOR: N_("Auditor"),
        Role.ADMINISTRATOR: N_("Administrator"),
        Role.SYSTEM: N_("Scheduled jobs"),
    }
)

_TITLES: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.USE_PROGRAM: N_("Use the program"),
        Permission.SEE_MEMBERS: N_("See members"),
        Permission.SEE_FULL_PHONES: N_("See whole phone numbers"),
        Permission.ENROL_MEMBERS: N_("Enrol members"),
        Permission.EDIT_MEMBERS: N_("Edit members"),
        Permission.FREEZE_MEMBERS: N_("Freeze and unfreeze members"),
        Permission.CLOSE_MEMBERS: N_("Close members"),
        Permission.REPLACE_CARDS: N_("Replace lost cards"),
        Permission.RECORD_PURCHASES: N_("Type in purchases"),
        Permission.REFUND_PURCHASES: N_("Refund purchases"),
        Permission.ADJUST: N_("Adjust points"),
        Permission.REVERSE: N_("Reverse entries"),
        Permission.TRANSFER: N_("Transfer points between members"),
        Permission.SEE_JOURNAL: N_("See the journal of points"),
        Permission.SEE_REDEMPTIONS: N_("See redemptions"),
        Permission.PLACE_REDEMPTIONS: N_("Place redemptions"),
        Permission.FULFIL_REDEMPTIONS: N_("Pick, pack and ship redemptions"),
        Permission.COLLECT_REDEMPTIONS: N_("Hand over redemptions"),
        Permission.CANCEL_REDEMPTIONS: N_("Cancel redemptions"),
        Permission.RETURN_REDEMPTIONS: N_("Take back redemptions"),
        Permission.SEE_CATALOG: N_("See the catalog"),
        Permission.EDIT_CATALOG: N_("Edit the catalog"),
        Permission.SEE_STOCK: N_("See stock"),
        Permission.RECEIVE_STOCK: N_("Receive stock"),
        Permission.ISSUE_STOCK: N_("Issue and write off stock"),
        Permission.TRANSFER_STOCK: N_("Transfer stock between branches"),
        Permission.COUNT_STOCK: N_("Count stock"),
        Permission.SEE_TIERS: N_("See tiers"),
        Permission.EDIT_TIERS: N_("Edit tiers"),
        Permission.SET_MEMBER_TIER: N_("Set a member's tier by hand"),
        Permission.EVALUATE_TIERS: N_("Evaluate tiers"),
        Permission.EXPIRE_POINTS: N_("Run the expiry of points"),
        Permission.SEE_DASHBOARD: N_("See the dashboard"),
        Permission.SEE_REPORTS: N_("See reports"),
        Permission.EXPORT: N_("Export lists and reports"),
        Permission.IMPORT: N_("Import files"),
        Permission.UNDO_IMPORT: N_("Undo imports"),
        Permission.SEE_APPROVALS: N_("See approval requests"),
        Permission.DECIDE_APPROVALS: N_("Decide approval requests"),
        Permission.CLOSE_SHIFT: N_("Close a shift"),
        Permission.SEE_SHIFTS: N_("See closed shifts"),
        Permission.EDIT_REASONS: N_("Edit reason codes"),
        Permission.EDIT_BRANCHES: N_("Edit branches"),
        Permission.EDIT_OPERATORS: N_("Edit operators"),
        Permission.EDIT_SETTINGS: N_("Change settings"),
        Permission.SEE_AUDIT: N_("See the audit trail"),
        Permission.RUN_DOCTOR: N_("Check the books"),
        Permission.BACKUP: N_("Make backups"),
        Permission.RESTORE: N_("Restore a backup"),
    }
)

_P = Permission
_SEES = frozenset(
    {
        _P.USE_PROGRAM,
        _P.SEE_MEMBERS,
        _P.SEE_JOURNAL,
        _P.SEE_REDEMPTIONS,
        _P.SEE_CATALOG,
        _P.SEE_STOCK,
        _P.SEE_TIERS,
        _P.SEE_APPROVALS,
        _P.SEE_DASHBOARD,
        _P.SEE_SHIFTS,
    }
)
_COUNTER = _SEES | {
    _P.ENROL_MEMBERS,
    _P.EDIT_MEMBERS,
    _P.REPLACE_CARDS,
    _P.RECORD_PURCHASES,
    _P.REFUND_PURCHASES,
    _P.ADJUST,
    _P.REVERSE,
    _P.TRANSFER,
    _P.PLACE_REDEMPTIONS,
    _P.COLLECT_REDEMPTIONS,
    _P.CANCEL_REDEMPTIONS,
    _P.CLOSE_SHIFT,
}
_CLERK = _SEES | {
    _P.SEE_FULL_PHONES,  # a parcel needs one
    _P.FULFIL_REDEMPTIONS,
    _P.COLLECT_REDEMPTIONS,
    _P.CANCEL_REDEMPTIONS,
    _P.RETURN_REDEMPTIONS,
    _P.RECEIVE_STOCK,
    _P.ISSUE_STOCK,
    _P.TRANSFER_STOCK,
    _P.COUNT_STOCK,
    _P.CLOSE_SHIFT,
}
_AUDITOR = _SEES | {_P.SEE_REPORTS, _P.EXPORT, _P.SEE_AUDIT, _P.RUN_DOCTOR}
# A manager runs the shop; who works in it, its settings and its restores are the administrator's.
_NOT_MANAGER = frozenset({_P.EDIT_BRANCHES, _P.EDIT_OPERATORS, _P.EDIT_SETTINGS, _P.RESTORE})

MATRIX: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.COUNTER: _COUNTER,
        Role.CLERK: _CLERK,
        Role.MANAGER: frozenset(Permission) - _NOT_MANAGER,
        Role.AUDITOR: _AUDITOR,
        Role.ADMINISTRATOR: frozenset(Permission),
        Role.SYSTEM: frozenset(Permission),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Say whether the role holds the permission."""
    return permission in MATRIX[role]


def role_title(role: Role) -> str:
    """Return the role's title as a message for translation."""
    return _ROLE_TITLES[role]


def title(permission: Permission) -> str:
    """Return the permission's title as a message for translation."""
    return _TITLES[permission]
