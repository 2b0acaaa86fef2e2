"""What is above a clerk's limit is asked for at the counter and decided by a manager, by keys."""

from __future__ import annotations

from desktop_admin.services import approvals, points
from tests.founding import PASSWORD
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import CTRL, SHIFT, Hands


def asked(hands: Hands, points_: str) -> None:
    hands.press("F3").type(points_).until(lambda: hands.act.asks_approval)
    hands.press("Return").type("1").rest().press("Return").sees("Asked for approval")


def take_over(hands: Hands, login: str) -> None:
    """Somebody else signs in at the same desk."""
    hands.press("L", CTRL | SHIFT).until(lambda: hands.window.sign_in.isVisible()).rest()
    hands.type(login).press("Return").type(PASSWORD).press("Return")
    hands.until(lambda: hands.window.desk.actor is not None and hands.window.desk.actor.role.value == login)
    hands.until(lambda: hands.window.shell is not None and hands.window.shell.isVisible()).rest()


def inbox(hands: Hands) -> None:
    hands.palette("approvals").sees_screen("ApprovalsScreen")
    hands.until(lambda: hands.screen.paged.exact).rest()


def test_asked_rejected_asked_again_and_approved(hands: Hands, town: Town) -> None:
    signed_in(hands, "counter").type("zs").press("Return").sees_member("张三")
    asked(hands, "5000")
    take_over(hands, "manager")
    inbox(hands)
    # the oldest is chosen; a No needs its reason
    hands.press("Down").until(lambda: hands.screen.drawer.isVisible()).rest()
    hands.press("Backspace", CTRL).until(lambda: hands.screen.panel.refusal.isVisible()).rest()
    hands.type("ask for less").press("Backspace", CTRL)
    hands.until(lambda: _states(town) == ["rejected"]).rest()
    take_over(hands, "counter")
    # the clerk sees what became of it
    inbox(hands)
    hands.tab_to(hands.screen.boxes._buttons[hands.screen.boxes.current()]).press("Right").rest()
    hands.until(lambda: hands.screen.paged.exact and hands.screen.paged.rowCount() == 1).rest()
    hands.palette("counter").until(lambda: type(hands.screen).__name__ == "CounterScreen").rest()
    hands.type("zs").press("Return").sees_member("张三")
    asked(hands, "2100")
    take_over(hands, "manager")
    inbox(hands)
    hands.press("Down").until(lambda: hands.screen.drawer.isVisible()).rest()
    hands.press("Return", CTRL).until(lambda: sorted(_states(town)) == ["approved", "rejected"]).rest()
    assert town.till.state(town.ids["张三"])[0] == 3_100
    assert town.till.ask(points.journal).rows[0].operator == "The manager"


def _states(town: Town) -> list[str]:
    rows = town.till.ask(approvals.inbox, box="all").rows
    return [row.state for row in rows]
