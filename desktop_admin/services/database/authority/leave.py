"""Leave, as the server asks it: which kind of operation which role may open.

``leave.sql`` is made from the permissions the services declare (``python -m tools.rights``); a house test compares.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop_admin.services.permissions import MATRIX, Permission, Role

# operations of the program's own, which no command declares, and the leave they need
UNLISTED: Mapping[str, Permission] = {
    "operators.sign_in": Permission.USE_PROGRAM,
    "operators.switch": Permission.USE_PROGRAM,
    "operators.sign_out": Permission.USE_PROGRAM,
    "operators.change_password": Permission.USE_PROGRAM,
    "operators.set_pin": Permission.USE_PROGRAM,
    "imports.store": Permission.IMPORT,
    "imports.tiers": Permission.IMPORT,
    "imports.undo": Permission.UNDO_IMPORT,
    "imports.undone": Permission.UNDO_IMPORT,
    "imports.void": Permission.UNDO_IMPORT,
    "imports.void_members": Permission.UNDO_IMPORT,
    "backup.make": Permission.BACKUP,
    "backup.drill": Permission.RESTORE,
    "backup.restore": Permission.RESTORE,
    "anchors.take": Permission.CLOSE_SHIFT,
}

# what scheduled jobs may do on a server: expire, evaluate, lapse, look and report
JOBS = frozenset(
    {
        Permission.USE_PROGRAM, Permission.EXPIRE_POINTS, Permission.EVALUATE_TIERS, Permission.DECIDE_APPROVALS,
        Permission.SEE_MEMBERS, Permission.SEE_JOURNAL, Permission.SEE_REDEMPTIONS, Permission.SEE_CATALOG,
        Permission.SEE_STOCK, Permission.SEE_TIERS, Permission.SEE_APPROVALS, Permission.SEE_DASHBOARD,
        Permission.SEE_REPORTS, Permission.SEE_SHIFTS, Permission.EXPORT, Permission.RUN_DOCTOR, Permission.SEE_AUDIT,
    }
)  # fmt: skip

# which entries each kind of operation may post: kinds of entries, a sign where only one is right, and "back" where the
# entry must name the one it reverses
POSTS: Mapping[str, tuple[str, ...]] = {
    "points.adjust": ("adjust",),
    "points.reverse": ("adjust back", "transfer back", "bonus back", "opening back"),
    "points.transfer": ("transfer",),
    "purchases.record": ("earn +", "bonus +"),
    "purchases.refund": ("clawback -", "writeoff +"),
    "purchases.void": ("clawback -", "clawback back", "writeoff"),
    "redemptions.place": ("redeem -",),
    "redemptions.cancel": ("redeem back",),
    "redemptions.return_": ("redeem back",),
    "expiry.expire_batch": ("expire -",),
    "imports.store": ("earn +", "bonus +", "clawback -", "writeoff +", "opening +"),
    "imports.void": ("clawback", "writeoff"),
    "imports.void_members": ("clawback", "writeoff"),
}


def permissions(role: Role) -> frozenset[Permission]:
    """What a role may do on a server: as in the program; scheduled jobs far less."""
    return JOBS if role is Role.SYSTEM else MATRIX[role]


def of_kind(kind: str) -> str | None:
    """The permission an operation of the program's own needs, as its value."""
    found = UNLISTED.get(kind)
    return None if found is None else found.value


def functions(commands: Mapping[str, Permission], ledgers: Mapping[Permission, frozenset[str]]) -> str:
    """The text of ``leave.sql``; ``ledgers`` says which append-only tables the services of a permission add to."""
    wanted = dict(sorted({**UNLISTED, **commands}.items()))
    return (
        "-- Made by `python -m tools.rights` from the permissions that the services declare; see leave.py.\n\n"
        + _function("leave", "kind text, role text", "role", {k: _roles(p) for k, p in wanted.items()})
        + _function("adds", "kind text, ledger text", "ledger", {k: sorted(ledgers[p]) for k, p in wanted.items()})
        + _function("posts", "kind text, what text", "what", {k: sorted(_forms(POSTS[k])) for k in sorted(POSTS)})
    ).rstrip("\n") + "\n"


def _function(name: str, takes: str, what: str, cases: Mapping[str, list[str]]) -> str:
    lines = [f"CREATE FUNCTION {name}({takes}) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$", "SELECT CASE kind"]
    for kind, values in cases.items():
        if values:
            said = ", ".join(f"'{value}'" for value in values)
            lines.append(f"  WHEN '{kind}' THEN {what} IN ({said})")
    return "\n".join([*lines, "  ELSE false END", "$$;"]) + "\n\n"


def _roles(permission: Permission) -> list[str]:
    return [role.value for role in Role if permission in permissions(role)]


def _forms(said: tuple[str, ...]) -> set[str]:
    """"adjust" stands for "adjust +" and "adjust -", each also as a reversal; "adjust back" for reversals alone."""
    forms: set[str] = set()
    for one in said:
        kind, _, how = one.partition(" ")
        signs = ("+", "-") if how in ("", "back") else (how,)
        forms |= {f"{kind} {sign} back" for sign in signs}
        if how != "back":
            forms |= {f"{kind} {sign}" for sign in signs}
    return forms
