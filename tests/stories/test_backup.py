"""A backup is made and restoring it rehearsed, by keys; both leave a trace."""

from __future__ import annotations

from desktop_admin.services import audit, backup
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import Hands


def test_backed_up_and_rehearsed(hands: Hands, town: Town) -> None:
    signed_in(hands, "administrator").palette("backups").sees_screen("AdministrationScreen")
    page = hands.screen.page
    assert page.id == "backups"
    hands.rest().press("F4").until(lambda: page.table.records.rowCount() == 1, timeout=60_000)
    hands.until(lambda: not page.run_bar.running).rest()
    # the first one is chosen by arrow and rehearsed from the palette
    hands.tab_to(page.table).press("Down").until(page.drill_act.isEnabled)
    hands.palette("rehearse").until(lambda: page.run_bar.running or _drilled(town), timeout=30_000)
    hands.until(lambda: _drilled(town) and not page.run_bar.running, timeout=60_000).rest()
    (row,) = town.till.by("administrator").ask(backup.listing)
    assert row.verified


def _drilled(town: Town) -> bool:
    rows = town.till.by("administrator").ask(audit.page).rows
    return any(row.action == "restore drill" for row in rows)
