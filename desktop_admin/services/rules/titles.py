"""What the kinds and states in the books are called, marked for translation."""

from collections.abc import Mapping
from types import MappingProxyType

from desktop_admin.services.rules.words import N_

# kinds of entries; the second word stands where the entry undoes another one
ENTRY_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "earn": (N_("Earned"), N_("Earning undone")),
        "bonus": (N_("Bonus"), N_("Bonus undone")),
        "adjust": (N_("Adjusted"), N_("Adjustment undone")),
        "redeem": (N_("Redeemed"), N_("Redemption undone")),
        "draw": (N_("Draw"), N_("Draw undone")),
        "transfer": (N_("Transferred"), N_("Transfer undone")),
        "merge": (N_("Merged"), N_("Merge undone")),
        "expire": (N_("Expired"), N_("Expiry undone")),
        "clawback": (N_("Taken back for a refund"), N_("Refund undone")),
        "writeoff": (N_("Written off"), N_("Write-off undone")),
        "opening": (N_("Opening balance"), N_("Opening balance undone")),
    }
)
MEMBER_STATES: Mapping[str, str] = MappingProxyType(
    {"open": N_("Normal"), "frozen": N_("Frozen"), "closed": N_("Closed")}
)
PURCHASE_KINDS: Mapping[str, str] = MappingProxyType({"sale": N_("Sale"), "refund": N_("Refund")})
BACKUP_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "daily": N_("Daily"), "manual": N_("By hand"), "before-upgrade": N_("Before an upgrade"),
        "before-restore": N_("Before a restore"), "before-import": N_("Before an import"),
        "external": N_("On the server"),
    }
)  # fmt: skip


def entry_title(kind: str, reverses: int) -> str:
    """What an entry is called, marked for translation."""
    plain, undone = ENTRY_KINDS.get(kind, (kind, kind))
    return undone if reverses else plain
