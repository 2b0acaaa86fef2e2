"""A member from the first day to the last, by keys: enrolled, corrected, stopped, explained, closed."""

from __future__ import annotations

from desktop_admin.services import members
from desktop_admin.services.members import MemberCard
from desktop_admin.views.dialogs import FormDialog
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import SHIFT, Hands


def card(hands: Hands, town: Town) -> MemberCard:
    return town.till.ask(members.card, member_id=hands.screen.panel.member_id)


def test_enrolled_corrected_stopped_and_closed(hands: Hands, town: Town) -> None:
    signed_in(hands, "manager").palette("members").sees_screen("MembersScreen").rest()
    hands.press("F4")
    form = hands.sees_dialog(FormDialog).form
    hands.type("王小花").press("Tab").type("13600136000").press("Return")
    # the terms have to be agreed to: the refusal leads there, Space ticks it
    hands.until(lambda: form._errors["consent_terms"].text() or form.banner.isVisible()).rest()
    hands.tab_to(form.editors["consent_terms"].widget).press("Space").rest().press("Return")
    hands.sees_no_dialog().until(lambda: hands.screen._on_panel and hands.screen.acts.freeze.isEnabled()).rest()
    # the profile: F2, the name is corrected
    hands.press("F2").rest().press("End").type("儿").press("Return")
    hands.until(lambda: card(hands, town).name == "王小花儿").rest()
    # earning and spending stopped, each for itself
    hands.press("F8")
    form = hands.sees_dialog(FormDialog).form
    hands.rest().press("Tab").type("card shared in the family").press("Return").sees_no_dialog().rest()
    hands.until(lambda: card(hands, town).earn_frozen)
    assert not card(hands, town).spend_frozen
    # closed, with a reason
    hands.palette("close the member").sees_dialog(FormDialog)
    hands.rest().type("moved away").press("Return").sees_no_dialog().rest()
    hands.until(lambda: card(hands, town).closed_on is not None).rest()


def test_where_do_these_points_come_from(hands: Hands, town: Town) -> None:
    town.till.buy(town.ids["张三"], 12_800, "X1")
    town.till.adjust(town.ids["张三"], -40)
    signed_in(hands, "counter").palette("members").sees_screen("MembersScreen").rest()
    hands.type("zs").until(lambda: hands.screen.list.paged.rowCount() == 1).rest()
    hands.press("Return").until(lambda: hands.screen._on_panel).rest()
    tab = hands.screen.panel.points
    # the tabs are turned by arrows, the lots chosen by arrows
    hands.press("Right").until(tab.isVisible).rest()
    hands.tab_to(tab.lots).rest()
    assert tab.lots.selected()[0].points == 128
    hands.until(lambda: tab.uses.records.rowCount() == 1).rest()
    # the next line: nothing used it yet; whoever goes through the day above and comes back finds the same line
    hands.press("Down").until(lambda: tab.uses.records.rowCount() == 0).rest()
    hands.press("Backtab", SHIFT).press("Backtab", SHIFT).rest().tab_to(tab.lots).rest()
    assert tab.lots.selected()[0].points == 1_000
    hands.press("Escape").until(lambda: not hands.screen._on_panel).rest()
