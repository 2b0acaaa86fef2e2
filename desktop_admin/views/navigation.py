"""The screens of the program, as data: adding a feature adds a line here and nothing else.

A screen's module is imported when it is first shown. `SEARCHES` answer the one search box and the
palette: `find(desk, text, found)` calls `found` with `Hit`s whose value is `(screen, where)`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from desktop_admin.i18n import N_
from desktop_admin.services.permissions import Permission


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    id: str
    title: str
    icon: str
    module: str  # below desktop_admin.views, or a full name
    screen: str  # the class
    permission: Permission | None
    keys: str = ""

    @property
    def path(self) -> str:
        """Answer the full name of the module."""
        return self.module if "." in self.module else f"desktop_admin.views.{self.module}"

    def load(self) -> ModuleType:
        """Import the module, in whichever thread.

        Two threads that import parts of one package may wait for each other; Python then gives up in one of them,
        which is asked again a moment later.
        """
        for _try in range(IMPORT_TRIES):
            try:
                return import_module(self.path)
            except RuntimeError as error:
                if type(error).__name__ != "_DeadlockError":
                    raise
                time.sleep(0.02)
        return import_module(self.path)

    def exists(self) -> bool:
        """Say whether the module is there."""
        try:
            return find_spec(self.path) is not None
        except ModuleNotFoundError:
            return False


IMPORT_TRIES = 20
P = Permission

NAVIGATION: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        N_("Members"),
        (
            Place("counter", N_("Counter"), "scan-line", "counter", "CounterScreen",
                  P.SEE_MEMBERS, "Ctrl+1"),
            Place("members", N_("Members"), "users-round", "members", "MembersScreen",
                  P.SEE_MEMBERS, "Ctrl+2"),
            Place("points", N_("Points journal"), "scroll-text", "points", "PointsScreen",
                  P.SEE_JOURNAL, "Ctrl+3"),
            Place("tiers", N_("Tiers"), "medal", "tiers", "TiersScreen", P.SEE_TIERS),
        ),
    ),
    (
        N_("Gifts"),
        (
            Place("redemptions", N_("Redemptions"), "package-check", "redemptions",
                  "RedemptionsScreen", P.SEE_REDEMPTIONS, "Ctrl+4"),
            Place("catalog", N_("Catalog"), "gift", "catalog", "CatalogScreen",
                  P.SEE_CATALOG, "Ctrl+5"),
            Place("stock", N_("Stock"), "warehouse", "stock", "StockScreen",
                  P.SEE_STOCK, "Ctrl+6"),
        ),
    ),
    (
        N_("Figures"),
        (
            Place("dashboard", N_("Dashboard"), "chart-column", "dashboard", "DashboardScreen",
                  P.SEE_DASHBOARD, "Ctrl+7"),
            Place("reports", N_("Reports"), "file-spreadsheet", "reports", "ReportsScreen",
                  P.SEE_REPORTS),
        ),
    ),
    (
        N_("Shop"),
        (
            Place("approvals", N_("Approvals"), "clipboard-check", "approvals", "ApprovalsScreen",
                  P.SEE_APPROVALS, "Ctrl+8"),
            Place("imports", N_("Imports"), "upload", "imports", "ImportsScreen", P.IMPORT),
            Place("shifts", N_("Shifts"), "wallet", "shifts", "ShiftsScreen", P.SEE_SHIFTS),
            Place("administration", N_("Administration"), "settings", "administration",
                  "AdministrationScreen", P.SEE_AUDIT, "Ctrl+9"),
        ),
    ),
)  # fmt: skip

SEARCHES: tuple[str, ...] = (
    "desktop_admin.views.search_members",
    "desktop_admin.views.search_redemptions",
)

# pages inside a screen that people ask for by name: title, icon, permission, screen, where
INSIDE: tuple[tuple[str, str, Permission, str, dict[str, str]], ...] = (
    (N_("Operators"), "users", P.EDIT_OPERATORS, "administration", {"page": "operators"}),
    (N_("Branches"), "store", P.EDIT_BRANCHES, "administration", {"page": "branches"}),
    (N_("Settings"), "settings", P.EDIT_SETTINGS, "administration", {"page": "settings"}),
    (N_("Audit trail"), "scroll-text", P.SEE_AUDIT, "administration", {"page": "trail"}),
    (N_("Backups"), "save", P.BACKUP, "administration", {"page": "backups"}),
    (N_("Doctor"), "stethoscope", P.RUN_DOCTOR, "administration", {"page": "doctor"}),
)


def places() -> Iterator[Place]:
    """Answer every place whose module is there."""
    for _group, group in NAVIGATION:
        for place in group:
            if place.exists():
                yield place


def place_of(id: str) -> Place | None:  # noqa: A002 - the word for it
    """Answer the place with this id."""
    return next((place for place in places() if place.id == id), None)
